import { describe, expect, it } from 'vitest';
import { StepDrive, type StepWorld } from '../testing/drive-step.ts';
import { fingerprintStep } from './fingerprint.ts';

const CAPTURE = 'fingerprint.capture';
const LIFT = 'fingerprint.waitForRemoval';
const CLEAR = 'fingerprint.clear';
const TWO = { settings: { fingers: 2 } } as const;
const OPTIONAL = { settings: { fingers: 2, optional: true } } as const;
const GONE = { present: false };

const image = (over: object = {}) => ({
  image: 'AAAA',
  width: 256,
  height: 360,
  dpi: 500,
  quality: 80,
  hint: 'none',
  ...over,
});
const enter = (world: StepWorld = TWO) => new StepDrive('fingerprint', fingerprintStep, world);
const taken = (world: StepWorld = TWO) => enter(world).answer(CAPTURE, image({ image: 'UklHSFQ=' }));
const poor = (world: StepWorld = TWO) => enter(world).answer(CAPTURE, image({ quality: 30, hint: 'dry' }));
const PHASES = {
  'it is laid on': { at: enter, key: CAPTURE },
  'a good one is lifted': { at: taken, key: LIFT },
  'a poor one is lifted': { at: poor, key: LIFT },
} as const;

/** Three poor images of the finger that is asked for. */
function fail(step: StepDrive<unknown>): void {
  for (let n = 0; n < 3; n += 1) {
    step.answer(CAPTURE, image({ quality: 10 }));
    if (n < 2) step.answer(LIFT, GONE);
  }
}

describe('two fingers', () => {
  it('are taken one after the other, right thumb first, and the collector is emptied', () => {
    const step = enter();
    expect(step.effects).toMatchObject([{ verb: 'capture', args: { finger: 1 } }]);
    expect(step.body).toMatchObject({ phase: 'place', finger: 1, n: 1, of: 2, triesLeft: 3, canOther: true });
    step.answer(CAPTURE, image({ image: 'UklHSFQ=' }));
    expect(step.asked).toEqual(['waitForRemoval']);
    expect(step.body).toMatchObject({ phase: 'lift', quality: 80, hint: 'none', canOther: false });
    step.answer(LIFT, GONE);
    expect(step.effects).toMatchObject([{ verb: 'capture', args: { finger: 6 } }]);
    expect(step.body).toMatchObject({ phase: 'place', finger: 6, n: 2, quality: null });
    step.answer(CAPTURE, image({ image: 'TEVGVA==' })).answer(LIFT, GONE);
    expect([step.asked, step.end]).toEqual([['clear'], null]);
    expect(step.view).toMatchObject({ waits: null, canLeave: false, body: { phase: 'done' } });
    step.answer(CLEAR, {});
    expect([step.end, step.asked]).toEqual([{ end: 'done' }, ['abort']]);
    expect(step.facts.fingers).toEqual(['UklHSFQ=', 'TEVGVA==']);
  });

  it('are one when one is wanted', () => {
    const step = taken({ settings: { fingers: 1 } }).answer(LIFT, GONE);
    expect([step.asked, step.body['of']]).toEqual([['clear'], 1]);
  });

  it('are taken anew when the step is walked again', () => {
    expect(enter({ ...TWO, facts: { fingers: ['old'] } }).facts.fingers).toEqual([]);
  });

  it('count although the collector could not be emptied, and that is told', () => {
    const step = taken({ settings: { fingers: 1 } })
      .answer(LIFT, GONE)
      .fault(CLEAR, 'offline');
    expect([step.end, step.code, step.facts.fingers.length]).toEqual([{ end: 'done' }, 'offline', 1]);
  });
});

