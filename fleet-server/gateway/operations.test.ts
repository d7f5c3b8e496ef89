import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bill, CaseState, Reservation } from '@yimen/contracts/back-office';
import {
  beginBody,
  confirmBody,
  type GatewayRig,
  isSettled,
  ITEMS,
  moveUntil,
  reserveBody,
  startRig,
  type TestTerminal,
} from '../test/gateway-rig.ts';

let rig: GatewayRig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

async function begin(thing = 'permit-li-na', as?: TestTerminal): Promise<CaseState> {
  const begun = await rig.operation('exitEntry.case.begin', beginBody(thing), {}, as);
  expect(begun.outcome).toBe('done');
  return begun.answer as CaseState;
}

async function reserve(caseRef: string, as?: TestTerminal): Promise<Reservation> {
  const reserved = await rig.operation('exitEntry.case.reserve', reserveBody(caseRef), {}, as);
  expect(reserved.outcome).toBe('done');
  return reserved.answer as Reservation;
}

async function bill(caseRef: string): Promise<Bill> {
  const made = await rig.operation('payment.bill.create', { caseRef, items: ITEMS });
  expect(made.outcome).toBe('done');
  return made.answer as Bill;
}

async function pay(billRef: string, trace = 'trace-1'): Promise<object> {
  return (await rig.sandboxCall('POST', '/channel/paid', { billRef, amountFen: 1_500, channel: 'qr', trace }))
    .json as object;
}

interface SandboxState {
  totals: { held: number; captured: number; refunded: number; owed: number; balanced: boolean };
  cases: { stage: string; heldUntil: number | null; paid: boolean }[];
  bills: { state: string }[];
}
async function sandbox(): Promise<SandboxState> {
  return (await rig.sandboxCall('GET', '/state')).json as SandboxState;
}

