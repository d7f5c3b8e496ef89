import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '@yimen/contracts/testing';
import { type Answer, COMMON, endorseBody, permitNoOf, type Reply, SandboxRig } from './testing/sandbox-rig.ts';

let rig: SandboxRig;
beforeEach(async () => {
  rig = new SandboxRig();
  await rig.start();
});
afterEach(() => rig.close());

const call = (method: string, path: string, body?: unknown): Promise<Reply> => rig.call(method, path, body);
const begin = (thing: string, over: object = {}): Promise<Answer> => rig.begin('exitEntry', endorseBody(thing, over));
function lookupOf(thing: string): Promise<Answer> {
  const person = PEOPLE.find((one) => one.thing === thing);
  return rig.done('exitEntry.permit.lookup', {
    permitNo: permitNoOf(thing),
    expiry: person?.expiry,
    birth: person?.birth,
  });
}
const bill = (receiptNo: string): Promise<Answer> =>
  rig.bill(receiptNo, [{ feeRow: 'fee.endorse', variant: 'once', count: 2, amountFen: 1 }]);
const pay = (billRef: unknown, amountFen: number, trace: string): Promise<Reply> =>
  call('POST', '/channel/paid', { billRef, amountFen, channel: 'card', trace });
const beginBody = (): object => ({ ...COMMON, foreignRef: 'case-same-ref', ...endorseBody('permit-li-na') });
const state = (): Promise<Record<string, unknown>> => rig.state();

describe('who may have what', () => {
  it.each([
    ['permit-expired', 'doc-expired', '2026-06-30'],
    ['permit-expiring', 'validity-short', '2027-03-15'],
    ['permit-child', 'age', null],
    ['permit-elder', 'age', null],
    ['permit-first', 'first-or-booklet', null],
    ['permit-registered', 'special-identity', null],
    ['permit-rare-name', 'name-rare-char', null],
    ['permit-recent', 'recent-application', '2027-01-04'],
    ['permit-chip-full', 'chip-full', null],
  ])('%s: %s', async (thing, code, date) => {
    expect(await lookupOf(thing)).toMatchObject({ allowed: [], refusals: [{ code, date }] });
    expect(await begin(thing)).toMatchObject({
      decision: 'refused',
      refusal: { code },
    });
  });

  it('gives G to Guangdong hukou alone, and nothing that outlives the permit', async () => {
    const kinds = async (thing: string): Promise<unknown[]> => [
      ...new Set(((await lookupOf(thing))['allowed'] as { kind: string }[]).map(({ kind }) => kind)),
    ];
    expect(await kinds('permit-li-na')).toEqual(['G', 'L']);
    expect(await kinds('permit-wang-wei')).toEqual(['L']);
    expect(await begin('permit-wang-wei', { kind: 'G' })).toMatchObject({
      decision: 'refused',
      refusal: { code: 'kind-not-here' },
    });
  });

  it('knows nobody by a wrong date, and no stranger', async () => {
    const wrong = await rig.done('exitEntry.permit.lookup', {
      permitNo: 'C50000011',
      expiry: '350610',
      birth: '900413',
    });
    expect(wrong).toMatchObject({ holderMasked: '＊', refusals: [{ code: 'record-check' }] });
    expect(await begin('permit-li-na', { permitNo: 'C59999999' })).toMatchObject({ refusal: { code: 'record-check' } });
  });

  it('warns when a valid endorsement would be cancelled, and cancels it', async () => {
    for (let i = 0; i < 2; i += 1) {
      const { allowed } = (await lookupOf('permit-li-na')) as {
        allowed: { destination: string; cancelsValid: boolean }[];
      };
      expect(allowed.find((item) => item.destination === 'HKG')?.cancelsValid).toBe(i === 1);
      const { receiptNo } = await begin('permit-li-na');
      await rig.reserve('exitEntry', receiptNo);
      await rig.confirm('exitEntry', receiptNo, { chipCounter: 2 });
    }
    const { endorsements } = (await lookupOf('permit-li-na')) as { endorsements: { validUntil: string }[] };
    expect(endorsements.filter(({ validUntil }) => validUntil > '2026-11-24')).toHaveLength(1);
  });
});

