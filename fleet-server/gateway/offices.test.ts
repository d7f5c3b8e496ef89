import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BackOfficeAnswer,
  type BackOfficeKind,
  type Bill,
  CASE_OFFICES,
  type CaseOffice,
  type CaseState,
  type Reservation,
} from '@yimen/contracts/back-office';
import {
  confirmBody,
  type GatewayRig,
  moveUntil,
  must,
  PAID_ERRANDS,
  type PaidItem,
  reserveBody,
  startRig,
  type TestTerminal,
} from '../test/gateway-rig.ts';
import type { OpenCompensation } from './compensations/open-compensations.ts';

let rig: GatewayRig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const ITEMS = Object.keys(PAID_ERRANDS) as PaidItem[];

async function done<T>(office: CaseOffice, deed: string, body: object, as?: TestTerminal): Promise<T> {
  const answer = await rig.operation(`${office}.${deed}` as BackOfficeKind, body, {}, as);
  expect(answer).toMatchObject({ outcome: 'done' });
  return answer.answer as T;
}

async function begin(item: PaidItem): Promise<CaseState> {
  const { office, body } = PAID_ERRANDS[item];
  return done(office, 'case.begin', body);
}

/** From begin to paid. */
async function paid(item: PaidItem): Promise<{ caseRef: string; fen: number; reserved: Reservation; bill: Bill }> {
  const { office, items } = PAID_ERRANDS[item];
  const { caseRef } = await begin(item);
  const reserved = await done<Reservation>(office, 'case.reserve', reserveBody(caseRef));
  const answer = await rig.operation('payment.bill.create', { caseRef, items });
  expect(answer).toMatchObject({ outcome: 'done' });
  const bill = answer.answer as Bill;
  const payment = { billRef: bill.billRef, amountFen: bill.amountFen, channel: 'qr', trace: `trace-${caseRef}` };
  expect(await rig.sandboxCall('POST', '/channel/paid', payment)).toMatchObject({ status: 200 });
  return { caseRef, fen: bill.amountFen, reserved, bill };
}

function confirm(item: PaidItem, caseRef: string, outcome: 'done' | 'notDone' | 'unknown'): Promise<BackOfficeAnswer> {
  const kind = `${PAID_ERRANDS[item].office}.case.confirm` as BackOfficeKind;
  return rig.operation(kind, confirmBody(caseRef, outcome));
}

async function totals(): Promise<object> {
  return ((await rig.sandboxCall('GET', '/state')).json as { totals: object }).totals;
}

async function open(): Promise<readonly OpenCompensation[]> {
  return must(await rig.gateway.openCompensations());
}

async function noticesLeft(): Promise<number> {
  return ((await rig.sandboxCall('GET', '/state')).json as { caseNotices: unknown[] }).caseNotices.length;
}

describe('every item that costs money', () => {
  it.each(ITEMS)('%s: begins, reserves, is paid, confirmed and captured at its office', async (item) => {
    const { caseRef, fen, reserved } = await paid(item);
    expect(fen).toBe(PAID_ERRANDS[item].items[0]?.amountFen);
    expect(reserved.decision).toBe(item === 'idapply' ? 'accepted' : 'approved');
    expect(reserved.heldUntil).toBe(rig.clock.wallMs() + 600_000);
    const answer = { caseRef, closed: true, capturedFen: fen };
    expect(await confirm(item, caseRef, 'done')).toMatchObject({ outcome: 'done', answer });
    expect(await totals()).toMatchObject({ held: 0, captured: fen, refunded: 0, owed: 0, balanced: true });
    expect((await open()).map(({ why }) => why)).toEqual(item === 'idapply' ? ['review-pending'] : []);
  });

  it.each(ITEMS)('%s: tells the payment to the office that holds the case', async (item) => {
    const { caseRef } = await paid(item);
    await moveUntil(rig, async () => {
      const { cases } = (await rig.sandboxCall('GET', '/state')).json as {
        cases: { foreignRef: string; paid: boolean; heldUntil: number }[];
      };
      const file = cases.find((one) => one.foreignRef === caseRef);
      return file?.paid === true && file.heldUntil > rig.clock.wallMs() + 70 * 3_600_000;
    });
  });

  it.each(ITEMS)('%s: not produced is an open compensation until the money is back', async (item) => {
    const { caseRef, fen, bill } = await paid(item);
    await moveUntil(rig, async () => (await confirm(item, caseRef, 'notDone')).outcome === 'done');
    await moveUntil(rig, async () => (await open()).length === 1);
    const { office } = PAID_ERRANDS[item];
    expect(await open()).toMatchObject([
      { caseRef, office, billRef: bill.billRef, amountFen: fen, why: 'not-produced' },
    ]);
    const cancelled = await done(office, 'case.cancel', { caseRef, reason: 'left' });
    expect(cancelled).toMatchObject({ cancelled: true, refundedFen: fen });
    expect(await open()).toEqual([]);
  });
});

