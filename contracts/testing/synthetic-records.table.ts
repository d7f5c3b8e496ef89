/** What the sandbox offices know of the synthetic people beside their documents: licences, cars, violations, applications,
 *  finished documents, photo receipts. Nobody here exists. Dates that must stay near today are given in days from it, so
 *  that the demonstration is the same next year. Holders are thing ids of `ID_CARDS` (`id-li-na`) or `PEOPLE`. */

/** A case that the office had before anybody came to the terminal. */
export interface SyntheticCase {
  readonly receiptNo: string;
  readonly office: 'exitEntry' | 'household';
  readonly titleZh: string;
  readonly titleEn: string;
  /** Thing id of the holder's ID card. */
  readonly holder: string;
  /** Thing id of the holder's permit, when the case is about it. */
  readonly permit: string | null;
  readonly state: 'applied' | 'reviewed' | 'made' | 'ready';
  /** Fee rows open: `[feeRow prefix, variant, fen]`. */
  readonly fees: readonly (readonly [feeRow: string, variant: string, amountFen: number])[];
  readonly hallId: string | null;
  /** Serial of the finished document in the locker. */
  readonly serial: string | null;
  readonly approvalNo: string | null;
  /** Document of `exit.prereg` that it is about: a second application for it is `already-open`. */
  readonly docKind?: 'passport' | 'hkm-permit' | 'tw-permit';
  /** What refuses this case: paid before, not paid in time, at the window, back at the office. */
  readonly special?: 'paid' | 'void-unpaid' | 'not-loaded' | 'kept-too-long';
  /** Days since it reached its state; six when left out. */
  readonly sinceDaysAgo?: number;
  readonly note: string;
}

const DALIANG = 'daliang-1';

export const SYNTHETIC_CASES: readonly SyntheticCase[] = [
  ...['id-li-na', 'id-li-ming', 'id-wang-wei'].map((holder, i): SyntheticCase => ({
    receiptNo: `4406202611019000${i + 1}1`,
    office: 'exitEntry',
    titleZh: '普通护照换发',
    titleEn: 'Passport renewal',
    holder,
    permit: null,
    state: 'reviewed',
    fees: [['fee.passport', 'passport', 12_000]],
    hallId: null,
    serial: null,
    approvalNo: null,
    docKind: 'passport',
    note: 'approved, to be paid',
  })),
  {
    receiptNo: '440620261101900041',
    office: 'exitEntry',
    titleZh: '普通护照首次申请',
    titleEn: 'First passport',
    holder: 'id-chen-jing',
    permit: null,
    state: 'applied',
    fees: [['fee.passport', 'passport', 12_000]],
    hallId: null,
    serial: null,
    approvalNo: null,
    docKind: 'passport',
    note: 'under review: not-payable',
  },
  ...['permit-li-na', 'permit-wang-wei', 'permit-expiring'].map((permit, i): SyntheticCase => ({
    receiptNo: `4406202611019001${i + 1}2`,
    office: 'exitEntry',
    titleZh: '往来港澳通行证换发',
    titleEn: 'New Hong Kong–Macau permit',
    holder: ['id-li-na', 'id-wang-wei', 'id-chen-jing'][i] ?? 'id-li-na',
    permit,
    state: 'ready',
    fees: [],
    hallId: DALIANG,
    serial: `C6${['0000011', '0000022', '0000033'][i] ?? ''}`,
    approvalNo: null,
    docKind: 'hkm-permit',
    note: 'finished, lies in the locker of the first hall',
  })),
  {
    receiptNo: '440620261101900052',
    office: 'exitEntry',
    titleZh: '往来港澳通行证换发',
    titleEn: 'New Hong Kong–Macau permit',
    holder: 'id-liang-guoqiang',
    permit: 'permit-elder',
    state: 'made',
    fees: [],
    hallId: null,
    serial: null,
    approvalNo: null,
    docKind: 'hkm-permit',
    note: 'made, on its way: not-ready',
  },
  ...['permit-li-na', 'permit-expiring'].map((permit, i): SyntheticCase => ({
    receiptNo: `4406202611019002${i + 1}3`,
    office: 'exitEntry',
    titleZh: '澳门团队旅游签注（待打印）',
    titleEn: 'Macau tour endorsement, waiting to be printed',
    holder: ['id-li-na', 'id-chen-jing'][i] ?? 'id-li-na',
    permit,
    state: 'reviewed',
    fees: [],
    hallId: null,
    serial: null,
    approvalNo: `A44062026110${i + 1}`,
    note: 'approved elsewhere, printed at any machine',
  })),
  ...['id-li-na', 'id-li-ming', 'id-wang-wei', 'id-chen-jing'].map((holder, i): SyntheticCase => ({
    receiptNo: `4406202611019003${i + 1}4`,
    office: 'household',
    titleZh: '居民身份证期满换领',
    titleEn: 'ID card renewal',
    holder,
    permit: null,
    state: 'ready',
    fees: [],
    hallId: DALIANG,
    serial: `S2026${String([2, 1, 3, 4][i] ?? 2).padStart(6, '0')}`,
    approvalNo: null,
    note: 'finished, lies in the locker of the first hall',
  })),
  {
    receiptNo: '440620261101900054',
    office: 'household',
    titleZh: '居民身份证丢失补领',
    titleEn: 'Lost ID card',
    holder: 'id-zhao-lei',
    permit: null,
    state: 'made',
    fees: [],
    hallId: null,
    serial: null,
    approvalNo: null,
    note: 'not ready yet: not-ready',
  },
  payable('440620261101900061', 'id-rare-name', 'paid', 'paid before: already-paid'),
  payable('440620261101900071', 'id-surrogate-name', 'void-unpaid', 'not paid in time: void-unpaid'),
  finished('440620261101900412', 'permit-child', 'id-child', 'C60000055', { hallId: 'ronggui-1' }, 'other-hall'),
  finished('440620261101900422', 'permit-expired', 'id-zhao-lei', 'C60000044', { special: 'not-loaded' }, 'not-loaded'),
  finished(
    '440620261101900432',
    'permit-rare-name',
    'id-rare-name',
    'C60000167',
    { special: 'kept-too-long', sinceDaysAgo: 120 },
    'kept-too-long',
  ),
  finished(
    '440620261101900442',
    'permit-elder',
    'id-liang-guoqiang',
    'C60000066',
    { fees: [['fee.hkm-permit', 'hkm-permit', 6_000]] },
    'ready but not paid: unpaid',
  ),
];