describe('bills', () => {
  it('have the office’s own amount, are held, captured, refunded, and the books balance', async () => {
    const made = await bill('44060001');
    expect(made).toMatchObject({ amountFen: 3_000, items: [{ amountFen: 3_000 }], state: 'open' });
    expect((await call('GET', `/channel/bill/${String(made['foreignRef'])}`)).json).toMatchObject({
      amountFen: 3_000,
      state: 'open',
    });
    expect((await pay(made['foreignRef'], 2_999, 'a')).json).toMatchObject({
      error: { code: 'amount-differs', field: 'amountFen' },
    });
    expect((await pay(made['foreignRef'], 3_000, 'a')).json).toMatchObject({ state: 'held', duplicate: false });
    expect((await pay(made['foreignRef'], 3_000, 'a')).json).toMatchObject({ duplicate: true });
    expect(await rig.done('payment.case.capture', { receiptNo: '44060001' })).toMatchObject({
      capturedFen: 3_000,
    });
    expect(await rig.done('payment.case.capture', { receiptNo: '44060001' })).toMatchObject({
      capturedFen: 3_000,
    });
    expect(await rig.done('payment.bill.refund', { billNo: made['billNo'], reason: 'x' })).toMatchObject({
      state: 'refunded',
    });
    expect((await state())['totals']).toEqual({ held: 0, captured: 3_000, refunded: 3_000, owed: 0, balanced: true });
  });

  it('that are paid twice keep the second payment visible and give it back', async () => {
    const made = await bill('44060001');
    await call('POST', '/switches', { kind: 'payment.extra.refund', times: 1, action: { do: 'refundFails' } });
    await pay(made['foreignRef'], 3_000, 'a');
    expect((await pay(made['foreignRef'], 3_000, 'b')).json).toMatchObject({ extra: true, duplicate: false });
    expect((await pay(made['foreignRef'], 3_000, 'b')).json).toMatchObject({ extra: true, duplicate: true });
    await rig.clock.advance(2_000);
    const after = (await state()) as { totals: object; extras: object[] };
    expect(after.totals).toEqual({ held: 3_000, captured: 3_000, refunded: 3_000, owed: 0, balanced: true });
    expect(after.extras).toMatchObject([{ trace: 'b', state: 'refunded' }]);
  });

  it('run out, are closed, are declined: then a new one may be made, and never two at a time', async () => {
    const first = await bill('44060001');
    expect((await bill('44060001'))['billNo']).toBe(first['billNo']);
    await rig.clock.advance(5 * 60_000);
    expect((await pay(first['foreignRef'], 3_000, 'a')).json).toMatchObject({ error: { code: 'bill-not-payable' } });
    const second = await bill('44060001');
    await call('POST', '/switches', { kind: 'channel.paid', times: 1, action: { do: 'decline' } });
    expect((await pay(second['foreignRef'], 3_000, 'b')).status).toBe(402);
    const third = await bill('44060001');
    expect(await rig.done('payment.bill.close', { billNo: third['billNo'] })).toMatchObject({ state: 'closed' });
    expect((await pay(third['foreignRef'], 3_000, 'c')).status).toBe(409);
    expect(new Set([first, second, third].map((one) => one['billNo'])).size).toBe(3);
  });

  it('can be wrong: another amount, expired at once', async () => {
    await call('POST', '/switches', {
      kind: 'payment.bill.create',
      times: 1,
      action: { do: 'otherAmount', amountFen: 77 },
    });
    expect(await bill('44060001')).toMatchObject({ amountFen: 77 });
    await call('POST', '/switches', { kind: 'payment.bill.create', times: 1, action: { do: 'expireBill' } });
    const expired = await bill('44060002');
    expect((await pay(expired['foreignRef'], 3_000, 'a')).status).toBe(409);
  });

  it('are noticed until acknowledged: twice, and out of order, when switched so', async () => {
    await call('POST', '/switches', { kind: 'payment.notice', nth: 2, times: 1, action: { do: 'reorderNotices' } });
    await call('POST', '/switches', { kind: 'payment.notice', nth: 2, times: 1, action: { do: 'duplicateNotice' } });
    const bills = [await bill('44060001'), await bill('44060002')];
    for (const one of bills) await pay(one['foreignRef'], 3_000, 'a');
    const told = async (): Promise<{ id: string; foreignRef: string }[]> =>
      (await call('GET', '/offices/payment/notices')).json['notices'] as { id: string; foreignRef: string }[];
    const first = await told();
    expect(first.map(({ foreignRef }) => foreignRef)).toEqual([bills[1]?.['foreignRef'], bills[0]?.['foreignRef']]);
    await call('POST', '/offices/payment/notices', { ids: first.map(({ id }) => id) });
    expect((await told()).map(({ foreignRef }) => foreignRef)).toEqual([bills[1]?.['foreignRef']]);
    await call('POST', '/offices/payment/notices', { ids: first.map(({ id }) => id) });
    expect(await told()).toEqual([]);
  });
});

