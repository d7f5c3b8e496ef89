import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idNoOf, permitNoOf, PICTURE, SandboxRig, type Answer } from './testing/sandbox-rig.ts';

const LICENCE_NO: Record<string, string> = {};
let rig: SandboxRig;
beforeAll(async () => {
  rig = new SandboxRig();
  await rig.start();
  for (const thing of ['id-li-na', 'id-li-ming', 'id-rare-name', 'id-hmt-resident', 'id-wang-wei', 'id-chen-jing'])
    LICENCE_NO[thing] = String((await licence(thing, 'loss'))['licenceNo']);
});
afterAll(() => rig.close());

const codes = (answer: Answer): unknown[] => (answer['refusals'] as { code: string }[]).map(({ code }) => code);
const licence = (thing: string, reason: string): Promise<Answer> =>
  rig.done('vehicle.licence.lookup', { idNo: idNoOf(thing), reason });
const car = (plateNo: string, thing: string, purpose: string): Promise<Answer> =>
  rig.done('vehicle.car.lookup', { plateType: '02', plateNo, idNo: idNoOf(thing), purpose });
const violations = (plateNo: string, engineTail: string): Promise<Answer> =>
  rig.done('vehicle.violation.list', { plateType: '02', plateNo, engineTail });
const resident = (thing: string, reason: string): Promise<Answer> =>
  rig.done('household.person.check', { idNo: idNoOf(thing), reason });
const fetched = (photoReceiptNo: string, thing: string): Promise<Answer> =>
  rig.done('household.photo.fetch', { photoReceiptNo, idNo: idNoOf(thing) });
const applicant = (thing: string, docKind: string, reason = 'renew'): Promise<Answer> =>
  rig.done('exitEntry.person.check', { idNo: idNoOf(thing), name: 'x', docKind, reason });
const found = async (office: string, by: object): Promise<unknown[]> =>
  codes((await rig.find(office, by)) as unknown as Answer);

