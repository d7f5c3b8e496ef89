import { z } from 'zod';

const align = z.enum(['left', 'center', 'right']);
const dots = z.number().min(0).max(100_000);

/** A piece of printed paper, top to bottom. `dots` is how much paper it takes (8 dots to the millimetre). */
export const slipPartSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z.string().max(200),
    align,
    /** The largest character of the line, in multiples of the plain one. */
    width: z.int().min(1).max(8),
    height: z.int().min(1).max(8),
    isBold: z.boolean(),
    dots,
  }),
  z.strictObject({ kind: z.literal('qr'), content: z.string().max(8_000), align, dots }),
  z.strictObject({
    kind: z.literal('image'),
    align,
    /** Dots of the image itself, before doubling. */
    widthDots: z.int().min(8).max(1_024),
    rows: z.int().min(1).max(5_000),
    dots,
  }),
  /** Blank paper. */
  z.strictObject({ kind: z.literal('feed'), dots }),
]);
export type SlipPart = z.infer<typeof slipPartSchema>;

/** Whether there is ink on it. */
export function isPrinted(part: SlipPart): boolean {
  return part.kind === 'text' ? part.text.trim() !== '' : part.kind !== 'feed';
}

/** A slip as a person reads it: one string a line, blank lines too, and a word in brackets where a picture is. */
export function linesOf(parts: readonly SlipPart[]): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'feed') return [];
    if (part.kind === 'text') return [part.text];
    return part.kind === 'qr' ? ['[QR]'] : [`[image ${part.widthDots}×${part.rows}]`];
  });
}

/** What a phone reads from the QR codes on it. */
export function codesOf(parts: readonly SlipPart[]): string[] {
  return parts.flatMap((part) => (part.kind === 'qr' ? [part.content] : []));
}
