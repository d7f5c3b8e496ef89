import type { BACK_OFFICE_REQUESTS, OfficeRefusal } from '@yimen/contracts/back-office';
import type { SyntheticIdCard } from '@yimen/contracts/testing';
import type { z } from 'zod';
import { addMonths } from '../office-clock.ts';
import { ageOf, cardByNumber, dashed, maskedHolder } from '../people.ts';
import { refusal } from '../refusals.ts';

type Bodies = typeof BACK_OFFICE_REQUESTS;
type CheckBody = z.infer<Bodies['household.person.check']['body']>;
type CheckAnswer = z.infer<Bodies['household.person.check']['answer']>;

const ALONE_FROM = 16;
/** A card may be renewed from so many months before its end. */
const RENEW_FROM_MONTHS = 3;
/** Guangdong, and Hunan as one of the listed other provinces: by the first two digits of where the number was given. */
const COVERED = ['44', '43'];
/** What the register says of single people: everybody else is in order. */
const SPECIAL: Readonly<Record<string, string>> = {
  'id-rare-name': 'name-rare-char',
  'id-chen-jing': 'register-issue',
  'id-liang-guoqiang': 'window-only',
  'id-taiwan-resident': 'first-card',
};
const WAIVED: readonly string[] = ['id-surrogate-name'];

/** Who may apply for an ID card here, and at which fee (services §2.10). */
export function checkResident(body: CheckBody, today: string): CheckAnswer {
  const card = cardByNumber(body.idNo);
  const until = card?.fields.validTo ?? '';
  const refused = residentRefusal(card, body.reason, today);
  return {
    holderMasked: maskedHolder(card?.thing ?? ''),
    cardExpiry: /^\d{8}$/u.test(until) ? dashed(until) : null,
    feeVariant: body.reason,
    waived: isWaived(card),
    refusals: refused === null ? [] : [refused],
  };
}

export function isWaived(card: SyntheticIdCard | undefined): boolean {
  return card !== undefined && WAIVED.includes(card.thing);
}

export function residentRefusal(
  card: SyntheticIdCard | undefined,
  reason: CheckBody['reason'],
  today: string,
): OfficeRefusal | null {
  if (card === undefined) return refusal('not-covered');
  const special = SPECIAL[card.thing];
  if (special !== undefined) return refusal(special);
  if (!COVERED.includes((card.fields.idNumber ?? '').slice(0, 2))) return refusal('not-covered');
  if (ageOf(card, today) < ALONE_FROM) return refusal('age');
  const until = card.fields.validTo ?? '';
  const from = /^\d{8}$/u.test(until) ? addMonths(dashed(until), -RENEW_FROM_MONTHS) : null;
  return reason === 'expiry' && from !== null && from > today ? refusal('too-early', from) : null;
}
