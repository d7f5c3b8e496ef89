import type { Books, JournalBook } from '../books.ts';

/** For a test that changes one thing. */
export type Draft<T> = T extends string | number | boolean | null | undefined
  ? T
  : { -readonly [K in keyof T]: Draft<T[K]> };

const TID = 'SD-DALIANG-01';
export const DAY = '2026-11-28';
/** 10:00 in Asia/Shanghai of DAY. */
export const AT = Date.parse(`${DAY}T02:00:00Z`);
export const HOUR = 3_600_000;

type Ref = 'done' | 'stop' | 'free';
const end = (name: Ref, over: Partial<JournalBook['ends'][number]>): JournalBook['ends'][number] => ({
  seq: 0,
  wall: AT,
  sessionId: `session-${name}`,
  service: 'exit.endorse',
  outcome: 'done',
  stop: null,
  incident: null,
  chargedFen: 1_500,
  refundedFen: 0,
  produced: 1,
  handedOver: 1,
  ...over,
});

/** One terminal's day in which all books agree: an endorsement done and captured; one that stopped after it was paid
 *  (held, compensation and incident open); a licence without a fee. Two services of another terminal without journal. */
export function agreeingBooks(): Draft<Books> {
  const ends = [
    end('done', { seq: 10 }),
    end('stop', {
      seq: 20,
      outcome: 'stopped',
      stop: 'paid-not-produced',
      incident: '5FB-WFY',
      produced: 0,
      handedOver: 0,
    }),
    end('free', { seq: 30, service: 'veh.licence', chargedFen: 0 }),
  ];
  const facts = [
    ...ends.map((one) => ({ ...one, tid: TID, epoch: 1, day: DAY })),
    { ...end('done', { seq: 5 }), tid: 'SD-LIGHT-01', epoch: 1, day: DAY },
  ].map(({ tid, epoch, seq, day, service, outcome, stop, chargedFen, refundedFen, produced, handedOver }) => ({
    ...{ tid, epoch, seq, day, service, outcome, stop },
    ...{ chargedFen, refundedFen, produced, handedOver },
  }));
  const books: Books = {
    journals: [journal(ends)],
    fleet: {
      facts,
      ledgers: [
        { tid: TID, epoch: 1, upTo: 40, missing: [], quarantined: [] },
        { tid: 'SD-LIGHT-01', epoch: 1, upTo: 9, missing: [], quarantined: [] },
      ],
      volumes: facts.map(({ tid, day, service, outcome, chargedFen, refundedFen, produced, handedOver }) => ({
        ...{ tid, day, service, outcome, n: 1 },
        ...{ chargedFen, refundedFen, produced, handedOver },
      })),
    },
    gateway: gateway(),
    statement: statement(),
    readAt: AT + HOUR,
  };
  return structuredClone(books) as Draft<Books>;
}

function journal(ends: JournalBook['ends']): JournalBook {
  const names: readonly Ref[] = ['done', 'stop', 'free'];
  const closedAs = { done: 'confirmed-done', stop: 'confirmed-notDone', free: 'confirmed-done' };
  const bill = (name: Ref): JournalBook['bills'][number] => ({
    sessionId: `session-${name}`,
    caseRef: `case-${name}`,
    billRef: `bill-${name}`,
    amountFen: 1_500,
  });
  return {
    tid: TID,
    epoch: 1,
    lastSeq: 40,
    damaged: { total: 0, first: [] },
    acknowledgedSeq: 40,
    ends,
    corrections: [],
    sessions: names.map((name) => ({ sessionId: `session-${name}`, wall: AT - 60_000, isOver: true })),
    cases: names.map((name) => ({ sessionId: `session-${name}`, caseRef: `case-${name}`, closedAs: closedAs[name] })),
    bills: [bill('done'), bill('stop')],
    compensations: [{ sessionId: 'session-stop', caseRef: 'case-stop', amountFen: 1_500, wall: AT }],
    openIncidents: [{ number: '5FB-WFY', stop: 'paid-not-produced', wall: AT }],
    handOuts: [],
    openOperations: [],
  };
}

function gateway(): Books['gateway'] {
  const common = { tid: TID, at: AT - 30_000, isOpen: false };
  const ofCase = { ...common, office: 'exitEntry', compensation: null } as const;
  const owed = { since: AT, why: 'not-produced', billRef: 'bill-stop', amountFen: 1_500 } as const;
  return {
    cases: [
      { ...ofCase, caseRef: 'case-done', end: 'confirmed' },
      { ...ofCase, caseRef: 'case-stop', end: 'none', compensation: owed },
      { ...ofCase, caseRef: 'case-free', office: 'vehicle', end: 'confirmed' },
    ],
    bills: [
      { ...common, billRef: 'bill-done', amountFen: 1_500, standing: 'captured', withUsFen: 1_500 },
      { ...common, billRef: 'bill-stop', amountFen: 1_500, standing: 'paid', withUsFen: 1_500 },
    ],
  };
}

function statement(): Books['statement'] {
  const bill = {
    amountFen: 1_500,
    heldFen: 1_500,
    voidedFen: 0,
    refundedFen: 0,
    extraInFen: 0,
    extraBackFen: 0,
    at: AT,
  };
  return {
    bills: [
      { ...bill, billRef: 'bill-done', state: 'captured', capturedFen: 1_500 },
      { ...bill, billRef: 'bill-stop', state: 'held', capturedFen: 0 },
    ],
    cases: [
      { caseRef: 'case-done', stage: 'produced' },
      { caseRef: 'case-stop', stage: 'reserved' },
      { caseRef: 'case-free', stage: 'produced' },
    ],
    serials: [
      { serial: 'endorsement S000000001', caseRef: 'case-done', state: 'produced' },
      { serial: 'endorsement S000000002', caseRef: 'case-stop', state: 'reserved' },
      { serial: 'blank D2026000001', caseRef: 'case-free', state: 'produced' },
    ],
  };
}
