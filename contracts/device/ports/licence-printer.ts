import { z } from 'zod';
import { unitVerbs } from '../exchange.ts';
import type { PortOf } from '../port.ts';
import { effect, read } from '../port.ts';

const nothing = z.strictObject({});

/** What is printed, by the field names of the licence's form. Personal; kept by nobody after printing. */
export const licenceFieldsSchema = z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,30}$/), z.string().max(200));

/** Makes driving and vehicle licences from serialised blanks, laminates them, reads them back, hands them out, and takes
 *  old ones in. */
export const licencePrinterPort = {
  kind: 'licence-printer',
  verbs: {
    /** Takes the blank with this serial number, prints, laminates, reads back. `done` needs evidence `readBack` with the
     *  digest of what was asked. A blank that was begun and is not good goes to the reject bin (`value.blank`:
     *  `rejected`) and its serial is spoiled. */
    make: effect(
      z.strictObject({
        form: z.enum(['driving', 'vehicle']),
        blankSerial: z.string().regex(/^[A-Z0-9]{4,24}$/),
        fields: licenceFieldsSchema,
      }),
    ),
    /** Reads the licence that lies finished at the verify position, again. None there: `noMedia`. */
    verify: read(nothing, z.object({ blankSerial: z.string().nullable(), digest: z.string().length(64) })),
    /** Presents the finished licence and waits until it is taken. Evidence: `presented`, then `taken`. */
    present: effect(nothing),
    /** Draws a licence that was not taken, or must not be given, into the retract bin. Evidence: `retracted`. */
    retract: effect(nothing),
    /** Opens the slot for an old licence and draws it into the recovery bin. Nobody gives one: notDone, `noMedia`. */
    acceptOld: effect(nothing),
    ...unitVerbs,
  },
} as const;
export type LicencePrinter = PortOf<typeof licencePrinterPort>;
