import { describe, expect, it } from 'vitest';
import { fitOf } from './fit-screen.ts';

describe('how the drawing fits a window', () => {
  it.each([
    [1080, 1920, { orientation: 'portrait', scale: 1 }],
    [1920, 1080, { orientation: 'landscape', scale: 1 }],
    [2160, 3840, { orientation: 'portrait', scale: 2 }],
    [1280, 720, { orientation: 'landscape', scale: 2 / 3 }],
    [540, 2000, { orientation: 'portrait', scale: 0.5 }],
  ] as const)('%i × %i', (widthPx, heightPx, fit) => {
    expect(fitOf(widthPx, heightPx)).toEqual(fit);
  });

  it('keeps the orientation that is asked for', () => {
    expect(fitOf(1920, 1080, 'portrait')).toEqual({ orientation: 'portrait', scale: 0.5625 });
  });
});
