import { createHash } from 'node:crypto';
import type { Canary } from './canary.ts';
import { encodeGb18030 } from './gb18030.ts';

/** A canary in one of the forms in which it could lie around. */
export interface Form {
  readonly encoding: string;
  readonly bytes: Uint8Array;
}

/** A form shorter than this meets by chance what nobody put there, in gigabytes of memory. */
const SHORTEST = 6;
/** Names of two characters have four bytes in GBK and UTF-16: they are looked for, but only where text stands around them. */
const SHORTEST_TEXT = 4;
const DIGESTS = ['md5', 'sha1', 'sha256', 'sm3'] as const;

/** Every form of faults.md §7 in which this canary can be written; what is inside gzip, zlib, zstd and PDF streams or drawn as
 *  pixels is the business of `unpack.ts` and `pixels.ts`. Two forms may have the same bytes. */
export function formsOf(canary: Canary): readonly Form[] {
  const { value } = canary;
  const forms = typeof value === 'string' ? textForms(value) : byteForms('raw', value);
  const whole = typeof value === 'string' ? Buffer.from(value) : value;
  const all = canary.isPiece === true ? forms : [...forms, ...digestForms(whole)];
  return all.filter(({ encoding, bytes }) => bytes.length >= (isPlainText(encoding) ? SHORTEST_TEXT : SHORTEST));
}

/** Forms that may be as short as four bytes, and count only with text around them. */
export function isPlainText(encoding: string): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be' || encoding === 'gb18030';
}

function textForms(text: string): readonly Form[] {
  const utf16 = Buffer.from(text, 'utf16le');
  const plain = [
    form('utf-8', Buffer.from(text)),
    form('utf-16le', utf16),
    form('utf-16be', Buffer.from(utf16).swap16()),
    form('gb18030', encodeGb18030(text)),
  ];
  return [
    ...plain,
    ...plain.flatMap(({ encoding, bytes }) => carriedForms(encoding, bytes)),
    ...escapedForms(text),
    ...digitForms(text),
  ];
}

function byteForms(encoding: string, bytes: Uint8Array): readonly Form[] {
  return [
    form(encoding, bytes),
    ...carriedForms(encoding, bytes),
    // As a list of numbers: what JSON makes of a Buffer or a typed array.
    form(`${encoding} decimal list`, Buffer.from(bytes.join(','))),
  ];
}

/** Hexadecimal and base64 of bytes. */
function carriedForms(encoding: string, bytes: Uint8Array): readonly Form[] {
  const hex = Buffer.from(bytes).toString('hex');
  return [
    form(`${encoding} hex`, Buffer.from(hex)),
    form(`${encoding} HEX`, Buffer.from(hex.toUpperCase())),
    ...[0, 1, 2].flatMap((shift) => {
      const base64 = base64Inside(bytes, shift);
      return [
        form(`${encoding} base64+${shift}`, Buffer.from(base64)),
        form(`${encoding} base64url+${shift}`, Buffer.from(base64.replaceAll('+', '-').replaceAll('/', '_'))),
      ];
    }),
  ];
}

/** The characters of a base64 text that these bytes decide alone, when `shift` bytes of a group stand before them. */
function base64Inside(bytes: Uint8Array, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const from = shift === 0 ? 0 : shift + 1;
  const to = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(from, to);
}

function escapedForms(text: string): readonly Form[] {
  const bytes = [...Buffer.from(text)];
  const hexOf = (n: number, width: number): string => n.toString(16).padStart(width, '0');
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const isAscii = units.every((unit) => unit < 0x80);
  const forms = [
    ['percent', encodeURIComponent(text)],
    ['percent all', bytes.map((byte) => `%${hexOf(byte, 2).toUpperCase()}`).join('')],
    ['percent all lower', bytes.map((byte) => `%${hexOf(byte, 2)}`).join('')],
    ['\\u', units.map((unit) => (unit < 0x80 ? String.fromCharCode(unit) : `\\u${hexOf(unit, 4)}`)).join('')],
    ['\\u all', units.map((unit) => `\\u${hexOf(unit, 4)}`).join('')],
    ['\\u ALL', units.map((unit) => `\\u${hexOf(unit, 4).toUpperCase()}`).join('')],
    [
      'quoted-printable',
      bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `=${hexOf(byte, 2).toUpperCase()}`)).join(''),
    ],
    ['&#;', units.map((unit) => `&#${unit};`).join('')],
  ] as const;
  // What needs no escape is plain UTF-8, which is looked for already.
  return forms
    .filter(([encoding, escaped]) => !(isAscii && escaped === text) || encoding === 'percent')
    .map(([encoding, escaped]) => form(encoding, Buffer.from(escaped)));
}

/** Of texts that are all digits (or, as an ID number, all but the last character). */
function digitForms(text: string): readonly Form[] {
  if (!/^[A-Z]?\d{7,}[\dX]$/u.test(text)) return [];
  const groups = text.length === 18 ? [6, 14] : text.length === 11 ? [3, 7] : [4, 8];
  const cut = [text.slice(0, groups[0]), text.slice(groups[0], groups[1]), text.slice(groups[1])];
  const characters = Array.from(text);
  const forms = [
    ['spaced', characters.join(' ')],
    ['grouped', cut.join(' ')],
    ['dashed', characters.join('-')],
    ['grouped dashed', cut.join('-')],
    ['reversed', characters.toReversed().join('')],
  ] as const;
  return [...forms.map(([encoding, written]) => form(encoding, Buffer.from(written))), ...bcdForms(text)];
}

/** Two digits a byte, at both alignments. */
function bcdForms(text: string): readonly Form[] {
  const digits = text.replaceAll(/\D/gu, '');
  const packed = (some: string): Uint8Array => Buffer.from(some.slice(0, some.length - (some.length % 2)), 'hex');
  return [form('bcd', packed(digits)), form('bcd shifted', packed(digits.slice(1)))];
}

function digestForms(bytes: Uint8Array): readonly Form[] {
  return DIGESTS.flatMap((name) => {
    const digest = createHash(name).update(bytes).digest();
    const base64 = digest.toString('base64').replaceAll('=', '');
    return [
      form(name, digest),
      form(`${name} hex`, Buffer.from(digest.toString('hex'))),
      form(`${name} HEX`, Buffer.from(digest.toString('hex').toUpperCase())),
      form(`${name} base64`, Buffer.from(base64)),
      form(`${name} base64url`, Buffer.from(base64.replaceAll('+', '-').replaceAll('/', '_'))),
    ];
  });
}

function form(encoding: string, bytes: Uint8Array): Form {
  return { encoding, bytes };
}
