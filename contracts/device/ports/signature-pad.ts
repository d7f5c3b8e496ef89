import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

const nothing = z.strictObject({});

/** One point of a pen's way: millimetres × 100 from the top left, pressure 0–1023, milliseconds since the first point.
 *  The pen is down between the points of one stroke. */
const pointSchema = z.tuple([
  z.int().min(0).max(30_000),
  z.int().min(0).max(20_000),
  z.int().min(0).max(1023),
  z.int().min(0).max(600_000),
]);
export const signatureSchema = z.object({
  widthMm: z.int().min(1).max(300),
  heightMm: z.int().min(1).max(200),
  strokes: z.array(z.array(pointSchema).min(1).max(2_000)).min(1).max(200),
});
export type Signature = z.infer<typeof signatureSchema>;

/** Signature pad. Reads only; personal: from the host to the session and nowhere else. */
export const signaturePadPort = {
  kind: 'signature-pad',
  verbs: {
    /** Shows `prompt` and waits until the citizen has signed and pressed done. Nobody before the deadline: `noMedia`;
     *  the citizen pressed cancel on the pad: `canceled`; done without a stroke: `userError`. */
    capture: read(z.strictObject({ prompt: z.string().max(60) }), signatureSchema),
    /** Empties the pad and starts the wait anew. */
    clear: read(nothing, z.object({})),
    /** Ends a waiting capture and empties the pad. */
    cancel: read(nothing, z.object({})),
  },
} as const;
export type SignaturePad = PortOf<typeof signaturePadPort>;
