import { z } from 'zod';
import type { Result } from '../base/result.ts';
import type { OperationId } from '../base/ids.ts';
import type { Lease, LeaseOwner } from './lease.ts';
import type { Op, OperationRecord } from './operation.ts';
import type { DeviceStatus, Fault } from './status.ts';

/** Who a device is and what it can prove. */
export const descriptionSchema = z.object({
  /** The driver id: `<kind>-<maker>-<model>`. */
  driver: z.string().max(60),
  kind: z.string().max(40),
  model: z.string().max(60),
  serial: z.string().max(60),
  firmware: z.string().max(60).nullable(),
  /** Where it is plugged in, as the probe writes it: `tcp:127.0.0.1:9100`. */
  at: z.string().max(120),
  mediaAtPowerOff: z.enum(['exit', 'retain', 'exitThenRetain', 'stay', 'none']),
  /** Evidence kinds this device can give; an effect that needs another is refused at configuration. */
  evidence: z.array(z.string().max(40)).max(16),
});
export type Description = z.infer<typeof descriptionSchema>;

/** The seven members every device has. Whatever depends on hardware returns a Result: the card can leave between
 *  the check and the use. A device that does not answer is a status, never an exception. */
export interface DeviceBase {
  describe(): Promise<Result<Description, Fault>>;
  /** Never rejects. A status older than `maxAgeMs` is asked for again. */
  status(maxAgeMs: number): Promise<DeviceStatus>;
  /** Changed axes only. */
  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void;
  claim(owner: LeaseOwner, timeoutMs: number): Promise<Result<Lease, Fault>>;
  /** Brings the device to rest; the caller always says where a medium inside goes. */
  reset(lease: Lease, op: Op, to: 'exit' | 'retain' | 'stay'): Promise<Result<OperationRecord, Fault>>;
  selfTest(lease: Lease, op: Op): Promise<Result<OperationRecord, Fault>>;
  getOperation(id: OperationId): Promise<OperationRecord | 'never-seen'>;
}
