import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import { scannedCodeSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { createGm65AnswerCutter } from '../../framing/gm65-answer.ts';
import { CodeCollector, scannedCode, withoutRepeats, type Piece } from './codes.ts';
import { GM65_LIMITS } from './limits.table.ts';
import { readFixtures } from './testing/fixtures.ts';
import { seededRandom } from '../../testing/contract-bench.ts';

const TAIL = fromHex('0D 0A');
const LIMIT = GM65_LIMITS.codeBytes;
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function shown(piece: Piece): string {
  return piece.kind === 'code' ? toHex(piece.bytes) : piece.kind;
}

/** What silence makes of these chunks. */
function collected(...chunks: readonly Uint8Array[]): string {
  const collector = new CodeCollector();
  for (const chunk of chunks) collector.push(chunk);
  return shown(collector.quiet());
}

describe('the end of a code', () => {
  it.each([
    ['a plain code', '41 42 43'],
    ['CR LF inside', '41 0D 0A 42 0D 0A 43'],
    ['CR LF at its own end', '41 0D 0A'],
    ['nothing but CR LF', '0D 0A 0D 0A'],
    ['control bytes', '00 01 02 03 1B 7F 08 0D 0A 00'],
    ['CR alone at its end', '41 0D'],
    ['an answer that nobody awaits', '02 00 00 01 00 33 31'],
  ])('%s: only the last CR LF is taken off, at every split point', (_, hex) => {
    const bytes = fromHex(hex);
    const whole = concatBytes(bytes, TAIL);
    for (let at = 0; at <= whole.length; at += 1)
      expect(collected(whole.slice(0, at), whole.slice(at)), `split at ${at}`).toBe(toHex(bytes));
    expect(collected(...Array.from(whole, (byte) => Uint8Array.of(byte)))).toBe(toHex(bytes));
  });

  it('silence without a tail ends nothing; what comes then belongs to it', () => {
    const collector = new CodeCollector();
    for (const piece of [ascii('A'), fromHex('42 0D'), fromHex('0A 43')]) {
      collector.push(piece);
      expect(shown(collector.quiet())).toBe('unfinished');
    }
    collector.push(TAIL);
    expect(shown(collector.quiet())).toBe('41420d0a43');
    expect(collector.heldBytes).toBe(0);
  });

  it('truncated at any byte is no code', () => {
    const whole = concatBytes(ascii('R7K2'), TAIL);
    for (let bytes = 1; bytes < whole.length; bytes += 1)
      expect(collected(whole.slice(0, bytes)), `${bytes} bytes`).toBe('unfinished');
  });

  it('nothing, and a tail alone, are no code', () => {
    expect(collected()).toBe('nothing');
    expect(collected(TAIL)).toBe('nothing');
  });

  it('what was swallowed or cleared is nobody’s; the next code is whole', () => {
    const collector = new CodeCollector();
    collector.swallow();
    collector.push(concatBytes(ascii('former'), TAIL));
    expect(shown(collector.quiet())).toBe('nothing');
    collector.push(ascii('half'));
    collector.clear();
    collector.push(concatBytes(ascii('A'), TAIL));
    expect(shown(collector.quiet())).toBe('41');
  });
});

describe('the cap', () => {
  it('takes a code of exactly 2,048 bytes, not one more', () => {
    const longest = new Uint8Array(LIMIT).fill(0x41);
    expect(collected(longest, TAIL)).toBe(toHex(longest));
    const collector = new CodeCollector();
    const begun = collector.push(concatBytes(longest, Uint8Array.of(0x41), TAIL));
    expect(begun).toHaveLength(LIMIT + 3);
    expect(shown(collector.quiet())).toBe('nothing');
  });

  it('says so once, swallows the rest, and is bounded whatever comes', () => {
    const collector = new CodeCollector();
    let times = 0;
    for (let chunks = 0; chunks < 400; chunks += 1) {
      if (collector.push(new Uint8Array(997).fill(chunks)) !== undefined) times += 1;
      expect(collector.heldBytes).toBeLessThanOrEqual(LIMIT + 3);
    }
    expect(times).toBe(1);
    expect(shown(collector.quiet())).toBe('nothing');
    collector.push(concatBytes(ascii('next'), TAIL));
    expect(shown(collector.quiet())).toBe(toHex(ascii('next')));
  });

  it('the same long code begins the same, however it is cut', () => {
    const long = Uint8Array.from({ length: 2_600 }, (_, at) => at % 251);
    const begunOf = (step: number): string => {
      const collector = new CodeCollector();
      for (let at = 0; at < long.length; at += step) {
        const begun = collector.push(long.slice(at, at + step));
        if (begun !== undefined) return toHex(begun);
      }
      return 'fits';
    };
    for (const step of [1, 7, 1_024, 2_600]) expect(begunOf(step)).toBe(toHex(long.slice(0, LIMIT + 3)));
  });
});

describe('the same code', () => {
  it('twice or more in one piece is one', () => {
    const code = ascii('yimen:R7K2');
    for (let times = 2; times < 6; times += 1) {
      const piece = concatBytes(code, ...Array.from({ length: times - 1 }, () => concatBytes(TAIL, code)));
      expect(withoutRepeats(piece)).toEqual(code);
    }
    const lines = ascii('a\r\nb');
    expect(withoutRepeats(concatBytes(lines, TAIL, lines))).toEqual(lines);
  });

  it.each(['', 'a', 'aa', 'a\r\nb', 'a\r\na\r\nb', 'a\r\n', '\r\n\r\n', 'a\r\nab', 'ab\r\na'])(
    '%j is not repeated',
    (text) => {
      expect(withoutRepeats(ascii(text))).toEqual(ascii(text));
    },
  );
});

describe('a code in the port’s shape', () => {
  it('has its bytes, whatever they are', () => {
    const bytes = Uint8Array.from({ length: LIMIT }, (_, at) => at & 0xff);
    const code = scannedCodeSchema.parse(scannedCode(bytes, false));
    expect(Uint8Array.from(Buffer.from(code.bytes, 'base64'))).toEqual(bytes);
    expect(code).toMatchObject({ text: null, symbology: null });
    expect(scannedCodeSchema.parse(scannedCode(new Uint8Array(LIMIT).fill(0x41), false)).text).toHaveLength(LIMIT);
  });

  it.each([
    [']Q1R7K2', ']Q1', 'R7K2'],
    [']Q1', ']Q1', ''],
    [']E0690', ']E0', '690'],
    ['R7K2', null, 'R7K2'],
    [']Q', null, ']Q'],
    [']]Q1', null, ']]Q1'],
    ['', null, ''],
  ])('%j with the AIM identifier on', (text, symbology, content) => {
    expect(scannedCode(ascii(text), true)).toEqual({
      bytes: Buffer.from(content).toString('base64'),
      text: content,
      symbology,
    });
    expect(scannedCode(ascii(text), false)).toMatchObject({ text, symbology: null });
  });
});

describe('streams', () => {
  it('20,000 mutated ones: no throw, memory bounded, and the next code is whole', () => {
    const random = seededRandom(2_048);
    const number = (n: number): number => {
      const [high = 0, low = 0] = random(2);
      return ((high << 8) | low) % n;
    };
    const streams = readFixtures().map(({ received }) => received);
    const next = concatBytes(ascii('next'), TAIL);
    for (let times = 0; times < 20_000; times += 1) {
      const cutter = createGm65AnswerCutter(() => (times % 2 === 0 ? 1 : undefined));
      const collector = new CodeCollector();
      const hear = (chunk: Uint8Array): void => {
        for (const cut of cutter.push(chunk)) if (cut.kind === 'discarded') collector.push(cut.bytes);
        if (collector.heldBytes > LIMIT + 3 || cutter.heldBytes > 38) throw new Error('memory grows');
      };
      const stream = mutated(streams[number(streams.length)] ?? next, number);
      const at = number(stream.length + 1);
      hear(stream.slice(0, at));
      hear(stream.slice(at));
      for (const cut of cutter.flush()) if (cut.kind === 'discarded') collector.push(cut.bytes);
      const piece = collector.quiet();
      if (piece.kind === 'code') scannedCodeSchema.parse(scannedCode(piece.bytes, times % 3 === 0));
      collector.clear();
      hear(next);
      if (shown(collector.quiet()) !== toHex(ascii('next'))) throw new Error('the next code is not whole');
    }
  });
});

/** Some bytes changed, some left out, some twice. */
function mutated(stream: Uint8Array, number: (n: number) => number): Uint8Array {
  const bytes: number[] = [];
  for (const byte of stream) {
    const what = number(20);
    if (what === 0) continue;
    bytes.push(what === 1 ? number(256) : byte);
    if (what === 2) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
