import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, CONFIRM, idNoOf, SandboxRig } from '../testing/sandbox-rig.ts';

const PAYABLE = '440620261101900011';
const DOCUMENT = '440620261101900112';
const ID_CARD = '440620261101900314';
const MINUTE = 60_000;
let rig: SandboxRig;
beforeEach(async () => {
  rig = new SandboxRig();
  await rig.start();
});
afterEach(() => rig.close());

const begin = (receiptNo = PAYABLE, terminalId?: string): Promise<Answer> =>
  rig.begin('exitEntry', { item: 'pay', receiptNo }, terminalId);
const collect = (terminalId?: string): Promise<Answer> =>
  rig.begin('exitEntry', { item: 'collect', receiptNo: DOCUMENT, idNo: null, signature: null }, terminalId);
const reserve = (receiptNo: unknown): Promise<Answer> => rig.reserve('exitEntry', receiptNo);
const confirm = (receiptNo: unknown, over: object = {}): Promise<Answer> => rig.confirm('exitEntry', receiptNo, over);
const FEE = [{ feeRow: 'fee.passport', variant: 'passport', count: 1, amountFen: 12_000 }];
async function documentOf(receiptNo: string): Promise<unknown> {
  const { dossiers } = await rig.state<{ dossiers: { receiptNo: string; document: unknown }[] }>();
  return dossiers.find((one) => one.receiptNo === receiptNo)?.document;
}

describe('paying a case of the office', () => {
  it('is an errand with its own number; once confirmed the case is paid and never payable again', async () => {
    const begun = await begin();
    expect(begun).toMatchObject({ receiptNo: `${PAYABLE}P1`, decision: 'approved', refusal: null });
    const right = await reserve(begun['receiptNo']);
    expect(right).toMatchObject({ goods: { kind: 'payment', items: FEE } });
    expect(right['heldUntil']).toBe(rig.clock.wallMs() + 10 * MINUTE);
    await rig.bill(begun['receiptNo'], FEE, 'a');
    expect(await rig.done('exitEntry.case.paid', { receiptNo: begun['receiptNo'] })).toMatchObject({
      heldUntil: rig.clock.wallMs() + 72 * 60 * MINUTE,
    });
    expect(await confirm(begun['receiptNo'])).toMatchObject({ closed: true });
    expect(await rig.done('payment.case.capture', { receiptNo: begun['receiptNo'] })).toMatchObject({
      capturedFen: 12_000,
    });
    expect(await begin()).toMatchObject({ refusal: { code: 'already-paid', date: '2026-11-24' } });
    expect(await rig.find('exitEntry', { receiptNo: PAYABLE, purpose: 'pay' })).toMatchObject({
      cases: [],
      refusals: [{ code: 'already-paid' }],
    });
    // An errand's number leads to its case.
    expect(await rig.find('exitEntry', { receiptNo: `${PAYABLE}P1`, purpose: 'progress' })).toMatchObject({
      cases: [{ receiptNo: PAYABLE, items: [] }],
    });
  });

  it('is refused while another terminal is at it, from begin on', async () => {
    const { receiptNo } = await begin();
    expect(await begin(PAYABLE, 'SD-RONGGUI-01')).toMatchObject({ refusal: { code: 'bill-busy' } });
    await reserve(receiptNo);
    expect(await begin(PAYABLE, 'SD-RONGGUI-01')).toMatchObject({ refusal: { code: 'bill-busy' } });
    expect(await begin('440620261101900021')).toMatchObject({ decision: 'approved' });
  });

  it('that was begun and left, or cancelled, or lapsed, gives way to a new errand, and can never be billed again', async () => {
    const first = await begin();
    await rig.clock.advance(10 * MINUTE);
    const second = await begin();
    await reserve(second['receiptNo']);
    await rig.cancel('exitEntry', second['receiptNo']);
    const third = await begin();
    await reserve(third['receiptNo']);
    await rig.bill(third['receiptNo'], FEE);
    await rig.clock.advance(10 * MINUTE);
    const fourth = await begin();
    expect([first, second, third, fourth].map(({ receiptNo }) => receiptNo)).toEqual(
      [1, 2, 3, 4].map((n) => `${PAYABLE}P${n}`),
    );
    for (const old of [first, third])
      expect(
        await rig.fault('payment.bill.create', {
          receiptNo: old['receiptNo'],
          foreignRef: rig.id(),
          items: FEE,
          maxLifeMs: 1,
        }),
      ).toBe('out-of-order');
    expect(await rig.done('exitEntry.case.state', { receiptNo: first['receiptNo'] })).toMatchObject({
      refusal: { code: 'case-cancelled' },
    });
  });

  it('that failed with a bill that may still be paid stays busy until the bill ran out', async () => {
    const { receiptNo } = await begin();
    await reserve(receiptNo);
    await rig.bill(receiptNo, FEE);
    await confirm(receiptNo, { outcome: 'notDone', handedOver: false });
    expect(await begin()).toMatchObject({ refusal: { code: 'bill-busy' } });
    await rig.clock.advance(5 * MINUTE);
    expect(await begin()).toMatchObject({ receiptNo: `${PAYABLE}P2` });
  });

  it('that failed after it was paid is taken up again: the same errand, the same bill, charged once', async () => {
    const { receiptNo } = await begin();
    await reserve(receiptNo);
    const paid = await rig.bill(receiptNo, FEE, 'a');
    await rig.done('exitEntry.case.paid', { receiptNo });
    await confirm(receiptNo, { outcome: 'notDone', handedOver: false });
    expect(await begin(PAYABLE, 'SD-RONGGUI-01')).toMatchObject({ receiptNo, decision: 'approved' });
    expect(await reserve(receiptNo)).toMatchObject({ goods: { kind: 'payment', items: FEE } });
    expect(await rig.bill(receiptNo, FEE)).toMatchObject({ billNo: paid['billNo'], state: 'held' });
    await confirm(receiptNo);
    await rig.done('payment.case.capture', { receiptNo });
    expect(await rig.state()).toMatchObject({
      totals: { held: 0, captured: 12_000, owed: 0, balanced: true },
      counts: { bills: 1 },
    });
  });

  it('that was paid while the word of it got lost is taken up again too', async () => {
    const { receiptNo } = await begin();
    await reserve(receiptNo);
    await rig.bill(receiptNo, FEE, 'a');
    // Nobody tells the office: its hold runs out.
    await rig.clock.advance(10 * MINUTE);
    expect(await begin()).toMatchObject({ receiptNo });
  });

  it('that nobody can judge keeps everybody away', async () => {
    const { receiptNo } = await begin();
    await reserve(receiptNo);
    await confirm(receiptNo, { outcome: 'unknown', handedOver: false });
    await rig.clock.advance(10 * MINUTE);
    expect(await begin()).toMatchObject({ refusal: { code: 'bill-busy' } });
    await confirm(receiptNo);
    expect(await begin()).toMatchObject({ refusal: { code: 'already-paid' } });
  });

  it('costs what the case has open, by its own items alone', async () => {
    const { receiptNo } = await begin();
    await reserve(receiptNo);
    const other = [{ feeRow: 'fee.endorse', variant: 'once', count: 1, amountFen: 1_500 }];
    const body = { receiptNo, foreignRef: rig.id(), maxLifeMs: 1_000 };
    expect(await rig.fault('payment.bill.create', { ...body, items: other })).toBe('fee-unknown');
    expect(await rig.bill(receiptNo, FEE)).toMatchObject({ amountFen: 12_000 });
  });
});

