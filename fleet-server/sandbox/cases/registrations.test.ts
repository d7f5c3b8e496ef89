import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, CONFIRM, idNoOf, PICTURE, SandboxRig } from '../testing/sandbox-rig.ts';

const DAY = 86_400_000;
let rig: SandboxRig;
beforeEach(async () => {
  rig = new SandboxRig();
  await rig.start();
});
afterEach(() => rig.close());

const prereg = (thing: string, over: object = {}): Promise<Answer> =>
  rig.begin('exitEntry', {
    item: 'prereg',
    idNo: idNoOf(thing),
    name: 'x',
    docKind: 'tw-permit',
    reason: 'new',
    photo: PICTURE,
    photoReceiptNo: null,
    fingers: [PICTURE],
    phone: null,
    delivery: 'window',
    address: null,
    signature: PICTURE,
    ...over,
  });
const apply = (thing: string, photoReceiptNo: string, over: object = {}): Promise<Answer> =>
  rig.begin('household', {
    item: 'idapply',
    idNo: idNoOf(thing),
    reason: 'loss',
    photoReceiptNo,
    fingers: [PICTURE],
    phone: null,
    collection: 'office',
    signature: PICTURE,
    ...over,
  });
const decide = (no: unknown, decision: string): Promise<unknown> =>
  rig.call('POST', `/desk/${String(no)}`, { decision }).then(({ status }) => status);
const progress = async (office: string, receiptNo: unknown): Promise<Answer | undefined> =>
  (await rig.find(office, { receiptNo, purpose: 'progress' })).cases[0];
const notices = async (office: string): Promise<{ id: string; foreignRef: string; result: string }[]> =>
  (await rig.call('GET', `/offices/${office}/notices`)).json['notices'] as {
    id: string;
    foreignRef: string;
    result: string;
  }[];
async function forward(days: number): Promise<void> {
  await rig.call('POST', '/clock', { moveMs: days * DAY });
}

describe('an application for a travel document', () => {
  it('is taken in, reviewed, paid, made, and collected where it was applied for', async () => {
    const { receiptNo, decision } = await prereg('id-li-na');
    expect(decision).toBe('accepted');
    const fee = [{ feeRow: 'fee.tw-permit', variant: 'tw-permit', count: 1, amountFen: 6_000 }];
    expect(await rig.reserve('exitEntry', receiptNo)).toMatchObject({
      decision: 'accepted',
      goods: { kind: 'registration', expected: '2026-12-04', items: fee },
    });
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'accepted', items: [] });
    await rig.confirm('exitEntry', receiptNo, { sheets: 1 });
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'accepted', items: fee });
    expect(await prereg('id-li-na')).toMatchObject({ refusal: { code: 'already-open' } });
    const early = await rig.begin('exitEntry', { item: 'pay', receiptNo });
    expect(early).toMatchObject({ refusal: { code: 'not-payable' } });

    expect(await decide(receiptNo, 'approve')).toBe(200);
    expect(await decide(receiptNo, 'refuse')).toBe(404);
    const { receiptNo: errand } = await rig.begin('exitEntry', { item: 'pay', receiptNo });
    expect(await rig.reserve('exitEntry', errand)).toMatchObject({ goods: { items: fee } });
    expect(await rig.bill(errand, fee, 'a')).toMatchObject({ amountFen: 6_000 });
    await rig.confirm('exitEntry', errand);
    expect(await progress('exitEntry', receiptNo)).toMatchObject({
      state: 'reviewed',
      items: [],
      expected: '2026-12-04',
    });

    await forward(8);
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'made' });
    await forward(2);
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'ready', hallId: 'daliang-1' });
    const collect = { item: 'collect', receiptNo, idNo: idNoOf('id-li-na'), signature: null };
    const given = await rig.begin('exitEntry', collect);
    const { goods } = (await rig.reserve('exitEntry', given['receiptNo'])) as { goods: { serial: string } };
    expect(goods.serial).toBe('N2026000001');
    await rig.confirm('exitEntry', given['receiptNo'], { serial: goods.serial });
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'delivered' });
    expect(await prereg('id-li-na', { photo: PICTURE })).toMatchObject({ decision: 'accepted' });
  });

  it('that waits for an officer is there already, and is gone when its holder gives it up', async () => {
    const { receiptNo, decision } = await prereg('id-wang-wei');
    expect(decision).toBe('pending');
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'applied' });
    await decide(receiptNo, 'approve');
    expect(await rig.done('exitEntry.case.state', { receiptNo })).toMatchObject({ decision: 'approved' });
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'reviewed' });
    // Nobody hands it in before the hold runs out: the application stays, the hold can be taken again.
    await rig.reserve('exitEntry', receiptNo);
    await rig.clock.advance(10 * 60_000);
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'reviewed' });
    await rig.reserve('exitEntry', receiptNo);
    await rig.cancel('exitEntry', receiptNo);
    expect(await progress('exitEntry', receiptNo)).toMatchObject({ state: 'cancelled' });
    expect(await decide((await prereg('id-wang-wei'))['receiptNo'], 'refuse')).toBe(200);
  });
});

