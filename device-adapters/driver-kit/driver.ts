import type { Clock, RandomBytes, Result } from '@yimen/contracts/base';
import type { Description, DeviceKind, DeviceStatus, Evidence, Fault, Op, Outcome } from '@yimen/contracts/device';
import type { OpenChannel } from '../transport/byte-channel.ts';

/** What a driver is handed. It never learns which cable it is on, and it never waits by itself: `clock` does. */
export interface DriverContext {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: DriverLog;
  /** Where it is plugged in, for `describe`. */
  readonly at: string;
  /** Serial number pinned at installation; another serial is the fault `configuration`. */
  readonly expectSerial?: string | undefined;
  /** Driver-specific settings from the terminal's configuration. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** Debug lines only; never wire bytes, never a person's data. */
export interface DriverLog {
  debug(line: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** How an effect ended, as the driver saw it. The kit around it adds id, device, verb, and keeps the record. */
export interface EffectResult {
  readonly outcome: Outcome;
  readonly acceptedAt?: number | undefined;
  readonly completedAt?: number | undefined;
  readonly evidence: readonly Evidence[];
  readonly fault?: Fault | undefined;
  readonly value?: Readonly<Record<string, string | number | boolean | null>> | undefined;
}

/** A driver: order of commands, deadlines and evidence for one model, on a channel it is handed. Leases, duplicate
 *  operation ids, argument schemas and the operation file are the kit's (`device-slot`), once for all drivers.
 *  Nothing here throws for an expected reason. */
export interface Driver {
  readonly id: string;
  readonly kind: DeviceKind;
  describe(): Promise<Result<Description, Fault>>;
  /** Last known status; asks the device when that is older than `maxAgeMs` and no motion runs. Never rejects. */
  status(maxAgeMs: number): Promise<DeviceStatus>;
  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void;
  reset(op: Op, to: 'exit' | 'retain' | 'stay'): Promise<EffectResult>;
  selfTest(op: Op): Promise<EffectResult>;
  /** Runs one effect verb of the kind's port table. `args` are already checked. `signal` aborts when the lease ends. */
  perform(verb: string, op: Op, args: unknown, signal: AbortSignal): Promise<EffectResult>;
  read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>>;
  /** What the device itself remembers of an operation after a restart; `undefined` when it cannot tell. */
  recall?(operationId: string): Promise<EffectResult | undefined>;
  /** For which key arguments may be sealed; they and the value of a read then pass through the host unseen, and are checked
   *  where they are opened. Absent: this driver runs in the host itself. */
  readonly sealingKey?: (() => Promise<string | undefined>) | undefined;
  close(): Promise<void>;
}

export type CreateDriver = (context: DriverContext) => Driver;
