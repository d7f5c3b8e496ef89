import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goodsSchema } from '@yimen/contracts/back-office';
import { type Answer, CONFIRM, idNoOf, PICTURE, SandboxRig } from '../testing/sandbox-rig.ts';

const MINUTE = 60_000;
let rig: SandboxRig;
beforeEach(async () => {
  rig = new SandboxRig();
  await rig.start();
});
afterEach(() => rig.close());

async function lookup(thing: string, reason = 'loss'): Promise<Answer> {
  return rig.done('vehicle.licence.lookup', { idNo: idNoOf(thing), reason });
}
async function licence(thing: string, reason = 'loss'): Promise<unknown> {
  const { licenceNo } = await lookup(thing, reason);
  const body = { item: 'licence', idNo: idNoOf(thing), licenceNo, reason, phone: null, photo: null };
  return (await rig.begin('vehicle', { ...body, signature: PICTURE }))['receiptNo'];
}
async function vlic(plateNo: string, thing: string): Promise<unknown> {
  const body = { item: 'vlic', idNo: idNoOf(thing), plateType: '02', plateNo, reason: 'loss', signature: PICTURE };
  return (await rig.begin('vehicle', body))['receiptNo'];
}
async function violation(thing: string, violationIds: readonly string[]): Promise<Answer> {
  const { licenceNo } = await lookup(thing, 'violation');
  const body = { item: 'violation', idNo: idNoOf(thing), licenceNo, violationIds, signature: PICTURE };
  return rig.begin('vehicle', body);
}
const serialOf = async (receiptNo: unknown, spoiled: string | null = null, at?: string): Promise<unknown> =>
  ((await rig.reserve('vehicle', receiptNo, spoiled, at))['goods'] as { blankSerial: string }).blankSerial;
async function stack(terminalId = 'SD-DALIANG-01'): Promise<unknown> {
  const { blanks } = await rig.state<{ blanks: { terminalId: string; form: string }[] }>();
  return blanks.find((one) => one.terminalId === terminalId && one.form === 'driving');
}
const violationsOf = async (plateNo: string, engineTail: string): Promise<Answer> =>
  rig.done('vehicle.violation.list', { plateType: '02', plateNo, engineTail });

describe('a driving licence', () => {
  it('is printed on the blank that lies first, with the fields of its form, and is renewed from then on', async () => {
    const receiptNo = await licence('id-li-na', 'expiry');
    const right = await rig.reserve('vehicle', receiptNo);
    expect(right).toMatchObject({
      decision: 'approved',
      goods: { kind: 'licence', form: 'driving', blankSerial: 'D2026000001', fields: { name: '李娜', class: 'C1' } },
    });
    expect(goodsSchema.parse(right['goods'])).toEqual(right['goods']);
    const { fields } = right['goods'] as { fields: Record<string, string> };
    expect(Object.keys(fields).filter((name) => !/^[a-zA-Z][a-zA-Z0-9]{0,30}$/.test(name))).toEqual([]);
    expect(Object.keys(fields).length).toBeLessThanOrEqual(24);
    for (const text of Object.values(fields)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200);
    expect(fields['validUntil']).toBe('2037-01-03');
    expect(await rig.confirm('vehicle', receiptNo, { serial: 'D2026000001', oldRecovered: true })).toMatchObject({
      closed: true,
    });
    expect(await lookup('id-li-na', 'expiry')).toMatchObject({
      expiry: '2037-01-03',
      refusals: [{ code: 'too-early', date: '2036-10-05' }],
    });
  });

  it('is renewed once, whichever case comes first', async () => {
    const cases = [await licence('id-li-na', 'expiry'), await licence('id-li-na', 'expiry')];
    await rig.reserve('vehicle', cases[0]);
    await rig.confirm('vehicle', cases[0]);
    expect(await rig.reserve('vehicle', cases[1])).toMatchObject({ refusal: { code: 'too-early' }, goods: null });
  });

  it('keeps its blank while it is held, gives it back untouched, voids a spoiled one and names the next', async () => {
    const first = await licence('id-li-na');
    expect(await serialOf(first)).toBe('D2026000001');
    expect(await serialOf(first)).toBe('D2026000001');
    const second = await licence('id-li-ming');
    expect(await serialOf(second)).toBe('D2026000002');
    await rig.cancel('vehicle', first);
    const third = await licence('id-li-na');
    expect(await serialOf(third)).toBe('D2026000001');
    expect(await serialOf(third, 'D2026000001')).toBe('D2026000003');
    expect(await stack()).toMatchObject({
      stock: 37,
      next: 'D2026000004',
      elsewhere: [
        { serial: 'D2026000001', state: 'spoiled' },
        { serial: 'D2026000002', state: 'reserved' },
        { serial: 'D2026000003', state: 'reserved' },
      ],
    });
    await rig.clock.advance(10 * MINUTE);
    expect(await stack()).toMatchObject({ stock: 39, next: 'D2026000002' });
  });

  it('that was paid and not made keeps its right; its blank is free unless it is the spoiled one', async () => {
    const receiptNo = await licence('id-li-na');
    await serialOf(receiptNo);
    await rig.done('vehicle.case.paid', { receiptNo });
    await rig.confirm('vehicle', receiptNo, { outcome: 'notDone', handedOver: false });
    expect(await stack()).toMatchObject({ stock: 40, elsewhere: [] });
    expect(await serialOf(receiptNo)).toBe('D2026000001');
    await rig.confirm('vehicle', receiptNo, { outcome: 'notDone', handedOver: false, serial: 'D2026000001' });
    expect(await stack()).toMatchObject({ next: 'D2026000002', elsewhere: [{ state: 'spoiled' }] });
    expect(await serialOf(receiptNo, null, 'SD-RONGGUI-01')).toBe('D2026000001');
    const wrong = { ...CONFIRM, receiptNo, serial: 'D2026000009' };
    expect(await rig.fault('vehicle.case.confirm', wrong)).toBe('serial-differs');
    await rig.confirm('vehicle', receiptNo, { outcome: 'unknown', handedOver: false });
    expect(await stack('SD-RONGGUI-01')).toMatchObject({ elsewhere: [{ state: 'suspect' }] });
    await rig.confirm('vehicle', receiptNo, { serial: 'D2026000001' });
    expect(await stack('SD-RONGGUI-01')).toMatchObject({ stock: 39, elsewhere: [{ state: 'produced' }] });
  });
});