describe('the straight way', () => {
  it('looks up, begins, reserves, bills, is paid, confirms and captures', async () => {
    const lookup = await rig.operation('exitEntry.permit.lookup', {
      permitNo: 'C50000011',
      expiry: '350610',
      birth: '900412',
    });
    expect(lookup).toMatchObject({ outcome: 'done', answer: { holderMasked: '李＊', refusals: [] } });
    const { caseRef, receiptNo, decision } = await begin();
    expect(decision).toBe('approved');
    expect(receiptNo).not.toBe(caseRef);
    const reserved = await reserve(caseRef);
    expect(reserved).toMatchObject({
      decision: 'approved',
      heldUntil: rig.clock.wallMs() + 600_000,
      goods: { kind: 'endorsement', lines: [{ destination: 'HKG', serial: 'S000000001' }] },
    });
    const made = await bill(caseRef);
    expect(made).toMatchObject({ caseRef, amountFen: 1_500, state: 'open' });
    await pay(made.billRef);
    expect((await rig.operation('payment.bill.query', { billRef: made.billRef })).answer).toMatchObject({
      state: 'held',
      channel: 'qr',
    });
    const confirmed = await rig.operation('exitEntry.case.confirm', confirmBody(caseRef, 'done'));
    expect(confirmed).toMatchObject({ outcome: 'done', answer: { caseRef, closed: true, capturedFen: 1_500 } });
    expect((await sandbox()).totals).toEqual({ held: 0, captured: 1_500, refunded: 0, owed: 0, balanced: true });
  });

  it('extends the hold once paid', async () => {
    const { caseRef } = await begin();
    await reserve(caseRef);
    await pay((await bill(caseRef)).billRef);
    await moveUntil(rig, async () => (await sandbox()).cases[0]?.paid === true);
    expect((await sandbox()).cases[0]?.heldUntil).toBeGreaterThan(rig.clock.wallMs() + 70 * 3_600_000);
  });

  it('keeps nothing personal and no official number in the database or the log', async () => {
    const { caseRef, receiptNo } = await begin();
    await reserve(caseRef);
    const { billNo } = await bill(caseRef);
    await rig.store.close();
    const { readFileSync, readdirSync } = await import('node:fs');
    const kept = readdirSync(rig.dir)
      .filter((name) => name.startsWith('fleet'))
      .map((name) => readFileSync(`${rig.dir}/${name}`, 'latin1'))
      .join('');
    const log = JSON.stringify(rig.lines);
    expect(kept).toContain(caseRef);
    for (const secret of [receiptNo, billNo, 'C50000011', 'S000000001']) {
      expect(kept).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
  });
});

describe('one effect for one id', () => {
  it('gives a repeat the stored answer and tells so', async () => {
    const operationId = rig.newId();
    const first = await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
    const second = await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
    expect(second).toEqual({ ...first, duplicate: true });
    expect((await sandbox()).cases).toHaveLength(1);
  });

  it('asks once for two that come at the same time', async () => {
    const operationId = rig.newId();
    const both = await Promise.all(
      [0, 1].map(() => rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })),
    );
    expect(both.filter((answer) => answer.duplicate)).toHaveLength(1);
    expect((await sandbox()).cases).toHaveLength(1);
  });

  it('refuses another body, and another terminal, under a known id', async () => {
    const operationId = rig.newId();
    await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
    const other = await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'), { operationId });
    expect(other).toMatchObject({ status: 409, json: { error: { code: 'operation-conflict', field: 'operationId' } } });
    expect(
      (await rig.post('exitEntry.case.begin', beginBody('permit-li-na'), { operationId }, 'SD-RONGGUI-01')).status,
    ).toBe(409);
  });

  it('shows an operation to its own terminal only', async () => {
    const operationId = rig.newId();
    await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
    expect(await rig.get(`/v1/operations/${operationId}`)).toMatchObject({
      status: 200,
      json: { outcome: 'done', duplicate: true },
    });
    expect(await rig.get(`/v1/operations/${operationId}`, 'SD-RONGGUI-01')).toMatchObject({
      status: 404,
      json: { error: { code: 'never-seen' } },
    });
    expect((await rig.get(`/v1/operations/${rig.newId()}`)).status).toBe(404);
    expect((await rig.get('/v1/operations/none')).status).toBe(400);
  });

  it('gives the first bill again', async () => {
    const { caseRef } = await begin();
    await reserve(caseRef);
    const [first, second] = [await bill(caseRef), await bill(caseRef)];
    expect(second.billRef).toBe(first.billRef);
    expect((await sandbox()).bills).toHaveLength(1);
  });
});

