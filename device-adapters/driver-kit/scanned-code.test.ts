import { fromHex } from '@yimen/contracts/base';
import { scannedCodeSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { SCAN_LIMITS } from './scan-limits.table.ts';
import { aimOf, codeOf, SameCodes, textOf } from './scanned-code.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the same code', () => {
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
    for (let code = 0; code <= SCAN_LIMITS.sameCodes; code += 1) same.isRepeat(Uint8Array.of(code), code);
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
  it('has its bytes, whatever they are, and the symbology that was told', () => {
    const bytes = Uint8Array.from({ length: SCAN_LIMITS.codeBytes }, (_, at) => at & 0xff);
    const code = scannedCodeSchema.parse(codeOf(bytes, ']Q1'));
    expect(Uint8Array.from(Buffer.from(code.bytes, 'base64'))).toEqual(bytes);
    expect(code).toMatchObject({ text: null, symbology: ']Q1' });
    expect(codeOf(ascii('A'), null)).toEqual({ bytes: 'QQ==', text: 'A', symbology: null });
  });

  it.each([
    [']Q1', ']Q1'],
    [']E0690', ']E0'],
    [']Q', null],
    ['Q1]', null],
    ['\0\0\0', null],
    ['', null],
  ])('%j begins with the AIM identifier %j', (text, aim) => {
    expect(aimOf(ascii(text))).toBe(aim);
  });
});
