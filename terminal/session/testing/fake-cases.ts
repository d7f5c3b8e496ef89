import type { BillItem, FoundCase, Goods } from '@yimen/contracts/back-office';

const DAY = '2026-11-24';

/** What each item's reserve gives, in the fake offices. */
export const FAKE_GOODS: Readonly<Record<string, Goods>> = {
  endorse: endorsement('HG00000001'),
  print: endorsement('HG00000002'),
  prereg: { kind: 'registration', expected: '2026-12-05', items: [item('fee.passport', 'passport', 12_000)] },
  collect: { kind: 'document', serial: 'C60000011', what: 'permit' },
  pay: { kind: 'payment', items: [item('fee.passport', 'passport', 12_000)] },
  licence: { kind: 'licence', form: 'driving', blankSerial: 'D2026000001', fields: { name: '李娜', class: 'C1' } },
  vlic: { kind: 'licence', form: 'vehicle', blankSerial: 'V2026000001', fields: { plateNo: '粤XA1001' } },
  inspect: { kind: 'mark', markNo: 'M20260001', validUntil: '2028-11-24' },
  violation: {
    kind: 'decisions',
    decisions: [
      { decisionNo: 'PD20260001', violationId: 'V20261003', fineFen: 10_000, points: 0, dueDate: '2026-12-09' },
    ],
  },
  idapply: { kind: 'registration', expected: '2027-01-03', items: [] },
  idcollect: { kind: 'document', serial: 'S2026000002', what: 'id-card' },
  simple: { kind: 'paper', title: '户籍证明', lines: [{ label: '姓名', value: '李娜' }] },
};

/** Cases that the fake offices find, by purpose. */
export const FAKE_FOUND: Readonly<Record<string, FoundCase>> = {
  pay: found({ items: [item('fee.passport', 'passport', 12_000)] }),
  collect: found({ state: 'ready', hallId: 'daliang-1' }),
  print: found({ approvalNo: 'A4406202611' }),
  progress: found({}),
};

/** Answers of the queries that are no cases. */
export const FAKE_ANSWERS: Readonly<Record<string, object>> = {
  'exitEntry.person.check': { holderMasked: '李＊', fingersNeeded: true, photoOnFile: false, refusals: [] },
  'vehicle.licence.lookup': {
    holderMasked: '李＊',
    licenceNo: 'L440600401',
    class: 'C1',
    expiry: '2027-01-03',
    points: 0,
    openViolations: 0,
    healthOk: true,
    photoOk: true,
    newTerm: '10',
    carsHandled: 0,
    refusals: [],
  },
  'vehicle.car.lookup': {
    ownerMasked: '李＊',
    modelZh: '小型轿车',
    modelEn: 'Small passenger car',
    registered: '2024-11-24',
    rules: [{ rule: 'insurance', result: 'ok' }],
    refusals: [],
  },
  'vehicle.violation.list': {
    violations: [
      {
        violationId: 'V20261003',
        placeZh: '北滘人昌路',
        placeEn: 'Renchang Road, Beijiao',
        at: '2026-11-12 09:30',
        actZh: '违反规定停放车辆',
        actEn: 'parked against the rules',
        fineFen: 10_000,
        points: 0,
      },
    ],
    refusals: [],
  },
  'household.person.check': {
    holderMasked: '李＊',
    cardExpiry: '2027-01-01',
    feeVariant: 'expiry',
    waived: false,
    refusals: [],
  },
  'household.photo.fetch': { photo: null, refusals: [] },
};

function endorsement(serial: string): Goods {
  const line = {
    destination: 'HKG',
    kind: 'G',
    countCode: 'once',
    issued: DAY,
    validUntil: '2027-02-24',
    serial,
  } as const;
  return { kind: 'endorsement', lines: [line] };
}

function item(feeRow: string, variant: string, amountFen: number): BillItem {
  return { feeRow, variant, count: 1, amountFen };
}

function found(over: Partial<FoundCase>): FoundCase {
  return {
    receiptNo: '440620261101900011',
    titleZh: '普通护照换发',
    titleEn: 'Passport renewal',
    holderMasked: '李＊',
    state: 'reviewed',
    since: '2026-11-01',
    expected: null,
    items: [],
    hallId: null,
    approvalNo: null,
    ...over,
  };
}
