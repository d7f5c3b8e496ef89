import { fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { rawChunkOf } from '../../driver-kit/ref1-object.ts';
import { rawEndOf, rawIdentityOf, rawStatusOf } from '../../driver-kit/ref1-protocol.ts';
import { readExchanges, ref1BytesContract, type FixtureFrame } from '../../driver-kit/testing/ref1-bytes.ts';
import { encodeYmr1 } from '../../framing/ymr1.ts';
import { COMMAND, decodeImage, encodeFinger } from './protocol.ts';

const FIXTURES = new URL('fixtures/exchanges.hex', import.meta.url);
const exchanges = readExchanges(FIXTURES);
const { u16, u32 } = ref1Value;

/** The n-th frame of the exchange whose title begins so. */
function frameOf(title: string, n: number): FixtureFrame {
  const found = [...exchanges].find(([name]) => name.startsWith(title))?.[1][n];
  if (found === undefined) throw new Error(`no frame ${n} of ${title}`);
  return found;
}

function decoded(hex: string): ReturnType<typeof decodeImage> {
  return decodeImage(decodeRef1Fields(fromHex(hex)) ?? new Map());
}

describe('fixtures', () => {
  ref1BytesContract({ it, expect }, FIXTURES);

  it('are what the driver sends', () => {
    const wait = (number: number, seconds: number): readonly Ref1Field[] => [
      [0x35, u32(number)],
      [0x36, u16(seconds)],
    ];
    const chunk: readonly Ref1Field[] = [
      [0x30, u16(5)],
      [0x32, u16(0)],
    ];
    const sent = [
      ['capture (10): right thumb', 0, 3, COMMAND.capture, [...wait(1, 14), ...encodeFinger(1)]],
      ['fetch (11): the only', 0, 4, COMMAND.fetch, chunk],
      ['clear', 0, 5, COMMAND.clear, []],
      ['capture (10): stopped', 0, 8, COMMAND.capture, [...wait(3, 300), ...encodeFinger(10)]],
      ['capture (10): stopped', 2, 9, 0x06, [[0x35, u32(3)]]],
    ] as const;
    for (const [title, n, seq, command, fields] of sent) {
      const bytes = encodeYmr1({ seq, command, data: encodeRef1Fields(fields) });
      expect(toHex(bytes), title).toBe(toHex(frameOf(title, n).bytes));
    }
  });

  it('are read as their comments say', () => {
    expect(rawIdentityOf(frameOf('identify', 2).fields)).toMatchObject({ kind: 'fingerprint', evidenceKinds: [] });
    expect(rawStatusOf(frameOf('status (02)', 2).fields)).toMatchObject({ state: 0, fault: 0x23, media: 0 });
    expect(decodeImage(frameOf('capture (10): right thumb', 2).fields)).toEqual({
      object: { number: 5, size: 128 },
      width: 16,
      height: 8,
      dpi: 500,
      quality: 62,
      hint: 'dry',
    });
    const chunk = rawChunkOf(frameOf('fetch (11): the only', 2).fields);
    expect(chunk).toMatchObject({ object: 5, chunk: 0 });
    expect(chunk?.bytes).toHaveLength(128);
    expect(chunk?.digest).toHaveLength(32);
    expect(rawEndOf(frameOf('fetch (11): overwritten', 1).fields)?.result).toBe(0x22);
    expect(rawEndOf(frameOf('capture (10): a finger', 1).fields)?.result).toBe(0x21);
    expect(rawEndOf(frameOf('capture (10): stopped', 4).fields)?.result).toBe(5);
    expect(rawEndOf(frameOf('capture (10): nobody', 2).fields)?.result).toBe(0x20);
    expect(rawStatusOf(frameOf('status change', 0).fields)).toMatchObject({ state: 0, media: 1, changeNumber: 8 });
  });
});

describe('an image', () => {
  const GOOD = '30 0002 0005 31 0004 00000080 41 0002 0010 42 0002 0008 43 0002 01F4 44 0001 3E 45 0001 01';

  it.each([
    ['00', 'none'],
    ['01', 'dry'],
    ['02', 'wet'],
    ['03', 'partial'],
    ['04', 'tooFast'],
    ['05', 'dirty'],
    ['06', 'shifted'],
  ])('hint %s is %s', (raw, hint) => {
    expect(decoded(GOOD.replace('45 0001 01', `45 0001 ${raw}`))?.hint).toBe(hint);
  });

  it.each([
    ['a hint of no table', '45 0001 01', '45 0001 07'],
    ['no hint', '45 0001 01', ''],
    ['a quality of 101', '44 0001 3E', '44 0001 65'],
    ['no quality', '44 0001 3E', ''],
    ['another resolution', '01F4', '03E8'],
    ['no resolution', '43 0002 01F4', ''],
    ['a width that does not fit its size', '41 0002 0010', '41 0002 0011'],
    ['no width', '41 0002 0010', '41 0002 0000'],
    ['a height that does not fit its size', '42 0002 0008', '42 0002 0007'],
    ['no number', '30 0002 0005', '30 0002 0000'],
    ['no size', '31 0004 00000080', ''],
  ])('with %s is none', (_, from, to) => {
    expect(decoded(GOOD)).toBeDefined();
    expect(decoded(GOOD.replace(from, to))).toBeUndefined();
  });

  it.each([
    ['641 × 1', '00000281', '0281', '0001', false],
    ['1 × 481', '000001E1', '0001', '01E1', false],
    ['640 × 480: more than the port takes', '0004B000', '0280', '01E0', false],
    ['625 × 480', '000493E0', '0271', '01E0', true],
    ['256 × 288', '00012000', '0100', '0120', true],
    ['a thumb of nothing', '00000000', '0000', '0000', false],
  ])('of %s', (_, size, width, height, fits) => {
    const hex = `30 0002 0005 31 0004 ${size} 41 0002 ${width} 42 0002 ${height} 43 0002 01F4 44 0001 00 45 0001 00`;
    expect(decoded(hex) !== undefined).toBe(fits);
  });

  it('whatever bytes do not throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0x2e, max: 0x48 }), fc.uint8Array({ maxLength: 5 }))), (list) => {
        decodeImage(decodeRef1Fields(encodeRef1Fields(list)) ?? new Map());
      }),
    );
  });
});
