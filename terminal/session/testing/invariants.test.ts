import { beforeAll, describe, expect, it } from 'vitest';
import type { PastEvent } from '@yimen/contracts/terminal';
import type { View } from '@yimen/contracts/ui';
import { SessionHarness } from './harness.ts';
import { leftBy, violationsOf, type Left } from './invariants.ts';

const jam = { code: 'mediaJam', message: '', action: 'clear' } as const;
let endorsed: Left;
let licensed: Left;
let stopped: Left;
let refused: Left;

async function leftOf(service: string, before: (session: SessionHarness) => void = () => undefined): Promise<Left> {
  const session = await SessionHarness.create({}, {}, undefined, service);
  before(session);
  await session.walk();
  return leftBy(session);
}

beforeAll(async () => {
  endorsed = await leftOf('exit.endorse');
  licensed = await leftOf('veh.licence');
  stopped = await leftOf('exit.endorse', ({ hall }) => {
    hall.bend('erase', { outcome: 'notDone', fault: jam }, false);
  });
  refused = await leftOf('exit.endorse', ({ office }) => {
    office.refusals = [{ code: 'special-identity', date: null, textZh: null, textEn: null }];
  });
});

const without = (rows: readonly PastEvent[], wrong: (row: PastEvent) => boolean): PastEvent[] =>
  rows.filter((row) => !wrong(row));
const changed = (rows: readonly PastEvent[], kind: string, over: Readonly<Record<string, unknown>>): PastEvent[] =>
  rows.map((row) => (row.kind === kind ? { ...row, ...over } : row));
const withLast = (left: Left, view: View): Left => ({ ...left, views: [[...(left.views[0] ?? []), view]] });
const shown = (left: Left, kind: View['kind']): View => {
  const found = left.views.flat().findLast((view) => view.kind === kind);
  if (found === undefined) throw new Error(`${kind} was not shown`);
  return found;
};
const reshown = (left: Left, kind: View['kind'], over: Readonly<Record<string, unknown>>): Left => ({
  ...left,
  views: left.views.map((views) =>
    views.map((view) => (view.kind === kind ? ({ ...view, body: { ...view.body, ...over } } as View) : view)),
  ),
});
const ids = (left: Left): string[] => [...new Set(violationsOf(left).map((line) => line.slice(0, 2)))];

describe('what went well', () => {
  it('violates nothing', () => {
    for (const left of [endorsed, licensed, stopped, refused]) expect(violationsOf(left)).toEqual([]);
  });
});

