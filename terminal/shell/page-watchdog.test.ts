import { describe, expect, it } from 'vitest';
import { stepWatch, WATCH_TIMES, type WatchInput, type WatchState, type WatchStep } from './page-watchdog.ts';

const { loadMs, hungMs, backOffMs, steadyMs, tryAgainMs } = WATCH_TIMES;
const LAST = backOffMs.length;

const INPUTS: readonly WatchInput[] = [
  'open',
  'loaded',
  'fell',
  'unresponsive',
  'responsive',
  'timeUp',
  'replace',
  'close',
];
const CLOSED: WatchStep = { state: { at: 'closed' }, action: 'destroyAll', timerMs: null };
const OUT: WatchStep = { state: { at: 'out-of-service' }, action: 'drawOutOfService', timerMs: tryAgainMs };
const TRYING: WatchStep = { state: { at: 'trying' }, action: 'tryPage', timerMs: loadMs };

function fresh(falls: number): WatchStep {
  return { state: { at: 'loading', falls }, action: 'openPage', timerMs: loadMs };
}

function shown(falls: number): WatchStep {
  return { state: { at: 'shown', falls }, action: null, timerMs: falls === 0 ? null : steadyMs };
}

function fallen(falls: number): WatchStep {
  return { state: { at: 'waiting', falls }, action: null, timerMs: backOffMs[falls - 1] ?? -1 };
}

/** What each state does; every input that is not named changes nothing. */
const TABLE: readonly (readonly [WatchState, Partial<Record<WatchInput, WatchStep>>])[] = [
  [{ at: 'idle' }, { open: fresh(0), close: CLOSED }],
  [
    { at: 'loading', falls: 0 },
    { loaded: shown(0), fell: fallen(1), timeUp: fallen(1), replace: fresh(0), close: CLOSED },
  ],
  [
    { at: 'loading', falls: 2 },
    { loaded: shown(2), fell: fallen(3), timeUp: fallen(3), replace: fresh(2), close: CLOSED },
  ],
  [
    { at: 'loading', falls: LAST },
    { loaded: shown(LAST), fell: OUT, timeUp: OUT, replace: fresh(LAST), close: CLOSED },
  ],
  [
    { at: 'shown', falls: 0 },
    {
      fell: fallen(1),
      unresponsive: { state: { at: 'hung', falls: 0 }, action: null, timerMs: hungMs },
      timeUp: shown(0),
      replace: fresh(0),
      close: CLOSED,
    },
  ],
  [
    { at: 'shown', falls: LAST },
    {
      fell: OUT,
      unresponsive: { state: { at: 'hung', falls: LAST }, action: null, timerMs: hungMs },
      timeUp: shown(0),
      replace: fresh(LAST),
      close: CLOSED,
    },
  ],
  [
    { at: 'hung', falls: 1 },
    { responsive: shown(1), fell: fallen(2), timeUp: fallen(2), replace: fresh(1), close: CLOSED },
  ],
  [
    { at: 'hung', falls: LAST },
    { responsive: shown(LAST), fell: OUT, timeUp: OUT, replace: fresh(LAST), close: CLOSED },
  ],
  [
    { at: 'waiting', falls: 3 },
    { timeUp: fresh(3), replace: fresh(3), close: CLOSED },
  ],
  [{ at: 'out-of-service' }, { timeUp: TRYING, replace: TRYING, close: CLOSED }],
  [
    { at: 'trying' },
    {
      loaded: { state: { at: 'shown', falls: LAST }, action: 'showPage', timerMs: steadyMs },
      fell: OUT,
      timeUp: OUT,
      close: CLOSED,
    },
  ],
  [{ at: 'closed' }, {}],
];

describe('the page’s watchdog', () => {
  const pairs = TABLE.flatMap(([state, steps]) => INPUTS.map((input) => ({ state, input, step: steps[input] })));

  it.each(pairs)('$state, $input', ({ state, input, step }) => {
    expect(stepWatch(state, input)).toEqual(step ?? { state, action: null, timerMs: 'kept' });
  });

  it('is back within five seconds of each fall that is not one too many (K19)', () => {
    for (const ms of backOffMs) expect(ms).toBeLessThan(5_000);
    expect(hungMs + backOffMs[0]).toBeLessThan(5_000);
  });

  it('is slower each time', () => {
    expect(backOffMs.toSorted((a, b) => a - b)).toEqual(backOffMs);
  });
});
