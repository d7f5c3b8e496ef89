import type { ViewBody } from '@yimen/contracts/ui';
import { longText, type Fixture, type Fixtures, type Say } from './fixture.ts';
import { SAMPLE_PICTURE } from './sample-picture.ts';

type MaterialKinds = 'scan-code' | 'photo' | 'fingerprint' | 'signature' | 'document-scan' | 'give-old';

/** A device moves: no deadline runs, nothing can be left. */
const moving = { left: null, canBack: false, canLeave: false } as const;

function scanCode(body: Partial<ViewBody<'scan-code'>>): Fixture<'scan-code'> {
  return { body: () => ({ what: 'receipt', phase: 'scan', problem: null, attempt: 1, of: 3, ...body }) };
}

type RuleState = ViewBody<'photo'>['rules'][number]['state'];

function rules(say: Say, states: readonly RuleState[]): ViewBody<'photo'>['rules'] {
  const texts: readonly (readonly [string, string, string])[] = [
    ['background', '背景是白色，没有杂物', 'Plain white background'],
    ['head', '头部端正，大小合适', 'Head upright and of the right size'],
    ['eyes', '双眼睁开，露出眉毛', 'Both eyes open, eyebrows seen'],
    ['light', '光线均匀，没有阴影', 'Even light, no shadows'],
  ];
  return texts.map(([rule, zh, en], at) => ({ rule, text: say(zh, en), state: states[at] ?? 'open' }));
}

function photo(
  body: Partial<Omit<ViewBody<'photo'>, 'rules' | 'profile'>>,
  states: readonly RuleState[] = [],
): Fixture<'photo'> {
  return {
    body: (say) => ({
      phase: 'live',
      profile: {
        id: 'exit',
        title: say('出入境证件照，33×48 毫米', 'Photo for travel documents, 33 × 48 mm'),
        widthPx: 390,
        heightPx: 567,
      },
      rules: rules(say, states),
      shotsLeft: 3,
      camera: 'ok',
      judge: 'simulated',
      picture: null,
      ...body,
    }),
    frame: body.phase === 'checking' ? { ...moving, demo: true } : { demo: body.judge !== 'installed' },
  };
}

function fingerprint(body: Partial<ViewBody<'fingerprint'>>): Fixture<'fingerprint'> {
  return {
    body: () => ({
      phase: 'place',
      finger: 2,
      n: 1,
      of: 2,
      quality: null,
      hint: 'none',
      triesLeft: 3,
      canOther: false,
      canSkip: false,
      ...body,
    }),
    frame: { canBack: false },
  };
}

function signature(body: Partial<Omit<ViewBody<'signature'>, 'what'>>, chars?: number): Fixture<'signature'> {
  return {
    body: (say) => ({
      on: 'page',
      phase: 'sign',
      what:
        chars === undefined
          ? say('本人申请换领驾驶证，所填内容属实。', 'I apply for a new driving licence; what I stated is true.')
          : longText(say, chars),
      problem: null,
      ...body,
    }),
  };
}

function documentScan(body: Partial<Omit<ViewBody<'document-scan'>, 'what'>>): Fixture<'document-scan'> {
  return {
    body: (say) => ({
      what: say('交强险保单', 'insurance policy'),
      phase: 'lay',
      source: 'glass',
      pages: 0,
      problem: null,
      canSkip: false,
      ...body,
    }),
    frame: body.phase === 'scanning' ? moving : {},
  };
}

function giveOld(body: Partial<ViewBody<'give-old'>>): Fixture<'give-old'> {
  return {
    body: () => ({ what: 'driving', phase: 'insert', attempt: 1, of: 2, ...body }),
    frame: { canBack: false, canLeave: false },
  };
}

/** Screens on which the citizen gives what the office needs: numbers, pictures, prints, a signature, papers. */
export const MATERIAL_FIXTURES: Pick<Fixtures, MaterialKinds> = {
  'scan-code': {
    receipt: scanCode({}),
    photoReceipt: scanCode({ what: 'photo-receipt' }),
    again: scanCode({ phase: 'again', problem: 'noMedia', attempt: 2 }),
    photoAgain: scanCode({ what: 'photo-receipt', phase: 'again', problem: 'no-such-code', attempt: 3 }),
  },
  photo: {
    live: photo({}),
    checking: photo({ phase: 'checking' }),
    again: photo({ phase: 'again', shotsLeft: 2 }, ['failed', 'ok', 'ok', 'failed']),
    accepted: photo({ phase: 'accepted', shotsLeft: 1, picture: SAMPLE_PICTURE }, ['ok', 'ok', 'ok', 'ok']),
    lastShot: photo({ phase: 'accepted', shotsLeft: 0, picture: SAMPLE_PICTURE, judge: 'installed' }, [
      'ok',
      'ok',
      'ok',
      'ok',
    ]),
    black: photo({ camera: 'black', judge: 'installed' }),
    wide: {
      body: (say) => ({
        phase: 'live',
        profile: { id: 'wide', title: longText(say, 60), widthPx: 640, heightPx: 480 },
        rules: Array.from({ length: 8 }, (_, at) => ({
          rule: `rule${at}`,
          text: `${at + 1} ${longText(say, 60)}`,
          state: at % 2 === 0 ? 'open' : 'failed',
        })),
        shotsLeft: 3,
        camera: 'ok',
        judge: 'simulated',
        picture: null,
      }),
    },
  },
  fingerprint: {
    place: fingerprint({}),
    placeLeft: fingerprint({ finger: 7, n: 2, canOther: true, canSkip: true }),
    thumb: fingerprint({ finger: 1, canOther: true }),
    little: fingerprint({ finger: 10, n: 2 }),
    lift: fingerprint({ phase: 'lift', quality: 68, hint: 'stillThere' }),
    again: fingerprint({ phase: 'again', quality: 31, hint: 'partial', triesLeft: 1, canOther: true, canSkip: true }),
    dry: fingerprint({ phase: 'again', finger: 9, quality: 12, hint: 'dry', triesLeft: 2 }),
    done: fingerprint({ phase: 'done', quality: 88 }),
  },
  signature: {
    pad: signature({ on: 'pad' }),
    padAgain: signature({ on: 'pad', phase: 'again', problem: 'userError' }),
    padLongest: signature({ on: 'pad' }, 2000),
    page: signature({}),
    pageAgain: signature({ phase: 'again', problem: 'userError' }),
    pageLongest: signature({}, 2000),
  },
  'document-scan': {
    glass: documentScan({}),
    feeder: documentScan({ source: 'feeder', canSkip: true }),
    scanning: documentScan({ phase: 'scanning', source: 'feeder', pages: 2 }),
    again: documentScan({ phase: 'again', problem: 'doubleDetect', canSkip: true }),
    done: documentScan({ phase: 'done', pages: 3 }),
    longest: {
      body: (say) => ({
        what: say(
          '机动车交通事故责任强制保险单及车船税完税证明或者免税证明',
          'Compulsory motor insurance policy and proof of vehicle tax paid or waived',
        ),
        phase: 'again',
        source: 'feeder',
        pages: 12,
        problem: 'no-such-code',
        canSkip: true,
      }),
    },
  },
  'give-old': {
    driving: giveOld({}),
    vehicle: giveOld({ what: 'vehicle' }),
    again: giveOld({ phase: 'again', attempt: 2 }),
    vehicleAgain: giveOld({ what: 'vehicle', phase: 'again', attempt: 2 }),
  },
};
