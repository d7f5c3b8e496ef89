import { z } from 'zod';
import { unitVerbs } from '../exchange.ts';
import type { PortOf } from '../port.ts';
import { effect, read } from '../port.ts';

const nothing = z.strictObject({});
export const documentSerialSchema = z.string().regex(/^[A-Z0-9]{4,24}$/);

/** Stack of finished documents that wait for their holders, each in a place of its own, found by serial number. */
export const documentLockerPort = {
  kind: 'document-locker',
  verbs: {
    /** What lies in it, as it was read when it was put in or at the last look. `unreadable` counts what lies there and
     *  could not be read: never handed out. */
    inventory: read(
      nothing,
      z.object({ serials: z.array(documentSerialSchema).max(2000), unreadable: z.int().min(0) }),
    ),
    /** Fetches the document, reads its serial at the exit (evidence `readBack`), presents it, waits until it is taken
     *  (`presented`, `taken`). Another serial than asked: never presented; notDone with `verifyMismatch`, it lies in the
     *  reject place. */
    present: effect(z.strictObject({ serial: documentSerialSchema })),
    /** Draws what was not taken back into the retract bin. Evidence: `retracted`. */
    retract: effect(nothing),
    /** Reads what lies at the exit right now. */
    readBack: read(nothing, z.object({ serial: documentSerialSchema.nullable() })),
    ...unitVerbs,
  },
} as const;
export type DocumentLocker = PortOf<typeof documentLockerPort>;
