import { CATALOGUE } from '@yimen/contracts/service';
import type { ViewBody } from '@yimen/contracts/ui';
import { longText, type Fixture, type Fixtures, type Say } from './fixture.ts';

type ServiceKinds = 'attract' | 'start' | 'menu' | 'guide' | 'consent' | 'choose' | 'form' | 'review';
type Tile = ViewBody<'menu'>['tiles'][number];

function tiles(say: Say, stateOf: (index: number) => Pick<Tile, 'state' | 'why' | 'nearest'>): Tile[] {
  return CATALOGUE.map((row, index) => {
    const { state, why, nearest } = stateOf(index);
    const isKnown = state !== 'coming';
    return {
      service: row.id,
      domain: row.domain,
      title: say(row.zh, row.en),
      minutes: isKnown ? { from: 3, to: 5 } : null,
      feeFromFen: isKnown ? 1500 : null,
      state,
      why,
      nearest,
    };
  });
}

const available = { state: 'available', why: null, nearest: null } as const;
const coming = { state: 'coming', why: null, nearest: null } as const;
const off = (say: Say) =>
  ({
    state: 'off',
    why: say('签注打印暂停使用', 'The endorsement printer is not available'),
    nearest: say('顺德区容桂街道红旗警务厅', 'Ronggui Hongqi Police Hall'),
  }) as const;

function option(say: Say, value: string, [zh, en]: readonly [string, string], feeFen: number | null, warns = false) {
  return {
    value,
    label: say(zh, en),
    detail: feeFen === null ? null : say('有效期至 2027-03-31', 'Valid until 2027-03-31'),
    feeFen,
    warning: warns
      ? say('您还有有效签注，办理新签注后旧签注作废。', 'You still have a valid endorsement. The new one cancels it.')
      : null,
  };
}

function facts(say: Say) {
  return [
    { id: 'holder', label: say('持证人', 'Holder'), value: say('陈＊', 'C＊') },
    { id: 'expiry', label: say('通行证有效期至', 'Permit valid until'), value: '2031-05-18' },
  ];
}

function reviewLines(say: Say) {
  return [
    { id: 'holder', label: say('持证人', 'Holder'), value: say('陈＊', 'C＊'), editable: false },
    {
      id: 'destination',
      label: say('目的地', 'Destination'),
      value: say('香港 + 澳门', 'Hong Kong + Macau'),
      editable: true,
    },
    { id: 'kind', label: say('种类', 'Kind'), value: say('个人旅游', 'Individual visit'), editable: true },
    { id: 'count', label: say('次数', 'Times'), value: say('一次', 'Once'), editable: true },
    { id: 'validUntil', label: say('有效期至', 'Valid until'), value: '2027-03-31', editable: false },
    { id: 'phone', label: say('手机号码', 'Mobile number'), value: '＊＊＊＊0000', editable: true },
  ];
}

interface FormSample extends Omit<ViewBody<'form'>, 'label' | 'example' | 'problem'> {
  readonly label: readonly [string, string];
  readonly example: readonly [string, string];
}

const PHONE: FormSample = {
  field: 'phone',
  keyboard: 'phone',
  maxLength: 11,
  label: ['手机号码', 'Mobile number'],
  example: ['例：138 0000 0000', 'Example: 138 0000 0000'],
  value: '',
  optional: true,
};
const ID_NUMBER: Partial<FormSample> = {
  field: 'idNo',
  keyboard: 'id-number',
  maxLength: 18,
  label: ['身份证号码', 'ID card number'],
  example: ['例：440606 19900101 0010', 'Example: 440606 19900101 0010'],
  optional: false,
};
const PLATE: Partial<FormSample> = {
  field: 'plateNo',
  keyboard: 'plate',
  maxLength: 8,
  label: ['号牌号码', 'Plate number'],
  example: ['例：粤 X A1001', 'As on your plate, 7 or 8 places'],
  optional: false,
};
const ENGINE: Partial<FormSample> = {
  field: 'engineTail',
  keyboard: 'code',
  maxLength: 4,
  label: ['发动机号后 4 位', 'Last 4 of the engine number'],
  example: ['在行驶证上', 'On your vehicle licence'],
  optional: false,
};
const RECEIPT: Partial<FormSample> = {
  field: 'receiptNo',
  keyboard: 'code',
  maxLength: 30,
  label: ['受理号', 'Receipt number'],
  example: ['在受理回执条码下面', 'Below the code of your receipt'],
  optional: false,
};