describe('what the questions refuse', () => {
  it.each<[string, string, string]>([
    ['id-li-ming', 'expiry', 'too-early'],
    ['id-zhao-lei', 'expiry', 'lapsed'],
    ['id-wang-wei', 'expiry', 'points-12'],
    ['id-surrogate-name', 'loss', 'status'],
    ['id-liang-guoqiang', 'expiry', 'downgrade-age'],
    ['id-chen-jing', 'expiry', 'no-health'],
    ['id-taiwan-resident', 'loss', 'open-violation'],
    ['id-long-name', 'loss', 'other-province'],
    ['id-foreigner-2017', 'loss', 'data-differs'],
    ['id-child', 'loss', 'data-differs'],
    ['id-wang-wei', 'violation', 'points-stop'],
  ])('licence of %s for %s: %s', async (thing, reason, code) => {
    expect(codes(await licence(thing, reason))).toEqual([code]);
  });

  it('lets a photo that is too old be a flag, no refusal', async () => {
    expect(await licence('id-rare-name', 'expiry')).toMatchObject({ photoOk: false, refusals: [] });
    expect(await licence('id-li-na', 'expiry')).toMatchObject({ photoOk: true, healthOk: true, refusals: [] });
  });

  it.each<[string, string, string, string, string[]]>([
    ['粤XA9999', 'id-li-na', 'inspect', 'plate-unknown', []],
    ['粤XA1002', 'id-li-na', 'vlic', 'not-owner', []],
    ['粤XA1004', 'id-chen-jing', 'vlic', 'car-status', []],
    ['粤XA1003', 'id-wang-wei', 'inspect', 'not-exempt', ['use']],
    ['粤XA1009', 'id-li-ming', 'inspect', 'not-exempt', ['seats']],
    ['粤XA1010', 'id-li-ming', 'inspect', 'not-exempt', ['age']],
    ['粤XA1011', 'id-li-ming', 'inspect', 'not-exempt', ['casualty']],
    ['粤XA1012', 'id-li-ming', 'inspect', 'too-early', []],
    ['粤XA1006', 'id-taiwan-resident', 'inspect', 'open-violation', ['violations']],
    ['粤XA1006', 'id-taiwan-resident', 'vlic', 'open-violation', []],
  ])('car %s of %s for %s: %s', async (plateNo, thing, purpose, code, failed) => {
    const told = await car(plateNo, thing, purpose);
    expect(codes(told)).toEqual([code]);
    const rules = told['rules'] as { rule: string; result: string }[];
    if (failed.length > 0)
      expect(rules.filter(({ result }) => result === 'failed').map(({ rule }) => rule)).toEqual(failed);
  });

  it('names what a scan can mend as missing, without refusing', async () => {
    expect(await car('粤XA1002', 'id-li-ming', 'inspect')).toMatchObject({
      refusals: [],
      rules: expect.arrayContaining([{ rule: 'insurance', result: 'missing' }]) as unknown,
    });
    expect(await car('粤XA1008', 'id-li-ming', 'inspect')).toMatchObject({
      refusals: [],
      rules: expect.arrayContaining([{ rule: 'tax', result: 'missing' }]) as unknown,
    });
  });

  it.each([
    ['粤XA1001', 'E001', 'none-found'],
    ['粤XA1005', 'E999', 'engine-differs'],
    ['粤XA9999', 'E999', 'engine-differs'],
    ['粤XA1007', 'E007', 'over-limit'],
  ])('violations of %s (%s): %s', async (plateNo, engine, code) => {
    expect(await violations(plateNo, engine)).toMatchObject({ violations: [], refusals: [{ code }] });
  });

  it.each([
    ['id-long-name', 'damage', 'not-covered'],
    ['id-foreigner-2017', 'damage', 'not-covered'],
    ['id-taiwan-resident', 'damage', 'first-card'],
    ['id-child', 'damage', 'age'],
    ['id-chen-jing', 'damage', 'register-issue'],
    ['id-liang-guoqiang', 'damage', 'window-only'],
    ['id-rare-name', 'damage', 'name-rare-char'],
    ['id-li-na', 'expiry', 'too-early'],
  ])('resident %s for %s: %s', async (thing, reason, code) => {
    expect(codes(await resident(thing, reason))).toEqual([code]);
  });

  it('knows residents in order, and who pays nothing', async () => {
    expect(await resident('id-zhao-lei', 'expiry')).toMatchObject({
      waived: false,
      refusals: [],
      feeVariant: 'expiry',
    });
    expect(await resident('id-surrogate-name', 'loss')).toMatchObject({ waived: true, refusals: [] });
  });

  it.each([
    ['PH20990101000009', 'id-li-na'],
    ['PH20250101000003', 'id-wang-wei'],
    ['PH20261101000001', 'id-li-ming'],
  ])('photo receipt %s of %s: photo-receipt', async (number, thing) => {
    expect(await fetched(number, thing)).toMatchObject({ photo: null, refusals: [{ code: 'photo-receipt' }] });
  });

  it('gives the holder his own photo, a PNG', async () => {
    const told = await fetched('PH20261101000001', 'id-li-na');
    expect(Buffer.from(String(told['photo']), 'base64').subarray(1, 4).toString()).toBe('PNG');
  });

  it.each([
    ['id-child', 'passport', 'age'],
    ['id-chen-jing', 'passport', 'already-open'],
    ['id-li-na', 'passport', 'already-open'],
    ['id-li-na', 'hkm-permit', 'already-open'],
  ])('applicant %s for %s: %s', async (thing, docKind, code) => {
    expect(codes(await applicant(thing, docKind))).toEqual([code]);
  });

  it('asks for prints with a first document and where the card bears none', async () => {
    expect(await applicant('id-li-na', 'tw-permit', 'new')).toMatchObject({ fingersNeeded: true, photoOnFile: true });
    expect(await applicant('id-li-na', 'tw-permit')).toMatchObject({ fingersNeeded: false });
    expect(await applicant('id-wang-wei', 'tw-permit')).toMatchObject({ fingersNeeded: true, photoOnFile: false });
  });

  it.each<[string, object, string]>([
    ['exitEntry', { receiptNo: '440620261101900061', purpose: 'pay' }, 'already-paid'],
    ['exitEntry', { receiptNo: '440620261101900041', purpose: 'pay' }, 'not-payable'],
    ['exitEntry', { receiptNo: '440620261101900071', purpose: 'pay' }, 'void-unpaid'],
    ['exitEntry', { receiptNo: '440620261101999999', purpose: 'pay' }, 'receipt-unknown'],
    ['exitEntry', { receiptNo: '440620261101900314', purpose: 'collect' }, 'receipt-unknown'],
    ['exitEntry', { receiptNo: '440620261101900052', purpose: 'collect' }, 'not-ready'],
    ['exitEntry', { receiptNo: '440620261101900412', purpose: 'collect' }, 'other-hall'],
    ['exitEntry', { receiptNo: '440620261101900422', purpose: 'collect' }, 'not-loaded'],
    ['exitEntry', { receiptNo: '440620261101900432', purpose: 'collect' }, 'kept-too-long'],
    ['exitEntry', { receiptNo: '440620261101900442', purpose: 'collect' }, 'unpaid'],
    ['household', { receiptNo: '440620261101900054', purpose: 'collect' }, 'not-ready'],
    ['vehicle', { receiptNo: '440620261101900054', purpose: 'progress' }, 'receipt-unknown'],
  ])('%s case.find %j: %s', async (office, by, code) => {
    expect(await found(office, by)).toEqual([code]);
  });

  it('says when a case will be ready', async () => {
    const { refusals } = await rig.find('exitEntry', { receiptNo: '440620261101900052', purpose: 'collect' });
    expect(refusals).toMatchObject([{ code: 'not-ready', date: '2026-12-01' }]);
  });

  it('finds what fits by holder, and nothing else of his', async () => {
    const by = (purpose: string): object => ({ idNo: idNoOf('id-li-na'), purpose });
    const numbers = async (office: string, purpose: string): Promise<unknown[]> =>
      (await rig.find(office, by(purpose))).cases.map(({ receiptNo }) => receiptNo);
    expect(await numbers('exitEntry', 'pay')).toEqual(['440620261101900011']);
    expect(await numbers('exitEntry', 'collect')).toEqual(['440620261101900112']);
    expect(await numbers('household', 'collect')).toEqual(['440620261101900314']);
    // One of her three cases has a fee: of the others there is nothing to say to who wants to pay.
    expect(await found('exitEntry', { idNo: idNoOf('id-chen-jing'), purpose: 'pay' })).toEqual(['not-payable']);
    const print = await rig.find('exitEntry', { permitNo: permitNoOf('permit-li-na'), purpose: 'print' });
    expect(print.cases).toMatchObject([{ approvalNo: 'A440620261101', holderMasked: '李＊', items: [] }]);
    expect(await rig.find('exitEntry', { permitNo: permitNoOf('permit-wang-wei'), purpose: 'print' })).toEqual({
      cases: [],
      refusals: [],
    });
  });
});

