import type { Slip, SlipLine } from '@yimen/contracts/device';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { columnsOf, encodeText, printable } from './charset.ts';
import { NO_GLYPHS } from './glyph-source.ts';
import { layOut, wrap, type PrintLine } from './layout.ts';

function laid(lines: SlipLine[], columns = 32): readonly PrintLine[] {
  const result = layOut({ lines }, { columns, glyphs: NO_GLYPHS, qr: 'printer' });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const texts = (lines: SlipLine[], columns = 32): string[] =>
  laid(lines, columns).map((line) => (line.kind === 'text' ? line.text : '[qr]'));

describe('characters', () => {
  it.each([
    ['Chinese and ASCII stay', '办理 No. 12', '办理 No. 12'],
    ['the yen sign becomes the one that GBK has', '¥80.00', '￥80.00'],
    ['outside GBK: a box for each character, not for each half', '𠮷 㐂 😀 €', '□ □ □ □'],
    ['private characters have no shape in any font', '\uE000', '□'],
    ['odd spaces are spaces, the wide one stays', 'a\u00A0b\u2009c\td\u3000e', 'a b c d\u3000e'],
    ['invisible characters are gone', 'a\u200Bb\uFEFFc\uFE0Fd', 'abcd'],
    ['control characters are gone', 'a\u0000\u001B@\u007F\u0010\u0004\u0001\u009Bb', 'a@b'],
    ['line breaks are one kind', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['half a character is a box', 'a\uD842b', 'a□b'],
    ['letters and their accents are one', 'e\u0301', 'é'],
  ])('%s', (_, text, wanted) => {
    expect(printable(text)).toBe(wanted);
  });

  it('every character of the two-byte table is two columns and two bytes, none of them below 40', () => {
    for (const character of '中国，。￥（）①ⅣＡΩяé') {
      expect(columnsOf(character)).toBe(2);
      const bytes = encodeText(character);
      expect(bytes).toHaveLength(2);
      expect(Math.min(...bytes)).toBeGreaterThanOrEqual(0x40);
    }
  });

  it('whatever the text, no byte of it is below 20', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const line of printable(text).split('\n')) {
          const bytes = encodeText(line);
          expect(bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
          expect(bytes.length).toBe(columnsOf(line));
        }
      }),
    );
  });

  it('all 20,902 Chinese characters of Unicode 1.1 are in GBK, and each character comes back from its two bytes', () => {
    const all = Array.from({ length: 0xff00 }, (_, code) => String.fromCharCode(0x80 + code)).filter(
      (character) => !/\s/u.test(character) && printable(character) === character && character !== '□',
    );
    const bytes = encodeText(all.join(''));
    expect(bytes.length).toBe(all.length * 2);
    expect(iconv.decode(bytes, 'gbk')).toBe(all.join(''));
    expect(all.filter((character) => character >= '\u4E00' && character <= '\u9FA5')).toHaveLength(20_902);
  });
});

describe('lines', () => {
  it('a pair stands on one line when it fits with a space between', () => {
    expect(texts([{ kind: 'pair', label: '金额', value: '￥80.00' }])).toEqual([`金额${' '.repeat(21)}￥80.00`]);
    expect(texts([{ kind: 'pair', label: 'a'.repeat(15), value: 'b'.repeat(16) }])).toEqual([
      `${'a'.repeat(15)} ${'b'.repeat(16)}`,
    ]);
    expect(texts([{ kind: 'pair', label: 'a'.repeat(16), value: 'b'.repeat(16) }])).toEqual([
      'a'.repeat(16),
      `  ${'b'.repeat(16)}`,
    ]);
  });

  it('a value that is too long is wrapped below its label', () => {
    expect(texts([{ kind: 'pair', label: '办理地点', value: '佛山市公安局出入境接待大厅自助办证区' }])).toEqual([
      '办理地点',
      '  佛山市公安局出入境接待大厅自助',
      '  办证区',
    ]);
    expect(texts([{ kind: 'pair', label: '备注', value: '甲\n乙' }])).toEqual(['备注', '  甲', '  乙']);
  });

  it('titles have half the columns', () => {
    const [first, second] = laid([{ kind: 'title', text: '往来港澳通行证业务回执' }]);
    expect(first).toEqual({ kind: 'text', text: '往来港澳通行证业', isTitle: true });
    expect(second).toMatchObject({ text: '务回执' });
  });

  it('a rule is as long as the line', () => {
    expect(texts([{ kind: 'rule' }], 42)).toEqual(['-'.repeat(42)]);
  });

  it.each([
    ['between words', 'Please keep this slip with you', 12, ['Please keep', 'this slip', 'with you']],
    ['a word that is too long is cut', 'S440606-000417-9', 10, ['S440606-00', '0417-9']],
    ['no line begins with a closing sign', '请到窗口，谢谢。', 8, ['请到窗', '口，谢', '谢。']],
    ['a Latin word keeps its sign', 'No. R7K2，谢', 10, ['No. R7K2，', '谢']],
    ['breaks in the text are kept', '一\n\n二', 8, ['一', '', '二']],
    ['spaces at a break are gone', '一二三   四', 6, ['一二三', '四']],
    ['nothing is one empty line', '', 8, ['']],
  ])('%s', (_, text, columns, wanted) => {
    expect(wrap(text, columns)).toEqual(wanted);
  });

  it('fit their paper, whatever the text, and lose nothing but spaces', () => {
    const line = fc.string({ unit: 'binary', maxLength: 120 });
    fc.assert(
      fc.property(line, fc.integer({ min: 4, max: 64 }), (text, columns) => {
        const clean = printable(text);
        const lines = wrap(clean, columns);
        for (const wrapped of lines) expect(columnsOf(wrapped)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replace(/\s/gu, '')).toBe(clean.replace(/\s/gu, ''));
      }),
    );
  });
});

describe('QR codes', () => {
  const qr = (data: string, columns = 48): PrintLine | undefined => laid([{ kind: 'qr', data }], columns)[0];

  it.each([
    ['yimen:R7K2-4417;S440606-', 1, 48, 8],
    ['x', 62, 48, 8],
    ['x', 400, 48, 6],
    ['好', 400, 48, 4],
    ['好', 400, 42, 3],
    ['好', 400, 32, 2],
  ])('%s × %i on %i columns: module of %i dots', (unit, times, columns, moduleDots) => {
    const data = unit.repeat(times);
    expect(qr(data, columns)).toMatchObject({ kind: 'qr', moduleDots });
  });

  it('carry UTF-8', () => {
    expect(qr('好')).toMatchObject({ data: Uint8Array.of(0xe5, 0xa5, 0xbd) });
  });

  it.each([
    ['10 04 01', 'a\u0010\u0004\u0001'],
    ['a line break', 'a\nb'],
    ['a C1 control', '\u009B'],
    ['half a character', '\uD842'],
  ])('with %s in it is refused, not changed', (_, data) => {
    const slip: Slip = {
      lines: [
        { kind: 'text', text: 'x' },
        { kind: 'qr', data },
      ],
    };
    expect(layOut(slip, { columns: 48, glyphs: NO_GLYPHS, qr: 'printer' })).toMatchObject({
      ok: false,
      error: { code: 'softwareError', action: 'softwareError' },
    });
  });

  it('of nothing is none', () => {
    expect(laid([{ kind: 'qr', data: '' }])).toEqual([]);
  });
});
