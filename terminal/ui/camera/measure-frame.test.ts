import { describe, expect, it } from 'vitest';
import { measureFrame } from './measure-frame.ts';

function frame(...pixels: readonly (readonly [number, number, number])[]): Uint8ClampedArray {
  return new Uint8ClampedArray(pixels.flatMap((pixel) => [...pixel, 255]));
}

describe('a measured picture', () => {
  it('tells mean light and how much it differs', () => {
    expect(measureFrame(frame([0, 0, 0], [255, 255, 255]))).toMatchObject({ luminance: 128, variance: 16_256 });
    expect(measureFrame(frame([0, 177, 64], [0, 177, 64]))).toMatchObject({ luminance: 111, variance: 0 });
  });

  it('has another digest when one pixel differs by one', () => {
    const before = measureFrame(frame([10, 20, 30], [40, 50, 60]));
    const after = measureFrame(frame([10, 20, 30], [40, 50, 61]));
    expect(after.digest).not.toBe(before.digest);
    expect(after.digest).toMatch(/^[0-9a-f]{8}$/);
  });

  it('of nothing is black and flat', () => {
    expect(measureFrame(new Uint8ClampedArray())).toMatchObject({ luminance: 0, variance: 0 });
  });
});