describe('F42: an image that is not good', () => {
  it.each(['dry', 'wet', 'partial', 'tooFast', 'dirty', 'shifted'] as const)('says what was wrong: %s', (hint) => {
    const step = enter().answer(CAPTURE, image({ hint, quality: 90 }));
    expect(step.body).toMatchObject({ phase: 'again', hint, quality: 90, triesLeft: 2, finger: 1 });
    expect([step.asked, step.facts.fingers]).toEqual([['waitForRemoval'], []]);
    step.answer(LIFT, GONE);
    expect([step.asked, step.body['hint']]).toEqual([['capture'], hint]);
    expect(step.touch({ kind: 'again' }).body).toMatchObject({ phase: 'place', hint: 'none', quality: null });
  });

  it.each([
    [59, 'again', 0],
    [60, 'lift', 1],
  ])('is one below the bound: %i', (quality, phase, kept) => {
    const step = enter().answer(CAPTURE, image({ quality }));
    expect([step.body['phase'], step.facts.fingers.length]).toEqual([phase, kept]);
  });

  it('is also what a collector calls the citizen’s mistake', () => {
    expect(enter().fault(CAPTURE, 'userError').body).toMatchObject({ phase: 'again', triesLeft: 2 });
  });

  it('leads to the other fingers of that hand after three tries each, then to a refusal', () => {
    const step = enter();
    for (const finger of [1, 2, 3]) {
      expect(step.body).toMatchObject({ finger, triesLeft: 3, canOther: finger < 3 });
      fail(step);
      if (finger === 3) continue;
      expect(step.asked).toEqual(['waitForRemoval']);
      step.answer(LIFT, GONE);
    }
    expect([step.asked, step.end]).toEqual([['clear'], null]);
    step.answer(CLEAR, {});
    expect(step.end).toEqual({ end: 'refuse', refusal: { code: 'fingers-missing', date: null, office: null } });
  });

  it('never keeps one finger of two', () => {
    const step = taken().answer(LIFT, GONE);
    for (const finger of [6, 7, 8]) {
      expect(step.body).toMatchObject({ finger, n: 2 });
      fail(step);
      if (finger < 8) step.answer(LIFT, GONE);
    }
    step.answer(CLEAR, {});
    expect(step.end).toMatchObject({ refusal: { code: 'fingers-missing' } });
    expect(step.facts.fingers).toEqual([]);
  });

  it('is passed over at the end where fingers may be left out', () => {
    const step = enter(OPTIONAL);
    for (const finger of [1, 2, 3]) {
      fail(step);
      if (finger < 3) step.answer(LIFT, GONE);
    }
    expect(step.answer(CLEAR, {}).end).toEqual({ end: 'skipped' });
  });

  it('is none when nobody came: asked again after a pause, no try', () => {
    const step = enter().fault(CAPTURE, 'noMedia');
    expect(step.body).toMatchObject({ phase: 'again', hint: 'nobody', triesLeft: 3 });
    expect(step.effects).toEqual([{ do: 'timer', name: 'look-again', ms: 1_000 }]);
    expect(step.again().asked).toEqual(['capture']);
  });
});

describe('F43: a finger that stays', () => {
  it('is asked for, and the next image waits until it is seen to go', () => {
    const step = taken().fault(LIFT, 'notTaken');
    expect(step.body).toMatchObject({ phase: 'lift', hint: 'stillThere' });
    expect(step.again().asked).toEqual(['waitForRemoval']);
    expect(step.fault(LIFT, 'notTaken').again().asked).toEqual(['waitForRemoval']);
    expect(step.all.filter((effect) => effect.do === 'read' && effect.verb === 'capture')).toHaveLength(1);
    expect(step.answer(LIFT, GONE).effects).toMatchObject([{ verb: 'capture', args: { finger: 6 } }]);
    expect(step.body).toMatchObject({ phase: 'place', hint: 'none' });
  });

  it('from before is lifted first, and is no try', () => {
    const step = enter().fault(CAPTURE, 'deviceNotReady');
    expect(step.asked).toEqual(['waitForRemoval']);
    expect(step.body).toMatchObject({ phase: 'lift', hint: 'stillThere', triesLeft: 3 });
    expect(step.answer(LIFT, GONE).asked).toEqual(['capture']);
    expect(step.body).toMatchObject({ phase: 'place', hint: 'none' });
  });

  it('that nobody can lift is the collector’s fault', () => {
    const step = enter();
    for (let n = 0; n < 2; n += 1) step.fault(CAPTURE, 'deviceNotReady').answer(LIFT, GONE);
    expect(step.fault(CAPTURE, 'deviceNotReady').asked).toEqual(['clear']);
    expect(step.answer(CLEAR, {}).end).toMatchObject({ refusal: { code: 'device-failed' } });
  });

  it('is lifted before another finger too', () => {
    const step = poor().touch({ kind: 'other' });
    expect(step.asked).toEqual(['abort']);
    expect(step.fault(LIFT, 'canceled').asked).toEqual(['waitForRemoval']);
    expect(step.answer(LIFT, GONE).effects).toMatchObject([{ verb: 'capture', args: { finger: 2 } }]);
  });
});

describe('another finger', () => {
  it('takes the place of one that is asked for, with its own tries', () => {
    const step = poor().answer(LIFT, GONE).touch({ kind: 'other' });
    expect([step.asked, step.view?.waits]).toEqual([['abort'], null]);
    step.fault(CAPTURE, 'canceled').answer(LIFT, GONE);
    expect(step.body).toMatchObject({ phase: 'place', finger: 2, triesLeft: 3 });
  });

  it('is asked for from a pause at once', () => {
    const step = enter().fault(CAPTURE, 'noMedia').touch({ kind: 'other' });
    expect(step.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'read']);
    expect(step.body['finger']).toBe(2);
  });
});

