import { describe, expect, it } from 'vitest';
import { identitySchema, type IdCardKind } from '@yimen/contracts/device';
import { decodeCardText, readTextFields } from './text-fields.ts';
import { TEXT_LAYOUTS } from './text-layouts.table.ts';
import { replyBody } from './testing/fixtures.ts';

const MARK_AT = 248;

function textOf(kind: IdCardKind): Uint8Array {
  const head = kind === 'foreigner-2023' ? 9 : 7;
  return replyBody(`${kind}.hex`, 'text').slice(head, head + 256);
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le'));
}

function marked(character: string): Uint8Array {
  const text = textOf('citizen');
  text.set(utf16(character), MARK_AT);
  return text;
}

describe('the four layouts', () => {
  it.each([
    [
      'citizen',
      {
        name: '李明',
        sex: '1',
        nation: '01',
        birth: '19900101',
        address: '广东省佛山市顺德区大良街道一门路1号',
        idNumber: '440606199001010010',
        issuer: '佛山市公安局顺德分局',
        validFrom: '20180510',
        validTo: '长期',
      },
    ],
    [
      'hmt-resident',
      {
        name: '黄嘉欣',
        sex: '2',
        birth: '19970602',
        address: '广东省佛山市禅城区一门路2号',
        idNumber: '810000199706020049',
        issuer: '佛山市公安局',
        validFrom: '20210301',
        validTo: '20260301',
        passNumber: 'H60000018',
        issueCount: '01',
      },
    ],
    [
      'foreigner-2017',
      {
        englishName: 'OAKLEY, ROBIN JAMES',
        sex: '1',
        idNumber: 'CAN440685081728',
        nationality: 'CAN',
        chineseName: '欧若宾',
        validFrom: '20190520',
        validTo: '20290520',
        birth: '19850817',
        cardVersion: '01',
        authority: '4406',
      },
    ],
    [
      'foreigner-2023',
      {
        chineseName: '林凯越',
        sex: '1',
        renewCount: '01',
        birth: '19800101',
        englishName: 'LINDQVIST, CARL ALEXANDER MAXIMILIAN FREDRIK',
        idNumber: '910156198001010015',
        validFrom: '20240301',
        validTo: '20340301',
        nationality: 'SWE',
        oldNumberLink: '001',
      },
    ],
  ] as const)('%s', (kind, fields) => {
    const read = readTextFields(textOf(kind));
    expect(read).toEqual({ ok: true, value: { kind, fields } });
    if (read.ok) identitySchema.parse({ ...read.value, photo: null, fingerprint: null });
  });

  it('no two fields of a layout overlap, none reaches into the mark or over the end', () => {
    for (const [kind, layout] of Object.entries(TEXT_LAYOUTS)) {
      const pieces = Object.values(layout.fields).flat();
      const taken = pieces.flatMap(([at, length]) => Array.from({ length }, (_, i) => at + i));
      expect(new Set(taken).size, kind).toBe(taken.length);
      expect(Math.max(...taken), kind).toBeLessThan(256);
      expect(taken, kind).not.toContain(MARK_AT);
      for (const [at, length] of pieces) expect([at % 2, length % 2], kind).toEqual([0, 0]);
    }
    expect(new Set(Object.values(TEXT_LAYOUTS).map(({ mark }) => mark)).size).toBe(4);
  });

  it('a blank card has blank fields, and a full field keeps its last character', () => {
    const blank = readTextFields(utf16(' '.repeat(128)));
    expect(blank).toMatchObject({ ok: true, value: { kind: 'citizen', fields: { name: '', address: '' } } });
    const full = textOf('citizen');
    full.set(utf16('名'.repeat(15)), 0);
    expect(readTextFields(full)).toMatchObject({ ok: true, value: { fields: { name: '名'.repeat(15), sex: '1' } } });
  });

  it('spaces inside and before a text are its own', () => {
    const text = textOf('citizen');
    text.set(utf16(' 李 明 '), 0);
    expect(readTextFields(text)).toMatchObject({ ok: true, value: { fields: { name: ' 李 明' } } });
  });
});

describe('the character at byte 248', () => {
  it('of every value that a character can have, four name a kind and none is "probably citizen"', () => {
    const text = textOf('citizen');
    const named: string[] = [];
    for (let code = 0; code <= 0xffff; code += 1) {
      text[MARK_AT] = code & 0xff;
      text[MARK_AT + 1] = code >> 8;
      const read = readTextFields(text);
      if (read.ok) named.push(`${String.fromCharCode(code)}=${read.value.kind}`);
      else expect(read.error.code).toBe('TEXT_LAYOUT_UNKNOWN');
    }
    expect(named).toEqual([' =citizen', 'I=foreigner-2017', 'J=hmt-resident', 'Y=foreigner-2023']);
  });

  it.each([
    ['X', 'X'],
    ['i', 'i'],
    ['中', '中'],
    ['\u0000', 'U+0000'],
    ['\u3000', 'U+3000'],
    ['\ud800', 'U+D800'],
  ])('%j is told as %s', (character, told) => {
    const text = marked(' ');
    text[MARK_AT] = character.charCodeAt(0) & 0xff;
    text[MARK_AT + 1] = character.charCodeAt(0) >> 8;
    expect(readTextFields(text)).toEqual({ ok: false, error: { code: 'TEXT_LAYOUT_UNKNOWN', character: told } });
  });

  it('a text that ends before it has no kind', () => {
    expect(readTextFields(textOf('citizen').slice(0, 249)).ok).toBe(false);
    expect(readTextFields(new Uint8Array(0)).ok).toBe(false);
  });
});

describe('characters', () => {
  it('beyond U+FFFF are one, halves are none', () => {
    expect(decodeCardText(utf16('𠮷野'))).toBe('𠮷野');
    const half = textOf('citizen');
    half.set([0x42, 0xd8], 0);
    expect(readTextFields(half)).toEqual({ ok: false, error: { code: 'TEXT_NOT_UTF16', field: 'name' } });
    expect(decodeCardText(Uint8Array.of(0x20))).toBeUndefined();
    expect(decodeCardText()).toBe('');
  });

  it('that straddle two pieces are whole again', () => {
    const [high, low] = [utf16('A'.repeat(3) + '𠮷').slice(0, 8), utf16('𠮷B').slice(2)];
    expect(decodeCardText(high, low)).toBe('AAA𠮷B');
  });
});
