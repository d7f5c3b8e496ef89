import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { effect, read } from '../port.ts';

/** Where a charge stands at the payment device. */
export const chargeStateSchema = z.enum([
  'none',
  'waiting',
  'held',
  'captured',
  'declined',
  'cancelled',
  'refunded',
  'unknown',
]);
export type ChargeState = z.infer<typeof chargeStateSchema>;

/** Card and QR acceptance. Amounts and results only: no card number and no PIN ever comes over this line. */
export const paymentTerminalPort = {
  kind: 'payment-terminal',
  verbs: {
    /** Shows the amount and waits for card, phone or decline. `value.channel` is `qr` or `card`, `value.trace` the
     *  channel's trace number. Silence after the request was sent is `unknown`: ask `queryCharge`, never charge again. */
    charge: effect(
      z.strictObject({
        billRef: z.string().max(40),
        amountFen: z.int().min(1).max(10_000_000),
        qrText: z.string().max(300),
      }),
    ),
    /** Ends a waiting charge; a charge already taken stays taken and is told by `queryCharge`. */
    cancel: effect(z.strictObject({ billRef: z.string().max(40) })),
    queryCharge: read(
      z.strictObject({ billRef: z.string().max(40) }),
      z.object({
        state: chargeStateSchema,
        amountFen: z.int().min(0),
        channel: z.enum(['qr', 'card', 'none']),
        trace: z.string().max(40),
      }),
    ),
    refund: effect(z.strictObject({ billRef: z.string().max(40), amountFen: z.int().min(1).max(10_000_000) })),
  },
} as const;
export type PaymentTerminal = PortOf<typeof paymentTerminalPort>;
