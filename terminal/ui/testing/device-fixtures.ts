import { PRODUCE_PHASES, type ProducePhase, type ViewBody } from '@yimen/contracts/ui';
import type { Fixture, Fixtures, Say } from './fixture.ts';

type DeviceKinds = 'read-card' | 'face' | 'approval-wait' | 'pay' | 'produce' | 'take' | 'receipt' | 'rate' | 'end';

/** A device moves: no deadline runs, nothing can be left. */
const moving = { left: null, canBack: false, canLeave: false } as const;
const fixed = { canBack: false, canLeave: true } as const;
const closing = { canBack: false, canLeave: false, step: null } as const;

const PHASES = ['preparing', 'erasing', 'printing', 'checking', 'returning'] as const;
const LICENCE_PHASES = ['preparing', 'printing', 'laminating', 'checking'] as const;

function readCard(body: Partial<ViewBody<'read-card'>>): Fixture<'read-card'> {
  return {
    body: () => ({ what: 'permit', canOther: false, phase: 'insert', problem: null, attempt: 1, of: 3, ...body }),
    frame: body.phase === 'reading' ? moving : fixed,
  };
}

function readId(body: Partial<ViewBody<'read-card'>>): Fixture<'read-card'> {
  const isReading = body.phase === 'reading';
  return { ...readCard({ what: 'id-card', ...body }), frame: isReading ? moving : { canBack: true, canLeave: true } };
}

function face(body: Partial<ViewBody<'face'>>): Fixture<'face'> {
  return {
    body: () => ({ phase: 'live', hint: 'none', matcher: 'simulated', shotsLeft: 3, camera: 'ok', ...body }),
    frame: body.phase === 'checking' ? { ...moving, demo: true } : { ...fixed, demo: true },
  };
}

function wait(body: Partial<ViewBody<'approval-wait'>>): Fixture<'approval-wait'> {
  return {
    body: () => ({ what: 'approval', elapsedMs: 1_000, usualMs: 5_000, receiptNo: null, ...body }),
    frame: moving,
  };
}

function pay(body: Partial<ViewBody<'pay'>>, demo = false): Fixture<'pay'> {
  const state = body.state ?? 'waiting';
  return {
    body: (say) => ({
      amountFen: 3000,
      items: [{ label: say('一次 × 2', 'Once × 2'), amountFen: 3000 }],
      payee: say('佛山市顺德区财政局（示例）', 'Shunde District Finance Bureau (example)'),
      billNo: '440606261105000123',
      qrText: 'https://pay.example.invalid/b/440606261105000123?sum=3000&k=5f2c9a',
      ...body,
      state,
    }),
    frame:
      state === 'waiting' || state === 'declined'
        ? { left: { ms: 120_000, extendable: false }, canBack: false, canLeave: false, demo }
        : { ...moving, demo },
  };
}

function produce(phase: ProducePhase, elapsedMs: number, phases: readonly ProducePhase[] = PHASES): Fixture<'produce'> {
  return { body: () => ({ phase, phases: [...phases], elapsedMs, usualMs: 40_000 }), frame: moving };
}

function take(what: ViewBody<'take'>['what'], why: ViewBody<'take'>['why'], reminder: number): Fixture<'take'> {
  return { body: () => ({ what, why, reminder }), frame: { ...moving, step: null } };
}

function receiptLines(say: Say) {
  return [
    { id: 'item', label: say('业务', 'Service'), value: say('往来港澳通行证再次签注', 'Hong Kong–Macau endorsement') },
    { id: 'holder', label: say('申请人', 'Applicant'), value: say('陈＊', 'C＊') },
    { id: 'receiptNo', label: say('受理号', 'Receipt no.'), value: '4406062611050012' },
    { id: 'billNo', label: say('缴款单号', 'Bill no.'), value: '440606261105000123' },
    { id: 'amount', label: say('金额', 'Amount'), value: '¥30.00' },
    { id: 'hall', label: say('大厅', 'Hall'), value: say('容桂红旗警务厅', 'Ronggui Hongqi Police Hall') },
    { id: 'time', label: say('时间', 'Time'), value: '2026-11-05 02:14' },
    { id: 'receiptId', label: say('回执号', 'Slip no.'), value: 'R7K2M9QX4T' },
  ];
}

function receipt(printer: ViewBody<'receipt'>['printer']): Fixture<'receipt'> {
  return {
    body: (say) => ({
      lines: receiptLines(say),
      qrText: 'yimen:R7K2M9QX4T;4406062611050012',
      printer,
      why: printer === 'failed' ? 'mediaJam' : null,
    }),
    frame: printer === 'printing' ? { ...moving, step: null } : closing,
  };
}