const SIGNED = { signature: PICTURE };
const licenceBody = (thing: string, over: object = {}): object => ({
  item: 'licence',
  idNo: idNoOf(thing),
  licenceNo: LICENCE_NO[thing],
  reason: 'loss',
  phone: null,
  photo: null,
  ...SIGNED,
  ...over,
});
const inspectBody = (plateNo: string, what: readonly string[]): object => ({
  item: 'inspect',
  idNo: idNoOf('id-li-ming'),
  plateType: '02',
  plateNo,
  materials: what.map((one) => ({ what: one, page: PICTURE })),
});
const violationBody = (thing: string, violationIds: readonly string[], over: object = {}): object => ({
  item: 'violation',
  idNo: idNoOf(thing),
  licenceNo: LICENCE_NO[thing],
  violationIds,
  ...SIGNED,
  ...over,
});
const applyBody = (thing: string, photoReceiptNo: string, reason = 'loss'): object => ({
  item: 'idapply',
  idNo: idNoOf(thing),
  reason,
  photoReceiptNo,
  fingers: [PICTURE],
  phone: null,
  collection: 'office',
  ...SIGNED,
});
const preregBody = (thing: string, over: object = {}): object => ({
  item: 'prereg',
  idNo: idNoOf(thing),
  name: 'x',
  docKind: 'tw-permit',
  reason: 'new',
  photo: PICTURE,
  photoReceiptNo: null,
  fingers: [],
  phone: null,
  delivery: 'window',
  address: null,
  ...SIGNED,
  ...over,
});
const printBody = (thing: string, mode: string, approvalNo: string): object => ({
  item: 'print',
  permitNo: permitNoOf(thing),
  mode,
  approvalNo,
});
const collectBody = (receiptNo: string, thing: string): object => ({
  item: 'collect',
  receiptNo,
  idNo: idNoOf(thing),
  signature: null,
});

