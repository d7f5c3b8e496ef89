import { z } from 'zod';
import { officeEffect, query } from './envelope.ts';
import { billItemSchema, caseRefSchema } from './cases.ts';

export const billRefSchema = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);
const code = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/);

/** open → held (money reserved) → captured, or voided; captured → refunded. `failed`: declined or expired unpaid. */
export const billStateSchema = z.enum(['open', 'held', 'captured', 'voided', 'refunded', 'failed', 'closed']);
export type BillState = z.infer<typeof billStateSchema>;

export const billSchema = z.object({
  caseRef: caseRefSchema,
  billRef: billRefSchema,
  /** Official bill number (非税缴款书): for the citizen's eyes and slip only. */
  billNo: z.string().max(30),
  payee: z.string().max(60),
  amountFen: z.int().min(0),
  items: z.array(billItemSchema).max(16),
  state: billStateSchema,
  /** What the payment QR code says. */
  qrText: z.string().max(300),
  /** Wall milliseconds (gateway's clock). */
  expiresAt: z.int(),
  channel: z.enum(['qr', 'card', 'none']),
});
export type Bill = z.infer<typeof billSchema>;

/** `payment.*`: non-tax payment (非税缴款). One open bill per case: a second create returns the first. */
export const PAYMENT_REQUESTS = {
  'payment.bill.create': officeEffect(
    z.strictObject({ caseRef: caseRefSchema, items: z.array(billItemSchema).min(1).max(16) }),
    billSchema,
  ),
  /** The truth about a bill. */
  'payment.bill.query': query(z.strictObject({ billRef: billRefSchema }), billSchema),
  /** Once: a second refund answers the first one's outcome. */
  'payment.bill.refund': officeEffect(z.strictObject({ billRef: billRefSchema, reason: code }), billSchema),
  /** Ends an open bill so that it cannot be paid any more; a bill already paid says so and stays paid. */
  'payment.bill.close': officeEffect(z.strictObject({ billRef: billRefSchema }), billSchema),
} as const;