describe('one effect for one id', () => {
  it('replays what was recorded, over a restart, and refuses another body', async () => {
    const body = beginBody();
    const first = await rig.ask('exitEntry.case.begin', body, { operationId: 'operation-same' });
    await rig.restart();
    const again = await rig.ask('exitEntry.case.begin', body, { operationId: 'operation-same' });
    expect(again.json).toMatchObject({ answer: first.json['answer'] as object, duplicate: true });
    expect(
      (await rig.ask('exitEntry.case.begin', { ...body, traceNo: 'other' }, { operationId: 'operation-same' })).status,
    ).toBe(409);
    expect((await state())['cases']).toHaveLength(1);
  });

  it('says how an id ended, that it is working, or closes what never came', async () => {
    const settle = (id: string): Promise<Reply> => call('POST', `/offices/exit-entry/requests/${id}/settle`, {});
    await call('POST', '/switches', {
      kind: 'exitEntry.case.begin',
      times: 1,
      action: { do: 'delay', ms: 'past-deadline' },
    });
    const slow = rig.ask('exitEntry.case.begin', beginBody(), { operationId: 'operation-slow' });
    for (let i = 0; i < 500 && rig.clock.waiting < 2; i += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    expect((await settle('operation-slow')).json).toMatchObject({ state: 'working' });
    await rig.clock.advance(30_000);
    await slow;
    expect((await settle('operation-slow')).json).toMatchObject({ state: 'settled', outcome: 'done', duplicate: true });
    expect((await settle('operation-none')).json).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'never-arrived' },
    });
    expect((await rig.ask('exitEntry.case.begin', beginBody(), { operationId: 'operation-none' })).json).toMatchObject({
      outcome: 'notDone',
    });
    expect((await state())['cases']).toHaveLength(1);
  });
});

describe('switches and the desk', () => {
  it('count from the n-th call, for one person, so many times, and can be taken away', async () => {
    await call('POST', '/switches', {
      person: 'permit-li-na',
      kind: 'exitEntry.case.begin',
      nth: 2,
      times: 1,
      action: { do: 'refuse', code: 'record-check' },
    });
    const decisions: unknown[] = [];
    for (const thing of ['permit-wang-wei', 'permit-li-na', 'permit-li-na', 'permit-li-na']) {
      decisions.push((await begin(thing))['decision']);
    }
    expect(decisions).toEqual(['approved', 'approved', 'refused', 'approved']);
    const { switches } = (await call('GET', '/switches')).json as { switches: { id: string; acted: number }[] };
    expect(switches).toMatchObject([{ acted: 1, seen: 3 }]);
    expect((await call('DELETE', `/switches/${switches[0]?.id ?? ''}`)).status).toBe(200);
    expect((await call('DELETE', '/switches/none')).status).toBe(404);
  });

  it('close an office: it says so before it begins anything', async () => {
    await call('POST', '/switches', { office: 'payment', action: { do: 'down' } });
    expect(await rig.ask('payment.bill.query', { billNo: '1' })).toMatchObject({
      status: 503,
      json: { error: { code: 'office-away' } },
    });
    expect((await lookupOf('permit-li-na'))['refusals']).toEqual([]);
  });

  it('let an officer decide once, and know when nobody sits there', async () => {
    const { receiptNo } = await begin('permit-pending-review');
    expect((await call('POST', `/desk/${String(receiptNo)}`, { decision: 'leave' })).json).toMatchObject({
      decision: 'pending',
    });
    expect((await call('POST', `/desk/${String(receiptNo)}`, { decision: 'refuse' })).json).toMatchObject({
      decision: 'refused',
    });
    expect((await call('POST', `/desk/${String(receiptNo)}`, { decision: 'approve' })).status).toBe(404);
    expect((await state())['workingDay']).toBe(true);
    expect((await call('POST', '/clock', { moveMs: 86_400_000 })).json).toMatchObject({ offsetMs: 86_400_000 });
    expect((await state())['workingDay']).toBe(false);
  });

  it('name the field of bad input', async () => {
    const wrong = [
      ['/switches', { action: { do: 'explode' } }, 'action.do'],
      ['/switches', { action: { do: 'delay', ms: -1 } }, 'action.ms'],
      ['/switches', { person: 'nobody', action: { do: 'down' } }, 'person'],
      ['/switches', { office: 'payment', colour: 1, action: { do: 'down' } }, 'colour'],
      ['/channel/paid', { billRef: 'bill-0001', amountFen: 1.5, channel: 'qr', trace: 'a' }, 'amountFen'],
      ['/clock', { moveMs: 'far' }, 'moveMs'],
      [
        '/offices/exit-entry/requests',
        { operationId: 'operation-1', kind: 'exitEntry.case.begin', terminalId: 'T', body: {} },
        'body.item',
      ],
      ['/offices/exit-entry/requests', { operationId: 'operation-1', kind: 'none', terminalId: 'T', body: {} }, 'kind'],
    ] as const;
    for (const [path, body, field] of wrong)
      expect(await call('POST', path, body)).toMatchObject({ status: 400, json: { error: { field } } });
    expect((await call('GET', '/nowhere')).status).toBe(404);
  });

  it('take nothing from a foreign page: neither another host name nor a form', async () => {
    const form = await fetch(`${rig.url}/clock`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"moveMs":1}',
    });
    expect(form.status).toBe(415);
    const status = await new Promise<number>((resolve) => {
      request(`${rig.url}/state`, { headers: { host: 'evil.example' } }, (reply) =>
        resolve(reply.resume().statusCode ?? 0),
      ).end();
    });
    expect(status).toBe(421);
  });
});