describe('fingers that may be left out', () => {
  it.each(Object.entries(PHASES))('are skipped while %s', (_phase, { at, key }) => {
    const step = at(OPTIONAL);
    expect(step.body['canSkip']).toBe(true);
    expect(step.touch({ kind: 'skip' }).asked).toEqual(['abort']);
    expect(step.fault(key, 'canceled').asked).toEqual(['clear']);
    step.answer(CLEAR, {});
    expect([step.end, step.facts.fingers]).toEqual([{ end: 'skipped' }, []]);
  });

  it('are skipped where the collector is away or goes away', () => {
    expect(enter({ ...OPTIONAL, away: ['fingerprint'] }).end).toEqual({ end: 'skipped' });
    expect(enter(OPTIONAL).fault(CAPTURE, 'offline').fault(CLEAR, 'offline').end).toEqual({ end: 'skipped' });
  });
});

describe('a collector that goes away', () => {
  it.each(Object.entries(PHASES))('while %s refuses, once it was told to forget', (_phase, { at, key }) => {
    const step = at().fault(key, 'offline');
    expect([step.asked, step.end]).toEqual([['clear'], null]);
    step.fault(CLEAR, 'timeOut');
    expect(step.end).toMatchObject({ end: 'refuse', refusal: { code: 'device-failed' } });
    expect([step.code, step.asked, step.facts.fingers]).toEqual(['offline', ['abort'], []]);
  });

  it('before the step refuses at once', () => {
    const step = enter({ ...TWO, away: ['fingerprint'] });
    expect([step.end, step.all]).toMatchObject([{ refusal: { code: 'device-failed' } }, []]);
  });

  it('is one that tells what no collector tells', () => {
    expect(enter().answer(CAPTURE, { image: 'AAAA' }).asked).toEqual(['clear']);
  });
});

describe('whoever leaves', () => {
  it.each(Object.entries(PHASES))(
    'while %s: the wait ends, the collector is emptied, then it is over',
    (_phase, { at, key }) => {
      for (const how of ['cancelled', 'timeout'] as const) {
        const step = at().leave(how);
        expect([step.asked, step.end]).toEqual([['abort'], null]);
        expect(step.view).toMatchObject({ waits: null, canLeave: false });
        step.fault(key, 'canceled');
        expect([step.asked, step.end]).toEqual([['clear'], null]);
        step.answer(CLEAR, {});
        expect([step.end, step.asked, step.facts.fingers]).toEqual([{ end: 'leave', how }, ['abort'], []]);
      }
    },
  );

  it('during a pause needs no wait', () => {
    const step = enter().fault(CAPTURE, 'noMedia').leave('timeout');
    expect(step.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'read']);
    expect(step.asked).toEqual(['clear']);
  });

  it('while the collector is emptied still leaves', () => {
    const step = taken({ settings: { fingers: 1 } })
      .answer(LIFT, GONE)
      .leave('cancelled')
      .answer(CLEAR, {});
    expect([step.end, step.facts.fingers]).toEqual([{ end: 'leave', how: 'cancelled' }, []]);
  });

  it('as an image comes takes none along', () => {
    const step = enter().leave('cancelled').answer(CAPTURE, image()).answer(CLEAR, {});
    expect([step.end, step.facts.fingers]).toEqual([{ end: 'leave', how: 'cancelled' }, []]);
  });
});

describe('what changes nothing', () => {
  const emptying = () => taken({ settings: { fingers: 1, optional: true } }).answer(LIFT, GONE);

  it.each([
    ['leaving out what is needed', enter, { kind: 'skip' }],
    ['another finger after a good image', taken, { kind: 'other' }],
    ['once more while nothing was wrong', enter, { kind: 'again' }],
    ['once more while a finger lies there', () => taken().fault(LIFT, 'notTaken'), { kind: 'again' }],
    ['leaving out while the collector is emptied', emptying, { kind: 'skip' }],
    ['another finger while the collector is called off', () => enter().touch({ kind: 'other' }), { kind: 'other' }],
  ] as const)('%s', (_what, at, wish) => {
    const step = at();
    const before = step.view;
    step.touch(wish);
    expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
  });

  it.each([
    ['an answer to another question', { kind: 'read', key: LIFT, result: { ok: true, value: GONE } }],
    ['a foreign timer', { kind: 'timer', name: 'poll' }],
    ['the timer of a pause that is not', { kind: 'timer', name: 'look-again' }],
    ['core’s wish', { kind: 'wrapUp' }],
  ] as const)('%s', (_what, input) => {
    const step = enter();
    const before = step.view;
    step.on(input);
    expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
  });
});