/** Endorsements that are valid today, beside the used-up one that every permit has. */
export const SYNTHETIC_ENDORSEMENTS: readonly {
  readonly permit: string;
  readonly destination: 'HKG' | 'MAC';
  readonly kind: 'G' | 'L';
  readonly issuedDaysAgo: number;
  readonly validForDays: number;
  readonly note: string;
}[] = [
  endorsement('permit-recent', 'HKG', 'its chip was written where the register did not hear of it: chip-differs'),
  endorsement('permit-refused', 'MAC', 'faded: may be printed again'),
];

export interface SyntheticLicence {
  /** Thing id of the holder's ID card. */
  readonly holder: string;
  readonly licenceNo: string;
  readonly class: string;
  /** Days from today on which it ends; negative: ended already. */
  readonly expiresInDays: number;
  readonly points: number;
  readonly healthOk: boolean;
  readonly photoOk: boolean;
  readonly newTerm: '6' | '10' | 'long';
  readonly carsHandled: number;
  /** `ok`; `other-province` and `data-differs` refuse by themselves, any other word (`seized`, `revoked`) as `status`. */
  readonly status: string;
  readonly note: string;
}

export const SYNTHETIC_LICENCES: readonly SyntheticLicence[] = [
  licence('id-li-na', 'C1', 40, 'ends soon: may be renewed'),
  licence('id-li-ming', 'C1', 900, 'far from its end: too-early for expiry, may be replaced'),
  licence('id-wang-wei', 'C1', 60, '12 points: points-12', { points: 12 }),
  licence('id-chen-jing', 'C2', 30, 'no health report: no-health', { healthOk: false }),
  licence('id-zhao-lei', 'B2', -400, 'ended more than a year ago: lapsed'),
  licence('id-liang-guoqiang', 'A1', 45, 'over 60 with a heavy class: downgrade-age'),
  licence('id-rare-name', 'C1', 20, 'photo too old: a new one is taken', { photoOk: false }),
  licence('id-surrogate-name', 'C1', 35, 'seized: status', { status: 'seized' }),
  licence('id-long-name', 'C1', 25, 'its file lies in another province: other-province', { status: 'other-province' }),
  licence('id-foreigner-2017', 'C1', 50, 'register and ID papers differ: data-differs', { status: 'data-differs' }),
  licence('id-taiwan-resident', 'C1', 55, 'two of his cars have open violations: open-violation'),
  licence('id-hmt-resident', 'C1', 70, 'dealt with three cars of others: many-cars', { carsHandled: 3 }),
];

