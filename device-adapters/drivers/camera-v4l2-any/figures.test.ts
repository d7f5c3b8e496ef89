import { CAMERA_FIGURES, FIGURE_CASES } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { FigureSeries, type Figures, type Sight } from './figures.ts';
import { CAMERA_LIMITS } from './limits.table.ts';

const STEP_MS = 1_000;
let numbers = 0;
const living = (luminance = 120, variance = 900): Figures => {
  numbers += 1;
  return { luminance, variance, digest: `n${numbers}` };
};
const still = (digest = 'same'): Figures => ({ luminance: 120, variance: 900, digest });

/** What each picture is, a second apart, and what the camera is taken for after the last. */
function judge(all: readonly Figures[], stepMs = STEP_MS): { sights: Sight[]; settled: Sight | undefined } {
  const series = new FigureSeries();
  const sights = all.map((figures, n) => series.add(figures, n * stepMs));
  return { sights, settled: series.settled((all.length - 1) * stepMs) };
}

describe('one picture', () => {
  const { blackLuminance, flatVariance } = CAMERA_LIMITS;
  it.each([
    ['a person', 120, 900, 'ok'],
    ['nothing', 0, 0, 'black'],
    ['darkness with one lamp in it', blackLuminance - 1, 5_000, 'black'],
    ['just light enough', blackLuminance, flatVariance, 'ok'],
    ['a hand over the lens', 60, flatVariance - 1, 'covered'],
    ['plain green', 111, 0, 'covered'],
    ['a torch in the lens', 255, 0, 'covered'],
  ] as const)('%s', (_, luminance, variance, sight) => {
    expect(judge([living(luminance, variance)]).sights).toEqual([sight]);
  });

  it('that comes again and again is frozen from the third time on, and long enough after the first', () => {
    expect(judge(Array.from({ length: 5 }, () => still())).sights).toEqual(['ok', 'ok', 'frozen', 'frozen', 'frozen']);
    const { sights } = judge(
      Array.from({ length: 12 }, () => still()),
      250,
    );
    expect(sights.indexOf('frozen')).toBe(CAMERA_LIMITS.settleMs / 250);
  });

  it('is not frozen when it was another one in between, nor without digests', () => {
    expect(judge([still(), still(), living(), still(), still()]).sights).not.toContain('frozen');
    expect(judge(Array.from({ length: 6 }, () => still(''))).sights).not.toContain('frozen');
  });
});

describe('what the camera is taken for', () => {
  it.each<[string, readonly Figures[], Sight | undefined]>([
    ['nothing yet', [living()], undefined],
    ['good', [living(), living(), living()], 'ok'],
    ['covered after being good', [...many(4), ...covered(3)], 'covered'],
    ['good: a hand that passed changes nothing', [...many(4), ...covered(2)], 'ok'],
    ['covered: one good picture mends nothing', [...covered(4), living(), ...covered(1)], 'covered'],
    ['good again', [...covered(4), ...many(3)], 'ok'],
    ['blind in the last one’s word', [living(0, 0), living(90, 0), living(0, 0)], 'black'],
    ['frozen', [still(), still(), still()], 'frozen'],
    ['frozen, then one black', [still(), still(), still(), living(0, 0)], 'frozen'],
    ['frozen, then black', [still(), still(), still(), living(0, 0), living(0, 0)], 'black'],
    ['good after being frozen', [still(), still(), still(), ...many(3)], 'ok'],
  ])('%s', (_, all, settled) => {
    expect(judge(all).settled).toBe(settled);
  });

  it('needs time as well as pictures', () => {
    expect(judge(covered(7), 250).settled).toBeUndefined();
    expect(judge(covered(8), 250).settled).toBe('covered');
    expect(judge(covered(2), 10_000).settled).toBeUndefined();
    expect(judge([still(), still()], 10_000).sights).toEqual(['ok', 'ok']);
  });

  it('is nothing after a minute, and older pictures do not count', () => {
    const series = new FigureSeries();
    covered(3).forEach((figures, n) => series.add(figures, n * STEP_MS));
    const lastMs = 2 * STEP_MS;
    expect(series.settled(lastMs + CAMERA_LIMITS.figuresMs)).toBe('covered');
    expect(series.settled(lastMs + CAMERA_LIMITS.figuresMs + 1)).toBeUndefined();
    series.add(living(), lastMs + CAMERA_LIMITS.figuresMs + 1);
    expect(series.settled(lastMs + CAMERA_LIMITS.figuresMs + 1)).toBeUndefined();
  });

  it('is nothing when what was seen is forgotten', () => {
    const series = new FigureSeries();
    covered(3).forEach((figures, n) => series.add(figures, n * STEP_MS));
    series.forget();
    expect(series.settled(3 * STEP_MS)).toBeUndefined();
  });

  it('keeps only so many', () => {
    expect(judge(many(1_000)).settled).toBe('ok');
  });
});

describe('as the page judges', () => {
  it('with the same bounds', () => {
    const { blackLuminance, flatVariance, settleMs } = CAMERA_LIMITS;
    expect(CAMERA_FIGURES).toMatchObject({ blackLuminance, flatVariance, settleMs });
  });

  it.each(FIGURE_CASES)('%o', ({ luminance, variance, isAlive, verdict }) => {
    const { settleMs, stepMs } = CAMERA_FIGURES;
    const all = Array.from({ length: settleMs / stepMs + 1 }, (_, n) => ({
      luminance,
      variance,
      digest: isAlive ? `n${n}` : 'same',
    }));
    const words = { blind: ['black', 'covered'], frozen: ['frozen'], seen: ['ok'] };
    expect(words[verdict]).toContain(judge(all, stepMs).settled);
  });
});

function many(count: number): Figures[] {
  return Array.from({ length: count }, () => living());
}

function covered(count: number): Figures[] {
  return Array.from({ length: count }, () => living(60, 5));
}