describe('an application for an ID card', () => {
  const FEE = [{ feeRow: 'fee.id.loss.shunde', variant: 'id-loss', count: 1, amountFen: 4_000 }];

  it('is accepted and paid, and reviewed afterwards; the officer’s word is told until it is heard', async () => {
    const passed = await apply('id-li-na', 'PH20261101000001', { foreignRef: 'case-passed-1' });
    const refused = await apply('id-li-ming', 'PH20261101000002', { foreignRef: 'case-refused-1' });
    let refusedBill: Answer = {};
    for (const { receiptNo, decision } of [passed, refused]) {
      expect(decision).toBe('accepted');
      expect(await rig.reserve('household', receiptNo)).toMatchObject({ goods: { expected: '2027-01-03' } });
      refusedBill = await rig.bill(receiptNo, FEE, `t-${String(receiptNo)}`);
      expect(refusedBill).toMatchObject({ amountFen: 4_000 });
      await rig.done('household.case.paid', { receiptNo });
      await rig.confirm('household', receiptNo);
    }
    expect(await notices('household')).toEqual([]);
    expect(await decide(passed['receiptNo'], 'approve')).toBe(200);
    // The desk finds a case by the asker's own reference too.
    expect(await decide('case-refused-1', 'refuse')).toBe(200);
    const told = await notices('household');
    expect(told).toMatchObject([
      { foreignRef: 'case-passed-1', result: 'passed' },
      { foreignRef: 'case-refused-1', result: 'refused' },
    ]);
    expect(await notices('exit-entry')).toEqual([]);
    const ids = told.map(({ id }) => id);
    await rig.call('POST', '/offices/exit-entry/notices', { ids });
    expect(await notices('household')).toHaveLength(2);
    await rig.restart();
    await rig.call('POST', '/offices/household/notices', { ids: ids.slice(0, 1) });
    expect(await notices('household')).toMatchObject([{ result: 'refused' }]);
    expect(await rig.done('household.case.state', { receiptNo: refused['receiptNo'] })).toMatchObject({
      decision: 'refused',
      refusal: { code: 'review-refused' },
    });
    const { billNo } = refusedBill;
    expect(await progress('household', refused['receiptNo'])).toMatchObject({ state: 'refused' });
    expect(await progress('household', refused['receiptNo'])).not.toHaveProperty('refund');
    await rig.done('payment.bill.refund', { billNo, reason: 'review-refused' });
    expect(await progress('household', refused['receiptNo'])).toMatchObject({
      refund: { amountFen: 4_000, on: '2026-11-24' },
    });
    expect(await progress('household', passed['receiptNo'])).not.toHaveProperty('refund');
    await forward(40);
    expect(await progress('household', passed['receiptNo'])).toMatchObject({ state: 'ready', items: [] });
  });

  it('is void at the end of its day when it was not paid; the waived one is not', async () => {
    const unpaid = await apply('id-li-na', 'PH20261101000001');
    const waived = await apply('id-surrogate-name', 'PH20261101000005');
    await rig.reserve('household', unpaid['receiptNo']);
    expect(await rig.reserve('household', waived['receiptNo'])).toMatchObject({ goods: { items: [] } });
    await forward(1);
    expect(await rig.done('household.case.state', { receiptNo: unpaid['receiptNo'] })).toMatchObject({
      refusal: { code: 'unpaid-void', date: '2026-11-24' },
    });
    expect(await rig.reserve('household', unpaid['receiptNo'])).toMatchObject({ refusal: { code: 'unpaid-void' } });
    expect(await rig.reserve('household', waived['receiptNo'])).toMatchObject({ decision: 'accepted' });
  });
});