describe('a case of another office', () => {
  it('is unknown, whatever is asked about it, and its own office goes on with it', async () => {
    const { caseRef } = await begin('licence');
    for (const office of CASE_OFFICES) {
      const asked: [string, object][] = [
        ['case.state', { caseRef }],
        ['case.reserve', reserveBody(caseRef)],
        ['case.confirm', confirmBody(caseRef, 'done')],
        ['case.cancel', { caseRef, reason: 'left' }],
      ];
      if (office === 'vehicle') continue;
      for (const [deed, body] of asked)
        expect(await rig.operation(`${office}.${deed}` as BackOfficeKind, body)).toMatchObject({
          outcome: 'notDone',
          fault: { code: 'receipt-unknown' },
        });
    }
    expect(await done('vehicle', 'case.reserve', reserveBody(caseRef))).toMatchObject({ goods: { kind: 'licence' } });
  });
});

describe('a spoiled blank', () => {
  it('is told with a second reserve of the same terminal, which gives another, and the money stays', async () => {
    const { caseRef, fen, reserved } = await paid('licence');
    const spoiledSerial = reserved.goods?.kind === 'licence' ? reserved.goods.blankSerial : '';
    const again = await done<Reservation>('vehicle', 'case.reserve', { caseRef, spoiledSerial });
    expect(again).toMatchObject({ decision: 'approved', goods: { kind: 'licence' } });
    expect(again.goods).not.toMatchObject({ blankSerial: spoiledSerial });
    expect(await confirm('licence', caseRef, 'done')).toMatchObject({ answer: { capturedFen: fen } });
  });
});

describe('report-last-first', () => {
  it('holds across offices, for accepted cases too', async () => {
    const { caseRef } = await begin('idapply');
    await done('household', 'case.reserve', reserveBody(caseRef));
    const refused = await rig.post('vehicle.case.begin', PAID_ERRANDS.licence.body);
    expect(refused).toMatchObject({ status: 422, json: { error: { code: 'report-last-first' } } });
    await done('household', 'case.cancel', { caseRef, reason: 'left' });
    expect((await rig.post('vehicle.case.begin', PAID_ERRANDS.licence.body)).status).toBe(200);
  });
});

describe('two errands on one official case', () => {
  it('go on with the money of the first, which closes its compensation', async () => {
    const first = await paid('pay');
    await confirm('pay', first.caseRef, 'notDone');
    await moveUntil(rig, async () => (await open()).length === 1);
    const second = await begin('pay');
    expect(second.caseRef).not.toBe(first.caseRef);
    await done('exitEntry', 'case.reserve', reserveBody(second.caseRef));
    const body = { caseRef: second.caseRef, items: PAID_ERRANDS.pay.items };
    const again = await rig.operation('payment.bill.create', body);
    expect(again.answer).toMatchObject({ caseRef: second.caseRef, billRef: first.bill.billRef, state: 'held' });
    expect(await open()).toMatchObject([{ caseRef: first.caseRef }]);
    expect(await confirm('pay', second.caseRef, 'done')).toMatchObject({ answer: { capturedFen: first.fen } });
    expect(await open()).toEqual([]);
    expect(await totals()).toMatchObject({ captured: first.fen, refunded: 0, balanced: true });
    // The first errand failed, but the bill is the second's now.
    const refund = await rig.operation('payment.bill.refund', { billRef: first.bill.billRef, reason: 'regret' });
    expect(refund).toMatchObject({ outcome: 'notDone', fault: { code: 'out-of-order' } });
  });

  it('know of the payment, though it was told long before the second was begun', async () => {
    const first = await paid('pay');
    // Nobody ended the first; its hold runs out, and the citizen comes again.
    await rig.sandboxCall('POST', '/clock', { moveMs: 73 * 3_600_000 });
    const as = 'SD-RONGGUI-01';
    const { caseRef } = await done<CaseState>('exitEntry', 'case.begin', PAID_ERRANDS.pay.body, as);
    await done('exitEntry', 'case.reserve', reserveBody(caseRef), as);
    const again = await rig.operation('payment.bill.create', { caseRef, items: PAID_ERRANDS.pay.items }, {}, as);
    expect(again.answer).toMatchObject({ billRef: first.bill.billRef, state: 'held' });
    await done('exitEntry', 'case.confirm', confirmBody(caseRef, 'notDone'), as);
    expect(await open()).toMatchObject([{ caseRef, amountFen: first.fen, why: 'not-produced' }]);
  });
});

