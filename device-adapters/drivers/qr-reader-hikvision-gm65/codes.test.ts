import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import { scannedCodeSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { createGm65AnswerCutter } from '../../framing/gm65-answer.ts';
import { CodeCollector, SameCodes, scannedCode, textOf, withoutRepeats, type Piece } from './codes.ts';
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

  it('within the window since it was seen last', () => {
    const same = new SameCodes(1_000);
    const seen = [0, 999, 1_998, 2_997, 3_997].map((at) => same.isRepeat(ascii('A'), at));
    expect(seen).toEqual([false, true, true, true, false]);
  });

  it('is told from another by its content alone; two that alternate are both repeats', () => {
    const same = new SameCodes(1_000);
    expect(same.isRepeat(ascii('A'), 0)).toBe(false);
    expect(same.isRepeat(ascii('A '), 10)).toBe(false);
    expect(same.isRepeat(ascii('A'), 20)).toBe(true);
    expect(same.isRepeat(ascii('A '), 30)).toBe(true);
  });

  it('a window of nothing makes every code a new one', () => {
    const same = new SameCodes(0);
    for (let times = 0; times < 3; times += 1) expect(same.isRepeat(ascii('A'), 5)).toBe(false);
  });

  it('remembers a bounded number of them, the newest', () => {
    const same = new SameCodes(60_000);
    for (let code = 0; code <= GM65_LIMITS.sameCodes; code += 1) same.isRepeat(Uint8Array.of(code), code);
    expect(same.isRepeat(Uint8Array.of(1), 100)).toBe(true);
    expect(same.isRepeat(Uint8Array.of(0), 100)).toBe(false);
  });
});

describe('text', () => {
  it.each([
    ['ASCII', '41 42', 'AB'],
    ['nothing', '', ''],
    ['UTF-8', 'E5 9B 9E E6 89 A7', '回执'],
    ['GB18030', 'BB D8 D6 B4', '回执'],
    ['GB18030 of four bytes', '95 32 82 36', '𠀀'],
    ['control bytes', '00 1B 5B 32 4A 7F 0D 0A', '\u0000\u001b[2J\u007f\r\n'],
    ['a mark of byte order stays', 'EF BB BF 41', '\uFEFFA'],
    ['FF', 'FF', null],
    ['half a character', 'BB', null],
    ['half a character behind good ones', 'BB D8 D6', null],
    ['neither', 'FF 00 0D 0A FE 80', null],
  ])('%s', (_, hex, text) => {
    expect(textOf(fromHex(hex))).toBe(text);
  });

  it('every byte alone is text that becomes that byte again, or none', () => {
    for (let byte = 0; byte < 0x100; byte += 1) {
      const text = textOf(Uint8Array.of(byte));
      if (byte < 0x80) expect(text).toBe(String.fromCharCode(byte));
      else expect(text, byte.toString(16)).toBeNull();
    }
  });
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
