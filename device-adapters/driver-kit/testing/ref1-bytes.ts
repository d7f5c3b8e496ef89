import { readFileSync } from 'node:fs';
import { concatBytes, fromHex } from '@yimen/contracts/base';
import type * as vitest from 'vitest';
import { createYmr1Cutter, YMR1, type Ymr1Frame } from '../../framing/ymr1.ts';
import { decodeRef1Fields, type Ref1Fields } from '../ref1-fields.ts';

/** One frame of a fixture, in the order in which it went over the wire. */
export interface FixtureFrame {
  readonly toDevice: boolean;
  readonly bytes: Uint8Array;
  readonly frame: Ymr1Frame;
  readonly fields: Ref1Fields;
}

/** The exchanges of a fixture file, by the comment that begins each block. */
export function readExchanges(url: URL): ReadonlyMap<string, readonly FixtureFrame[]> {
  const blocks = readFileSync(url, 'utf8').split('\n\n').slice(1);
  return new Map(
    blocks.map((block) => {
      const [title = '', ...lines] = block.split('\n');
      return [title.replace(/^# /, ''), lines.filter((line) => /^[<>]/.test(line)).map(fixtureFrame)];
    }),
  );
}

function fixtureFrame(line: string): FixtureFrame {
  const bytes = fromHex(line.slice(1));
  const [cut] = createYmr1Cutter().push(bytes);
  if (cut?.kind !== 'frame') throw new Error(`not one frame: ${line}`);
  const fields = decodeRef1Fields(cut.frame.data);
  if (fields === undefined) throw new Error(`fields are cut off: ${line}`);
  return { toDevice: line.startsWith('>'), bytes, frame: cut.frame, fields };
}

/** Every frame of a fixture whole, doubled, split anywhere, one byte at a time, among garbage, damaged, truncated: the
 *  good frame is always found again.
 *  @param kit the test runner's words. */
export function ref1BytesContract(kit: Pick<typeof vitest, 'it' | 'expect'>, url: URL): void {
  const frames = [...readExchanges(url).values()].flat();
  const cut = (...chunks: readonly Uint8Array[]): Ymr1Frame[] => {
    const cutter = createYmr1Cutter();
    const cuts = [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.flush()];
    return cuts.flatMap((one) => (one.kind === 'frame' ? [one.frame] : []));
  };
  const { it, expect } = kit;

  it('every frame is cut whole, doubled, split anywhere and byte by byte', () => {
    expect(frames.length).toBeGreaterThan(10);
    for (const { bytes, frame } of frames) {
      expect(cut(concatBytes(bytes, bytes))).toEqual([frame, frame]);
      for (let at = 0; at <= bytes.length; at += 1) expect(cut(bytes.slice(0, at), bytes.slice(at))).toEqual([frame]);
      expect(cut(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([frame]);
    }
  });

  it('and found behind garbage, and behind itself damaged or cut off', () => {
    const noise = fromHex('FF 00 59 4D 52 59');
    for (const { bytes, frame } of frames) {
      expect(cut(concatBytes(noise, bytes, noise, bytes))).toEqual([frame, frame]);
      const damaged = Uint8Array.from(bytes);
      damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 0x55;
      expect(cut(concatBytes(damaged, bytes))).toEqual([frame]);
      for (let length = 1; length < bytes.length; length += 1)
        expect(cut(concatBytes(bytes.slice(0, length), bytes))).toEqual([frame]);
    }
  });

  it('and behind a frame that claims more than a frame can hold', () => {
    const over = YMR1.dataBytes + 1;
    for (const { bytes, frame } of frames)
      expect(cut(concatBytes(fromHex('59 4D 52 31 0001 02'), Uint8Array.of(over >> 8, over & 255), bytes))).toEqual([
        frame,
      ]);
  });
}