/** Each control: a world that was doctored in one place, and the invariant that must say so. */
describe('a doctored world is told', () => {
  it('I1: a movement without its row, one without its intent, a row without its movement', () => {
    expect(
      ids({
        ...licensed,
        rows: without(licensed.rows, (row) => row.kind === 'goods-moved' && row['item'] === 'licence'),
      }),
    ).toContain('I1');
    expect(ids({ ...endorsed, rows: without(endorsed.rows, (row) => row.kind === 'operation-intended') })).toContain(
      'I1',
    );
    expect(ids({ ...endorsed, happened: endorsed.happened.filter(({ verb }) => verb !== 'ejectCard') })).toContain(
      'I1',
    );
  });

  it('I2: a card that is told as handed over and lies in the bin', () => {
    const places = new Map([...endorsed.places, ['card', 'retainBin'] as const]);
    expect(ids({ ...endorsed, places })).toContain('I2');
  });

  it('I3: money without goods and nothing open; a charge that nobody took; goods for money that is only held', () => {
    expect(ids({ ...stopped, rows: without(stopped.rows, (row) => row.kind === 'compensation') })).toEqual(['I3']);
    expect(ids({ ...stopped, rows: without(stopped.rows, (row) => row.kind === 'incident') })).toContain('I3');
    expect(ids({ ...endorsed, office: { ...endorsed.office, bill: null } })).toEqual(['I3']);
    const { bill } = endorsed.office;
    if (bill === null) throw new Error('no bill');
    expect(ids({ ...endorsed, office: { ...endorsed.office, bill: { ...bill, state: 'held' } } })).toEqual(['I3']);
  });

  it('I4: a card at the gate, a licence at the exit, a screen that stays, a name in the journal, a lease', () => {
    expect(ids({ ...endorsed, card: 'gate' })).toEqual(['I4']);
    const blanks = new Map([['D2026000001', 'exit'] as const]);
    expect(ids({ ...licensed, makers: { ...licensed.makers, blanks } })).toContain('I4');
    expect(ids(withLast(endorsed, shown(endorsed, 'receipt')))).toEqual(['I4']);
    expect(ids({ ...endorsed, rows: changed(endorsed.rows, 'case-opened', { receiptId: 'SD20260001' }) })).toEqual([
      'I4',
    ]);
    expect(ids({ ...endorsed, leases: 1 })).toEqual(['I4']);
    expect(ids({ ...endorsed, reads: [...endorsed.reads, { device: 'fingerprint', verb: 'capture' }] })).toEqual([
      'I4',
    ]);
  });

  it('I5: no end, no result, two ends, a result without a name', () => {
    expect(ids({ ...endorsed, isOver: false })).toEqual(['I5']);
    expect(ids({ ...endorsed, rows: without(endorsed.rows, (row) => row.kind === 'session-ended') })).toEqual(['I5']);
    const end = endorsed.rows.filter((row) => row.kind === 'session-ended');
    expect(ids({ ...endorsed, rows: [...endorsed.rows, ...end] })).toEqual(['I5']);
    expect(ids({ ...stopped, rows: changed(stopped.rows, 'service-result', { stop: null }) })).toContain('I5');
    expect(ids({ ...endorsed, rows: without(endorsed.rows, (row) => row.kind === 'case-closed') })).toContain('I5');
  });

  it('I6: a bin with something that no row tells of, a stack that does not add up, a spoiled blank untold', () => {
    const places = new Map([...licensed.places, ['licence X', 'retractBin'] as const]);
    expect(ids({ ...licensed, places })).toContain('I6');
    const counts = { ...licensed.makers.counts, blanks: licensed.makers.counts.blanks - 1 };
    expect(ids({ ...licensed, makers: { ...licensed.makers, counts } })).toEqual(['I6']);
    const blanks = new Map([...licensed.makers.blanks, ['D2026000002', 'reject'] as const]);
    const spoiled = { ...licensed.makers.counts, blanks: licensed.makers.counts.blanks - 1, rejected: 1 };
    expect(ids({ ...licensed, makers: { ...licensed.makers, blanks, counts: spoiled } })).toEqual(['I6']);
  });

  it('I7: an operation that was sent twice, a second charge, a second case', () => {
    const [first] = endorsed.asked;
    if (first === undefined) throw new Error('nothing was asked');
    expect(ids({ ...endorsed, asked: [...endorsed.asked, first] })).toEqual(['I7']);
    const charges = endorsed.happened.filter(({ verb }) => verb === 'charge');
    expect(ids({ ...endorsed, happened: [...endorsed.happened, ...charges] })).toEqual(['I7']);
    const begun = endorsed.office.effects.filter(({ kind }) => kind.endsWith('.case.begin'));
    const again = begun.map((effect) => ({ ...effect, operationId: 'another' }));
    const effects = [...endorsed.office.effects, ...again];
    expect(ids({ ...endorsed, office: { ...endorsed.office, effects } })).toEqual(['I7']);
  });

  it('I8: a stop without a number or a way, a refusal in codes, a problem without words', () => {
    expect(ids(reshown(stopped, 'stopped', { incident: '' }))).toEqual(['I8']);
    expect(ids(reshown(stopped, 'stopped', { next: [] }))).toEqual(['I8']);
    expect(ids(reshown(stopped, 'stopped', { happened: 'hardwareError' }))).toEqual(['I8']);
    expect(ids(reshown(refused, 'refused', { told: 'GATEWAY_UNREACHABLE' }))).toEqual(['I8']);
    expect(ids(reshown(refused, 'refused', { next: [{ next: 'line', text: '{hotline}', place: null }] }))).toEqual([
      'I8',
    ]);
    expect(ids(reshown(endorsed, 'read-card', { problem: 'noSuchCode' }))).toEqual(['I8']);
    expect(
      ids({ ...refused, views: refused.views.map((views) => views.filter(({ kind }) => kind !== 'refused')) }),
    ).toEqual(['I8']);
  });
});
