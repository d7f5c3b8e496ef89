import type { BillItem, FoundCase } from '@yimen/contracts/back-office';
import { SYNTHETIC_CASES, type SyntheticCase } from '@yimen/contracts/testing';
import { addDays } from '../office-clock.ts';
import type { Shelf } from '../shelf.ts';
import type { CaseOfficeName } from './case-file.ts';

/** An application as the office has it, from when it was taken in to the delivery of its document. Errands at a terminal
 *  (pay it, collect its document, print what it approved) are case files of their own. */
export interface Dossier {
  readonly receiptNo: string;
  readonly office: CaseOfficeName;
  readonly titleZh: string;
  readonly titleEn: string;
  /** Thing id of the holder's ID card, and of his permit when the case is about it. */
  readonly holder: string;
  readonly permit: string | null;
  readonly docKind: string | null;
  readonly state: FoundCase['state'];
  readonly since: string;
  readonly expected: string | null;
  /** What was to be paid for it at all; see `paidOn`. */
  readonly items: readonly BillItem[];
  readonly paidOn: string | null;
  /** Nobody paid in time. */
  readonly voidOn: string | null;
  readonly hallId: string | null;
  readonly serial: string | null;
  /** Where the finished document is: `stock` lies in the hall's locker. */
  readonly document: 'stock' | 'reserved' | 'suspect' | 'atWindow' | 'backAtOffice' | 'delivered' | null;
  readonly backSince: string | null;
  readonly approvalNo: string | null;
  /** From this day its document is being made (approved and nothing left to pay). */
  readonly makingSince: string | null;
  /** Days from then until the document lies in the hall. */
  readonly makingDays: number;
}

/** Reads and writes of the offices' own cases. */
export interface Dossiers {
  get(receiptNo: string): Dossier | undefined;
  ofHolder(office: CaseOfficeName, thing: string): Dossier[];
  ofPermit(office: CaseOfficeName, thing: string): Dossier[];
  all(): Dossier[];
  keep(dossier: Dossier): void;
  /** Documents that were being made come to be made and ready as days pass. */
  advance(today: string): void;
}

const MADE_BEFORE_READY_DAYS = 2;

export function createDossiers(shelf: Shelf, today: () => string): Dossiers {
  const kept = (receiptNo: string): Dossier | undefined => shelf.get<Dossier>('dossier', receiptNo);
  const all = (): Dossier[] => [
    ...SYNTHETIC_CASES.map((one) => kept(one.receiptNo) ?? fromTable(one, today())),
    ...shelf.owned<Dossier>('dossier', 'new'),
  ];
  const keep = (dossier: Dossier): void =>
    shelf.put('dossier', dossier.receiptNo, dossier, {
      owner: isFromTable(dossier.receiptNo) ? 'table' : 'new',
      live: dossier.makingSince !== null && dossier.state !== 'ready' && dossier.state !== 'delivered',
    });
  return {
    get: (receiptNo) => kept(receiptNo) ?? all().find((one) => one.receiptNo === receiptNo),
    ofHolder: (office, thing) => all().filter((one) => one.office === office && one.holder === thing),
    ofPermit: (office, thing) => all().filter((one) => one.office === office && one.permit === thing),
    all,
    keep,
    advance: (day) => {
      for (const dossier of shelf.live<Dossier>('dossier')) {
        const next = advanced(dossier, day, () => shelf.next('document'));
        if (next !== dossier) keep(next);
      }
    },
  };
}

/** Amounts still to be paid. */
export function openItems(dossier: Dossier): readonly BillItem[] {
  return dossier.paidOn === null && dossier.voidOn === null ? dossier.items : [];
}

/** The case once nothing stands between it and its document. */
export function making(dossier: Dossier, today: string): Dossier {
  const isHeldUp = dossier.state !== 'reviewed' || openItems(dossier).length > 0 || dossier.voidOn !== null;
  if (isHeldUp) return dossier;
  return { ...dossier, makingSince: today, expected: addDays(today, dossier.makingDays) };
}

function advanced(dossier: Dossier, today: string, nextNumber: () => number): Dossier {
  if (dossier.makingSince === null) return dossier;
  const ready = addDays(dossier.makingSince, dossier.makingDays);
  if (today >= ready) {
    const serial = `N${ready.slice(0, 4)}${String(nextNumber()).padStart(6, '0')}`;
    return { ...dossier, state: 'ready', since: ready, serial, document: 'stock' };
  }
  const made = addDays(ready, -MADE_BEFORE_READY_DAYS);
  return today >= made && dossier.state === 'reviewed' ? { ...dossier, state: 'made', since: made } : dossier;
}

function isFromTable(receiptNo: string): boolean {
  return SYNTHETIC_CASES.some((one) => one.receiptNo === receiptNo);
}

const SEEDED_DAYS_AGO = 6;
const SEEDED_MAKING_DAYS = 7;

function fromTable(row: SyntheticCase, today: string): Dossier {
  const since = addDays(today, -(row.sinceDaysAgo ?? SEEDED_DAYS_AGO));
  return {
    receiptNo: row.receiptNo,
    office: row.office === 'exitEntry' ? 'exit-entry' : 'household',
    titleZh: row.titleZh,
    titleEn: row.titleEn,
    holder: row.holder,
    permit: row.permit,
    docKind: row.docKind ?? null,
    state: row.state,
    since,
    expected: row.state === 'ready' || row.approvalNo !== null ? null : addDays(today, SEEDED_MAKING_DAYS),
    items: row.fees.map(([feeRow, variant, amountFen]) => ({ feeRow, variant, count: 1, amountFen })),
    paidOn: row.special === 'paid' ? since : null,
    voidOn: row.special === 'void-unpaid' ? addDays(today, -1) : null,
    hallId: row.hallId,
    serial: row.serial,
    document: documentOf(row),
    backSince: row.special === 'kept-too-long' ? addDays(today, -3) : null,
    approvalNo: row.approvalNo,
    makingSince: null,
    makingDays: SEEDED_MAKING_DAYS,
  };
}

function documentOf(row: SyntheticCase): Dossier['document'] {
  if (row.serial === null) return null;
  if (row.special === 'not-loaded') return 'atWindow';
  return row.special === 'kept-too-long' ? 'backAtOffice' : 'stock';
}
