import { describe, expect, it } from 'vitest';
import { signatureTextSchema } from '@yimen/contracts/back-office';
import { signatureSchema, type Signature } from '@yimen/contracts/device';
import { StepDrive, type StepWorld } from '../testing/drive-step.ts';
import { signatureStep } from './signature.ts';

const CAPTURE = 'signature-pad.capture';
const WHAT = '本人申请换领驾驶证，所填内容属实。';
const WORLD = { settings: { what: 'sign.application' }, texts: { 'sign.application': WHAT, title: '换证' } } as const;
const PAGE = { ...WORLD, away: ['signature-pad'] } as const;
const CONSENT = {
  do: 'journal',
  events: [
    { kind: 'consent-given', fields: { sessionId: 'session-0001', consent: 'signature', version: 1, given: true } },
  ],
};
const ON_PAD: Signature = {
  widthMm: 120,
  heightMm: 60,
  strokes: [
    [
      [100, 200, 300, 0],
      [110, 210, 310, 10],
    ],
  ],
};
const strokes = [
  [
    [0, 0, 0],
    [1000, 1000, 40],
  ],
  [[500, 250, 90]],
] as [number, number, number][][];

const enter = (world: StepWorld = WORLD) => new StepDrive('signature', signatureStep, world);
const cancelled = () => enter().fault(CAPTURE, 'canceled');

/** Twenty strokes whose points take as many characters as points can. */
function longOne(size: number): Signature {
  const point = (n: number): [number, number, number, number] => [
    30_000 - (n % 7),
    20_000 - (n % 5),
    1_023,
    500_000 + n,
  ];
  const stroke = (from: number) => Array.from({ length: size / 20 }, (_none, n) => point(from + n));
  return { widthMm: 300, heightMm: 200, strokes: Array.from({ length: 20 }, (_none, n) => stroke(n * 10)) };
}

describe('a signature on the pad', () => {
  it('is asked for with what is signed, kept whole, and journaled as a consent', () => {
    const step = enter();
    expect(step.effects).toMatchObject([{ verb: 'capture', args: { prompt: WHAT }, deadlineMs: 90_000 }]);
    expect(step.view).toMatchObject({
      body: { on: 'pad', phase: 'sign', what: WHAT, problem: null },
      waits: { ms: 90_000 },
      canBack: true,
      canLeave: true,
    });
    step.answer(CAPTURE, ON_PAD);
    expect([step.end, step.facts.signature]).toEqual([{ end: 'done' }, ON_PAD]);
    expect(step.effects).toEqual([CONSENT, { do: 'abort', device: 'signature-pad' }]);
  });

  it('has a short prompt where the sentence is too long for its display', () => {
    const step = enter({ ...WORLD, texts: { 'sign.application': WHAT.repeat(10) } });
    expect(step.effects).toMatchObject([{ args: { prompt: '请签名，签好后按“完成”' } }]);
    expect(step.body['what']).toBe(WHAT.repeat(10));
  });

  it('names the errand where the sentence is missing', () => {
    expect(enter({ ...WORLD, texts: { title: '换证' } }).body['what']).toBe('换证');
  });

  it('without a stroke is asked for once more', () => {
    const step = enter().fault(CAPTURE, 'userError');
    expect(step.body).toMatchObject({ phase: 'again', problem: 'userError' });
    expect(step.effects).toEqual([{ do: 'timer', name: 'look-again', ms: 1_000 }]);
    expect(step.again().asked).toEqual(['capture']);
    expect(step.touch({ kind: 'again' }).body).toMatchObject({ phase: 'sign', problem: null });
    expect(step.asked).toEqual([]);
  });

  it('that nobody gave is asked for again after a pause', () => {
    const step = enter().fault(CAPTURE, 'noMedia');
    expect(step.body).toMatchObject({ on: 'pad', phase: 'sign' });
    expect(step.again().asked).toEqual(['capture']);
  });

  it('that was cancelled on the pad leaves the choice to the citizen', () => {
    expect(cancelled().body).toMatchObject({ on: 'pad', phase: 'again', problem: null });
    expect(cancelled().asked).toEqual([]);
    expect(cancelled().touch({ kind: 'again' }).asked).toEqual(['capture']);
    expect(cancelled().touch({ kind: 'back' }).end).toEqual({ end: 'back' });
    expect(cancelled().touch({ kind: 'leave' }).end).toEqual({ end: 'leave', how: 'cancelled' });
  });

  it('is wiped away on the pad when the citizen wants to begin anew, and counts for nothing', () => {
    const step = enter().touch({ kind: 'again' });
    expect([step.asked, step.view?.waits, step.view?.canLeave]).toEqual([['abort'], null, false]);
    step.answer(CAPTURE, ON_PAD);
    expect([step.end, step.facts.signature, step.asked]).toEqual([null, null, ['capture']]);
    expect(step.body).toMatchObject({ on: 'pad', phase: 'sign' });
    step.answer(CAPTURE, ON_PAD);
    expect([step.end, step.facts.signature]).toEqual([{ end: 'done' }, ON_PAD]);
  });

  it('is wiped away, and whoever leaves meanwhile leaves', () => {
    const step = enter().touch({ kind: 'again' }).leave('timeout').fault(CAPTURE, 'canceled');
    expect(step.end).toEqual({ end: 'leave', how: 'timeout' });
  });

  it('is given at a window by who would rather, from the pad and from the screen', () => {
    const end = { end: 'refuse', refusal: { code: 'window-only' } };
    const step = enter().touch({ kind: 'useWindow' });
    expect(step.asked).toEqual(['abort']);
    expect(step.fault(CAPTURE, 'canceled').end).toMatchObject(end);
    expect(cancelled().touch({ kind: 'useWindow' }).end).toMatchObject(end);
    expect(enter(PAGE).touch({ kind: 'useWindow' }).end).toMatchObject(end);
  });

  it.each(['offline', 'hardwareError', 'timeOut', 'deviceNotReady'])('moves to the screen on %s', (code) => {
    const step = enter().fault(CAPTURE, code);
    expect(step.body).toMatchObject({ on: 'page', phase: 'sign', problem: null });
    expect([step.asked, step.end]).toEqual([['abort'], null]);
  });

  it('moves to the screen when the pad gives what is no signature', () => {
    expect(enter().answer(CAPTURE, { strokes: [] }).body).toMatchObject({ on: 'page' });
  });
});

