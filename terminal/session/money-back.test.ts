import { describe, expect, it } from 'vitest';
import type { BillState } from '@yimen/contracts/back-office';
import { FAKE_FOUND } from './testing/fake-cases.ts';
import { FakeHall } from './testing/fake-hall.ts';
import { FakeOffice } from './testing/fake-office.ts';
import { SessionHarness } from './testing/harness.ts';

/** An ID card that was applied for and paid, and an officer reviews it later. */
async function applied(): Promise<SessionHarness> {
  const office = new FakeOffice();
  office.decision = 'accepted';
  const hall = new FakeHall();
  hall.readers.code = 'PH20261101000001';
  const session = await SessionHarness.create({}, { office, hall }, undefined, 'hh.idapply');
  session.answers = { reason: 'loss' };
  await session.walk();
  expect(session.core.rowsOf('compensation')).toMatchObject([{ state: 'opened', why: 'review', amountFen: 4_000 }]);
  return session;
}

/** A licence that was paid and could not be made. */
async function notMade(): Promise<SessionHarness> {
  const session = await SessionHarness.create({}, {}, undefined, 'exit.endorse');
  session.hall.bend('printEndorsement', { outcome: 'notDone', fault: FAULT }, false);
  session.hall.bend('printEndorsement', { outcome: 'notDone', fault: FAULT }, false);
  session.hall.bend('printEndorsement', { outcome: 'notDone', fault: FAULT }, false);
  await session.walk();
  expect(session.result()).toMatchObject({ stop: 'paid-not-produced', chargedFen: 1_500, refundedFen: 0 });
  return session;
}
const FAULT = { code: 'hardwareError', message: '', action: 'maintenance' } as const;

function bill(session: SessionHarness, state: BillState): void {
  const { office } = session;
  if (office.bill === null) throw new Error('no bill');
  office.bill = { ...office.bill, state };
}

describe.each<[string, () => Promise<SessionHarness>, BillState, number]>([
  ['after a review was refused', applied, 'refunded', 4_000],
  ['after a window cancelled what could not be made', notMade, 'voided', 1_500],
])('money that goes back %s', (_when, begin, state, fen) => {
  it('is written into the books once, hours after the session, with no device and no second end', async () => {
    const session = await begin();
    const { core } = session;
    const seen = session.hall.seen.length;
    const rows = core.rows.length;
    await session.settle();
    // Nothing has happened yet: nothing is written, however often it is asked.
    expect(core.rows).toHaveLength(rows);
    bill(session, state);
    await session.settle();
    expect(core.rowsOf('compensation').map((row) => row['state'])).toEqual(['opened', 'closed']);
    expect(core.rowsOf('compensation').at(-1)).toMatchObject({ why: 'refunded', amountFen: fen });
    expect(core.rowsOf('service-corrected')).toEqual([
      expect.objectContaining({ of: session.result()?.['seq'], by: 'session', refundedFen: fen }),
    ]);
    // What was charged stays charged: the refund stands beside it.
    expect(core.rowsOf('service-corrected')[0]).not.toHaveProperty('chargedFen');
    const after = core.rows.length;
    await session.settle();
    expect(core.rows.slice(after)).toEqual([]);
    expect(session.hall.seen).toHaveLength(seen);
    expect(core.rowsOf('session-ended')).toHaveLength(1);
  });

  it('is written whole or not at all when the process that asks is killed', async () => {
    const session = await begin();
    const { core } = session;
    bill(session, state);
    core.diesAtRow = core.rows.length + 1;
    await session.settle();
    expect(core.rowsOf('service-corrected')).toEqual([]);
    expect(core.rowsOf('compensation')).toHaveLength(1);
    core.diesAtRow = core.rows.length + 2;
    await session.settle();
    expect(core.rowsOf('compensation')).toHaveLength(1);
    core.diesAtRow = Number.POSITIVE_INFINITY;
    await session.settle();
    expect(core.rowsOf('compensation')).toHaveLength(2);
    expect(core.rowsOf('service-corrected')).toHaveLength(1);
  });

  it('is asked for again when nobody answers', async () => {
    const session = await begin();
    bill(session, state);
    session.office.away = true;
    await session.settle();
    expect(session.core.rowsOf('service-corrected')).toEqual([]);
    session.office.away = false;
    await session.settle();
    expect(session.core.rowsOf('service-corrected')).toHaveLength(1);
  });
});

