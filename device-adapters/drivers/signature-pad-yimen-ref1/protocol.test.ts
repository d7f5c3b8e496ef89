import { fromHex, toHex } from '@yimen/contracts/base';
import { signatureSchema } from '@yimen/contracts/device';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { rawChunkOf } from '../../driver-kit/ref1-object.ts';
import { rawEndOf, rawIdentityOf, rawStatusOf } from '../../driver-kit/ref1-protocol.ts';
import { readExchanges, ref1BytesContract, type FixtureFrame } from '../../driver-kit/testing/ref1-bytes.ts';
import { encodeYmr1 } from '../../framing/ymr1.ts';
import { COMMAND, decodeStrokes, decodeWriting, encodePrompt, type RawWriting } from './protocol.ts';
import { strokeBytes } from './testing/stroke-bytes.ts';

const FIXTURES = new URL('fixtures/exchanges.hex', import.meta.url);
const exchanges = readExchanges(FIXTURES);
const { u16, u32 } = ref1Value;

/** The n-th frame of the exchange whose title begins so. */
function frameOf(title: string, n: number): FixtureFrame {
  const found = [...exchanges].find(([name]) => name.startsWith(title))?.[1][n];
  if (found === undefined) throw new Error(`no frame ${n} of ${title}`);
  return found;
}

function promptField(prompt: string): readonly Ref1Field[] {
  const encoded = encodePrompt(prompt);
  if (!encoded.ok) throw new Error(encoded.error);
  return encoded.value;
}

function writingOf(strokes: number, size: number): RawWriting {
  return { object: { number: 9, size }, widthMm: 120, heightMm: 60, strokes };
}

describe('fixtures', () => {
  ref1BytesContract({ it, expect }, FIXTURES);

  it('are what the driver sends', () => {
    const wait = (number: number): readonly Ref1Field[] => [
      [0x35, u32(number)],
      [0x36, u16(15)],
    ];
    const chunk: readonly Ref1Field[] = [
      [0x30, u16(9)],
      [0x32, u16(0)],
    ];
    const sent = [
      ['capture (10): two', 0, 3, COMMAND.capture, [...wait(1), ...promptField('请签名')]],
      ['fetch', 0, 4, COMMAND.fetch, chunk],
      ['clear', 0, 5, COMMAND.clear, []],
      ['capture (10): cancelled', 0, 6, COMMAND.capture, [...wait(2), ...promptField('')]],
      ['capture (10): cancelled', 2, 7, COMMAND.cancel, []],
      ['stop', 0, 10, 0x06, [[0x35, u32(4)]]],
    ] as const;
    for (const [title, n, seq, command, fields] of sent) {
      const bytes = encodeYmr1({ seq, command, data: encodeRef1Fields(fields) });
      expect(toHex(bytes), title).toBe(toHex(frameOf(title, n).bytes));
    }
  });

  it('are read as their comments say', () => {
    expect(rawIdentityOf(frameOf('identify', 2).fields)).toMatchObject({ kind: 'signature-pad', evidenceKinds: [] });
    expect(rawStatusOf(frameOf('status (02)', 2).fields)).toMatchObject({ state: 0, fault: 0, media: undefined });
    const writing = decodeWriting(frameOf('capture (10): two', 2).fields);
    expect(writing).toEqual(writingOf(2, 54));
    const chunk = rawChunkOf(frameOf('fetch', 2).fields);
    expect(chunk).toMatchObject({ object: 9, chunk: 0 });
    const strokes = writing && chunk && decodeStrokes(chunk.bytes, writing);
    expect(strokes).toEqual([
      [
        [1000, 2000, 300, 0],
        [1200, 2100, 512, 10],
        [1500, 2050, 1023, 20],
      ],
      [
        [12_000, 6000, 1, 70_000],
        [0, 0, 0, 70_010],
      ],
    ]);
    expect(signatureSchema.safeParse({ widthMm: 120, heightMm: 60, strokes }).success).toBe(true);
    expect(rawEndOf(frameOf('capture (10): cancelled', 4).fields)?.result).toBe(5);
    expect(rawEndOf(frameOf('capture (10): the citizen', 2).fields)?.result).toBe(0x21);
    expect(rawEndOf(frameOf('capture (10): done', 2).fields)?.result).toBe(0x23);
    expect(rawStatusOf(frameOf('status change', 0).fields)).toMatchObject({ state: 3, fault: 6, changeNumber: 8 });
  });
});