describe('a signature on the screen', () => {
  it('is given without any device, and has the size of a pad', () => {
    const step = enter(PAGE);
    expect([step.all, step.body['on']]).toEqual([[], 'page']);
    step.touch({ kind: 'sign', strokes });
    expect([step.end, step.effects]).toEqual([{ end: 'done' }, [CONSENT]]);
    expect(step.facts.signature).toEqual({
      widthMm: 150,
      heightMm: 60,
      strokes: [
        [
          [0, 0, 512, 0],
          [15_000, 6_000, 512, 40],
        ],
        [[7_500, 1_500, 512, 90]],
      ],
    });
    expect(signatureSchema.safeParse(step.facts.signature).success).toBe(true);
  });

  it('that is but a touch is asked for once more', () => {
    const step = enter(PAGE).touch({ kind: 'sign', strokes: [[[1, 1, 0]], [[2, 2, 5]]] });
    expect(step.body).toMatchObject({ on: 'page', phase: 'again', problem: 'userError' });
    expect([step.end, step.facts.signature, step.effects]).toEqual([null, null, []]);
    expect(step.touch({ kind: 'again' }).body).toMatchObject({ phase: 'sign', problem: null });
    expect(step.touch({ kind: 'sign', strokes }).end).toEqual({ end: 'done' });
  });

  it('follows a pad that went away', () => {
    const step = enter().fault(CAPTURE, 'offline').touch({ kind: 'sign', strokes });
    expect([step.end, step.effects]).toEqual([{ end: 'done' }, [CONSENT]]);
  });
});

describe('a long signature', () => {
  const lastPoints = ({ strokes: all }: Signature) => all.map((stroke) => stroke.at(-1));

  it.each([5_000, 5_020, 8_000, 40_000])('of %i points is kept within what the office takes', (size) => {
    const signature = longOne(size);
    const kept = enter().answer(CAPTURE, signature).facts.signature ?? ON_PAD;
    const text = Buffer.from(JSON.stringify(kept)).toString('base64');
    expect(signatureTextSchema.safeParse(text).success).toBe(true);
    expect(lastPoints(kept)).toEqual(lastPoints(signature));
    expect(kept.strokes.flat().length).toBeGreaterThan(2_400);
    if (size <= 5_000) expect(kept).toEqual(signature);
  });
});

describe('whoever turns away', () => {
  it.each([
    ['leaves', (step: ReturnType<typeof enter>) => step.leave('cancelled'), { end: 'leave', how: 'cancelled' }],
    ['is gone', (step: ReturnType<typeof enter>) => step.leave('timeout'), { end: 'leave', how: 'timeout' }],
    ['goes back', (step: ReturnType<typeof enter>) => step.touch({ kind: 'back' }), { end: 'back' }],
  ])('%s: the pad ends its wait first, and a signature given meanwhile is none', (_who, away, end) => {
    const step = away(enter());
    expect([step.asked, step.end, step.view?.waits]).toEqual([['abort'], null, null]);
    step.answer(CAPTURE, ON_PAD);
    expect([step.end, step.facts.signature]).toEqual([end, null]);
    expect(step.all.some((effect) => effect.do === 'journal')).toBe(false);
    expect(away(enter(PAGE)).end).toEqual(end);
    const paused = away(enter().fault(CAPTURE, 'noMedia'));
    expect(paused.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'abort']);
    expect(paused.end).toEqual(end);
  });

  it('leaves also after having gone back', () => {
    const step = enter().touch({ kind: 'back' }).leave('timeout').fault(CAPTURE, 'canceled');
    expect(step.end).toEqual({ end: 'leave', how: 'timeout' });
  });
});

describe('what changes nothing', () => {
  it.each([
    ['a signature on the screen while the pad is asked', enter, { kind: 'sign', strokes }],
    ['an empty field on the screen', () => enter(PAGE), { kind: 'again' }],
    ['a wish while the pad is called off', () => enter().touch({ kind: 'back' }), { kind: 'again' }],
  ] as const)('%s', (_what, at, wish) => {
    const step = at();
    const before = step.view;
    step.touch(wish as Parameters<typeof step.touch>[0]);
    expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
  });

  it.each([
    ['an answer to nobody’s question', { kind: 'read', key: 'signature-pad.clear', result: { ok: true, value: {} } }],
    ['a foreign timer', { kind: 'timer', name: 'poll' }],
    ['the timer of a pause that is not', { kind: 'timer', name: 'look-again' }],
    ['core’s wish', { kind: 'wrapUp' }],
  ] as const)('%s', (_what, input) => {
    const step = enter();
    const before = step.view;
    step.on(input);
    expect([step.view, step.effects, step.end, step.facts.signature]).toEqual([before, [], null, null]);
  });
});
