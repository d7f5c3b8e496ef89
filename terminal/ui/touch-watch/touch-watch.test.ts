// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import { guardTouch } from '../accessibility/touch-guard.ts';
import { PAGE_LIMITS } from '../limits.table.ts';
import { touchReport } from './touch-report.ts';
import { watchTouch, type TouchWatch } from './touch-watch.ts';

let clock: ManualClock;
let watch: TouchWatch;
let told: string[];
let pressed: number;
/** Off: the page believes every touch, as without the judge. */
let isJudging: boolean;
let offGuard: () => void;
let button: HTMLButtonElement;

beforeEach(() => {
  clock = new ManualClock();
  told = [];
  pressed = 0;
  isJudging = true;
  document.body.innerHTML = '<button>pay</button>';
  button = document.querySelector('button') as HTMLButtonElement;
  button.addEventListener('click', () => {
    pressed += 1;
  });
  watch = watchTouch(window, clock, (sign) => {
    told.push(sign);
  });
  offGuard = guardTouch(document, () => ({ shown: 1, isDeaf: false, isGhost: isJudging && watch.isGhost() }));
});
afterEach(() => {
  watch.stop();
  offGuard();
  vi.unstubAllGlobals();
});

function fire(type: string, pointerId: number, x = 40, y = 40): void {
  const init = { pointerId, clientX: x, clientY: y, button: 0, bubbles: true, cancelable: true };
  button.dispatchEvent(new PointerEvent(type, init));
}

/** A whole press of the button. */
function press(pointerId: number): void {
  fire('pointerdown', pointerId);
  fire('pointerup', pointerId);
  fire('click', pointerId);
}

/** Presses of the button at a rate that no hand has. */
function storm(): void {
  for (let i = 0; i < 60; i += 1) press(i);
}

describe('F64 while the screen acts by itself', () => {
  it('F64 no press is heard any more, a key is; quiet for a while, touches count again', async () => {
    press(1);
    expect(pressed).toBe(1);
    storm();
    const heard = pressed;
    expect(heard).toBeLessThan(60);
    press(99);
    await clock.advance(PAGE_LIMITS.touchQuietMs - 100);
    fire('click', 99);
    // Also of a pointer whose press was not remembered.
    fire('click', 500);
    press(100);
    expect(pressed).toBe(heard);
    // A key that presses a button makes a click of no pointer.
    fire('click', -1);
    expect(pressed).toBe(heard + 1);
    await clock.advance(PAGE_LIMITS.touchQuietMs + PAGE_LIMITS.touchLookMs);
    expect(watch.isGhost()).toBe(false);
    press(101);
    expect(pressed).toBe(heard + 2);
  });

  it('F64 no press even reaches what draws with it: a signature has no strokes of ghosts', () => {
    let began = 0;
    button.addEventListener('pointerdown', () => {
      began += 1;
    });
    storm();
    const heard = began;
    expect(heard).toBeLessThan(60);
    fire('pointerdown', 99);
    expect(began).toBe(heard);
  });

  it('F64 with the judge off the same presses go through', () => {
    isJudging = false;
    storm();
    press(99);
    expect(pressed).toBe(61);
  });

  it('F64 it is told at once, and again each minute as long as it goes on', async () => {
    storm();
    expect(told).toEqual(['rate']);
    for (let ms = 0; ms < 2 * PAGE_LIMITS.touchTellMs + 1_000; ms += 1_000) {
      press(1);
      await clock.advance(1_000);
    }
    expect(told).toEqual(['rate', 'rate', 'rate']);
    await clock.advance(PAGE_LIMITS.touchQuietMs + PAGE_LIMITS.touchLookMs);
    storm();
    expect(told).toHaveLength(4);
  });

  it('F64 time alone finds a press that never ends; no timer is left when nothing is down', async () => {
    fire('pointerdown', 7);
    await clock.advance(PAGE_LIMITS.touchHeldMs + PAGE_LIMITS.touchLookMs);
    expect(told).toEqual(['held']);
    await clock.advance(PAGE_LIMITS.touchQuietMs * 2);
    expect(watch.isGhost()).toBe(true);
    fire('pointercancel', 7);
    await clock.advance(PAGE_LIMITS.touchQuietMs + 2 * PAGE_LIMITS.touchLookMs);
    expect([watch.isGhost(), clock.waiting]).toEqual([false, 0]);
  });

  it('F64 it is watched no more when it was stopped', () => {
    watch.stop();
    storm();
    expect([watch.isGhost(), told, clock.waiting]).toEqual([false, [], 0]);
  });
});

describe('F64 the way to core', () => {
  const asked: { path: string; init: RequestInit | undefined }[] = [];
  let answers: (number | Error)[];
  beforeEach(() => {
    asked.length = 0;
    vi.stubGlobal('fetch', (path: string, init?: RequestInit) => {
      asked.push({ path, init });
      const answer = answers.shift() ?? 500;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(new Response(null, { status: answer }));
    });
  });

  it('F64 is a POST that says what was seen, once when it is heard', async () => {
    answers = [204];
    touchReport(clock)('jump');
    await clock.advance(60_000);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      path: '/touch-trouble',
      init: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"what":"ghost","sign":"jump"}' },
    });
    expect(clock.waiting).toBe(0);
  });

  it('F64 is tried again while core is away, and a few times only', async () => {
    answers = [new Error('refused'), 503, 204];
    touchReport(clock)('rate');
    await clock.advance(60_000);
    expect(asked).toHaveLength(3);
    answers = [];
    touchReport(clock)('rate');
    await clock.advance(120_000);
    expect(asked).toHaveLength(3 + PAGE_LIMITS.touchTries);
  });
});
