import type { Canary } from './canary.ts';
import { formsOf, isPlainText } from './encodings.ts';

/** One byte sequence that is looked for, with everything that is written so. */
export interface Pattern {
  readonly bytes: Uint8Array;
  /** `canary / encoding`. */
  readonly labels: readonly string[];
  /** Too short to count without text around it. */
  readonly needsText: 'utf-16le' | 'utf-16be' | 'gb18030' | null;
}

const SLOT_BITS = 18;
const WINDOW = 4;

/** Many byte sequences, looked for at once: each is known by four of its bytes; a table of a quarter of a megabyte says of
 *  any four bytes whether they may be some pattern's. One look a byte: some 500 MB a second, however many patterns. */
export class PatternSet {
  readonly patterns: readonly Pattern[];
  readonly longest: number;
  readonly #slots = new Uint8Array(1 << SLOT_BITS);
  readonly #byWindow = new Map<number, { readonly pattern: number; readonly offset: number }[]>();

  constructor(canaries: readonly Canary[]) {
    this.patterns = collect(canaries);
    this.longest = Math.max(WINDOW, ...this.patterns.map(({ bytes }) => bytes.length));
    for (const [pattern, { bytes }] of this.patterns.entries()) {
      const offset = rarestWindow(bytes);
      const value = windowAt(bytes, offset);
      this.#slots[slotOf(value)] = 1;
      const known = this.#byWindow.get(value) ?? [];
      known.push({ pattern, offset });
      this.#byWindow.set(value, known);
    }
  }

  /** Calls `found` for each pattern that begins in `bytes` and ends after `from`. */
  scan(bytes: Uint8Array, from: number, found: (pattern: Pattern, at: number) => void): void {
    const slots = this.#slots;
    let value = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      value = (value >>> 8) | ((bytes[i] ?? 0) << 24);
      if (slots[slotOf(value)] !== 0) this.#check(bytes, from, i - WINDOW + 1, value, found);
    }
  }

  #check(
    bytes: Uint8Array,
    from: number,
    windowAtByte: number,
    value: number,
    found: (pattern: Pattern, at: number) => void,
  ): void {
    for (const { pattern, offset } of this.#byWindow.get(value) ?? []) {
      const candidate = this.patterns[pattern];
      const at = windowAtByte - offset;
      if (candidate === undefined || at < 0 || at + candidate.bytes.length <= from) continue;
      if (isAt(bytes, at, candidate.bytes) && hasTextAround(bytes, at, candidate)) found(candidate, at);
    }
  }
}

function collect(canaries: readonly Canary[]): readonly Pattern[] {
  const byBytes = new Map<string, { bytes: Uint8Array; labels: Set<string>; needsText: Pattern['needsText'] }>();
  for (const canary of canaries) {
    for (const { encoding, bytes } of formsOf(canary)) {
      const key = Buffer.from(bytes).toString('latin1');
      const needsText = bytes.length < 6 && isPlainText(encoding) ? (encoding as Pattern['needsText']) : null;
      const known = byBytes.get(key) ?? { bytes, labels: new Set<string>(), needsText };
      known.labels.add(`${canary.name} / ${encoding}`);
      byBytes.set(key, known);
    }
  }
  return [...byBytes.values()].map(({ bytes, labels, needsText }) => ({ bytes, labels: [...labels], needsText }));
}

function slotOf(value: number): number {
  return Math.imul(value, 0x9e37_79b1) >>> (32 - SLOT_BITS);
}

function windowAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** Where the four bytes stand that memory is least likely to be full of: different ones, and few zeros, digits, blanks. */
function rarestWindow(bytes: Uint8Array): number {
  let best = 0;
  let bestScore = -1;
  for (let at = 0; at + WINDOW <= bytes.length; at += 1) {
    const window = bytes.subarray(at, at + WINDOW);
    const score = new Set(window).size * 4 - window.reduce((sum, byte) => sum + (isCommon(byte) ? 1 : 0), 0);
    if (score > bestScore) [best, bestScore] = [at, score];
  }
  return best;
}

function isCommon(byte: number): boolean {
  return byte === 0 || byte === 0xff || byte === 0x20 || (byte >= 0x30 && byte <= 0x39);
}

function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (at + wanted.length > bytes.length) return false;
  for (let i = 0; i < wanted.length; i += 1) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** Four bytes that happen to be two characters stand among anything; a name stands between text, blanks or nothing. */
function hasTextAround(bytes: Uint8Array, at: number, pattern: Pattern): boolean {
  if (pattern.needsText === null) return true;
  const end = at + pattern.bytes.length;
  if (pattern.needsText === 'gb18030') return isGbEdge(bytes, at - 2) && isGbEdge(bytes, end);
  const high = pattern.needsText === 'utf-16le' ? 1 : 0;
  const unit = (from: number): number => ((bytes[from + high] ?? 0) << 8) | (bytes[from + 1 - high] ?? 0);
  return isTextUnit(unit(at - 2)) && isTextUnit(unit(end));
}

function isTextUnit(unit: number): boolean {
  return unit < 0x7f || (unit >= 0x3000 && unit <= 0x9fff) || (unit >= 0xff00 && unit <= 0xffef);
}

function isGbEdge(bytes: Uint8Array, from: number): boolean {
  const first = bytes[from] ?? 0;
  const second = bytes[from + 1] ?? 0;
  const isAscii = (byte: number): boolean => byte === 0 || (byte >= 0x09 && byte < 0x7f);
  return (isAscii(first) && isAscii(second)) || (first >= 0xb0 && first <= 0xf7 && second >= 0xa1);
}