describe('the number under which staff know of it', () => {
  const incidents = ({ core }: SessionHarness): unknown[] => core.rowsOf('incident').map((row) => row['state']);

  it('is closed with the money of a sale that produced nothing', async () => {
    const session = await notMade();
    expect(incidents(session)).toEqual(['opened']);
    bill(session, 'refunded');
    await session.settle();
    expect(incidents(session)).toEqual(['opened', 'closed']);
    expect(session.core.rowsOf('incident').at(-1)).toMatchObject({ number: session.result()?.['incident'] });
    await session.settle();
    expect(incidents(session)).toEqual(['opened', 'closed']);
  });

  it('stays while something of the citizen lies in the machine', async () => {
    const session = await SessionHarness.create({}, {}, undefined, 'exit.endorse');
    for (let i = 0; i < 3; i += 1) session.hall.bend('printEndorsement', { outcome: 'notDone', fault: FAULT }, false);
    session.hall.takesCard = false;
    await session.walk();
    expect(session.result()).toMatchObject({ stop: 'paid-not-produced' });
    expect(session.core.rowsOf('compensation')).toMatchObject([{ state: 'opened' }]);
    bill(session, 'refunded');
    await session.settle();
    expect(session.core.rowsOf('compensation').at(-1)).toMatchObject({ state: 'closed', why: 'refunded' });
    expect(incidents(session)).not.toContain('closed');
  });
});

describe('money that stays', () => {
  it('because the review was passed is no longer owed, and no result is corrected', async () => {
    const session = await applied();
    session.office.decision = 'approved';
    await session.settle();
    expect(session.core.rowsOf('compensation').at(-1)).toMatchObject({ state: 'closed', why: 'reviewed' });
    expect(session.core.rowsOf('service-corrected')).toEqual([]);
  });

  it('as long as the refund of a refused review is under way is still owed', async () => {
    const session = await applied();
    session.office.decision = 'refused';
    await session.settle();
    expect(session.core.rowsOf('compensation')).toHaveLength(1);
  });

  it('because it was never owed is not asked for', async () => {
    const session = await SessionHarness.create({}, {}, undefined, 'exit.endorse');
    await session.walk();
    const asked = session.office.asked.length;
    await session.settle();
    expect(session.office.asked).toHaveLength(asked);
  });
});

describe('the citizen', () => {
  it('whose payment failed and arrived after all sees that it went back, and may have it on paper', async () => {
    const session = await SessionHarness.create({}, {}, undefined, 'exit.endorse');
    session.hall.onCharge = () => 'declined';
    session.office.refundsAtCancel = 1_500;
    await session.walk('pay');
    await session.touch({ kind: 'cancel' });
    await session.walk('receipt');
    const { view } = session;
    if (view.kind !== 'receipt') throw new Error(`no receipt was shown, but ${view.kind}`);
    expect(view.body.lines).toContainEqual({ id: 'refunded', label: '已退款', value: '¥15.00' });
    expect(view.body.lines).toContainEqual({ id: 'amount', label: '金额', value: '¥15.00' });
    await session.touch({ kind: 'printReceipt' });
    await session.walk();
    expect(session.hall.seen.filter((verb) => verb === 'printReceipt')).toHaveLength(1);
    expect(session.result()).toMatchObject({ chargedFen: 1_500, refundedFen: 1_500 });
  });

  it('who paid nothing is shown no such receipt', async () => {
    const session = await SessionHarness.create({}, {}, undefined, 'exit.endorse');
    session.hall.onCharge = () => 'declined';
    await session.walk('pay');
    await session.touch({ kind: 'cancel' });
    await session.walk();
    expect(session.saw('receipt')).toBe(false);
  });

  it('finds the refund by his receipt number, days later and at any machine, on the screen and on the slip', async () => {
    const session = await SessionHarness.create({}, {}, undefined, 'query.progress');
    const found = { ...FAKE_FOUND['progress'], state: 'refused', refund: { amountFen: 4_000, on: '2026-12-03' } };
    session.office.answers.set('exitEntry.case.find', { cases: [found], refusals: [] });
    await session.walk('review');
    expect(JSON.stringify(session.view)).toContain('已退款 ¥40.00 · 2026-12-03');
    await session.walk('receipt');
    if (session.view.kind !== 'receipt') throw new Error('no receipt was shown');
    expect(session.view.body.lines).toContainEqual({ id: 'refund.0', label: '已退款', value: '¥40.00 · 2026-12-03' });
    expect(session.view.body.lines).toContainEqual({ id: 'node.0', label: '未获批准', value: '2026-11-01' });
    await session.touch({ kind: 'printReceipt' });
    expect(session.hall.seen).toContain('printReceipt');
  });
});
