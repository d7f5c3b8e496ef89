import type { NextStep, ViewBody } from '@yimen/contracts/ui';
import { longText, type Fixture, type Fixtures, type Say } from './fixture.ts';

type TroubleKinds = 'timeout' | 'help' | 'refused' | 'stopped' | 'out-of-service' | 'recovery' | 'maintenance';

const ended = { canBack: false, canLeave: true, step: null } as const;
const core = { left: null, canBack: false, canLeave: false, step: null, service: null } as const;

function hall(say: Say) {
  return {
    name: say('容桂红旗警务厅', 'Ronggui Hongqi Police Hall'),
    address: say('容桂街道红旗中路 12 号（演示地址）', '12 Hongqi Middle Road, Ronggui (demonstration address)'),
    hours: say('24 小时', 'day and night'),
  };
}

function steps(say: Say): NextStep[] {
  return [
    {
      next: 'hall',
      text: say('到最近的自助大厅继续办理：', 'Continue at the nearest self-service hall:'),
      place: hall(say),
    },
    {
      next: 'window',
      text: say('请到窗口办理：', 'Please go to a window:'),
      place: {
        name: say('出入境办证窗口（示例）', 'Exit-entry window (example)'),
        address: say('大良街道（演示地址）', 'Daliang Subdistrict (demonstration address)'),
        hours: say('周一至周五 9:00–17:00', 'Mon–Fri 9:00–17:00'),
      },
    },
    {
      next: 'line',
      text: say(
        '请拨打 24 小时热线 0757-2200-0000，报事件编号。',
        'Call the 24-hour line 0757-2200-0000 and give the incident number.',
      ),
      place: null,
    },
  ];
}

function stopped(
  state: ViewBody<'stopped'>['state'],
  [happened, property, money]: readonly (readonly [string, string])[],
  slip: ViewBody<'stopped'>['slip'],
): Fixture<'stopped'> {
  const told = (say: Say, pair: readonly [string, string] | undefined): string => say(pair?.[0] ?? '', pair?.[1] ?? '');
  return {
    body: (say) => ({
      state,
      happened: told(say, happened),
      property: told(say, property),
      money: told(say, money),
      next: steps(say),
      incident: 'K7M 2QX',
      receiptNo: '4406062611050012',
      qrText: 'yimen:K7M2QX;4406062611050012;paid-not-produced',
      slip,
    }),
    frame: { ...ended, canLeave: false, left: slip === 'printing' ? null : { ms: 300_000, extendable: false } },
  };
}

const RETURNED = ['您的通行证已还给您。', 'Your permit has been given back to you.'] as const;
const HELD = [
  '您的通行证还在机器内，工作人员会取出交还。',
  'Your permit is still inside. Staff will take it out and return it.',
] as const;
const PAID = [
  '已付 30.00 元，为您保留；办不成会退还。',
  '¥30.00 is paid and kept for you; it is refunded if this cannot be finished.',
] as const;
const NOTHING = ['没有收取费用。', 'Nothing was charged.'] as const;
const CHECKED = [
  '付款结果正在核实，请不要重复付款。',
  'The payment is being checked. Please do not pay again.',
] as const;

/** Questions, help, and every way in which it did not go on. */
export const TROUBLE_FIXTURES: Pick<Fixtures, TroubleKinds> = {
  timeout: {
    straight: {
      body: () => ({ leftMs: 20_000, extensionsLeft: 10 }),
      frame: { left: { ms: 20_000, extendable: true }, canBack: false },
    },
    last: {
      body: () => ({ leftMs: 20_000, extensionsLeft: 1 }),
      frame: { left: { ms: 20_000, extendable: true }, canBack: false },
    },
  },
  help: { straight: { body: () => ({ hotline: '0757-2200-0000' }) } },
  refused: {
    straight: {
      body: (say) => ({
        code: 'doc-expired',
        told: say('通行证已过期，不能签注。', 'The permit has expired and cannot be endorsed.'),
        detail: say('证件有效期至 2025-11-02', 'Valid until 2025-11-02'),
        why: null,
        charged: false,
        next: steps(say).slice(1, 2),
      }),
      frame: ended,
    },
    why: {
      body: (say) => ({
        code: 'age',
        told: say('年龄不在自助办理范围', 'This age is not served at the machine'),
        detail: null,
        why: {
          rule: say('自助办理年龄', 'Age for self-service'),
          value: say('16 至 70 周岁', '16 to 70 years'),
          source: say('顺德区出入境业务公告 2026 年第 3 号（示例）', 'Shunde exit-entry notice 2026 no. 3 (example)'),
        },
        charged: false,
        next: steps(say).slice(1, 2),
      }),
      frame: ended,
    },
    longest: {
      body: (say) => ({
        code: 'refused',
        told: longText(say, 600),
        detail: longText(say, 300),
        why: { rule: longText(say, 190), value: longText(say, 120), source: longText(say, 190) },
        charged: false,
        next: [...steps(say), { next: 'later', text: longText(say, 400), place: null }],
      }),
      frame: ended,
    },
  },
  stopped: {
    approvalPending: stopped(
      'approval-pending',
      [['您的申请已受理，正在审核。', 'Your application was received and is under review.'], RETURNED, NOTHING],
      'printed',
    ),
    paidNotProduced: stopped(
      'paid-not-produced',
      [['已付款，签注没有打印成功。', 'You have paid, but the endorsement could not be printed.'], RETURNED, PAID],
      'failed',
    ),
    notTaken: stopped(
      'produced-not-taken',
      [['签注已办好，通行证没有取走。', 'The endorsement is ready, but the permit was not taken.'], HELD, PAID],
      'absent',
    ),
    cardHeld: stopped(
      'card-held',
      [['通行证没有能够交还给您。', 'Your permit could not be given back.'], HELD, NOTHING],
      'printing',
    ),
    unknown: stopped(
      'unknown',
      [
        ['有一步的结果还不能确定，正在核实。', 'The result of one step is not certain yet and is being checked.'],
        HELD,
        CHECKED,
      ],
      'printed',
    ),
  },
  'out-of-service': {
    straight: {
      body: (say) => ({
        sinceMs: Date.UTC(2026, 10, 5, 1, 20),
        why: say('签注打印暂停使用', 'The endorsement printer is not available'),
        works: [],
        nearest: hall(say),
        hotline: '0757-2200-0000',
      }),
      frame: core,
    },
    someWork: {
      body: (say) => ({
        sinceMs: null,
        why: say('所有业务暂停办理', 'No service is available at the moment'),
        works: Array.from({ length: 12 }, (_, at) =>
          say(`第 ${at + 1} 项：查卡与签注打印`, `${at + 1}: Read a permit, print an endorsement`),
        ),
        nearest: hall(say),
        hotline: '0757-2200-0000',
      }),
      frame: core,
    },
  },
  recovery: {
    checking: { body: () => ({ phase: 'checking', incident: null }), frame: core },
    settling: { body: () => ({ phase: 'settling', incident: 'K7M 2QX' }), frame: core },
    callStaff: { body: () => ({ phase: 'callStaff', incident: 'K7M 2QX' }), frame: core },
  },
  maintenance: {
    straight: { body: () => ({ untilMs: null, nearest: null }), frame: core },
    until: { body: (say) => ({ untilMs: Date.UTC(2026, 10, 5, 6, 0), nearest: hall(say) }), frame: core },
  },
};