describe('a prompt', () => {
  it.each([
    ['60 Chinese characters', '签'.repeat(60), true],
    ['30 characters of two units', '𠀀'.repeat(30), true],
    ['nothing', '', true],
    ['61 Chinese characters', '签'.repeat(61), false],
    ['31 characters of two units', '𠀀'.repeat(31), false],
  ])('of %s', (_, prompt, fits) => {
    expect(encodePrompt(prompt).ok).toBe(fits);
  });
});

describe('what the pad tells of a signature', () => {
  const GOOD = '30 0002 0009 31 0004 00000036 41 0002 0078 42 0002 003C 43 0002 0002';
  const read = (hex: string): RawWriting | undefined => decodeWriting(decodeRef1Fields(fromHex(hex)) ?? new Map());

  it.each([
    ['no number', '30 0002 0009', '30 0002 0000'],
    ['no size', '31 0004 00000036', ''],
    ['a size between two points', '00000036', '00000037'],
    ['fewer points than strokes', '00000036', '0000000E'],
    ['8001 points', '00000036', '0001388E'],
    ['no width', '41 0002 0078', ''],
    ['301 mm', '41 0002 0078', '41 0002 012D'],
    ['no height', '42 0002 003C', '42 0002 0000'],
    ['201 mm of height', '42 0002 003C', '42 0002 00C9'],
    ['no strokes', '43 0002 0002', '43 0002 0000'],
    ['201 strokes', '43 0002 0002', '43 0002 00C9'],
  ])('%s: none', (_, from, to) => {
    expect(read(GOOD)).toBeDefined();
    expect(read(GOOD.replace(from, to))).toBeUndefined();
  });

  it('8000 points in 200 strokes are one', () => {
    expect(read(GOOD.replace('00000036', '00013A10').replace('43 0002 0002', '43 0002 00C8'))).toBeDefined();
  });
});

describe('strokes', () => {
  const read = (bytes: Uint8Array, strokes: number) => decodeStrokes(bytes, writingOf(strokes, bytes.length));

  it('the corners of the writing area are within it', () => {
    const strokes = [
      [
        [0, 0, 0, 0],
        [12_000, 6_000, 1_023, 600_000],
      ],
    ] as const;
    expect(read(strokeBytes(strokes), 1)).toEqual(strokes);
  });

  it.each([
    ['right of it', [12_001, 0, 0, 0]],
    ['below it', [0, 6_001, 0, 0]],
    ['too hard', [0, 0, 1_024, 0]],
    ['too late', [0, 0, 0, 600_001]],
  ] as const)('a point %s: no signature', (_, point) => {
    expect(read(strokeBytes([[[0, 0, 0, 0], point]]), 1)).toBeUndefined();
  });

  it('a time that runs back, within a stroke or between two: no signature', () => {
    const [early, late] = [[1, 1, 1, 10] as const, [1, 1, 1, 11] as const];
    expect(read(strokeBytes([[early, late]]), 1)).toBeDefined();
    expect(read(strokeBytes([[late, early]]), 1)).toBeUndefined();
    expect(read(strokeBytes([[late], [early]]), 2)).toBeUndefined();
  });

  it('another number of strokes, an empty one, one cut off, one too long: no signature', () => {
    const two = strokeBytes([[[1, 1, 1, 0]], [[2, 2, 2, 5]]]);
    expect(read(two, 2)).toHaveLength(2);
    for (const count of [1, 3]) expect(read(two, count)).toBeUndefined();
    for (let length = 0; length < two.length; length += 1) expect(read(two.slice(0, length), 2)).toBeUndefined();
    expect(read(strokeBytes([[], [[1, 1, 1, 0]]]), 2)).toBeUndefined();
    const points = (count: number) => Array.from({ length: count }, (_, i) => [1, 1, 1, i] as const);
    expect(read(strokeBytes([points(2_000)]), 1)).toHaveLength(1);
    expect(read(strokeBytes([points(2_001)]), 1)).toBeUndefined();
  });

  it('are read as they were written, in the port’s words; whatever bytes do not throw', () => {
    const point = fc.tuple(fc.nat(12_000), fc.nat(6_000), fc.nat(1_023));
    fc.assert(
      fc.property(
        fc.array(fc.array(point, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 9 }),
        (drawn) => {
          let ms = 0;
          const strokes = drawn.map((stroke) => stroke.map((at) => [...at, (ms += 7)] as const));
          const got = read(strokeBytes(strokes), strokes.length);
          expect(got).toEqual(strokes);
          expect(signatureSchema.safeParse({ widthMm: 120, heightMm: 60, strokes: got }).success).toBe(true);
        },
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), fc.nat(4), (bytes, strokes) => {
        decodeStrokes(bytes, writingOf(strokes, bytes.length));
        decodeWriting(decodeRef1Fields(bytes) ?? new Map());
      }),
    );
  });
});
