import { z } from 'zod';
import { terminalIdSchema } from '../base/ids.ts';
import { wireCode, wireId, wireSigSchema, wireVersion, wireWall } from './common.ts';

/** What lets staff act at a terminal, offline too: the server signs who (keyed pseudonym), which tasks, which hours.
 *  Signed text: `yimen-grant-1` ‖ RFC 8785 of the grant without `sig`. */
export const workOrderGrantSchema = z.object({
  v: wireVersion,
  workOrder: wireId,
  tid: terminalIdSchema,
  who: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  level: z.enum(['basic', 'intermediate', 'full']),
  tasks: z.array(wireCode).min(1).max(32),
  from: wireWall,
  until: wireWall,
  /** A second person's pseudonym where the task needs two. */
  second: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .nullable(),
  sig: wireSigSchema,
});
export type WorkOrderGrant = z.infer<typeof workOrderGrantSchema>;