function form(more: Partial<FormSample>, problem?: readonly [string, string]): Fixture<'form'> {
  const sample = { ...PHONE, ...more };
  return {
    body: (say) => ({
      ...sample,
      label: say(...sample.label),
      example: say(...sample.example),
      problem: problem === undefined ? null : say(...problem),
    }),
  };
}

/** Screens on which the citizen decides. */
export const SERVICE_FIXTURES: Pick<Fixtures, ServiceKinds> = {
  attract: {
    straight: { body: (say) => ({ hallName: say('容桂红旗警务厅', 'Ronggui Hongqi Police Hall'), off: [] }) },
    someOff: {
      body: (say) => ({
        hallName: say('佛山市顺德区大良街道凤翔自助警务服务大厅', 'Daliang Fengxiang Self-Service Police Hall, Shunde'),
        off: CATALOGUE.slice(0, 7).map((row) => ({
          service: row.id,
          title: say(row.zh, row.en),
          why: say('签注打印暂停使用', 'The endorsement printer is not available'),
        })),
      }),
    },
  },
  start: { straight: { body: () => ({}), frame: { service: null, step: null } } },
  menu: {
    demonstration: {
      body: (say) => ({ tiles: tiles(say, (index) => (index === 0 ? available : coming)) }),
      frame: { service: null, step: null, demo: true },
    },
    all: {
      body: (say) => ({ tiles: tiles(say, () => available) }),
      frame: { service: null, step: null },
    },
    someOff: {
      body: (say) => ({ tiles: tiles(say, (index) => (index % 2 === 0 ? available : off(say))) }),
      frame: { service: null, step: null },
    },
    domainOff: {
      body: (say) => ({ tiles: tiles(say, () => off(say)) }),
      frame: { service: null, step: null },
    },
    one: {
      body: (say) => ({ tiles: tiles(say, () => available).slice(0, 1) }),
      frame: { service: null, step: null },
    },
  },
  guide: {
    straight: {
      body: (say) => ({
        who: say(
          '持卡式往来港澳通行证、曾办过签注的本人，16 至 70 周岁。',
          'Holders of a card-type Hong Kong–Macau permit that has been endorsed before, in person, aged 16 to 70.',
        ),
        bring: [say('往来港澳通行证', 'Your Hong Kong–Macau permit'), say('手机（用于付款）', 'Your phone (to pay)')],
        fee: say(
          '每个目的地：一次 15 元，两次 30 元，多次 80 元起。',
          'For each destination: once ¥15, twice ¥30, several times from ¥80.',
        ),
        minutes: say('约 3–5 分钟', 'about 3–5 minutes'),
        notes: [
          say('本机不收现金。', 'No cash here.'),
          say('本机不开票据，票据请到窗口领取。', 'No invoices here: please ask at a window.'),
          say('国家工作人员、军人请到窗口办理。', 'State employees and military apply at a window.'),
        ],
      }),
    },
    longest: {
      body: (say) => ({
        who: longText(say, 1900),
        bring: Array.from({ length: 8 }, (_, at) => `${at + 1} ${longText(say, 40)}`),
        fee: longText(say, 600),
        minutes: say('约 10–15 分钟', 'about 10–15 minutes'),
        notes: Array.from({ length: 8 }, () => longText(say, 300)),
      }),
    },
  },
  consent: {
    data: {
      body: (say) => ({
        sheet: {
          id: 'data',
          title: say('使用您的证件信息', 'Using your document'),
          text: say(
            '为办理签注，本机读取您的通行证，并把证件号码、所选签注发送给出入境管理部门。会话结束后，本机不保留您的信息。',
            'To renew the endorsement, this machine reads your permit and sends its number and your choice to the exit-entry office. After the session the machine keeps nothing of you.',
          ),
          version: 1,
          face: false,
        },
        n: 1,
        of: 3,
      }),
    },
    face: {
      body: (say) => ({
        sheet: {
          id: 'face',
          title: say('用人脸核对本人', 'Checking your face'),
          text: say(
            '摄像头拍摄您的面部，与证件芯片中的照片比对。照片只用于这次比对，结束即删除。不愿使用人脸，可到窗口办理。',
            'The camera takes your picture and compares it with the one in the chip. It is used for this check only and then deleted. If you prefer not to, please go to a window.',
          ),
          version: 1,
          face: true,
        },
        n: 2,
        of: 3,
      }),
    },
    longest: {
      body: (say) => ({
        sheet: {
          id: 'fee',
          title: say(
            '收费、退费和电子票据的约定以及办理时限说明',
            'Fees, refunds, electronic invoices and time limits',
          ),
          text: longText(say, 2000),
          version: 1,
          face: false,
        },
        n: 3,
        of: 3,
      }),
    },
  },
  choose: {
    destination: {
      body: (say) => ({
        question: 'destination',
        prompt: say('要去哪里？', 'Where are you going?'),
        facts: facts(say),
        options: [
          option(say, 'HKG', ['香港', 'Hong Kong'], null),
          option(say, 'MAC', ['澳门', 'Macau'], null),
          option(say, 'both', ['香港和澳门', 'Hong Kong and Macau'], null),
        ],
      }),
    },
    count: {
      body: (say) => ({
        question: 'count',
        prompt: say('几次有效？', 'How many times?'),
        facts: facts(say),
        options: [
          option(say, 'once', ['一次', 'Once'], 1500),
          option(say, 'twice', ['两次', 'Twice'], 3000),
          option(say, 'multi1y', ['一年多次', 'Many times, 1 year'], 8000, true),
        ],
      }),
    },
    seven: {
      body: (say) => ({
        question: 'count',
        prompt: say('这次办理的签注在几次往来之内有效？', 'For how many journeys should it be valid?'),
        facts: facts(say),
        options: Array.from({ length: 7 }, (_, at) =>
          option(
            say,
            `multi${at}`,
            [`${at + 1} 年以内多次往来`, `Many times in ${at + 1} years`],
            24_000,
            at % 2 === 0,
          ),
        ),
      }),
    },
  },
  form: {
    empty: form({}),
    wrong: form({ value: '23800000000' }, [
      '手机号码是 1 开头的 11 位数字，请检查。',
      'A mobile number has 11 digits and begins with 1. Please check it.',
    ]),
    phoneNeeded: form({ optional: false }),
    idNumber: form(ID_NUMBER),
    idNumberTyping: form({ ...ID_NUMBER, value: '44060619900101' }),
    idNumberWrong: form({ ...ID_NUMBER, value: '440606199001010011' }, [
      '号码与登记信息不符，请检查。',
      'The number is not on record. Please check it.',
    ]),
    plate: form(PLATE),
    plateCity: form({ ...PLATE, value: '粤' }),
    plateTyped: form({ ...PLATE, value: '粤XA1001' }),
    plateWrong: form({ ...PLATE, value: '粤XD12345' }, [
      '没有找到这个号牌，请检查。',
      'There is no such plate. Please check it.',
    ]),
    engine: form(ENGINE),
    engineWrong: form({ ...ENGINE, value: '7K2Q' }, [
      '与登记的发动机号不符，请检查。',
      'This is not the engine on record. Please check.',
    ]),
    receiptNo: form(RECEIPT),
    receiptNoWrong: form({ ...RECEIPT, value: '440620261101900021', optional: true }, [
      '没有找到这个受理号，请检查。',
      'There is no such receipt number. Please check it.',
    ]),
    longestCode: form({ ...RECEIPT, maxLength: 60, value: 'W'.repeat(60), optional: true }, [
      '没有找到这个受理号，请对照回执逐位检查后再提交。',
      'There is no such number. Please compare it with your receipt.',
    ]),
  },
  review: {
    straight: {
      body: (say) => ({
        lines: reviewLines(say),
        fees: [
          { label: say('香港 · 一次', 'Hong Kong · Once'), amountFen: 1500 },
          { label: say('澳门 · 一次', 'Macau · Once'), amountFen: 1500 },
        ],
        totalFen: 3000,
        warnings: [],
      }),
    },
    warned: {
      body: (say) => ({
        lines: reviewLines(say),
        fees: [{ label: say('香港 · 一年多次', 'Hong Kong · Many times, 1 year'), amountFen: 8000 }],
        totalFen: 8000,
        warnings: [
          say(
            '您还有有效签注，办理新签注后旧签注作废。',
            'You still have a valid endorsement. The new one cancels it.',
          ),
        ],
      }),
    },
    longest: {
      body: (say) => ({
        lines: Array.from({ length: 16 }, (_, at) => ({
          id: `line${at}`,
          label: say('本次申请的收件联系地址', 'Address of the applicant'),
          value: longText(say, 70),
          editable: at % 2 === 0,
        })),
        fees: Array.from({ length: 8 }, (_, at) => ({
          label: `${at + 1} ${say('往来港澳通行证签注工本费', 'Fee for the endorsement of the permit')}`,
          amountFen: 123_400,
        })),
        totalFen: 987_200,
        warnings: Array.from({ length: 4 }, (_, at) => `${at + 1} ${longText(say, 90)}`),
      }),
    },
  },
};
