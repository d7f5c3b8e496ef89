import type { ChipAccess } from '@yimen/contracts/device';

const WEIGHTS = [7, 3, 1] as const;

/** Check digit of machine readable text (ICAO 9303-3 §4.9): weights 7-3-1, `<` = 0, letters 10…35, sum mod 10. */
function mrzCheckDigit(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const value = code >= 48 && code <= 57 ? code - 48 : code >= 65 && code <= 90 ? code - 55 : 0;
    sum += value * (WEIGHTS[i % 3] ?? 1);
  }
  return sum % 10;
}

/** Reads the one line of 30 on the back of a Hong Kong–Macau permit card: `CS`, number 9, check, `<`, expiry, check,
 *  `<`, birth, check, `<`, overall check (assumed, services contract §4). A line whose number, expiry or birth check
 *  digit is wrong is no line: undefined. The overall digit is not judged: which characters it covers is not public. */
export function readPermitMrz(line: string): ChipAccess | undefined {
  const match = /^CS([A-Z0-9<]{9})(\d)<(\d{6})(\d)<(\d{6})(\d)<[0-9<]$/u.exec(line);
  if (match === null) return undefined;
  const [, documentNumber = '', numberCheck, expiry = '', expiryCheck, birth = '', birthCheck] = match;
  if (mrzCheckDigit(documentNumber) !== Number(numberCheck)) return undefined;
  if (mrzCheckDigit(expiry) !== Number(expiryCheck)) return undefined;
  if (mrzCheckDigit(birth) !== Number(birthCheck)) return undefined;
  return { documentNumber, birth, expiry };
}

/** A date of six digits as `YYYY-MM-DD`. An expiry lies ahead (20YY); a birth lies behind `today`. */
export function mrzDate(yymmdd: string, meaning: 'birth' | 'expiry', today: string): string {
  const year = Number(yymmdd.slice(0, 2));
  const century = meaning === 'expiry' || 2000 + year <= Number(today.slice(0, 4)) ? 2000 : 1900;
  return `${century + year}-${yymmdd.slice(2, 4)}-${yymmdd.slice(4, 6)}`;
}
