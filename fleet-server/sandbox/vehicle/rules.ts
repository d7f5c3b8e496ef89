import type { OfficeRefusal } from '@yimen/contracts/back-office';
import { addDays, addMonths } from '../office-clock.ts';
import { ageOf, cardByThing } from '../people.ts';
import { refusal } from '../refusals.ts';
import type { Car, Driver, OpenViolation } from './register.ts';

export type LicenceReason = 'expiry' | 'loss' | 'damage' | 'violation';
export interface CarRule {
  readonly rule: string;
  readonly result: 'ok' | 'failed' | 'missing';
}

/** Licences may be renewed from so many days before their end, and until a year after it (services §2.6). */
const RENEW_FROM_DAYS = 90;
const LAPSED_AFTER_MONTHS = 12;
const POINTS_LIMIT = 12;
/** From this age the heavy classes are given up. */
const HEAVY_UNTIL_AGE = 60;
const HEAVY = /^[AB]/u;
/** 2014: fewer than 7 seats; now up to 9. */
const SEATS = 9;
const EXEMPT_MONTHS = 72;
const MARK_FROM_DAYS = 90;
/** Violations that a machine may deal with (Beijing's old limits). */
export const FINE_LIMIT_FEN = 20_000;
const OTHER_CARS = 3;

/** Why this driver gets no licence here; empty: he may. */
export function licenceRefusals(
  driver: Driver | undefined,
  reason: LicenceReason,
  open: readonly OpenViolation[],
  today: string,
): OfficeRefusal[] {
  // Nobody with this number holds a licence: the papers differ from the register.
  if (driver === undefined) return [refusal('data-differs')];
  const standing = standingRefusal(driver, today);
  if (standing !== null) return [standing];
  if (reason === 'violation') return driver.points >= POINTS_LIMIT ? [refusal('points-stop')] : [];
  const refusals: OfficeRefusal[] = [];
  if (driver.points >= POINTS_LIMIT) refusals.push(refusal('points-12'));
  if (isTooHeavy(driver, today)) refusals.push(refusal('downgrade-age'));
  const from = addDays(driver.expiry, -RENEW_FROM_DAYS);
  if (reason === 'expiry' && from > today) refusals.push(refusal('too-early', from));
  if (open.length > 0) refusals.push(openViolations(open.length));
  if (!driver.healthOk) refusals.push(refusal('no-health'));
  return refusals;
}

/** Why this holder may not decide these violations here; null: he may. */
export function violationRefusal(driver: Driver, wanted: readonly OpenViolation[]): OfficeRefusal | null {
  if (wanted.some(({ fineFen }) => fineFen > FINE_LIMIT_FEN)) return refusal('over-limit');
  const points = wanted.reduce((sum, one) => sum + one.points, 0);
  if (driver.points + points >= POINTS_LIMIT) return refusal('points-stop');
  const others = wanted.some(({ car }) => car.owner !== driver.holder);
  return others && driver.carsHandled >= OTHER_CARS ? refusal('many-cars') : null;
}

/** The rules of exemption one by one (services §2.8). */
export function inspectionRules(car: Car, today: string): CarRule[] {
  const judged = (rule: string, isOk: boolean): CarRule => ({ rule, result: isOk ? 'ok' : 'failed' });
  return [
    judged('use', car.use === 'private'),
    judged('seats', car.seats <= SEATS),
    judged('age', addMonths(car.registered, EXEMPT_MONTHS) >= today),
    judged('casualty', !car.casualty),
    judged('violations', car.violations.length === 0),
    { rule: 'insurance', result: car.insurance ? 'ok' : 'missing' },
    { rule: 'tax', result: car.tax ? 'ok' : 'missing' },
  ];
}

/** Why this car gets no mark, or no new vehicle licence, for who asks. */
export function carRefusals(
  car: Car | undefined,
  asker: string | undefined,
  purpose: 'vlic' | 'inspect',
  today: string,
): OfficeRefusal[] {
  if (car === undefined) return [refusal('plate-unknown')];
  if (car.owner !== asker) return [refusal('not-owner')];
  if (car.status !== 'normal') return [refusal('car-status')];
  const open = car.violations.length > 0 ? [openViolations(car.violations.length)] : [];
  if (purpose === 'vlic') return open;
  const from = addDays(car.due, -MARK_FROM_DAYS);
  const early = from > today ? [refusal('too-early', from)] : [];
  const failed = inspectionRules(car, today).filter(({ rule, result }) => result === 'failed' && rule !== 'violations');
  const notExempt = failed.map(({ rule }) => refusal('not-exempt', null, ...ruleTexts(rule)));
  return [...notExempt, ...open, ...early];
}

/** What the office says of the rule that a car fails. */
function ruleTexts(rule: string): [string, string] {
  switch (rule) {
    case 'use':
      return ['营运车辆不在免检范围', 'A car used for hire is not exempt'];
    case 'seats':
      return ['核定载客超过九人', 'More than nine seats'];
    case 'age':
      return ['注册登记已满六年', 'Registered more than six years ago'];
    default:
      return ['发生过有人员伤亡的交通事故', 'It was in an accident with casualties'];
  }
}

function standingRefusal(driver: Driver, today: string): OfficeRefusal | null {
  if (driver.status === 'other-province' || driver.status === 'data-differs') return refusal(driver.status);
  if (driver.status !== 'ok') return refusal('status');
  return addMonths(driver.expiry, LAPSED_AFTER_MONTHS) < today ? refusal('lapsed', driver.expiry) : null;
}

function isTooHeavy(driver: Driver, today: string): boolean {
  const card = cardByThing(driver.holder);
  return HEAVY.test(driver.class) && card !== undefined && ageOf(card, today) >= HEAVY_UNTIL_AGE;
}

function openViolations(count: number): OfficeRefusal {
  return refusal('open-violation', null, `有 ${count} 条未处理的违法记录`, `${count} records are open`);
}
