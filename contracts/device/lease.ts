import { z } from 'zod';
import { leaseIdSchema } from '../base/ids.ts';

export const leaseOwnerSchema = z.object({
  kind: z.enum(['session', 'technician', 'core']),
  id: z.string().max(60),
});
export type LeaseOwner = z.infer<typeof leaseOwnerSchema>;

/** The right to act on one device. Ends by release, expiry, its owner's socket closing, or a new host epoch. */
export const leaseSchema = z.object({
  leaseId: leaseIdSchema,
  device: z.string().max(60),
  owner: leaseOwnerSchema,
  /** Changes at every start of the device host: a lease of another epoch is worthless. */
  hostEpoch: z.string().max(40),
  /** Monotonic milliseconds of the host, for people and logs; the host alone judges it. */
  expiresAt: z.int(),
});
export type Lease = z.infer<typeof leaseSchema>;
