import { describe, expect, it } from 'vitest';
import type { PastEvent } from '@yimen/contracts/terminal';
import type { Evidence, GatewayOperation } from './evidence.ts';
import { violationsOf } from './invariants.ts';

type Fields = Readonly<Record<string, unknown>>;
const SESSION = { sessionId: 's-1' };

/** Rows of one whole service: paid, made, handed over. */
const DONE: readonly (readonly [kind: string, fields: Fields])[] = [
  ['session-started', { ...SESSION, seq: 1 }],
  ['service-started', { ...SESSION, service: 'veh.licence', seq: 2 }],
  ['bill-opened', { ...SESSION, billRef: 'bill-1', caseRef: 'case-1' }],
  ['operation-intended', { ...SESSION, operationId: 'op-1', target: 'payment-terminal', verb: 'charge' }],
  ['operation-ended', { ...SESSION, operationId: 'op-1', target: 'payment-terminal', outcome: 'done' }],
  ['money-moved', { ...SESSION, operationId: 'op-1', direction: 'charge', outcome: 'done', amountFen: 1_000, seq: 3 }],
  ['operation-intended', { ...SESSION, operationId: 'op-2', target: 'licence-printer', verb: 'present' }],
  ['operation-ended', { ...SESSION, operationId: 'op-2', target: 'licence-printer', outcome: 'done' }],
  ['goods-moved', { ...SESSION, operationId: 'op-2', from: 'licenceMaker', to: 'citizen', outcome: 'done', seq: 4 }],
  [
    'service-result',
    { ...SESSION, service: 'veh.licence', outcome: 'done', incident: null, chargedFen: 1_000, refundedFen: 0, seq: 5 },
  ],
  ['session-ended', { ...SESSION, how: 'finished', seq: 6 }],
];

const operation = (kind: string, over: Partial<GatewayOperation>): GatewayOperation => ({
  kind,
  outcome: 'done',
  isOpen: false,
  caseRef: 'case-1',
  billRef: null,
  facts: {},
  ...over,
});

const WELL: Evidence = {
  rows: rowsOf(DONE),
  journalFindings: [],
  gateway: [
    operation('payment.bill.create', { billRef: 'bill-1', facts: { amountFen: 1_000, paid: true } }),
    operation('vehicle.case.confirm', { facts: { verdict: 'done', capturedFen: 1_000 } }),
  ],
  offices: {
    bills: [{ foreignRef: 'bill-1', state: 'captured', amountFen: 1_000 }],
    extras: [],
    totals: { held: 0, captured: 1_000, refunded: 0, owed: 0, balanced: true },
    blanks: [{ form: 'driving', stock: 1, next: 'D2' }],
  },
  bench: {
    card: null,
    devices: {
      'licence-printer': { state: { licence: null, waitsAt: null, units: { driving: { serials: ['D2'] } } } },
      'payment-terminal': { state: { charges: [{ billRef: 'bill-1', state: 'captured' }] } },
    },
  },
  firstSerials: { 'licence-printer': ['D1', 'D2'] },
  acknowledgedSeq: 6,
  fleet: { rows: 6, lastSeq: 6 },
};

function rowsOf(list: readonly (readonly [string, Fields])[]): PastEvent[] {
  return list.map(([kind, fields], i) => ({ j: i + 1, wall: i, kind, ...fields }) as unknown as PastEvent);
}

/** The same session with some rows changed; null leaves one out. */
function withRows(change: (kind: string, fields: Fields) => Fields | null): Evidence {
  const rows = DONE.flatMap(([kind, fields]) => {
    const changed = change(kind, fields);
    return changed === null ? [] : [[kind, changed] as const];
  });
  return { ...WELL, rows: rowsOf(rows) };
}

const without = (gone: string): Evidence => withRows((kind, fields) => (kind === gone ? null : fields));
const bench = (device: string, state: Fields): Evidence['bench'] => ({
  ...WELL.bench,
  devices: { ...WELL.bench.devices, [device]: { state } },
});
const offices = (over: Partial<Evidence['offices']>): Evidence => ({ ...WELL, offices: { ...WELL.offices, ...over } });

describe('a session of which every store tells the same', () => {
  it('violates nothing', () => {
    expect(violationsOf(WELL)).toEqual([]);
  });
});

