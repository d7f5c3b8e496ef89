import { describe, expect, it } from 'vitest';
import type { PastEvent } from '@yimen/contracts/terminal';
import { hasObligations, openObligations, type Obligations } from './obligations.ts';

let j = 0;
const row = (kind: string, fields: Record<string, unknown> = {}): PastEvent => ({
  j: (j += 1),
  kind,
  mono: 0,
  wall: 0,
  boot: 'b7f3c1d2',
  ...fields,
});
const intended = (operationId: string, verb: string): PastEvent => row('operation-intended', { operationId, verb });
const ended = (operationId: string, verb: string, outcome: string, fault: string | null = null): PastEvent =>
  row('operation-ended', { operationId, verb, outcome, fault });
const opened = row('case-opened', { caseRef: 'case-0001' });
const billed = row('bill-opened', { caseRef: 'case-0001', billRef: 'bill-0001' });

const nothing: Obligations = { unknownOps: [], caseOpen: false, bill: null, cardInside: false, resultMissing: false };
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
  ['a service has no result', [row('service-started')], { resultMissing: true }],
  ['a service has its result', [row('service-started'), row('service-result')], {}],
];

describe('what a dead session left undone', () => {
  for (const [what, rows, left] of table) {
    it(what, () => {
      const found = openObligations(rows);
      expect(found).toEqual({ ...nothing, ...left });
      expect(hasObligations(found)).toBe(Object.keys(left).length > 0);
    });
  }
});