describe('an office that does not answer', () => {
  it('is unknown at the deadline, and settled by id behind it', async () => {
    const operationId = rig.newId();
    const asked = rig.operation('exitEntry.case.begin', beginBody('permit-lost-answer'), { operationId });
    await moveUntil(rig, isSettled(asked));
    expect(await asked).toMatchObject({ outcome: 'unknown', answer: null, fault: { code: 'GATEWAY_TIMEOUT' } });
    await moveUntil(
      rig,
      async () => ((await rig.get(`/v1/operations/${operationId}`)).json as { outcome: string }).outcome === 'done',
    );
    expect((await rig.get(`/v1/operations/${operationId}`)).json).toMatchObject({ answer: { decision: 'approved' } });
    expect((await sandbox()).cases).toHaveLength(1);
  });

  it('is notDone when nothing could be sent', async () => {
    await rig.stopSandbox();
    const asked = await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'));
    expect(asked).toMatchObject({ outcome: 'notDone', fault: { code: 'office-away' } });
    expect(await rig.operation('exitEntry.case.state', { caseRef: 'case-0000001' })).toMatchObject({
      outcome: 'notDone',
    });
  });

  it('is notDone when the office closes what never arrived, and the late request changes nothing', async () => {
    await rig.switchOn({
      office: 'exit-entry',
      kind: 'exitEntry.case.begin',
      times: 1,
      action: { do: 'cut', when: 'before' },
    });
    const operationId = rig.newId();
    expect(await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).toMatchObject({
      outcome: 'unknown',
    });
    await moveUntil(
      rig,
      async () => ((await rig.get(`/v1/operations/${operationId}`)).json as { outcome: string }).outcome === 'notDone',
    );
    const late = {
      operationId,
      kind: 'exitEntry.case.begin',
      terminalId: 'SD-DALIANG-01',
      body: { ...beginBody('permit-li-na'), foreignRef: 'case-late-0001' },
    };
    expect((await rig.sandboxCall('POST', '/offices/exit-entry/requests', late)).json).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'never-arrived' },
    });
    expect((await sandbox()).cases).toHaveLength(0);
  });

  it.each([
    ['error', 'after'],
    ['cut', 'after'],
    ['malformed', 'after'],
    ['oversize', 'after'],
    ['swapAnswer', 'after'],
  ])('survives %s %s its commit: unknown, then done', async (fault, when) => {
    await rig.switchOn({ office: 'exit-entry', kind: 'exitEntry.case.begin', times: 1, action: { do: fault, when } });
    const operationId = rig.newId();
    expect((await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).outcome).toBe(
      'unknown',
    );
    await moveUntil(
      rig,
      async () => ((await rig.get(`/v1/operations/${operationId}`)).json as { outcome: string }).outcome === 'done',
    );
    expect((await sandbox()).cases).toHaveLength(1);
  });

  it('is asked again after a restart of the gateway', async () => {
    await rig.switchOn({
      office: 'exit-entry',
      kind: 'exitEntry.case.begin',
      times: 1,
      action: { do: 'cut', when: 'after' },
    });
    const operationId = rig.newId();
    expect((await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).outcome).toBe(
      'unknown',
    );
    await rig.restartGateway();
    await moveUntil(
      rig,
      async () => ((await rig.get(`/v1/operations/${operationId}`)).json as { outcome: string }).outcome === 'done',
    );
  });

  it('waits while the office is still working', async () => {
    await rig.switchOn({
      office: 'exit-entry',
      kind: 'exitEntry.case.begin',
      action: { do: 'delay', ms: 'past-deadline', when: 'before' },
    });
    const operationId = rig.newId();
    const asked = rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
    await moveUntil(rig, isSettled(asked));
    expect((await asked).outcome).toBe('unknown');
    expect((await sandbox()).cases).toHaveLength(0);
    await moveUntil(
      rig,
      async () => ((await rig.get(`/v1/operations/${operationId}`)).json as { outcome: string }).outcome === 'done',
    );
    expect((await sandbox()).cases).toHaveLength(1);
  });
});