describe('a later review', () => {
  it('that passes closes the compensation; the money stays', async () => {
    const { caseRef, fen } = await paid('idapply');
    await confirm('idapply', caseRef, 'done');
    expect((await rig.sandboxCall('POST', `/desk/${caseRef}`, { decision: 'approve' })).status).toBe(200);
    await moveUntil(rig, async () => (await open()).length === 0);
    await moveUntil(rig, async () => (await noticesLeft()) === 0);
    expect(await totals()).toMatchObject({ captured: fen, refunded: 0 });
  });

  it('that refuses gives the money back, though the provider is away at first', async () => {
    const { caseRef, fen } = await paid('idapply');
    await confirm('idapply', caseRef, 'done');
    await rig.switchOn({ office: 'payment', kind: 'payment.case.release', times: 3, action: { do: 'down' } });
    await rig.sandboxCall('POST', `/desk/${caseRef}`, { decision: 'refuse' });
    await moveUntil(rig, async () => (await open())[0]?.why === 'review-refused');
    expect(await noticesLeft()).toBe(1);
    await moveUntil(rig, async () => (await open()).length === 0);
    expect(await totals()).toMatchObject({ captured: fen, refunded: fen, balanced: true });
    await moveUntil(rig, async () => (await noticesLeft()) === 0);
    const answer = { decision: 'refused', refusal: { code: 'review-refused' } };
    expect(await done('household', 'case.state', { caseRef })).toMatchObject(answer);
  });

  it('that refuses before the confirm comes lets nothing be taken', async () => {
    const { caseRef } = await paid('idapply');
    await rig.sandboxCall('POST', `/desk/${caseRef}`, { decision: 'refuse' });
    await moveUntil(rig, async () => (await noticesLeft()) === 0, 1_000);
    const body = { caseRef, items: PAID_ERRANDS.idapply.items };
    expect(await rig.operation('payment.bill.create', body)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'review-refused' },
    });
    expect(await confirm('idapply', caseRef, 'done')).toMatchObject({ outcome: 'done', answer: { capturedFen: 0 } });
    expect(await totals()).toMatchObject({ held: 0, captured: 0, refunded: 0, balanced: true });
    expect(await open()).toEqual([]);
  });
});

describe('what was sent', () => {
  it('is not kept: no picture, number or signature of a body lies in the database, open or ended', async () => {
    const mark = Buffer.from('a picture of nobody at all, long enough to be found').toString('base64');
    const fingers = [mark, `${mark}${mark}`];
    await rig.operation('household.case.begin', { ...PAID_ERRANDS.idapply.body, fingers });
    await rig.switchOn({ office: 'vehicle', kind: 'vehicle.case.begin', action: { do: 'cut', when: 'after' } });
    const open = await rig.operation('vehicle.case.begin', { ...PAID_ERRANDS.licence.body, photo: mark });
    expect(open.outcome).toBe('unknown');
    await rig.store.close();
    const kept = readdirSync(rig.dir)
      .filter((name) => name.startsWith('fleet'))
      .map((name) => readFileSync(`${rig.dir}/${name}`, 'latin1'))
      .join('');
    expect(kept).toContain('household.case.begin');
    const { idNo, signature } = PAID_ERRANDS.idapply.body;
    for (const secret of [mark.slice(0, 40), idNo, signature]) {
      expect(kept).not.toContain(secret);
      expect(JSON.stringify(rig.lines)).not.toContain(secret);
    }
  });
});
