import { concatBytes } from '@yimen/contracts/base';
import { encodeTlv } from '../../protocol.ts';
import { objectIdentifierBytes } from '../../security-infos.ts';

// DER for samples of this driver's own tests. The simulated chip has another writer, so that the two are two voices.

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  encodeTlv(0x30, concatBytes(...parts));
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  encodeTlv(0x31, concatBytes(...parts));
export const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => encodeTlv(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array<ArrayBuffer> =>
  encodeTlv(0x03, concatBytes(Uint8Array.of(unused), bytes));
export const oid = (dotted: string): Uint8Array<ArrayBuffer> => encodeTlv(0x06, objectIdentifierBytes(dotted));
export const NULL: Uint8Array<ArrayBuffer> = encodeTlv(0x05, new Uint8Array(0));
/** Explicit tag [n]. */
export const tagged = (n: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  encodeTlv(0xa0 + n, concatBytes(...parts));

/** A non-negative INTEGER: a number below 128, or big-endian bytes. */
export function integer(value: number | Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === 'number' ? Uint8Array.of(value) : value;
  const sign = (bytes[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return encodeTlv(0x02, concatBytes(sign, bytes));
}

/** `YYMMDD` at midnight as UTCTime. */
export function utcTime(day: string): Uint8Array<ArrayBuffer> {
  return encodeTlv(0x17, new TextEncoder().encode(`${day}000000Z`));
}

/** A distinguished name of country and common name, as PrintableString. */
export function name(country: string, common: string): Uint8Array<ArrayBuffer> {
  const part = (type: string, text: string): Uint8Array =>
    setOf(sequence(oid(type), encodeTlv(0x13, new TextEncoder().encode(text))));
  return sequence(part('2.5.4.6', country), part('2.5.4.3', common));
}