describe('order', () => {
  it('refuses a bill before the reserve, and a confirm ahead of it', async () => {
    const { caseRef } = await begin();
    expect(await rig.operation('payment.bill.create', { caseRef, items: ITEMS })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'out-of-order' },
    });
    expect(await rig.operation('exitEntry.case.confirm', confirmBody(caseRef, 'done'))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'out-of-order' },
    });
    expect(await rig.operation('exitEntry.case.reserve', reserveBody('case-of-nobody'))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'receipt-unknown' },
    });
  });

  it('lets a review be followed until the officer decides', async () => {
    const { caseRef, decision } = await begin('permit-pending-review');
    expect(decision).toBe('pending');
    expect(await reserve(caseRef)).toMatchObject({ decision: 'pending', heldUntil: null, goods: null });
    expect((await rig.sandboxCall('POST', `/desk/${caseRef}`, { decision: 'approve' })).status).toBe(200);
    expect((await rig.operation('exitEntry.case.state', { caseRef })).answer).toMatchObject({
      caseRef,
      decision: 'approved',
    });
    expect(await reserve(caseRef)).toMatchObject({ decision: 'approved' });
  });

  it('lets one win of a cancel and an approval that cross, and tells both', async () => {
    const { caseRef } = await begin();
    await rig.switchOn({
      office: 'exit-entry',
      kind: 'exitEntry.case.reserve',
      action: { do: 'delay', ms: 5_000, when: 'after' },
    });
    const reserving = rig.operation('exitEntry.case.reserve', reserveBody(caseRef));
    await moveUntil(rig, async () => (await sandbox()).cases[0]?.stage === 'reserved', 10);
    const cancelled = await rig.operation('exitEntry.case.cancel', { caseRef, reason: 'left' });
    expect(cancelled).toMatchObject({ outcome: 'done', answer: { cancelled: true } });
    await moveUntil(rig, isSettled(reserving), 50);
    expect(await reserving).toMatchObject({ outcome: 'notDone', fault: { code: 'case-cancelled' } });
    expect((await sandbox()).cases[0]?.stage).toBe('cancelled');
    expect((await rig.operation('exitEntry.case.state', { caseRef })).answer).toMatchObject({
      decision: 'refused',
      refusal: { code: 'case-cancelled' },
    });
  });

  it('refuses a cancel after the goods, and gives the money back before them', async () => {
    const first = await begin();
    await reserve(first.caseRef);
    await pay((await bill(first.caseRef)).billRef);
    await rig.operation('exitEntry.case.confirm', confirmBody(first.caseRef, 'done'));
    expect(
      (await rig.operation('exitEntry.case.cancel', { caseRef: first.caseRef, reason: 'late' })).answer,
    ).toMatchObject({ cancelled: false, refusedBecause: 'confirmed' });
    const second = await begin();
    await reserve(second.caseRef);
    await pay((await bill(second.caseRef)).billRef, 'trace-2');
    expect(
      (await rig.operation('exitEntry.case.cancel', { caseRef: second.caseRef, reason: 'left' })).answer,
    ).toMatchObject({ cancelled: true, refundedFen: 1_500 });
    expect((await sandbox()).totals).toMatchObject({ held: 0, captured: 1_500, balanced: true });
  });

  it('releases an unpaid hold when it ran out', async () => {
    const { caseRef } = await begin();
    await reserve(caseRef);
    await rig.clock.advance(11 * 60_000);
    expect((await sandbox()).cases[0]?.stage).toBe('released');
    expect(await rig.operation('payment.bill.create', { caseRef, items: ITEMS })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'out-of-order' },
    });
    expect((await reserve(caseRef)).goods).toMatchObject({ lines: [{ serial: 'S000000001' }] });
  });

  it('keeps a paid case for another attempt, at any terminal', async () => {
    const { caseRef } = await begin();
    await reserve(caseRef);
    await pay((await bill(caseRef)).billRef);
    expect(
      (await rig.operation('exitEntry.case.reserve', reserveBody(caseRef), {}, 'SD-RONGGUI-01')).fault,
    ).toMatchObject({
      code: 'out-of-order',
    });
    await rig.operation('exitEntry.case.confirm', confirmBody(caseRef, 'notDone'));
    expect(await reserve(caseRef, 'SD-RONGGUI-01')).toMatchObject({ decision: 'approved' });
    const done = await rig.operation('exitEntry.case.confirm', confirmBody(caseRef, 'done'), {}, 'SD-RONGGUI-01');
    expect(done.answer).toMatchObject({ closed: true, capturedFen: 1_500 });
  });

  it('takes the money by and by when the provider is away at the confirm', async () => {
    const { caseRef } = await begin();
    await reserve(caseRef);
    await pay((await bill(caseRef)).billRef);
    await rig.switchOn({ office: 'payment', kind: 'payment.case.capture', times: 2, action: { do: 'down' } });
    const operationId = rig.newId();
    expect(await rig.operation('exitEntry.case.confirm', confirmBody(caseRef, 'done'), { operationId })).toMatchObject({
      outcome: 'unknown',
    });
    await moveUntil(
      rig,
      async () => ((await rig.get(`/v1/operations/${operationId}`)).json as { outcome: string }).outcome === 'done',
    );
    expect((await rig.get(`/v1/operations/${operationId}`)).json).toMatchObject({ answer: { capturedFen: 1_500 } });
    expect((await sandbox()).totals).toMatchObject({ captured: 1_500, balanced: true });
  });

  it('refunds once, and not what was handed over', async () => {
    const { caseRef } = await begin();
    await reserve(caseRef);
    const { billRef } = await bill(caseRef);
    await pay(billRef);
    await rig.operation('exitEntry.case.confirm', confirmBody(caseRef, 'done', false));
    await rig.switchOn({ office: 'payment', kind: 'payment.bill.refund', times: 1, action: { do: 'refundFails' } });
    expect(await rig.operation('payment.bill.refund', { billRef, reason: 'not-taken' })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'refund-failed' },
    });
    expect((await sandbox()).totals).toMatchObject({ owed: 1_500 });
    for (let i = 0; i < 2; i += 1)
      expect((await rig.operation('payment.bill.refund', { billRef, reason: 'not-taken' })).answer).toMatchObject({
        state: 'refunded',
      });
    expect((await sandbox()).totals).toEqual({ held: 0, captured: 1_500, refunded: 1_500, owed: 0, balanced: true });
    const other = await begin();
    await reserve(other.caseRef);
    const second = await bill(other.caseRef);
    await pay(second.billRef, 'trace-2');
    await rig.operation('exitEntry.case.confirm', confirmBody(other.caseRef, 'done'));
    expect(await rig.operation('payment.bill.refund', { billRef: second.billRef, reason: 'regret' })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'out-of-order' },
    });
  });
});

