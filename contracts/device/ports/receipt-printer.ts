import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { effect } from '../port.ts';

/** A slip as content, not as bytes: the driver lays it out for its paper. */
export const slipLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('title'), text: z.string().max(60) }),
  z.strictObject({ kind: z.literal('text'), text: z.string().max(400) }),
  z.strictObject({ kind: z.literal('pair'), label: z.string().max(40), value: z.string().max(120) }),
  z.strictObject({ kind: z.literal('rule') }),
  z.strictObject({ kind: z.literal('qr'), data: z.string().max(400) }),
]);
export type SlipLine = z.infer<typeof slipLineSchema>;
export const slipSchema = z.strictObject({ lines: z.array(slipLineSchema).min(1).max(80) });
export type Slip = z.infer<typeof slipSchema>;

export const receiptPrinterPort = {
  kind: 'receipt-printer',
  verbs: {
    /** Prints and cuts one slip. `done` needs a clean status after the last byte. */
    printReceipt: effect(z.strictObject({ slip: slipSchema })),
    /** Printers without a presenter answer `unsupportedCommand`. */
    present: effect(z.strictObject({})),
    retract: effect(z.strictObject({})),
  },
} as const;
export type ReceiptPrinter = PortOf<typeof receiptPrinterPort>;
