import type { OperationId, Result } from '@yimen/contracts/base';
import type {
  Description,
  DeviceList,
  DeviceStatus,
  Fault,
  Lease,
  LeaseOwner,
  Op,
  OperationRecord,
} from '@yimen/contracts/device';

/** The device host as core sees it over one connection; single use. What a call answers when the host dies on the way
 *  is said by its client: for an effect that was sent the outcome is `unknown`, never an error. */
export interface DeviceHostPort {
  list(): Promise<Result<DeviceList, Fault>>;
  describe(device: string): Promise<Result<Description, Fault>>;
  /** A new way to the device; nothing is sent again. */
  reopen(device: string): Promise<Result<void, Fault>>;
  /** Never rejects; a host that does not answer is `offline`, `stale`. */
  status(device: string, maxAgeMs: number): Promise<DeviceStatus>;
  /** Lets one session open its own connection with `key`. */
  admit(sessionId: string, key: string): Promise<Result<void, Fault>>;
  /** The session is over: its connection, leases and key end. */
  dismiss(sessionId: string): Promise<Result<void, Fault>>;
  claim(device: string, owner: LeaseOwner, timeoutMs: number): Promise<Result<Lease, Fault>>;
  release(lease: Lease): Promise<Result<void, Fault>>;
  reset(lease: Lease, op: Op, to: 'exit' | 'retain' | 'stay'): Promise<Result<OperationRecord, Fault>>;
  selfTest(lease: Lease, op: Op): Promise<Result<OperationRecord, Fault>>;
  getOperation(device: string, id: OperationId): Promise<Result<OperationRecord | 'never-seen', Fault>>;
  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>>;
  read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>>;
  onStatus(fn: (device: string, status: DeviceStatus) => void): () => void;
  /** Settles once, with why. */
  readonly closed: Promise<string>;
  close(): void;
}

/** Opens one connection to the device host, as core. */
export type ConnectDeviceHost = () => Promise<Result<DeviceHostPort, Fault>>;