describe('report-last-first', () => {
  it('gives no new case while a told reserve is neither ended nor reported', async () => {
    const { caseRef } = await begin();
    const reserveId = rig.newId();
    await rig.operation('exitEntry.case.reserve', reserveBody(caseRef), { operationId: reserveId });
    const refused = await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'));
    expect(refused).toMatchObject({
      status: 422,
      json: { error: { code: 'report-last-first', field: 'lastOperation' } },
    });
    expect(JSON.stringify(refused.json)).toContain(reserveId);
    expect((await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'), {}, 'SD-RONGGUI-01')).status).toBe(
      200,
    );
    const counts = { produced: 0, handedOver: 0, retained: 0 };
    const lastOperation = { operationId: reserveId, outcome: 'notDone' as const, evidence: 'no print', counts };
    expect((await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'), { lastOperation })).status).toBe(200);
    expect((await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'))).status).toBe(200);
  });

  it('takes what the terminal did later as the report, and nothing that it did before', async () => {
    const before = rig.newId();
    await rig.clock.advance(5);
    const { caseRef } = await begin();
    await reserve(caseRef);
    await rig.clock.advance(5);
    const report = { outcome: 'done' as const, evidence: 'taken', counts: { produced: 0, handedOver: 0, retained: 1 } };
    const by = (operationId: typeof before): object => ({ lastOperation: { operationId, ...report } });
    expect((await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'), by(before))).status).toBe(422);
    expect((await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'), by(rig.newId()))).status).toBe(200);
  });

  it.each([
    ['confirm', 'exitEntry.case.confirm', (caseRef: string) => confirmBody(caseRef, 'notDone')],
    ['cancel', 'exitEntry.case.cancel', (caseRef: string) => ({ caseRef, reason: 'left' })],
  ] as const)('is satisfied by a %s', async (_name, kind, body) => {
    const { caseRef } = await begin();
    await reserve(caseRef);
    await rig.operation(kind, body(caseRef));
    expect((await rig.post('exitEntry.case.begin', beginBody('permit-wang-wei'))).status).toBe(200);
  });
});