describe('what a begin refuses', () => {
  it.each<[string, string, () => object]>([
    ['vehicle', 'data-differs', () => licenceBody('id-li-na', { licenceNo: 'L0' })],
    ['vehicle', 'no-photo', () => licenceBody('id-rare-name')],
    ['vehicle', 'too-early', () => licenceBody('id-li-ming', { reason: 'expiry' })],
    ['vehicle', 'no-insurance', () => inspectBody('粤XA1002', ['tax'])],
    ['vehicle', 'no-tax', () => inspectBody('粤XA1008', [])],
    ['vehicle', 'over-limit', () => violationBody('id-li-na', ['V20261004'])],
    ['vehicle', 'none-found', () => violationBody('id-li-na', ['V99999999'])],
    ['vehicle', 'none-found', () => violationBody('id-li-na', ['V20261003', 'V20261003'])],
    ['vehicle', 'many-cars', () => violationBody('id-hmt-resident', ['V20261003'])],
    ['vehicle', 'points-stop', () => violationBody('id-wang-wei', ['V20261003'])],
    ['household', 'photo-receipt', () => applyBody('id-wang-wei', 'PH20250101000003')],
    ['household', 'photo-receipt', () => applyBody('id-li-na', 'PH20261101000002')],
    ['exitEntry', 'photo-rejected', () => preregBody('id-wang-wei', { photo: null })],
    ['exitEntry', 'photo-rejected', () => preregBody('id-li-na', { photo: null, photoReceiptNo: 'PH20250101000003' })],
    ['exitEntry', 'no-approved-record', () => printBody('permit-wang-wei', 'approved', 'A0')],
    ['exitEntry', 'no-approved-record', () => printBody('permit-wang-wei', 'reprint', 'reprint')],
    ['exitEntry', 'chip-differs', () => printBody('permit-recent', 'reprint', 'reprint')],
    ['exitEntry', 'receipt-unknown', () => ({ item: 'pay', receiptNo: '440620261101999999' })],
    ['exitEntry', 'already-paid', () => ({ item: 'pay', receiptNo: '440620261101900061' })],
    ['exitEntry', 'identity-mismatch', () => collectBody('440620261101900112', 'id-li-ming')],
    ['exitEntry', 'other-hall', () => collectBody('440620261101900412', 'id-child')],
  ])('%s: %s', async (office, code, body) => {
    expect(await rig.begin(office, body())).toMatchObject({ decision: 'refused', refusal: { code } });
  });

  it.each<[string, string, () => object]>([
    ['vehicle', 'approved', () => licenceBody('id-rare-name', { photo: PICTURE })],
    ['vehicle', 'pending', () => inspectBody('粤XA1002', ['insurance'])],
    ['vehicle', 'approved', () => violationBody('id-li-na', ['V20261003'])],
    ['household', 'accepted', () => applyBody('id-zhao-lei', 'PH20261101000004', 'expiry')],
    ['exitEntry', 'pending', () => preregBody('id-wang-wei')],
    ['exitEntry', 'accepted', () => preregBody('id-li-na')],
    ['exitEntry', 'approved', () => printBody('permit-refused', 'reprint', 'reprint')],
    ['exitEntry', 'approved', () => printBody('permit-li-na', 'approved', 'A440620261101')],
  ])('%s: not, but %s', async (office, decision, body) => {
    expect(await rig.begin(office, body())).toMatchObject({ decision, refusal: null });
  });

  it('a switch, for one person by ID card', async () => {
    await rig.call('POST', '/switches', {
      office: 'vehicle',
      person: 'id-li-na',
      times: 1,
      action: { do: 'refuse', code: 'window-only' },
    });
    expect(await rig.begin('vehicle', licenceBody('id-li-na'))).toMatchObject({ refusal: { code: 'window-only' } });
    expect(await rig.begin('vehicle', licenceBody('id-li-na'))).toMatchObject({ decision: 'approved' });
  });
});
