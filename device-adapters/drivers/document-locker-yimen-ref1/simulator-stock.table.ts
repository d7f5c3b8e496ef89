import { ID_CARDS, PEOPLE } from '@yimen/contracts/testing';
import type { UnitRow } from '../../testing/ref1-device/units.ts';

/** Ids of the units (README.md). */
export const UNIT = { stack: 1, retract: 2, reject: 3 } as const;

export const UNIT_ROWS: readonly UnitRow[] = [
  { id: UNIT.stack, name: 'stack', type: 'dispense', capacity: 300, threshold: 0 },
  { id: UNIT.retract, name: 'retract', type: 'retain', capacity: 20, threshold: 15 },
  { id: UNIT.reject, name: 'reject', type: 'reject', capacity: 10, threshold: 8 },
];

/** A finished document that waits for its holder, or for staff who bring it. */
export interface FinishedDocument {
  /** Thing id of the bench: `document-permit-li-na`. */
  readonly thing: string;
  /** What its label says: for a permit its new number (`C6` and the last seven digits of the holder's present one), for an
   *  ID card the order's number. */
  readonly serial: string;
}

/** One new permit for each synthetic permit holder, one new ID card for each holder of one. Fixed, so that an office that
 *  is played elsewhere can name the same serial numbers. */
export const DOCUMENTS: readonly FinishedDocument[] = [
  ...PEOPLE.map(({ thing, documentNumber }) => ({
    thing: `document-${thing}`,
    serial: `C6${documentNumber.slice(2)}`,
  })),
  ...ID_CARDS.map(({ thing }, i) => ({ thing: `document-${thing}`, serial: `S2026${String(i + 1).padStart(6, '0')}` })),
];

/** Not delivered yet when the bench begins: staff put these in. */
const LATER: ReadonlySet<string> = new Set([
  'document-permit-reversed',
  'document-permit-rare-name',
  'document-id-hmt-resident',
  'document-id-taiwan-resident',
  'document-id-foreigner-2017',
  'document-id-foreigner-2023',
]);

export const FIRST_DOCUMENTS: readonly FinishedDocument[] = DOCUMENTS.filter(({ thing }) => !LATER.has(thing));