/** Each invariant's control: what it is there to see. */
const BROKEN: readonly (readonly [says: string, evidence: Evidence, finds: RegExp])[] = [
  ['a journal that does not verify', { ...WELL, journalFindings: ['row 3: torn'] }, /the journal holds: row 3/],
  [
    'an effect without an end',
    withRows((kind, fields) => (kind === 'operation-ended' && fields['operationId'] === 'op-1' ? null : fields)),
    /charge at payment-terminal \(row 4\) has no end and no incident/,
  ],
  ['a session that never ended', without('session-ended'), /session s-1 .* has 0 ends/],
  ['a service without a result', without('service-result'), /s-1 veh.licence began 1 times and has 0 results/],
  [
    'a service with two results',
    { ...WELL, rows: rowsOf([...DONE, ['service-result', { ...SESSION, service: 'veh.licence', incident: null }]]) },
    /began 1 times and has 2 results/,
  ],
  [
    'money that only the provider has',
    withRows((kind, fields) => (kind === 'service-result' ? { ...fields, chargedFen: 0 } : fields)),
    /results say 0 fen, the provider holds 1000/,
  ],
  ['a bill that was paid twice', offices({ extras: [{}] }), /1 bills were paid twice/],
  [
    'a bill that was charged twice at the device',
    {
      ...WELL,
      bench: bench('payment-terminal', {
        charges: [
          { billRef: 'bill-1', state: 'captured' },
          { billRef: 'bill-1', state: 'held' },
        ],
      }),
    },
    /bill-1 was charged more than once/,
  ],
  [
    'a ledger that does not balance',
    offices({ totals: { ...WELL.offices.totals, balanced: false } }),
    /ledger and bills differ/,
  ],
  [
    'a gateway that thinks the bill unpaid',
    {
      ...WELL,
      gateway: [operation('payment.bill.create', { billRef: 'bill-1', facts: { amountFen: 1_000 } })],
    },
    /the gateway has 0 fen, the provider 1000/,
  ],
  [
    'money that serves nothing and is nobody’s incident',
    {
      ...WELL,
      gateway: [operation('payment.bill.create', { billRef: 'bill-1', facts: { amountFen: 1_000, paid: true } })],
    },
    /1000 fen of bill bill-1 serve nothing/,
  ],
  [
    'a serial in two places',
    {
      ...WELL,
      bench: bench('licence-printer', { units: { driving: { serials: ['D2'] }, reject: { serials: ['D2'] } } }),
    },
    /D2 is in reject and elsewhere/,
  ],
  [
    'a blank that went without a word',
    withRows((kind, fields) => (kind === 'goods-moved' ? null : fields)),
    /1 of licence-printer are outside \(D1\), the journal handed 0 out/,
  ],
  [
    'an office that counts other blanks',
    offices({ blanks: [{ form: 'driving', stock: 2, next: 'D1' }] }),
    /the office counts 2 blanks/,
  ],
  [
    'a card that lies inside',
    { ...WELL, bench: { ...WELL.bench, card: { thing: 'p', place: 'printer' } } },
    /p is at printer/,
  ],
  ['a document at the exit', { ...WELL, bench: bench('document-locker', { atExit: 'C1' }) }, /document-locker atExit/],
  ['a fleet that is behind', { ...WELL, acknowledgedSeq: 5 }, /acknowledged 5 of 6/],
  ['a fleet that holds a row twice', { ...WELL, fleet: { rows: 7, lastSeq: 6 } }, /holds 7 rows up to 6/],
];

describe('each invariant sees what it is there for', () => {
  it.each(BROKEN)('%s', (_says, evidence, finds) => {
    expect(violationsOf(evidence).join('\n')).toMatch(finds);
  });
});

describe('what is no violation', () => {
  it('an effect nobody could prove, when its citizen has a number', () => {
    const told = withRows((kind, fields) => {
      if (kind === 'operation-ended' && fields['operationId'] === 'op-1') return { ...fields, outcome: 'unknown' };
      return kind === 'service-result' ? { ...fields, incident: 'K7F2-9Q' } : fields;
    });
    expect(violationsOf(told)).toEqual([]);
  });

  it('a result that was corrected later', () => {
    const corrected = rowsOf([
      ...DONE.map(
        ([kind, fields]) => [kind, kind === 'service-result' ? { ...fields, chargedFen: 0 } : fields] as const,
      ),
      ['service-corrected', { of: 5, by: 'gateway', chargedFen: 1_000, seq: 7 }],
    ]);
    expect(violationsOf({ ...WELL, rows: corrected, acknowledgedSeq: 7, fleet: { rows: 7, lastSeq: 7 } })).toEqual([]);
  });
});
