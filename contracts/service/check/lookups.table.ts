import { FIND_PURPOSES } from '../../back-office/index.ts';

/** What a workflow may ask an office, and what flags the answer sets. A flag named `no.VALUE` hides the option VALUE of a
 *  later choice. */
export interface LookupRow {
  readonly flags: readonly string[];
  /** Values of the setting `purpose`; none: the request has no purpose. */
  readonly purposes: readonly string[];
  readonly isPurposeRequired: boolean;
}

const plain = (...flags: string[]): LookupRow => ({ flags, purposes: [], isPurposeRequired: false });
const find: LookupRow = { flags: ['no.approved'], purposes: FIND_PURPOSES, isPurposeRequired: true };

const LOOKUPS: Readonly<Record<string, LookupRow>> = {
  // `view`: reading a permit needs nothing that could be applied for.
  'exitEntry.permit.lookup': { flags: ['no.reprint'], purposes: ['view'], isPurposeRequired: false },
  'exitEntry.person.check': plain('fingersNeeded', 'photoOnFile'),
  'exitEntry.case.find': find,
  'vehicle.licence.lookup': plain('photoOk', 'healthOk'),
  'vehicle.car.lookup': { flags: ['noInsurance', 'noTax'], purposes: ['vlic', 'inspect'], isPurposeRequired: true },
  'vehicle.violation.list': plain(),
  'vehicle.case.find': find,
  'household.person.check': plain('waived'),
  'household.photo.fetch': plain(),
  'household.case.find': find,
};

export function lookupRow(request: string): LookupRow | undefined {
  return Object.hasOwn(LOOKUPS, request) ? LOOKUPS[request] : undefined;
}

/** Flags that this request sets when it is asked for `purpose`. */
export function flagsToldBy(request: string | undefined, purpose: string | undefined): readonly string[] {
  const row = request === undefined ? undefined : lookupRow(request);
  if (row === undefined || (row === find && purpose !== 'print')) return [];
  return row.flags;
}

/** Names that a `check` step may list, with the policy rows each reads: one of them has to be there. Only what the step
 *  judges stands here: it passes over a name that it does not know. */
export const CHECK_RULES: ReadonlyMap<string, readonly (readonly [kind: string, variant: string | null])[]> = new Map([
  [
    'age',
    [
      ['age', 'min'],
      ['age', 'max'],
    ],
  ],
  ['idWindow', [['margin', 'renewBeforeMonths']]],
  ['hukou', [['eligibility', 'hukou']]],
]);
