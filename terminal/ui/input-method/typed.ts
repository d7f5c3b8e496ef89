import type { ViewBody } from '@yimen/contracts/ui';
import { PROVINCES } from './keyboards.table.ts';

export type Keyboard = ViewBody<'form'>['keyboard'];

/** Places of an ID number (GB 11643) and how they are grouped: region, birthday, order and check. */
export const ID_GROUPS = [6, 8, 4] as const;
const ID_PLACES = 18;
const ALL_PROVINCES: ReadonlySet<string> = new Set(PROVINCES.flat());
/** Fewest places that can be sent: a mobile number, an ID number, a plate of the older kind, any code. */
const LEAST: Readonly<Record<Keyboard, number>> = { phone: 11, 'id-number': ID_PLACES, plate: 7, code: 1 };

/** What is known of a field before anything is typed. */
export interface FieldRule {
  readonly keyboard: Keyboard;
  readonly maxLength: number;
}

/** Whether this key may follow what is typed. */
export function takesKey({ keyboard, maxLength }: FieldRule, value: string, key: string): boolean {
  if (value.length >= maxLength) return false;
  switch (keyboard) {
    case 'phone':
      return /^\d$/u.test(key);
    case 'id-number':
      // The check character alone may be an X.
      return value.length < ID_PLACES && (value.length === ID_PLACES - 1 ? /^[\dX]$/u : /^\d$/u).test(key);
    case 'plate':
      if (value === '') return ALL_PROVINCES.has(key);
      return (value.length === 1 ? /^[A-HJ-NP-Z]$/u : /^[A-HJ-NP-Z\d]$/u).test(key);
    case 'code':
      return /^[A-Z\d]$/u.test(key);
    default:
      return keyboard satisfies never;
  }
}

/** Whether what is typed can be sent. */
export function isComplete({ keyboard, maxLength }: FieldRule, value: string): boolean {
  return value.length >= Math.min(LEAST[keyboard], maxLength);
}

/** Whether fewer places than the most are enough. */
export function hasFixedLength({ keyboard, maxLength }: FieldRule): boolean {
  return LEAST[keyboard] >= maxLength;
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const ID_CHECKS = '10X98765432';

/** Whether the last character of a whole ID number is the one that the others ask for (ISO 7064, MOD 11-2). */
export function hasIdCheck(idNo: string): boolean {
  const sum = ID_WEIGHTS.reduce((all, weight, at) => all + weight * Number(idNo[at]), 0);
  return idNo.length === ID_PLACES && ID_CHECKS[sum % 11] === idNo.at(-1);
}