describe('what every office does', () => {
  it('takes a simple form and answers with a paper', async () => {
    for (const office of ['exitEntry', 'vehicle', 'household']) {
      const answers = { booking: '2026-12-01' };
      const begun = await rig.begin(office, { item: 'simple', idNo: null, answers, phone: null, signature: null });
      expect(await rig.reserve(office, begun['receiptNo'])).toMatchObject({
        goods: { kind: 'paper', lines: [{}, { label: 'booking', value: '2026-12-01' }] },
      });
      await rig.confirm(office, begun['receiptNo'], { sheets: 1 });
    }
  });

  it('takes no confirm without a right: before reserve, after the hold ran out, after cancel', async () => {
    const simple = { item: 'simple', idNo: null, answers: {}, phone: null, signature: null };
    const { receiptNo } = await rig.begin('vehicle', simple);
    const confirm = (over: object = {}): Promise<unknown> =>
      rig.fault('vehicle.case.confirm', { ...CONFIRM, receiptNo, ...over });
    expect(await confirm()).toBe('out-of-order');
    await rig.reserve('vehicle', receiptNo);
    await rig.clock.advance(10 * 60_000);
    expect(await confirm()).toBe('out-of-order');
    // A payment that came at the last moment takes the hold up again.
    await rig.done('vehicle.case.paid', { receiptNo });
    await rig.confirm('vehicle', receiptNo);
    expect(await confirm({ outcome: 'notDone' })).toBe('out-of-order');
    expect(await rig.fault('vehicle.case.reserve', { receiptNo, spoiledSerial: null })).toBe('out-of-order');
    expect(await rig.cancel('vehicle', receiptNo)).toMatchObject({ cancelled: false, refusedBecause: 'confirmed' });
    const other = (await rig.begin('vehicle', simple))['receiptNo'];
    await rig.reserve('vehicle', other);
    await rig.cancel('vehicle', other);
    expect(await rig.fault('vehicle.case.confirm', { ...CONFIRM, receiptNo: other })).toBe('out-of-order');
    expect(await rig.fault('vehicle.case.paid', { receiptNo: other })).toBe('out-of-order');
  });

  it('knows only its own cases and its own items', async () => {
    const { receiptNo } = await apply('id-li-na', 'PH20261101000001');
    expect(await rig.fault('vehicle.case.reserve', { receiptNo, spoiledSerial: null })).toBe('receipt-unknown');
    const strange = await rig.ask('household.case.begin', { item: 'endorse', foreignRef: 'case-strange' });
    expect(strange.status).toBe(400);
  });

  it('takes pictures up to four mebibytes and keeps none of them', async () => {
    const photo = Buffer.alloc(299_000, 7).toString('base64');
    const { decision } = await prereg('id-li-na', { photo, fingers: [photo, photo] });
    expect(decision).toBe('accepted');
    const text = JSON.stringify(await rig.state());
    expect(text).not.toContain(photo.slice(0, 64));
    expect(text).toContain('"bytes":299000');
    const tooLarge = await rig.call('POST', '/clock', { text: 'x'.repeat(4 * 1024 * 1024) });
    expect(tooLarge).toMatchObject({ status: 413, json: { error: { code: 'too-large' } } });
  });

  it('has a price for every published variant and for nothing else', async () => {
    const price = async (feeRow: string, variant: string): Promise<unknown> =>
      (await rig.bill(rig.id().replace('operation-', '440699'), [{ feeRow, variant, count: 1, amountFen: 0 }]))[
        'amountFen'
      ];
    expect(await price('fee.licence.2004', 'licence')).toBe(1_000);
    expect(await price('fee.vlic', 'vlic')).toBe(1_000);
    expect(await price('fee.id.expiry', 'id-expiry')).toBe(2_000);
    expect(await price('fee.passport', 'passport')).toBe(12_000);
    expect(await price('fine', 'V20261004')).toBe(200_000);
    for (const [feeRow, variant] of [
      ['fine', 'licence'],
      ['fee.licence', 'V20261004'],
      ['other', 'licence'],
    ] as const) {
      const items = [{ feeRow, variant, count: 1, amountFen: 0 }];
      const body = { receiptNo: '44069999', foreignRef: rig.id(), items, maxLifeMs: 1_000 };
      expect(await rig.fault('payment.bill.create', body)).toBe('fee-unknown');
    }
  });
});