/** Screens on which a device or an office is at work, and the end. */
export const DEVICE_FIXTURES: Pick<Fixtures, DeviceKinds> = {
  'read-card': {
    insert: readCard({}),
    reading: readCard({ phase: 'reading' }),
    again: readCard({ phase: 'again', problem: 'doc-unreadable', attempt: 2 }),
    wrongWay: readCard({ phase: 'again', problem: 'invalidMedia', attempt: 3 }),
    unknownProblem: readCard({ phase: 'again', problem: 'no-such-code', attempt: 2 }),
    idCard: readId({}),
    idCardOrNumber: readId({ canOther: true }),
    idCardReading: readId({ phase: 'reading', canOther: true }),
    idCardAgain: readId({ phase: 'again', problem: 'cardCollision', attempt: 2 }),
    idCardAgainOrNumber: readId({ phase: 'again', problem: 'atrNotObtained', attempt: 3, canOther: true }),
  },
  face: {
    live: face({}),
    hint: face({ hint: 'maskOff', matcher: 'installed' }),
    checking: face({ phase: 'checking' }),
    again: face({ phase: 'again', shotsLeft: 1 }),
    black: face({ camera: 'black' }),
  },
  'approval-wait': {
    lookup: wait({ what: 'lookup', usualMs: 2_000, elapsedMs: 0 }),
    approval: wait({ receiptNo: '4406062611050012' }),
    longer: wait({ receiptNo: '4406062611050012', elapsedMs: 63_000 }),
    leaving: {
      ...wait({ receiptNo: '4406062611050012', elapsedMs: 30_000 }),
      frame: { ...moving, canLeave: true },
    },
    reservation: wait({ what: 'reservation' }),
  },
  pay: {
    waiting: pay({}),
    demonstration: pay({}, true),
    checking: pay({ state: 'checking' }),
    declined: pay({ state: 'declined' }),
    cancelling: pay({ state: 'cancelling' }),
    longest: {
      ...pay({ amountFen: 1_234_500 }, true),
      body: (say) => ({
        amountFen: 1_234_500,
        items: Array.from({ length: 8 }, (_, at) => ({
          label: `${at + 1} ${say('三年以上多次往来签注', 'Many journeys in over three years')}`,
          amountFen: 154_300,
        })),
        payee: say(
          '佛山市顺德区非税收入代收专户（出入境管理大队）',
          'Shunde District special account for non-tax revenue (exit-entry)',
        ),
        billNo: '440606261105000123456789012345',
        qrText: `https://pay.example.invalid/b/${'5f2c9a7e'.repeat(32)}`,
        state: 'waiting',
      }),
    },
  },
  produce: {
    preparing: produce('preparing', 0),
    printing: produce('printing', 21_000),
    longer: produce('checking', 75_000),
    returning: produce('returning', 38_000),
    licence: produce('printing', 12_000, LICENCE_PHASES),
    laminating: produce('laminating', 31_000, LICENCE_PHASES),
    licenceChecked: produce('checking', 38_000, LICENCE_PHASES),
    fetching: produce('fetching', 4_000, ['fetching', 'checking']),
    onlyFetching: produce('fetching', 4_000, ['fetching']),
    longest: produce('checking', 75_000, PRODUCE_PHASES),
    onlyReturning: {
      body: () => ({ phase: 'returning', phases: ['returning'], elapsedMs: 0, usualMs: 5_000 }),
      frame: moving,
    },
  },
  take: {
    card: take('card', 'finished', 0),
    reminded: take('card', 'finished', 3),
    leaving: take('card', 'leaving', 0),
    refused: take('card', 'refused', 0),
    again: take('card', 'again', 0),
    stopped: take('card', 'stopped', 1),
    receipt: take('receipt', 'finished', 0),
    receiptReminded: take('receipt', 'finished', 2),
    idCard: take('id-card', 'finished', 0),
    idCardLeft: take('id-card', 'stopped', 3),
    licence: take('licence', 'finished', 0),
    licenceReminded: take('licence', 'finished', 2),
    document: take('document', 'finished', 0),
    documentReminded: take('document', 'finished', 2),
    sheets: take('sheets', 'finished', 0),
    sheetsReminded: take('sheets', 'finished', 2),
  },
  receipt: {
    ready: receipt('ready'),
    printing: receipt('printing'),
    printed: receipt('printed'),
    failed: receipt('failed'),
    absent: receipt('absent'),
  },
  rate: { straight: { body: () => ({}), frame: closing } },
  end: {
    straight: { body: () => ({ leftBehind: false }), frame: { ...closing, left: null, service: null } },
    leftBehind: { body: () => ({ leftBehind: true }), frame: { ...closing, left: null, service: null } },
  },
};
