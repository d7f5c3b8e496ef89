import type { FIND_PURPOSES, FoundCase, OfficeRefusal } from '@yimen/contracts/back-office';
import { cardByNumber, maskedHolder, permitByNumber } from '../people.ts';
import { refusal } from '../refusals.ts';
import type { CaseBooks } from './case-books.ts';
import type { CaseOfficeName } from './case-file.ts';
import type { Billing } from './errands.ts';
import { type Dossier, type Dossiers, openItems } from './dossiers.ts';
import { progressOf } from './progress.ts';

export type FindPurpose = (typeof FIND_PURPOSES)[number];
export interface FindBody {
  readonly receiptNo: string | null;
  readonly idNo: string | null;
  readonly permitNo: string | null;
  readonly purpose: FindPurpose;
}

const SHOWN = 7;
const REFUSALS = 8;

interface FinderParts {
  readonly office: CaseOfficeName;
  readonly dossiers: Dossiers;
  readonly books: CaseBooks;
  readonly billing: Billing;
}

/** Cases by number or holder for one purpose: those that fit it, or why none does. */
export function findCases(
  parts: FinderParts,
  body: FindBody,
  terminalId: string,
): { cases: FoundCase[]; refusals: OfficeRefusal[] } {
  const known = lookUp(parts, body).filter((one) => concerns(body, one));
  const judged = known.map((dossier) => ({ dossier, unfit: unfitFor(body.purpose, dossier, terminalId) }));
  const fit = judged.filter(({ unfit }) => unfit === null).map(({ dossier }) => shown(dossier));
  const cases = body.purpose === 'progress' ? [...fit, ...begunOnly(parts, body)].map(withRefund(parts)) : fit;
  if (cases.length > 0) return { cases: cases.slice(0, SHOWN), refusals: [] };
  const refusals = judged.flatMap(({ unfit }) => unfit ?? []).slice(0, REFUSALS);
  // Nothing to print is no refusal: a permit may be looked at all the same.
  if (body.purpose === 'print') return { cases: [], refusals: [] };
  return { cases: [], refusals: refusals.length > 0 ? refusals : [refusal('receipt-unknown')] };
}

/** Who follows a case is told that its money went back, also what was paid for it in an errand of its own. */
function withRefund({ books, billing }: FinderParts): (found: FoundCase) => FoundCase {
  return (found) => {
    const errand = books.lastErrand(found.receiptNo, 'P')?.receiptNo;
    const refund = billing.returned(found.receiptNo) ?? (errand === undefined ? null : billing.returned(errand));
    return refund === null ? found : { ...found, refund };
  };
}

/** Cases that are only what a terminal began: an endorsement under review, a licence. */
function begunOnly({ office, dossiers, books }: FinderParts, body: FindBody): FoundCase[] {
  const file = body.receiptNo === null ? undefined : books.file(body.receiptNo);
  const things = [cardByNumber(body.idNo)?.thing, permitByNumber(body.permitNo)?.thing];
  const own = books
    .ofPerson(
      office,
      things.filter((thing) => thing !== undefined),
    )
    .filter(({ decision, stage }) => decision !== 'refused' && stage !== 'cancelled');
  const files = body.receiptNo === null ? own : file?.office === office ? [file] : [];
  return files.filter((one) => one.onCase === null && dossiers.get(one.receiptNo) === undefined).map(progressOf);
}

/** Why a case is not what its holder came for; null: it is. */
export function unfitFor(purpose: FindPurpose, dossier: Dossier, terminalId: string): OfficeRefusal | null {
  switch (purpose) {
    case 'pay':
      return unpayable(dossier);
    case 'collect':
      return uncollectable(dossier, terminalId);
    case 'print':
      return dossier.approvalNo !== null && dossier.state === 'reviewed' ? null : refusal('no-approved-record');
    case 'progress':
      return null;
  }
}

function unpayable(dossier: Dossier): OfficeRefusal | null {
  if (dossier.paidOn !== null) return refusal('already-paid', dossier.paidOn);
  if (dossier.voidOn !== null) return refusal('void-unpaid', dossier.voidOn);
  return dossier.state === 'reviewed' && dossier.items.length > 0 ? null : refusal('not-payable');
}

function uncollectable(dossier: Dossier, terminalId: string): OfficeRefusal | null {
  if (dossier.state === 'delivered') return refusal('receipt-unknown');
  if (openItems(dossier).length > 0 && dossier.state === 'ready') return refusal('unpaid');
  if (dossier.state !== 'ready') return refusal('not-ready', dossier.expected);
  if (dossier.document === 'backAtOffice') return refusal('kept-too-long', dossier.backSince);
  if (dossier.document === 'atWindow' || dossier.document === 'suspect') return refusal('not-loaded');
  return isAtHall(dossier.hallId, terminalId) ? null : refusal('other-hall');
}

/** A terminal's name bears its town (`SD-DALIANG-01`), a hall's too (`daliang-1`): the lockers of a town's hall serve all
 *  its terminals. */
export function townOf(terminalId: string): string {
  return (terminalId.split('-')[1] ?? '').toLowerCase();
}

function isAtHall(hallId: string | null, terminalId: string): boolean {
  return hallId !== null && hallId.split('-')[0] === townOf(terminalId);
}

function lookUp(parts: FinderParts, body: FindBody): Dossier[] {
  const { office, dossiers } = parts;
  if (body.receiptNo !== null) {
    const receiptNo = parts.books.file(body.receiptNo)?.onCase ?? body.receiptNo;
    const one = dossiers.get(receiptNo);
    return one?.office === office ? [one] : [];
  }
  const card = cardByNumber(body.idNo);
  const permit = permitByNumber(body.permitNo);
  const byCard = card === undefined ? [] : dossiers.ofHolder(office, card.thing);
  const byPermit = permit === undefined ? [] : dossiers.ofPermit(office, permit.thing);
  return [...byCard, ...byPermit.filter((one) => !byCard.some((other) => other.receiptNo === one.receiptNo))];
}

/** Who asks by himself is told nothing of cases that have nothing to do with what he wants. */
function concerns({ receiptNo, purpose }: FindBody, dossier: Dossier): boolean {
  if (receiptNo !== null) return true;
  if (purpose === 'pay') return dossier.items.length > 0;
  return purpose !== 'collect' || (dossier.approvalNo === null && dossier.state !== 'delivered');
}

function shown(dossier: Dossier): FoundCase {
  const { receiptNo, titleZh, titleEn, state, since, expected, hallId, approvalNo } = dossier;
  const items = [...openItems(dossier)];
  const lies = state === 'ready' ? hallId : null;
  const holderMasked = maskedHolder(dossier.holder);
  return { receiptNo, titleZh, titleEn, holderMasked, state, since, expected, items, hallId: lies, approvalNo };
}
