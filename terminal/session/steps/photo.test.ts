import { describe, expect, it } from 'vitest';
import type { IntentOf } from '@yimen/contracts/ui';
import { StepDrive, type StepWorld } from '../testing/drive-step.ts';
import { photoStep } from './photo.ts';

type Picture = Omit<IntentOf<'picture'>, 'view'>;

const ROW = {
  id: 'photo.exit',
  kind: 'photoProfile',
  variant: 'exit',
  value: '390x567;dpi=300;kb=20-80;face=189-283',
  source: '出入境证件照相指引',
} as const;
/** No camera device: the page's judgement alone. */
const BARE: StepWorld = { settings: { profile: 'exit' }, policy: [ROW], unfitted: ['camera'] };
const FITTED: StepWorld = { settings: { profile: 'exit' }, policy: [ROW] };
const KB = 1_024;

/** A JPEG of these pixels, filled up to so many bytes. */
function jpeg(width = 390, height = 567, size = 40 * KB): string {
  const frame = [0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0];
  const bytes = new Uint8Array(size);
  bytes.set([0xff, 0xd8, ...frame, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  bytes.set([0xff, 0xd9], size - 2);
  return Buffer.from(bytes).toString('base64');
}
const GOOD: Picture = {
  kind: 'picture',
  subject: 'photo',
  mime: 'image/jpeg',
  base64: jpeg(),
  luminance: 130,
  variance: 900,
  digest: '811c9dc5',
  camera: 'ok',
};

const enter = (world: StepWorld = BARE) => new StepDrive('photo', photoStep, world);
const checking = (world: StepWorld = BARE) => enter(world).touch(GOOD);
const matched = (step: ReturnType<typeof enter>, passed: boolean) =>
  step.on({ kind: 'matched', key: 'photo', result: { ok: true, value: { score: 900, passed } } });
const failed = (step: ReturnType<typeof enter>, code: string) =>
  step.on({ kind: 'matched', key: 'photo', result: { ok: false, error: { code } } });
const accepted = (world: StepWorld = BARE) => matched(checking(world), true);
const rejected = () => enter().touch({ ...GOOD, luminance: 240 });
const figures = (n: number) => `photo-figures ${n}`;

function rules(step: ReturnType<typeof enter>): Record<string, unknown> {
  const told = step.body['rules'] as { rule: string; state: string }[];
  return Object.fromEntries(told.map(({ rule, state }) => [rule, state]));
}
const MEASURED_OK = { size: 'ok', bytes: 'ok', light: 'ok' };
const SEEN_OPEN = { background: 'open', head: 'open', eyes: 'open' };

describe('a photo', () => {
  it('is asked for by its profile', () => {
    const step = enter();
    expect(step.body).toMatchObject({
      phase: 'live',
      profile: { id: 'exit', title: '出入境证件照', widthPx: 390, heightPx: 567 },
      shotsLeft: 3,
      judge: 'simulated',
      picture: null,
    });
    expect(rules(step)).toEqual({ size: 'open', bytes: 'open', light: 'open', ...SEEN_OPEN });
    expect(step.view).toMatchObject({ waits: { ms: 90_000 }, canBack: true, canLeave: true });
  });

  it('that measures right goes to the matcher, whole', () => {
    const step = checking();
    expect(step.effects).toEqual([{ do: 'match', key: 'photo', picture: JSON.stringify({ ...GOOD, view: 1 }) }]);
    expect(step.view).toMatchObject({ waits: null, canBack: false, canLeave: false, body: { phase: 'checking' } });
    expect(rules(step)).toEqual({ ...MEASURED_OK, ...SEEN_OPEN });
  });

  it('in which a face was found is shown, and taken when the citizen says so', () => {
    const step = accepted();
    expect(step.body).toMatchObject({ phase: 'accepted', picture: GOOD.base64, shotsLeft: 3 });
    expect(new Set(Object.values(rules(step)))).toEqual(new Set(['ok']));
    expect(step.facts.photo).toBeNull();
    step.touch({ kind: 'confirm' });
    expect([step.end, step.facts.photo]).toEqual([{ end: 'done' }, GOOD.base64]);
  });

  it('that the citizen does not like is taken anew and costs no try', () => {
    const step = accepted().touch({ kind: 'again' });
    expect(step.body).toMatchObject({ phase: 'live', picture: null, shotsLeft: 3 });
    expect(rules(step)).toMatchObject(SEEN_OPEN);
    expect(step.facts.photo).toBeNull();
  });

  it('says who judged', () => {
    expect(enter({ ...BARE, matcher: 'installed' }).body['judge']).toBe('installed');
  });
});

describe('a picture that measures wrong', () => {
  it.each([
    ['too few pixels', { base64: jpeg(389, 567) }, 'size'],
    ['too many lines', { base64: jpeg(390, 568) }, 'size'],
    ['lying on its side', { base64: jpeg(567, 390) }, 'size'],
    ['no JPEG', { base64: Buffer.alloc(40 * KB).toString('base64') }, 'size'],
    ['base64 with more in it', { base64: `${jpeg()}!` }, 'size'],
    ['one byte too small', { base64: jpeg(390, 567, 20 * KB - 1) }, 'bytes'],
    ['one byte too large', { base64: jpeg(390, 567, 80 * KB + 1) }, 'bytes'],
    ['too dark', { luminance: 49 }, 'light'],
    ['too bright', { luminance: 236 }, 'light'],
  ])('%s is a try, and no matcher sees it', (_what, over, rule) => {
    const step = enter().touch({ ...GOOD, ...over });
    expect(step.body).toMatchObject({ phase: 'again', shotsLeft: 2, picture: null });
    expect(rules(step)).toEqual({ ...MEASURED_OK, ...SEEN_OPEN, [rule]: 'failed' });
    expect([step.effects, step.end]).toEqual([[], null]);
  });

  it.each([
    ['the smallest file', { base64: jpeg(390, 567, 20 * KB) }],
    ['the largest file', { base64: jpeg(390, 567, 80 * KB) }],
    ['the darkest', { luminance: 50 }],
    ['the brightest', { luminance: 235 }],
  ])('is not %s', (_what, over) => {
    expect(enter().touch({ ...GOOD, ...over }).body['phase']).toBe('checking');
  });

  it('gives way to another one', () => {
    const step = rejected().touch({ kind: 'again' });
    expect([step.body['phase'], step.body['shotsLeft']]).toEqual(['live', 2]);
    expect(step.touch(GOOD).body['phase']).toBe('checking');
  });

  it('three times refuses, and says by which rule of which row', () => {
    const step = enter();
    for (let n = 0; n < 2; n += 1) step.touch({ ...GOOD, base64: jpeg(100, 100) }).touch({ kind: 'again' });
    step.touch({ ...GOOD, base64: jpeg(100, 100) });
    const why = { rule: '照片尺寸合乎规格', row: 'photo.exit', value: ROW.value, source: ROW.source };
    const refused = { code: 'photo-rejected', date: null, office: null, why };
    expect(step.end).toEqual({ end: 'refuse', refusal: refused });
  });
});

describe('a picture that the matcher judges', () => {
  it.each([
    ['finds no face in', (step: ReturnType<typeof enter>) => matched(step, false)],
    ['cannot judge', (step: ReturnType<typeof enter>) => failed(step, 'INTERNAL')],
  ])('and %s is a try', (_what, judge) => {
    const step = judge(checking());
    expect(step.body).toMatchObject({ phase: 'again', shotsLeft: 2 });
    expect(rules(step)).toEqual({ ...MEASURED_OK, background: 'failed', head: 'failed', eyes: 'failed' });
    for (let n = 0; n < 2; n += 1) judge(step.touch({ kind: 'again' }).touch(GOOD));
    expect(step.end).toMatchObject({ refusal: { code: 'photo-rejected' } });
  });

  it('and calls black is no try', () => {
    expect(failed(checking(), 'cameraBlack').body).toMatchObject({ phase: 'live', camera: 'black', shotsLeft: 3 });
  });
});

describe('a camera that shows nothing', () => {
  it.each(['black', 'frozen', 'denied', 'missing'] as const)('is told and is no try: %s', (camera) => {
    const step = enter();
    for (let n = 0; n < 5; n += 1) step.touch({ ...GOOD, base64: '', camera });
    expect(step.body).toMatchObject({ phase: 'live', camera, shotsLeft: 3 });
    expect(step.touch(GOOD).body).toMatchObject({ phase: 'checking', camera: 'ok' });
  });

  it.each([{ luminance: 11 }, { variance: 59 }])('is seen also where the page calls it well: %j', (over) => {
    const step = enter().touch({ ...GOOD, ...over });
    expect(step.body).toMatchObject({ phase: 'live', camera: 'black', shotsLeft: 3 });
  });

  it.each([
    ['covered', 'black'],
    ['black', 'black'],
    ['frozen', 'frozen'],
  ])('is no try either when only its device says so: %s', (state, camera) => {
    const step = enter(FITTED).touch(GOOD);
    expect(step.asked).toEqual(['checkFrame']);
    step.answer(figures(1), { state });
    expect(step.body).toMatchObject({ phase: 'live', camera, shotsLeft: 3 });
    expect(step.touch(GOOD).answer(figures(2), { state: 'ok' }).body['phase']).toBe('checking');
  });

  it('is heard of by its device too', () => {
    const step = enter(FITTED).touch({ ...GOOD, base64: '', camera: 'black' });
    expect([step.asked, step.effects.length]).toEqual([['checkFrame'], 1]);
    expect(enter(FITTED).touch({ ...GOOD, camera: 'missing' }).effects).toEqual([]);
  });
});

describe('the camera’s device', () => {
  it('that is silent stops nobody', () => {
    const step = enter(FITTED).touch(GOOD);
    expect(step.effects).toMatchObject([{ do: 'read' }, { do: 'timer', name: 'photo-figures', ms: 1_500 }]);
    expect(step.on({ kind: 'timer', name: 'photo-figures' }).body['phase']).toBe('checking');
    expect(step.answer(figures(1), { state: 'black' }).body['phase']).toBe('checking');
  });

  it.each(['offline', 'hardwareError'])('that is gone stops nobody: %s', (code) => {
    expect(enter(FITTED).touch(GOOD).fault(figures(1), code).body['phase']).toBe('checking');
  });

  it('is given back at every end, and its timer with it', () => {
    const done = matched(enter(FITTED).touch(GOOD).answer(figures(1), { state: 'ok' }), true).touch({
      kind: 'confirm',
    });
    expect(done.asked).toEqual(['abort']);
    const left = enter(FITTED).touch(GOOD).leave('timeout');
    expect(left.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'abort']);
    expect(enter(FITTED).leave('timeout').effects).toEqual([]);
  });
});

describe('no photo', () => {
  it.each([
    ['without a matcher', { ...BARE, matcher: 'none' }, null],
    ['without its profile', { ...BARE, policy: [] }, 'configuration'],
    ['by a profile of another kind', { ...BARE, settings: { profile: 'id' } }, 'configuration'],
    ['by a profile without a file size', { ...BARE, policy: [{ ...ROW, value: '390x567;dpi=300' }] }, 'configuration'],
    ['by a profile without pixels', { ...BARE, policy: [{ ...ROW, value: 'kb=20-80' }] }, 'configuration'],
    ['by a profile that is no text', { ...BARE, policy: [{ ...ROW, value: 390 }] }, 'configuration'],
  ] as const)('%s: the window is the way', (_what, world, code) => {
    const step = enter(world);
    expect(step.end).toMatchObject({ end: 'refuse', refusal: { code: 'window-only' } });
    expect(step.code).toBe(code);
  });

  it('for whoever wants the window', () => {
    for (const step of [enter(), rejected(), accepted()])
      expect(step.touch({ kind: 'useWindow' }).end).toMatchObject({ refusal: { code: 'window-only' } });
  });
});

describe('whoever turns away', () => {
  it.each([
    ['live', enter],
    ['again', rejected],
    ['accepted', accepted],
  ])('at %s does so at once', (_phase, at) => {
    for (const how of ['cancelled', 'timeout'] as const) expect(at().leave(how).end).toEqual({ end: 'leave', how });
    const back = at().touch({ kind: 'back' });
    expect([back.end, back.facts.photo]).toEqual([{ end: 'back' }, null]);
  });

  it('while the matcher works leaves after it', () => {
    for (const passed of [true, false]) {
      const step = checking().leave('timeout').leave('cancelled');
      expect(step.end).toBeNull();
      matched(step, passed);
      expect([step.end, step.facts.photo]).toEqual([{ end: 'leave', how: 'timeout' }, null]);
    }
  });
});

describe('what changes nothing', () => {
  it.each([
    ['a face', enter, { ...GOOD, subject: 'face' }],
    ['a picture while one is judged', () => enter(FITTED).touch(GOOD), GOOD],
    ['a picture while the matcher works', checking, GOOD],
    ['a picture after a rejected one', rejected, GOOD],
    ['a picture after an accepted one', accepted, GOOD],
    ['a yes to nothing', enter, { kind: 'confirm' }],
    ['a yes to a rejected one', rejected, { kind: 'confirm' }],
    ['once more while nothing was wrong', enter, { kind: 'again' }],
    ['the way back while the matcher works', checking, { kind: 'back' }],
    ['the window while the matcher works', checking, { kind: 'useWindow' }],
  ] as const)('%s', (_what, at, wish) => {
    const step = at();
    const before = step.view;
    step.touch(wish as Parameters<typeof step.touch>[0]);
    expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
  });

  it.each([
    [
      'a match that nobody asked for',
      enter,
      { kind: 'matched', key: 'photo', result: { ok: true, value: { score: 1, passed: true } } },
    ],
    [
      'a match of a face',
      checking,
      { kind: 'matched', key: 'face', result: { ok: true, value: { score: 1, passed: true } } },
    ],
    [
      'the device’s word on an earlier picture',
      () => enter(FITTED).touch(GOOD),
      { kind: 'read', key: figures(0), result: { ok: true, value: { state: 'ok' } } },
    ],
    ['a figures timer without a picture', enter, { kind: 'timer', name: 'photo-figures' }],
    ['a foreign timer', checking, { kind: 'timer', name: 'figures' }],
    ['core’s wish', enter, { kind: 'wrapUp' }],
  ] as const)('%s', (_what, at, input) => {
    const step = at();
    const before = step.view;
    step.on(input);
    expect([step.view, step.effects, step.end, step.facts.photo]).toEqual([before, [], null, null]);
  });
});
