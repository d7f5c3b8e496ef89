import { createHash } from 'node:crypto';
import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { callerFault } from '../../driver-kit/device-faults.ts';
import { IPP_LIMITS } from './limits.table.ts';

/** One piece, as the port has it. */
export interface Piece {
  readonly documentId: string;
  readonly offset: number;
  /** base64. */
  readonly piece: string;
  readonly last: boolean;
}

interface Loaded {
  readonly documentId: string;
  readonly parts: Uint8Array[];
  bytes: number;
  /** Of the whole, when it is whole. */
  sha256: string | undefined;
}

/** The one document in memory. Its bytes are overwritten when they are no longer needed; while they are being sent, right
 *  after that. */
export class DocumentDesk {
  #loaded: Loaded | undefined;
  #isLent = false;
  #mustForget = false;

  /** @param signal aborts when the lease ends: then the document goes.
   *  @fault softwareError a gap, too many bytes, or the document is being printed. */
  load(piece: Piece, signal: AbortSignal): Result<{ bytes: number; sha256: string | null }, Fault> {
    if (this.#isLent) return err(callerFault('loadDocument: a document is being printed'));
    const { documentId, offset } = piece;
    if (offset === 0 || this.#loaded?.documentId !== documentId) this.#begin(documentId, signal);
    const loaded = this.#loaded;
    if (loaded === undefined || loaded.sha256 !== undefined || loaded.bytes !== offset)
      return err(callerFault(`loadDocument: expected offset ${loaded?.bytes ?? 0}, not ${offset}`));
    const decoded = Buffer.from(piece.piece, 'base64');
    if (loaded.bytes + decoded.length > IPP_LIMITS.documentBytes) {
      this.forget();
      return err(callerFault(`loadDocument: more than ${IPP_LIMITS.documentBytes} bytes`));
    }
    loaded.parts.push(Uint8Array.from(decoded));
    loaded.bytes += decoded.length;
    decoded.fill(0);
    if (piece.last) finish(loaded);
    return ok({ bytes: loaded.bytes, sha256: loaded.sha256 ?? null });
  }

  /** The whole document, until `giveBack`.
   *  @fault softwareError it is not what is loaded. */
  lend(documentId: string, sha256: string): Result<Uint8Array, Fault> {
    const loaded = this.#loaded;
    if (loaded?.documentId !== documentId) return err(callerFault('printDocument: that document is not loaded'));
    if (loaded.sha256 !== sha256) return err(callerFault('printDocument: the digest is not that of what is loaded'));
    this.#isLent = true;
    return ok(loaded.parts[0] ?? new Uint8Array(0));
  }

  giveBack(isUsed: boolean): void {
    this.#isLent = false;
    if (isUsed || this.#mustForget) this.forget();
  }

  /** Overwrites it. A document that is being sent is overwritten when it comes back: half of it as zeros would print. */
  forget(): void {
    this.#mustForget = this.#isLent;
    if (this.#isLent) return;
    for (const part of this.#loaded?.parts ?? []) part.fill(0);
    this.#loaded = undefined;
  }

  #begin(documentId: string, signal: AbortSignal): void {
    this.forget();
    if (signal.aborted) return;
    const loaded: Loaded = { documentId, parts: [], bytes: 0, sha256: undefined };
    this.#loaded = loaded;
    // The same signal for all pieces of one lease; an older document's end is not this one's.
    signal.addEventListener('abort', () => this.#loaded === loaded && this.forget(), { once: true });
  }
}

function finish(loaded: Loaded): void {
  const whole = concatBytes(...loaded.parts);
  for (const part of loaded.parts) part.fill(0);
  loaded.parts.splice(0, loaded.parts.length, whole);
  loaded.sha256 = createHash('sha256').update(whole).digest('hex');
}