describe('collecting a document', () => {
  it('holds it, gives it out once, and takes it off the stock when it was taken', async () => {
    const begun = await collect();
    expect(begun).toMatchObject({ receiptNo: `${DOCUMENT}C1`, decision: 'approved' });
    expect(await reserve(begun['receiptNo'])).toMatchObject({
      goods: { kind: 'document', serial: 'C60000011', what: 'permit' },
    });
    expect(await documentOf(DOCUMENT)).toBe('reserved');
    expect(await collect('SD-DALIANG-02')).toMatchObject({ refusal: { code: 'already-open' } });
    const wrong = { ...CONFIRM, receiptNo: begun['receiptNo'], serial: 'C60000022' };
    expect(await rig.fault('exitEntry.case.confirm', wrong)).toBe('serial-differs');
    await confirm(begun['receiptNo'], { serial: 'C60000011' });
    expect(await documentOf(DOCUMENT)).toBe('delivered');
    expect(await collect()).toMatchObject({ refusal: { code: 'receipt-unknown' } });
  });

  it('puts it back when nobody took it up, and begins anew', async () => {
    const first = await collect();
    await reserve(first['receiptNo']);
    await rig.clock.advance(10 * MINUTE);
    expect(await rig.state()).toMatchObject({ cases: [{ stage: 'released' }] });
    expect(await documentOf(DOCUMENT)).toBe('stock');
    const second = await collect();
    await reserve(second['receiptNo']);
    await confirm(second['receiptNo'], { outcome: 'notDone', handedOver: false });
    expect(await documentOf(DOCUMENT)).toBe('stock');
    expect(await collect()).toMatchObject({ receiptNo: `${DOCUMENT}C3` });
  });

  it('that was not taken is delivered when staff hand it out, also after the hold ran out', async () => {
    const { receiptNo } = await collect();
    await reserve(receiptNo);
    await confirm(receiptNo, { outcome: 'notDone', handedOver: false, serial: 'C60000011' });
    await rig.clock.advance(24 * 60 * MINUTE);
    expect(await rig.fault('exitEntry.case.confirm', { ...CONFIRM, receiptNo, handedOver: false })).toBe(
      'out-of-order',
    );
    await confirm(receiptNo, { handedOver: true, serial: null });
    expect(await documentOf(DOCUMENT)).toBe('delivered');
  });

  it('names a document that is suspect, or was not taken, as one for the window', async () => {
    const { receiptNo } = await collect();
    await reserve(receiptNo);
    await confirm(receiptNo, { outcome: 'notDone', handedOver: false, serial: 'C60000011' });
    expect(await documentOf(DOCUMENT)).toBe('suspect');
    expect(await collect()).toMatchObject({ refusal: { code: 'not-loaded' } });
    await rig.cancel('exitEntry', receiptNo);
    expect(await documentOf(DOCUMENT)).toBe('suspect');

    const card = await rig.begin('household', { item: 'idcollect', receiptNo: ID_CARD, idNo: idNoOf('id-li-na') });
    expect(await rig.reserve('household', card['receiptNo'])).toMatchObject({
      goods: { kind: 'document', serial: 'S2026000002', what: 'id-card' },
    });
    await rig.confirm('household', card['receiptNo'], { handedOver: false });
    expect(await documentOf(ID_CARD)).toBe('atWindow');
    await rig.confirm('household', card['receiptNo'], { handedOver: true });
    expect(await documentOf(ID_CARD)).toBe('delivered');
  });
});
