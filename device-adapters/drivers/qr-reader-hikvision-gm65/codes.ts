import type { ScannedCode } from '@yimen/contracts/device';
import { aimOf, codeOf } from '../../driver-kit/scanned-code.ts';
import { GM65_LIMITS } from './limits.table.ts';

const CR = 0x0d;
const LF = 0x0a;
const TAIL_BYTES = 2;
/** One byte more than any code may have with its tail: enough to know that it is too long. */
const KEPT_BYTES = GM65_LIMITS.codeBytes + TAIL_BYTES + 1;

/** What silence makes of the bytes before it. Bytes given out are the caller's to overwrite. */
export type Piece =
  | { readonly kind: 'nothing' }
  /** Whole, without its tail. */
  | { readonly kind: 'code'; readonly bytes: Uint8Array }
  /** The tail has not come yet. */
  | { readonly kind: 'unfinished' };

/** Puts the bytes of one code together. Only silence ends a code: CR LF with more behind it is data. Memory is bounded
 *  by the port's cap. No clock: whoever has one says when it is quiet. */
export class CodeCollector {
  readonly #kept = new Uint8Array(KEPT_BYTES);
  #length = 0;
  #isSwallowing = false;

  /** Bytes held of an unfinished code; never more than the cap, its tail and one. */
  get heldBytes(): number {
    return this.#length;
  }

  /** @returns the first bytes of a code in the moment when it is too long, once; else `undefined`. */
  push(bytes: Uint8Array): Uint8Array | undefined {
    if (this.#isSwallowing) return undefined;
    const fits = bytes.subarray(0, KEPT_BYTES - this.#length);
    this.#kept.set(fits, this.#length);
    this.#length += fits.length;
    if (this.#length < KEPT_BYTES) return undefined;
    const begun = Uint8Array.from(this.#kept);
    this.swallow();
    return begun;
  }

  /** Everything up to the next silence belongs to a code that nobody gets. */
  swallow(): void {
    this.clear();
    this.#isSwallowing = true;
  }

  /** The line has been silent for as long as no reader is inside a code. */
  quiet(): Piece {
    if (this.#isSwallowing || this.#length === 0) {
      this.clear();
      return { kind: 'nothing' };
    }
    const end = this.#length - TAIL_BYTES;
    if (end < 0 || this.#kept[end] !== CR || this.#kept[end + 1] !== LF) return { kind: 'unfinished' };
    const bytes = this.#kept.slice(0, end);
    this.clear();
    return end === 0 ? { kind: 'nothing' } : { kind: 'code', bytes };
  }

  /** Forgets, and overwrites: it may be a person's. */
  clear(): void {
    this.#kept.fill(0, 0, this.#length);
    this.#length = 0;
    this.#isSwallowing = false;
  }
}

/** One code when `bytes` are the same code twice or more with its tail between: a line that doubles, a reader that
 *  repeats without a pause. Else `bytes` themselves. */
export function withoutRepeats(bytes: Uint8Array): Uint8Array {
  for (let at = 1; at + TAIL_BYTES <= bytes.length / 2 + 1; at += 1) {
    const period = at + TAIL_BYTES;
    if (bytes[at] !== CR || bytes[at + 1] !== LF || (bytes.length + TAIL_BYTES) % period !== 0) continue;
    if (bytes.every((byte, index) => index < period || byte === bytes[index - period])) return bytes.subarray(0, at);
  }
  return bytes;
}

/** A code in the port's shape.
 *  @param isAim `]`, a letter and a digit stand before the content; a code without them is given whole */
export function scannedCode(bytes: Uint8Array, isAim: boolean): ScannedCode {
  const symbology = isAim ? aimOf(bytes) : null;
  const content = symbology === null ? bytes : bytes.subarray(symbology.length);
  return codeOf(content, symbology);
}
