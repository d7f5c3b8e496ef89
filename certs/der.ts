import { concatBytes } from '@yimen/contracts/base';

/** One DER element (X.690 §8.1): tag byte, contents. Tags above 30 and indefinite lengths do not occur in DER names. */
export interface DerElement {
  readonly tag: number;
  readonly body: Uint8Array;
  /** The element as encoded, with tag and length. */
  readonly whole: Uint8Array;
}

/** Encodes one element. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = concatBytes(...parts);
  if (body.length < 128) return concatBytes(Uint8Array.of(tag, body.length), body);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return concatBytes(Uint8Array.of(tag, 0x80 | length.length, ...length), body);
}

/** The elements that stand one after the other in `bytes`; `undefined` when they do not fit exactly. */
export function readDer(bytes: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined) return undefined;
    const lengthBytes = first < 128 ? 0 : first & 0x7f;
    if (lengthBytes > 3 || (first >= 128 && lengthBytes === 0)) return undefined;
    let length = first < 128 ? first : 0;
    for (let i = 0; i < lengthBytes; i += 1) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const from = at + 2 + lengthBytes;
    if (from + length > bytes.length) return undefined;
    elements.push({ tag, body: bytes.subarray(from, from + length), whole: bytes.subarray(at, from + length) });
    at = from + length;
  }
  return elements;
}