describe('a licence that was made and not taken', () => {
  it('is produced when staff hand it out later: its blank is the one that was kept', async () => {
    const receiptNo = await licence('id-li-na');
    const serial = await serialOf(receiptNo);
    await rig.done('vehicle.case.paid', { receiptNo });
    await rig.confirm('vehicle', receiptNo, { outcome: 'notDone', handedOver: false, serial });
    expect(await stack()).toMatchObject({ elsewhere: [{ serial, state: 'spoiled' }] });
    await rig.confirm('vehicle', receiptNo, { handedOver: true, serial: null });
    expect(await stack()).toMatchObject({ stock: 39, elsewhere: [{ serial, state: 'produced' }] });
  });
});

describe('a vehicle licence', () => {
  it('has a stack of its own', async () => {
    const receiptNo = await vlic('粤XA1001', 'id-li-na');
    expect(await rig.reserve('vehicle', receiptNo)).toMatchObject({
      goods: { form: 'vehicle', blankSerial: 'V2026000001', fields: { plateNo: '粤XA1001', owner: '李娜' } },
    });
    await rig.confirm('vehicle', receiptNo, { serial: 'V2026000001' });
  });
});

describe('an inspection mark', () => {
  const inspect = (plateNo: string, thing: string, what: readonly string[] = []): Promise<Answer> =>
    rig.begin('vehicle', {
      item: 'inspect',
      idNo: idNoOf(thing),
      plateType: '02',
      plateNo,
      materials: what.map((one) => ({ what: one, page: PICTURE })),
    });

  it('is one number for one case, and moves the day on which the next is due', async () => {
    const { receiptNo } = await inspect('粤XA1001', 'id-li-na');
    const first = await rig.reserve('vehicle', receiptNo);
    expect(first).toMatchObject({ goods: { kind: 'mark', markNo: 'JY2026000001', validUntil: '2028-12-14' } });
    expect((await rig.reserve('vehicle', receiptNo))['goods']).toEqual(first['goods']);
    await rig.confirm('vehicle', receiptNo);
    expect(await inspect('粤XA1001', 'id-li-na')).toMatchObject({
      refusal: { code: 'too-early', date: '2028-09-15' },
    });
  });

  it('is given once, whichever case comes first, and each case is found by who follows it', async () => {
    const first = await inspect('粤XA1001', 'id-li-na');
    const second = await inspect('粤XA1001', 'id-li-na');
    await rig.reserve('vehicle', first['receiptNo']);
    await rig.confirm('vehicle', first['receiptNo']);
    expect(await rig.reserve('vehicle', second['receiptNo'])).toMatchObject({ refusal: { code: 'too-early' } });
    const { cases } = await rig.find('vehicle', { idNo: idNoOf('id-li-na'), purpose: 'progress' });
    expect(cases).toMatchObject([
      { receiptNo: second['receiptNo'], state: 'reviewed', since: '2026-11-24', holderMasked: '李＊' },
      { receiptNo: first['receiptNo'], state: 'delivered' },
    ]);
    await rig.cancel('vehicle', second['receiptNo']);
    expect(await rig.find('vehicle', { receiptNo: second['receiptNo'], purpose: 'progress' })).toMatchObject({
      cases: [{ state: 'cancelled' }],
    });
    expect(await rig.find('household', { receiptNo: second['receiptNo'], purpose: 'progress' })).toMatchObject({
      refusals: [{ code: 'receipt-unknown' }],
    });
  });

  it('waits for an officer when something was scanned; no page is kept', async () => {
    const { receiptNo, decision } = await inspect('粤XA1002', 'id-li-ming', ['insurance']);
    expect(decision).toBe('pending');
    expect(await rig.reserve('vehicle', receiptNo)).toMatchObject({
      decision: 'pending',
      goods: null,
      heldUntil: null,
    });
    const { cases } = await rig.state<{ cases: { materials: object[] }[] }>();
    expect(cases[0]?.materials).toEqual([{ what: 'insurance', bytes: 7, digest: expect.any(String) as unknown }]);
    expect(JSON.stringify(cases)).not.toContain(PICTURE);
    await rig.call('POST', `/desk/${String(receiptNo)}`, { decision: 'approve' });
    expect(await rig.reserve('vehicle', receiptNo)).toMatchObject({ decision: 'approved', goods: { kind: 'mark' } });
  });
});