export interface SyntheticCar {
  readonly plateType: '01' | '02' | '51' | '52';
  readonly plateNo: string;
  readonly engineTail: string;
  readonly owner: string;
  readonly modelZh: string;
  readonly modelEn: string;
  /** Days since registration. */
  readonly registeredDaysAgo: number;
  readonly seats: number;
  readonly use: 'private' | 'operating';
  readonly insurance: boolean;
  readonly tax: boolean;
  readonly casualty: boolean;
  readonly status: 'normal' | 'sealed';
  /** Days until its next mark is due. */
  readonly dueInDays: number;
  readonly violations: readonly SyntheticViolation[];
  readonly note: string;
}
export interface SyntheticViolation {
  readonly violationId: string;
  readonly placeZh: string;
  readonly placeEn: string;
  readonly daysAgo: number;
  readonly actZh: string;
  readonly actEn: string;
  readonly fineFen: number;
  readonly points: number;
}

export const SYNTHETIC_CARS: readonly SyntheticCar[] = [
  car('粤XA1001', 'E001', 'id-li-na', 'in order: mark may be given, licence replaced'),
  car('粤XA1002', 'E002', 'id-li-ming', 'insurance not found: scan it', { insurance: false }),
  car('粤XA1003', 'E003', 'id-wang-wei', 'used for hire: not-exempt', { use: 'operating' }),
  car('粤XA1004', 'E004', 'id-chen-jing', 'sealed: car-status', { status: 'sealed' }),
  car('粤XA1005', 'E005', 'id-zhao-lei', 'two camera violations', {
    violations: [
      violation('V20261001', '大良环城路口', 'Huancheng Road crossing, Daliang', 40, 15_000, 3),
      violation('V20261002', '容桂大道南', 'Ronggui Avenue South', 25, 20_000, 0),
    ],
  }),
  car('粤XA1006', 'E006', 'id-taiwan-resident', 'one camera violation: anybody with a licence may deal with it', {
    violations: [violation('V20261003', '北滘人昌路', 'Renchang Road, Beijiao', 12, 10_000, 0)],
  }),
  car('粤XA1007', 'E007', 'id-taiwan-resident', 'a fine above the limit: over-limit', {
    violations: [violation('V20261004', '佛山一环', 'Foshan Ring Road', 9, 200_000, 6)],
  }),
  car('粤XA1008', 'E008', 'id-li-ming', 'no tax found: scan it', { tax: false }),
  car('粤XA1009', 'E009', 'id-li-ming', 'ten seats: not-exempt', { seats: 10 }),
  car('粤XA1010', 'E010', 'id-li-ming', 'older than six years: not-exempt', { registeredDaysAgo: 2_300 }),
  car('粤XA1011', 'E011', 'id-li-ming', 'an accident with casualties: not-exempt', { casualty: true }),
  car('粤XA1012', 'E012', 'id-li-ming', 'its mark is not due yet: too-early', { dueInDays: 200 }),
];

export interface SyntheticPhotoReceipt {
  readonly photoReceiptNo: string;
  readonly holder: string;
  /** Days since it was taken; valid for six months. */
  readonly daysAgo: number;
}
export const SYNTHETIC_PHOTO_RECEIPTS: readonly SyntheticPhotoReceipt[] = [
  { photoReceiptNo: 'PH20261101000001', holder: 'id-li-na', daysAgo: 20 },
  { photoReceiptNo: 'PH20261101000002', holder: 'id-li-ming', daysAgo: 30 },
  { photoReceiptNo: 'PH20250101000003', holder: 'id-wang-wei', daysAgo: 300 },
  { photoReceiptNo: 'PH20261101000004', holder: 'id-zhao-lei', daysAgo: 10 },
  { photoReceiptNo: 'PH20261101000005', holder: 'id-surrogate-name', daysAgo: 15 },
];

