import { CAMERA_FIGURES, FIGURE_CASES } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { PAGE_LIMITS } from '../limits.table.ts';
import { judgeCamera } from './judge-camera.ts';

const N = PAGE_LIMITS.settleSamples;
const living = (luminance: number, variance = 900, count: number = N) =>
  Array.from({ length: count }, (_, n) => ({ luminance, variance, digest: `${n}` }));
const still = (luminance: number, variance: number) =>
  Array.from({ length: N }, () => ({ luminance, variance, digest: 'same' }));

describe('what samples say of the camera', () => {
  it.each([
    ['nothing seen yet', [], 'settling'],
    ['not enough seen', living(120, 900, N - 1), 'settling'],
    ['a person in good light', living(120), 'ok'],
    ['a dim hall', living(30), 'dark'],
    ['the sun behind', living(245), 'bright'],
    ['a covered lens', living(3, 2), 'black'],
    ['plain green with noise', living(111, 4), 'black'],
    ['plain green', still(111, 0), 'black'],
    ['always the same picture', still(120, 900), 'frozen'],
    [
      'one black sample among good ones',
      [...living(120).slice(1), { luminance: 2, variance: 0, digest: 'other' }],
      'settling',
    ],
  ])('%s', (_what, samples, verdict) => {
    expect(judgeCamera(samples)).toBe(verdict);
  });

  it('forgets what is older than its window', () => {
    expect(judgeCamera([...still(120, 900), ...living(120)])).toBe('ok');
  });
});

describe('as the device host judges', () => {
  it('with the same bounds', () => {
    const { blackLuminance, flatVariance, settleSamples, sampleEveryMs } = PAGE_LIMITS;
    const settleMs = (settleSamples - 1) * sampleEveryMs;
    expect({ blackLuminance, flatVariance, settleMs, stepMs: sampleEveryMs }).toEqual(CAMERA_FIGURES);
  });

  it.each(FIGURE_CASES)('%o', ({ luminance, variance, isAlive, verdict }) => {
    const judged = judgeCamera(isAlive ? living(luminance, variance) : still(luminance, variance));
    const words = { blind: ['black'], frozen: ['frozen'], seen: ['ok', 'dark', 'bright'] };
    expect(words[verdict]).toContain(judged);
  });
});