describe('camera violations', () => {
  it('are decided by one case alone, cost their own fine, and are never listed again', async () => {
    expect(await violationsOf('粤XA1005', 'E005')).toMatchObject({ violations: [{ points: 3 }, { fineFen: 20_000 }] });
    const first = await violation('id-li-na', ['V20261001', 'V20261002']);
    const second = await violation('id-li-ming', ['V20261002']);
    const right = await rig.reserve('vehicle', first['receiptNo']);
    expect(right).toMatchObject({
      goods: {
        kind: 'decisions',
        decisions: [
          { violationId: 'V20261001', fineFen: 15_000, points: 3, dueDate: '2026-12-09' },
          { violationId: 'V20261002', fineFen: 20_000, points: 0 },
        ],
      },
    });
    expect((await rig.reserve('vehicle', first['receiptNo']))['goods']).toEqual(right['goods']);
    expect(await rig.reserve('vehicle', second['receiptNo'])).toMatchObject({ refusal: { code: 'none-found' } });
    const fines = ['V20261001', 'V20261002'].map((variant) => ({ feeRow: 'fine', variant, count: 1, amountFen: 1 }));
    expect(await rig.bill(first['receiptNo'], fines)).toMatchObject({ amountFen: 35_000 });
    // Decided and not paid is a normal end.
    await rig.confirm('vehicle', first['receiptNo']);
    expect(await violationsOf('粤XA1005', 'E005')).toMatchObject({
      violations: [],
      refusals: [{ code: 'none-found' }],
    });
    expect(await lookup('id-li-na', 'violation')).toMatchObject({ points: 3, carsHandled: 1 });
  });

  it('are open again when the case was given up', async () => {
    const { receiptNo } = await violation('id-li-na', ['V20261003']);
    await rig.reserve('vehicle', receiptNo);
    expect(await violationsOf('粤XA1006', 'E006')).toMatchObject({ refusals: [{ code: 'none-found' }] });
    await rig.cancel('vehicle', receiptNo);
    expect(await violationsOf('粤XA1006', 'E006')).toMatchObject({ violations: [{ violationId: 'V20261003' }] });
    expect(await lookup('id-li-na', 'violation')).toMatchObject({ points: 0, carsHandled: 0 });
  });

  it('stop at the twelfth point, and at the third car of somebody else', async () => {
    const first = await violation('id-hmt-resident', ['V20261003']);
    expect(first).toMatchObject({ refusal: { code: 'many-cars' } });
    expect(await violation('id-wang-wei', ['V20261003'])).toMatchObject({ refusal: { code: 'points-stop' } });
  });
});
