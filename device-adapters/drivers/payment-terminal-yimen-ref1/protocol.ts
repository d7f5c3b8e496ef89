import { err, ok, type Result } from '@yimen/contracts/base';
import type { ChargeState } from '@yimen/contracts/device';
import { numberField, ref1Value, textField, type Ref1Field, type Ref1Fields } from '../../driver-kit/ref1-fields.ts';
import { PAYMENT_TERMINAL_LIMITS } from './limits.table.ts';

/** Commands of this kind.
 *  @source README.md, "This kind" */
export const COMMAND = { charge: 0x10, cancel: 0x11, query: 0x12, refund: 0x13 } as const;

/** Fields of this kind. */
const TAG = {
  bill: 0x40,
  amount: 0x41,
  qrText: 0x42,
  channel: 0x43,
  trace: 0x44,
  waits: 0x45,
  chargeState: 0x46,
  keypad: 0x47,
} as const;

/** Results 20 and up that the driver asks for by name; the whole table is in `status.ts`. */
export const RESULT = {
  timeOut: 0x20,
  declined: 0x21,
  canceled: 0x22,
  tooLate: 0x23,
  chargedAlready: 0x24,
  noSuchCharge: 0x25,
  keypadFailed: 0x26,
  offline: 0x27,
} as const;

export type RawChannel = 'none' | 'qr' | 'card';
export type RawKeypad = 'works' | 'failed' | 'tampered' | 'unknown';

/** How a charge was paid. */
export interface RawPayment {
  readonly channel: RawChannel;
  /** At most 40 characters; empty when there is none. */
  readonly trace: string;
}

/** A charge as the terminal's book has it. */
export interface RawCharge extends RawPayment {
  readonly state: ChargeState;
  /** Fen; 0 when the terminal does not know the bill. */
  readonly amountFen: number;
}

const CHANNELS: readonly RawChannel[] = ['none', 'qr', 'card'];
const KEYPADS: readonly RawKeypad[] = ['works', 'failed', 'tampered'];
const CHARGE_STATES: readonly ChargeState[] = [
  'none',
  'waiting',
  'held',
  'captured',
  'declined',
  'cancelled',
  'refunded',
  'unknown',
];
const TRACE_CHARACTERS = 40;

/** Fields 40, 41, 42 and 45 of a charge. `waitsS` in whole seconds.
 *  @returns the error says which text does not fit. */
export function encodeCharge(
  charge: { readonly billRef: string; readonly amountFen: number; readonly qrText: string },
  waitsS: number,
): Result<readonly Ref1Field[], string> {
  const bill = encodeBill(charge.billRef);
  if (!bill.ok) return bill;
  const qrText = ref1Value.text(charge.qrText);
  if (qrText.length > PAYMENT_TERMINAL_LIMITS.qrBytes) return err('the QR text is too long');
  return ok([
    ...bill.value,
    [TAG.amount, ref1Value.u32(charge.amountFen)],
    [TAG.qrText, qrText],
    [TAG.waits, ref1Value.u16(waitsS)],
  ]);
}

/** Field 40 alone: cancel and query. */
export function encodeBill(billRef: string): Result<readonly Ref1Field[], string> {
  const bill = ref1Value.text(billRef);
  if (bill.length > PAYMENT_TERMINAL_LIMITS.billBytes) return err('the bill’s reference is too long');
  return ok([[TAG.bill, bill]]);
}

/** Fields 40 and 41 of a refund. */
export function encodeRefund(billRef: string, amountFen: number): Result<readonly Ref1Field[], string> {
  const bill = encodeBill(billRef);
  return bill.ok ? ok([...bill.value, [TAG.amount, ref1Value.u32(amountFen)]]) : bill;
}

/** Fields 43 and 44; what is missing or unknown is `none` and empty. */
export function decodePayment(fields: Ref1Fields): RawPayment {
  return {
    channel: CHANNELS[numberField(fields, TAG.channel) ?? 0] ?? 'none',
    trace: (textField(fields, TAG.trace) ?? '').slice(0, TRACE_CHARACTERS),
  };
}

/** Fields 46, 41, 43 and 44. A state that is missing or in no table is `unknown`: never "none". */
export function decodeCharge(fields: Ref1Fields): RawCharge {
  return {
    ...decodePayment(fields),
    state: CHARGE_STATES[numberField(fields, TAG.chargeState) ?? -1] ?? 'unknown',
    amountFen: numberField(fields, TAG.amount) ?? 0,
  };
}

/** Field 47 of a status; `undefined` when the terminal does not tell. */
export function decodeKeypad(fields: Ref1Fields): RawKeypad | undefined {
  const raw = numberField(fields, TAG.keypad);
  return raw === undefined ? undefined : (KEYPADS[raw] ?? 'unknown');
}
