import { describe, expect, it } from 'vitest';
import { readJpegFrame } from './jpeg.ts';
import { samplePhoto } from './testing/samples.ts';

/** A frame header of 8 bits with the given number of components, after one other segment. */
const headed = (components: number, marker = 0xc0, bits = 8): Uint8Array =>
  Uint8Array.of(
    0xff,
    0xd8,
    0xff,
    0xe0,
    0,
    4,
    1,
    2,
    0xff,
    marker,
    0,
    8 + 3 * components,
    bits,
    1,
    64,
    0,
    240,
    components,
    ...new Uint8Array(3 * components),
  );

describe('the frame of a JPEG', () => {
  it('is read from a photo', () => {
    expect(readJpegFrame(samplePhoto())).toEqual({ width: 240, height: 320, components: 3 });
    expect(readJpegFrame(headed(1))).toEqual({ width: 240, height: 320, components: 1 });
    expect(readJpegFrame(headed(3, 0xc2))).toMatchObject({ components: 3 });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['another file', new TextEncoder().encode('%PDF-1.7 and so on')],
    ['four components', headed(4)],
    ['twelve bits', headed(3, 0xc1, 12)],
    ['an arithmetic-coded frame', headed(3, 0xc9)],
    ['no frame', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2)],
  ])('is refused of %s', (_, bytes) => {
    expect(readJpegFrame(bytes)).toBeNull();
  });

  it('is refused of a photo that was cut anywhere before its end', () => {
    const whole = headed(3);
    for (let length = 0; length < whole.length; length += 1)
      expect(readJpegFrame(whole.subarray(0, length))).toBeNull();
  });
});
