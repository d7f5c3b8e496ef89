import { err, ok, type Result } from '@yimen/contracts/base';

/** What a machine-readable zone says. Fields that its form does not hold are empty. */
export interface MachineReadableZone {
  readonly documentCode: string;
  readonly issuer: string;
  readonly nationality: string;
  readonly documentNumber: string;
  /** As written, filler removed at the end: `LI<<NA`. */
  readonly name: string;
  readonly sex: 'M' | 'F' | '<';
  /** YYMMDD */
  readonly birth: string;
  /** YYMMDD */
  readonly expiry: string;
}

export interface MrzFault {
  readonly code: 'MRZ_FORM' | 'MRZ_CHECK_DIGIT';
  readonly message: string;
}

/** Check digit: weights 7, 3, 1 repeating; digits count themselves, A–Z count 10–35, `<` counts 0. Other characters
 *  count nothing, so that a digit over them cannot be mistaken for a match of the form (the form is checked apart).
 *  @source ICAO 9303-3 §4.9 */
export function checkDigit(text: string): string {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1)
    sum += valueOf(text.charCodeAt(at)) * (at % 3 === 0 ? 7 : at % 3 === 1 ? 3 : 1);
  return String(sum % 10);
}

/** Reads a zone by its length: 88 (TD3, 2×44), 90 (TD1, 3×30), 30 (the Hong Kong–Macau permit's one line), and
 *  verifies every check digit.
 *  @source ICAO 9303-4 §4.2 (TD3), 9303-5 §4.2 (TD1); the one line of 30 is assumed, see README.md */
export function readMrz(text: string): Result<MachineReadableZone, MrzFault> {
  if (!/^[0-9A-Z<]*$/u.test(text)) return err({ code: 'MRZ_FORM', message: 'a character outside the zone alphabet' });
  if (text.length === 88) return readTd3(text.slice(0, 44), text.slice(44));
  if (text.length === 90) return readTd1(text.slice(0, 30), text.slice(30, 60), text.slice(60));
  if (text.length === 30) return readPermitLine(text);
  return err({ code: 'MRZ_FORM', message: `${text.length} characters` });
}

function readTd3(upper: string, lower: string): Result<MachineReadableZone, MrzFault> {
  const checks: Check[] = [
    ['number', lower.slice(0, 9), lower[9]],
    ['birth', lower.slice(13, 19), lower[19]],
    ['expiry', lower.slice(21, 27), lower[27]],
    // An empty optional field may bear `<` instead of 0 (9303-4 §4.2.2.2, note).
    ['optional data', lower.slice(28, 42), lower[42] === '<' ? '0' : lower[42]],
    ['composite', lower.slice(0, 10) + lower.slice(13, 20) + lower.slice(21, 43), lower[43]],
  ];
  return finish(checks, {
    documentCode: unfilled(upper.slice(0, 2)),
    issuer: unfilled(upper.slice(2, 5)),
    name: unfilled(upper.slice(5)),
    documentNumber: unfilled(lower.slice(0, 9)),
    nationality: unfilled(lower.slice(10, 13)),
    birth: lower.slice(13, 19),
    sex: sexOf(lower[20]),
    expiry: lower.slice(21, 27),
  });
}

function readTd1(first: string, second: string, third: string): Result<MachineReadableZone, MrzFault> {
  const number = td1Number(first);
  const checks: Check[] = [
    ['number', number.checked, number.digit],
    ['birth', second.slice(0, 6), second[6]],
    ['expiry', second.slice(8, 14), second[14]],
    ['composite', first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29), second[29]],
  ];
  return finish(checks, {
    documentCode: unfilled(first.slice(0, 2)),
    issuer: unfilled(first.slice(2, 5)),
    documentNumber: unfilled(number.checked),
    birth: second.slice(0, 6),
    sex: sexOf(second[7]),
    expiry: second.slice(8, 14),
    nationality: unfilled(second.slice(15, 18)),
    name: unfilled(third),
  });
}

/** A number over nine characters goes on in the optional data, its check digit after it (9303-5 §4.2.2.1, note j). */
function td1Number(first: string): { checked: string; digit: string | undefined } {
  if (first[14] !== '<') return { checked: first.slice(5, 14), digit: first[14] };
  const rest = first.slice(15).split('<')[0] ?? '';
  return rest.length < 2
    ? { checked: first.slice(5, 14), digit: undefined }
    : { checked: first.slice(5, 14) + rest.slice(0, -1), digit: rest.at(-1) };
}

/** `CS` | number 9 | check | `<` | expiry | check | `<` | birth | check | `<` | overall check. It names no issuer, no
 *  holder and no sex. */
function readPermitLine(line: string): Result<MachineReadableZone, MrzFault> {
  if (!/^CS[0-9A-Z<]{9}\d<\d{7}<\d{7}<\d$/u.test(line)) return err({ code: 'MRZ_FORM', message: 'not a permit line' });
  const [number, expiry, birth] = [line.slice(2, 12), line.slice(13, 20), line.slice(21, 28)];
  const checks: Check[] = [
    ['number', number.slice(0, 9), number[9]],
    ['expiry', expiry.slice(0, 6), expiry[6]],
    ['birth', birth.slice(0, 6), birth[6]],
    ['composite', number + expiry + birth, line[29]],
  ];
  return finish(checks, {
    documentCode: 'CS',
    issuer: '',
    nationality: '',
    name: '',
    sex: '<',
    documentNumber: unfilled(number.slice(0, 9)),
    birth: birth.slice(0, 6),
    expiry: expiry.slice(0, 6),
  });
}

type Check = readonly [field: string, text: string, digit: string | undefined];

function finish(checks: readonly Check[], zone: MachineReadableZone): Result<MachineReadableZone, MrzFault> {
  const wrong = checks.find(([, text, digit]) => checkDigit(text) !== digit);
  if (wrong !== undefined) return err({ code: 'MRZ_CHECK_DIGIT', message: `check digit of ${wrong[0]}` });
  // An unknown part of a birth date is `<<` (9303-3 §4.8); an expiry is always whole.
  if (!/^[0-9<]{6}$/u.test(zone.birth) || !/^\d{6}$/u.test(zone.expiry))
    return err({ code: 'MRZ_FORM', message: 'a date' });
  return ok(zone);
}

function sexOf(character: string | undefined): 'M' | 'F' | '<' {
  return character === 'M' || character === 'F' ? character : '<';
}

function unfilled(text: string): string {
  return text.replace(/<+$/u, '');
}

function valueOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 65 && code <= 90 ? code - 55 : 0;
}
