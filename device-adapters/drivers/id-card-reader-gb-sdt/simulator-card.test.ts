import { ID_CARDS, type SyntheticIdCard } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { cardAddress, cardBodyNumber, cardFingerprint, cardPhoto, cardText } from './simulator-card.ts';

function card(thing: string): SyntheticIdCard {
  const found = ID_CARDS.find((candidate) => candidate.thing === thing);
  if (found === undefined) throw new Error(`no card ${thing}`);
  return found;
}

/** The text at a place of the manual, with its spaces. */
function at(thing: string, offset: number, bytes: number): string {
  return Buffer.from(cardText(card(thing))).toString('utf16le', offset, offset + bytes);
}

describe('the text of a card', () => {
  it('is 256 bytes, and spaces where nobody wrote', () => {
    const blank = cardText({ ...card('id-li-ming'), fields: {} });
    expect(Buffer.from(blank).toString('hex')).toBe('2000'.repeat(128));
    for (const one of ID_CARDS) expect(cardText(one)).toHaveLength(256);
  });

  it('a citizen’s, place by place', () => {
    const places = [
      [0, 30, '李明'],
      [30, 2, '1'],
      [32, 4, '01'],
      [36, 16, '19900101'],
      [52, 70, '广东省佛山市顺德区大良街道一门路1号'],
      [122, 36, '440606199001010010'],
      [158, 30, '佛山市公安局顺德分局'],
      [188, 16, '20180510'],
      [204, 16, '20380510'],
      [220, 36, ''],
    ] as const;
    for (const [offset, bytes, text] of places)
      expect(at('id-li-ming', offset, bytes), String(offset)).toBe(text.padEnd(bytes / 2));
    expect(Buffer.from(cardText(card('id-li-ming'))).toString('hex', 0, 8)).toBe('4e670e6620002000');
  });

  it('a resident’s from Hong Kong: no nation, a pass number, J', () => {
    const places = [
      [0, 30, '黄嘉欣'],
      [30, 2, '2'],
      [32, 4, ''],
      [36, 16, '19970602'],
      [122, 36, '810000199706020049'],
      [158, 30, '佛山市公安局'],
      [220, 18, 'H60000018'],
      [238, 4, '01'],
      [242, 6, ''],
      [248, 2, 'J'],
      [250, 6, ''],
    ] as const;
    for (const [offset, bytes, text] of places)
      expect(at('id-hmt-resident', offset, bytes), String(offset)).toBe(text.padEnd(bytes / 2));
  });

  it('a foreigner’s of 2017: 15 characters, I', () => {
    const places = [
      [0, 120, 'OAKLEY, ROBIN JAMES'],
      [120, 2, '1'],
      [122, 30, 'CAN440685081728'],
      [152, 6, 'CAN'],
      [158, 30, '欧若宾'],
      [188, 16, '20190520'],
      [204, 16, '20290520'],
      [220, 16, '19850817'],
      [236, 4, '01'],
      [240, 8, '4406'],
      [248, 2, 'I'],
      [250, 6, ''],
    ] as const;
    for (const [offset, bytes, text] of places)
      expect(at('id-foreigner-2017', offset, bytes), String(offset)).toBe(text.padEnd(bytes / 2));
  });

  it('a foreigner’s of 2023: the long name in two pieces, Y', () => {
    const places = [
      [0, 30, '林凯越'],
      [30, 2, '1'],
      [32, 4, '01'],
      [36, 16, '19800101'],
      [52, 70, 'LINDQVIST, CARL ALEXANDER MAXIMILIA'],
      [122, 36, '910156198001010015'],
      [158, 30, ''],
      [188, 16, '20240301'],
      [204, 16, '20340301'],
      [220, 22, 'N FREDRIK'],
      [242, 6, 'SWE'],
      [248, 2, 'Y'],
      [250, 6, '001'],
    ] as const;
    for (const [offset, bytes, text] of places)
      expect(at('id-foreigner-2023', offset, bytes), String(offset)).toBe(text.padEnd(bytes / 2));
  });

  it('长期, a full name, a rare character, one of two units', () => {
    expect(at('id-liang-guoqiang', 204, 16)).toBe('长期      ');
    expect(at('id-long-name', 0, 30)).toBe('阿依古丽巴哈尔·阿卜杜热依木江');
    expect(Buffer.from(cardText(card('id-rare-name'))).toString('hex', 0, 8)).toBe('4896ae4d20002000');
    expect(Buffer.from(cardText(card('id-surrogate-name'))).toString('hex', 0, 8)).toBe('685472d84edf2000');
  });

  it('cannot be made longer than its place, nor with a field that the kind has not', () => {
    const { fields, ...rest } = card('id-li-ming');
    const made = (more: SyntheticIdCard['fields']) => () => cardText({ ...rest, fields: { ...fields, ...more } });
    expect(made({ name: '名'.repeat(15) })).not.toThrow();
    expect(made({ name: '名'.repeat(16) })).toThrow('name does not fit on a citizen card');
    expect(made({ passNumber: 'H60000018' })).toThrow('passNumber does not fit on a citizen card');
    const foreign = card('id-foreigner-2023');
    const named = (length: number) => () =>
      cardText({ ...foreign, fields: { ...foreign.fields, englishName: 'N'.repeat(length) } });
    expect(named(46)).not.toThrow();
    expect(named(47)).toThrow('englishName');
  });
});

describe('what else is on it', () => {
  it('a photo and a fingerprint of 1024 bytes, own to each card, the same each time, in no format', () => {
    const photos = new Set<string>();
    for (const one of ID_CARDS) {
      const photo = Buffer.from(cardPhoto(one));
      expect(photo).toHaveLength(1_024);
      expect(photo.toString('latin1', 0, 21)).toBe('YIMEN SYNTHETIC PHOTO');
      expect(Buffer.from(cardPhoto(one))).toEqual(photo);
      photos.add(photo.toString('hex'));
      expect(cardFingerprint(one)).toHaveLength(one.hasFingerprint ? 1_024 : 0);
      expect(cardBodyNumber(one)).toHaveLength(24);
    }
    expect(photos.size).toBe(ID_CARDS.length);
  });

  it('an added address of at most 35 characters, or none', () => {
    const moved = card('id-chen-jing');
    expect(cardAddress(moved)).toHaveLength(70);
    expect(cardAddress(card('id-li-na'))).toBeUndefined();
    expect(() => cardAddress({ ...moved, addedAddress: '路'.repeat(36) })).toThrow(RangeError);
  });
});