/** Codes that people hold before the reader's window: a thing of the bench and what the code says. */
export const SYNTHETIC_CODES: readonly {
  readonly thing: string;
  readonly text: string;
  readonly zh: string;
  readonly en: string;
}[] = [
  { thing: 'qr-pay', text: '440620261101900011', zh: '待缴费受理回执', en: 'Receipt to be paid' },
  { thing: 'qr-pay-2', text: '440620261101900021', zh: '待缴费受理回执（二）', en: 'Second receipt to be paid' },
  { thing: 'qr-not-payable', text: '440620261101900041', zh: '审核中的受理回执', en: 'Receipt under review' },
  { thing: 'qr-collect', text: '440620261101900112', zh: '取证回执', en: 'Receipt to collect a permit' },
  { thing: 'qr-collect-id', text: '440620261101900314', zh: '身份证领证回执', en: 'Receipt to collect an ID card' },
  { thing: 'qr-not-ready', text: '440620261101900052', zh: '未制成的取证回执', en: 'Receipt, not ready yet' },
  { thing: 'qr-photo', text: 'PH20261101000001', zh: '李娜的照片回执', en: 'Photo receipt of Li Na' },
  { thing: 'qr-photo-old', text: 'PH20250101000003', zh: '过期的照片回执', en: 'A photo receipt that is too old' },
];

function payable(receiptNo: string, holder: string, special: 'paid' | 'void-unpaid', note: string): SyntheticCase {
  return {
    receiptNo,
    office: 'exitEntry',
    titleZh: '往来台湾通行证换发',
    titleEn: 'Taiwan permit renewal',
    holder,
    permit: null,
    state: 'reviewed',
    fees: [['fee.tw-permit', 'tw-permit', 6_000]],
    hallId: null,
    serial: null,
    approvalNo: null,
    docKind: 'tw-permit',
    special,
    note,
  };
}

function finished(
  receiptNo: string,
  permit: string,
  holder: string,
  serial: string,
  over: Partial<SyntheticCase>,
  note: string,
): SyntheticCase {
  return {
    receiptNo,
    office: 'exitEntry',
    titleZh: '往来港澳通行证换发',
    titleEn: 'New Hong Kong–Macau permit',
    holder,
    permit,
    state: 'ready',
    fees: [],
    hallId: DALIANG,
    serial,
    approvalNo: null,
    docKind: 'hkm-permit',
    note,
    ...over,
  };
}

function endorsement(
  permit: string,
  destination: 'HKG' | 'MAC',
  note: string,
): (typeof SYNTHETIC_ENDORSEMENTS)[number] {
  return { permit, destination, kind: 'L', issuedDaysAgo: 20, validForDays: 60, note };
}

function licence(
  holder: string,
  licenceClass: string,
  expiresInDays: number,
  note: string,
  over: Partial<SyntheticLicence> = {},
): SyntheticLicence {
  return {
    holder,
    licenceNo: `L4406${String(Math.abs(expiresInDays)).padStart(4, '0')}${String(holder.length).padStart(2, '0')}`,
    class: licenceClass,
    expiresInDays,
    points: 0,
    healthOk: true,
    photoOk: true,
    newTerm: '10',
    carsHandled: 0,
    status: 'ok',
    note,
    ...over,
  };
}

function car(
  plateNo: string,
  engineTail: string,
  owner: string,
  note: string,
  over: Partial<SyntheticCar> = {},
): SyntheticCar {
  return {
    plateType: '02',
    plateNo,
    engineTail,
    owner,
    modelZh: '小型轿车',
    modelEn: 'Small passenger car',
    registeredDaysAgo: 720,
    seats: 5,
    use: 'private',
    insurance: true,
    tax: true,
    casualty: false,
    status: 'normal',
    dueInDays: 20,
    violations: [],
    note,
    ...over,
  };
}

function violation(
  violationId: string,
  placeZh: string,
  placeEn: string,
  daysAgo: number,
  fineFen: number,
  points: number,
): SyntheticViolation {
  return {
    violationId,
    placeZh,
    placeEn,
    daysAgo,
    actZh: points > 0 ? '不按交通信号灯规定通行' : '违反规定停放车辆',
    actEn: points > 0 ? 'passed against the signal' : 'parked against the rules',
    fineFen,
    points,
  };
}
