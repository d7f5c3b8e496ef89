import { createHash } from 'node:crypto';
import { toBase64Url } from '@yimen/contracts/base';
import type { ScannedCode } from '@yimen/contracts/device';
import iconv from 'iconv-lite';
import { SCAN_LIMITS } from './scan-limits.table.ts';

/** Tells the same content again within a window, counted from when it was seen last (F44). Keeps digests only. */
export class SameCodes {
  readonly #windowMs: number;
  readonly #seenAt = new Map<string, number>();

  /** @param windowMs 0: every code is a new one */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** @param nowMs monotonic milliseconds */
  isRepeat(bytes: Uint8Array, nowMs: number): boolean {
    const digest = toBase64Url(createHash('sha256').update(bytes).digest());
    const before = this.#seenAt.get(digest);
    // Put at the end, so that the first is always the one not seen for longest.
    this.#seenAt.delete(digest);
    this.#seenAt.set(digest, nowMs);
    const [eldest] = this.#seenAt.keys();
    if (this.#seenAt.size > SCAN_LIMITS.sameCodes && eldest !== undefined) this.#seenAt.delete(eldest);
    return before !== undefined && nowMs - before < this.#windowMs;
  }
}

/** A code in the port's shape.
 *  @param symbology AIM identifier, where the reader told it */
export function codeOf(content: Uint8Array, symbology: string | null): ScannedCode {
  return { bytes: Buffer.from(content).toString('base64'), text: textOf(content), symbology };
}

/** The AIM identifier that these bytes begin with: `]`, a letter, a letter or digit (ISO/IEC 15424). */
export function aimOf(bytes: Uint8Array): string | null {
  const begun = String.fromCharCode(...bytes.subarray(0, 3));
  return /^\][A-Za-z][0-9A-Za-z]$/.test(begun) ? begun : null;
}

/** UTF-8 when all of it is, else GB18030 when all of it is, else null. Nothing is replaced, nothing taken out. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The only thing `decode` throws for is "not UTF-8".
    return gb18030Of(bytes);
  }
}

/** iconv replaces what it cannot read; only text that becomes the same bytes again was really GB18030. */
function gb18030Of(bytes: Uint8Array): string | null {
  const given = Buffer.from(bytes);
  const text = iconv.decode(given, 'gb18030', { stripBOM: false });
  return !text.includes('\uFFFD') && iconv.encode(text, 'gb18030').equals(given) ? text : null;
}
