import { describe, expect, it } from 'vitest';
import type { PastEvent } from '@yimen/contracts/terminal';
import { hasObligations, isForOfficesOnly, openObligations, type Obligations } from './obligations.ts';

let j = 0;
const row = (kind: string, fields: Record<string, unknown> = {}): PastEvent => ({
  j: (j += 1),
  kind,
  mono: 0,
  wall: 0,
  boot: 'b7f3c1d2',
  ...fields,
});
const intended = (operationId: string, verb: string, target = 'gateway'): PastEvent =>
  row('operation-intended', { operationId, verb, target });
const ended = (operationId: string, verb: string, outcome: string, fault: string | null = null): PastEvent =>
  row('operation-ended', { operationId, verb, outcome, fault });
const opened = row('case-opened', { caseRef: 'case-0001' });
const billed = row('bill-opened', { caseRef: 'case-0001', billRef: 'bill-0001' });

const kept = [opened, row('service-result', { stop: 'produced-not-taken', produced: 1, handedOver: 0 })] as const;
const told = row('case-closed', { caseRef: 'case-0001', state: 'confirmed-notDone' });
const handedOut = row('goods-moved', {
  item: 'licence',
  from: 'licencePrinter.retract',
  to: 'holder',
  outcome: 'done',
});

const nothing: Obligations = {
  unknownOps: [],
  caseOpen: false,
  bill: null,
  cardInside: false,
  resultMissing: false,
  atDevices: false,
  handOutUntold: false,
  moneySince: null,
};
const table: readonly [string, readonly PastEvent[], Partial<Obligations>][] = [
  ['nothing was begun', [row('session-started')], {}],
  ['an effect was intended, no more', [intended('a', 'charge')], { unknownOps: ['a'] }],
  ['a slip was intended, no more: it is never owed', [intended('a', 'printReceipt')], {}],
  ['an effect ended', [intended('a', 'charge'), ended('a', 'charge', 'done')], {}],
  [
    'a stop handed over to staff what could not be proved or returned',
    [
      row('service-started'),
      intended('a', 'acceptCard'),
      ended('a', 'acceptCard', 'done'),
      intended('b', 'printEndorsement'),
      ended('b', 'printEndorsement', 'unknown'),
      row('service-result', { stop: 'unknown' }),
    ],
    {},
  ],
  [
    'a stop does not close what the office must still be told',
    [row('service-started'), opened, billed, row('service-result', { stop: 'paid-not-produced' })],
    { caseOpen: true, bill: 'bill-0001' },
  ],
  [
    'a result without a stop excuses nothing',
    [row('service-started'), intended('a', 'charge'), row('service-result', { stop: null })],
    { unknownOps: ['a'] },
  ],
  ['an effect ended unknown', [intended('a', 'charge'), ended('a', 'charge', 'unknown')], { unknownOps: ['a'] }],
  [
    'an unknown effect was settled',
    [
      intended('a', 'charge'),
      ended('a', 'charge', 'unknown'),
      row('operation-resolved', { operationId: 'a', outcome: 'done' }),
    ],
    {},
  ],
  [
    'an unknown effect stayed unknown',
    [intended('a', 'charge'), row('operation-resolved', { operationId: 'a', outcome: 'unknown' })],
    { unknownOps: ['a'] },
  ],
  ['a case is open', [opened], { caseOpen: true }],
  ['a case with a bill is open', [opened, billed], { caseOpen: true, bill: 'bill-0001' }],
  ['a case was closed', [opened, billed, row('case-closed', { caseRef: 'case-0001' })], {}],
  ['another case was closed', [opened, row('case-closed', { caseRef: 'case-0002' })], { caseOpen: true }],
  ['a card may be on its way in', [intended('a', 'acceptCard')], { unknownOps: ['a'], cardInside: true }],
  ['no card came', [intended('a', 'acceptCard'), ended('a', 'acceptCard', 'notDone', 'noMedia')], {}],
  [
    'a card jammed coming in',
    [intended('a', 'acceptCard'), ended('a', 'acceptCard', 'notDone', 'mediaJam')],
    { cardInside: true },
  ],
  ['a card is inside', [intended('a', 'acceptCard'), ended('a', 'acceptCard', 'done')], { cardInside: true }],
  [
    'the card was taken',
    [
      intended('a', 'acceptCard'),
      ended('a', 'acceptCard', 'done'),
      intended('b', 'ejectCard'),
      ended('b', 'ejectCard', 'done'),
    ],
    {},
  ],
  [
    'the card was not taken',
    [
      intended('a', 'acceptCard'),
      ended('a', 'acceptCard', 'done'),
      intended('b', 'ejectCard'),
      ended('b', 'ejectCard', 'notDone', 'notTaken'),
    ],
    { cardInside: true },
  ],
  [
    'the card was kept',
    [
      intended('a', 'acceptCard'),
      ended('a', 'acceptCard', 'done'),
      intended('b', 'captureCard'),
      ended('b', 'captureCard', 'done'),
    ],
    {},
  ],
  ['an effect of a device is open', [intended('a', 'make', 'licence-printer')], { unknownOps: ['a'], atDevices: true }],
  ['what was made and kept waits for its holder', [...kept, told], {}],
  ['staff gave it to its holder, and the office has not heard', [...kept, told, handedOut], { handOutUntold: true }],
  [
    'staff gave it out before the office had heard anything',
    [...kept, handedOut],
    { caseOpen: true, handOutUntold: true },
  ],
  [
    'the office has heard of it, and the result does not say so yet',
    [...kept, told, handedOut, { ...told, state: 'confirmed-done' }],
    { handOutUntold: true },
  ],
  [
    'the office has heard of it',
    [...kept, told, handedOut, { ...told, state: 'confirmed-done' }, row('service-corrected', { handedOver: 1 })],
    {},
  ],
  [
    'what a recovery proved to be made was given out',
    [
      opened,
      row('service-result', { stop: 'unknown', produced: 0, handedOver: 0 }),
      told,
      row('service-corrected', { produced: 1 }),
      handedOut,
    ],
    { handOutUntold: true },
  ],
  ['staff put it from one place to another', [...kept, told, { ...handedOut, to: 'custody' }], {}],
  [
    'staff gave out a card on which nothing was made',
    [opened, row('service-result', { stop: 'card-held', produced: 0, handedOver: 0 }), told, handedOut],
    {},
  ],
  [
    'money waits for its purpose',
    [row('compensation', { caseRef: 'case-0001', state: 'opened', wall: 7 })],
    { moneySince: 7 },
  ],
  [
    'money waited for its purpose and went back',
    [
      row('compensation', { caseRef: 'case-0001', state: 'opened' }),
      row('compensation', { caseRef: 'case-0001', state: 'closed' }),
    ],
    {},
  ],
  ['a service has no result', [row('service-started')], { resultMissing: true }],
  ['a service has its result', [row('service-started'), row('service-result')], {}],
];

describe('what a dead session left undone', () => {
  for (const [what, rows, left] of table) {
    it(what, () => {
      const found = openObligations(rows);
      expect(found).toEqual({ ...nothing, ...left });
      // Money that waits keeps nobody out.
      expect(hasObligations(found)).toBe(Object.keys(left).some((name) => name !== 'moneySince'));
    });
  }
});

describe('what keeps nobody out', () => {
  it.each<[string, readonly PastEvent[], boolean]>([
    ['nothing is owed', [], false],
    ['an office has not answered', [intended('a', 'exitEntry.case.reserve')], true],
    ['a case was not told how it ended', [opened, row('service-result', { stop: 'paid-not-produced' })], true],
    ['goods that staff gave out', [...kept, told, handedOut], true],
    ['nobody has said how the service ended', [row('service-started'), opened], false],
    ['a device has not answered either', [opened, intended('a', 'make', 'licence-printer')], false],
    ['a card may be inside', [opened, intended('a', 'acceptCard', 'card-unit')], false],
  ])('%s', (_what, rows, isBehind) => {
    expect(isForOfficesOnly(openObligations(rows))).toBe(isBehind);
  });
});
