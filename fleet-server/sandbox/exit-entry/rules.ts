import type { AllowedEndorsement, CountCode, Destination, OfficeRefusal } from '@yimen/contracts/back-office';
import type { SyntheticPerson } from '@yimen/contracts/testing';
import { addDays, addMonths } from '../office-clock.ts';
import { maskedName } from '../people.ts';
import { refusal } from '../refusals.ts';
import type { RegisteredEndorsement } from './permits.ts';

export interface Assessment {
  readonly holderMasked: string;
  readonly permitExpiry: string;
  readonly allowed: AllowedEndorsement[];
  readonly refusals: OfficeRefusal[];
}

/** Months for which each variant is issued: the demonstration's reading of the published guides (services §3). */
const TERM_MONTHS: Readonly<Record<CountCode, number>> = {
  once: 3,
  twice: 12,
  multi1y: 12,
  multi2y: 24,
  multi3y: 36,
  multi3yPlus: 60,
};
/** The permit must outlive the endorsement by this (margin.endorse, Guangzhou: 1 year + 20 days, 3 months > 110 days). */
const MARGIN_DAYS = 20;
const AGE_FROM = 16;
const AGE_TO = 70;
const CHIP_ENDORSEMENTS = 255;
/** Kinds by register: eligible.endorse G is for Guangdong hukou, L for every mainland resident (services §3). */
const OFFERED: Readonly<Record<SyntheticPerson['hukou'], readonly (readonly ['G' | 'L', readonly CountCode[]])[]>> = {
  guangdong: [
    ['G', ['once', 'twice', 'multi1y']],
    ['L', ['once', 'twice']],
  ],
  other: [['L', ['once', 'twice']]],
};

/** What this person may have today, or why not (services §2.1). Pure.
 *  @param today `YYYY-MM-DD` in Asia/Shanghai */
export function assess(
  person: SyntheticPerson,
  register: { readonly endorsements: readonly RegisteredEndorsement[]; readonly chipCounter: number },
  today: string,
): Assessment {
  const permitExpiry = fullDate(person.expiry, 'future', today);
  const base = { holderMasked: maskedName(person.chineseName), permitExpiry };
  const refusals = standingRefusals(person, permitExpiry, register.chipCounter, today);
  if (refusals.length > 0) return { ...base, allowed: [], refusals };
  const wanted = offered(person, register.endorsements, today);
  const allowed = wanted.filter((item) => addDays(item.validUntil, MARGIN_DAYS) <= permitExpiry);
  if (allowed.length > 0) return { ...base, allowed, refusals: [] };
  const needed = wanted.map((item) => addDays(item.validUntil, MARGIN_DAYS)).toSorted()[0] ?? today;
  return { ...base, allowed: [], refusals: [refusal('validity-short', needed)] };
}

/** The last day of an endorsement that is issued today. */
export function lastDayOf(countCode: CountCode, today: string): string {
  return addDays(addMonths(today, TERM_MONTHS[countCode]), -1);
}

/** Journeys of a fresh endorsement; null = any number. */
export function journeysOf(countCode: CountCode): number | null {
  return countCode === 'once' ? 1 : countCode === 'twice' ? 2 : null;
}

/** A six-digit date with its century. Expiries lie in this century; a birth lies before today. */
function fullDate(yymmdd: string, side: 'past' | 'future', today: string): string {
  const rest = `${yymmdd.slice(0, 2)}-${yymmdd.slice(2, 4)}-${yymmdd.slice(4, 6)}`;
  return side === 'past' && `20${rest}` > today ? `19${rest}` : `20${rest}`;
}

function standingRefusals(
  person: SyntheticPerson,
  permitExpiry: string,
  chipCounter: number,
  today: string,
): OfficeRefusal[] {
  if (permitExpiry < today) return [refusal('doc-expired', permitExpiry)];
  const age = ageOn(fullDate(person.birth, 'past', today), today);
  if (age < AGE_FROM || age > AGE_TO) return [refusal('age')];
  switch (person.thing) {
    case 'permit-first':
      return [refusal('first-or-booklet')];
    case 'permit-registered':
      return [refusal('special-identity')];
    case 'permit-rare-name':
      // The character is outside the register's character set; a window takes the case by hand.
      return [refusal('name-rare-char')];
    case 'permit-recent':
      // Applied 20 days ago, two months must pass (Qingyuan's rule).
      return [refusal('recent-application', addMonths(addDays(today, -20), 2))];
    default:
      return chipCounter >= CHIP_ENDORSEMENTS ? [refusal('chip-full')] : [];
  }
}

function offered(
  person: SyntheticPerson,
  endorsements: readonly RegisteredEndorsement[],
  today: string,
): AllowedEndorsement[] {
  const destinations: readonly Destination[] = ['HKG', 'MAC'];
  return destinations.flatMap((destination) =>
    OFFERED[person.hukou].flatMap(([kind, countCodes]) =>
      countCodes.map((countCode) => ({
        destination,
        kind,
        countCode,
        validUntil: lastDayOf(countCode, today),
        // Policy cancel-old (Changzhou): a valid one is replaced, after a warning.
        cancelsValid: endorsements.some(
          (old) => old.destination === destination && !old.cancelled && old.remaining !== 0 && old.validUntil >= today,
        ),
      })),
    ),
  );
}

function ageOn(birth: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}
