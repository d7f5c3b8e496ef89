import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { callerFault } from '../../driver-kit/device-faults.ts';
import { SANE_LIMITS } from './limits.table.ts';

interface Kept {
  readonly scanId: string;
  readonly pages: (Uint8Array | undefined)[];
}

/** The pages of the last scan. Their bytes are overwritten when they were handed over or are no longer wanted. */
export class PageDesk {
  #kept: Kept | undefined;

  /** @param signal aborts when the lease ends: then the pages go. */
  keep(scanId: string, pages: readonly Uint8Array[], signal: AbortSignal): void {
    this.forget();
    const kept: Kept = { scanId, pages: [...pages] };
    this.#kept = kept;
    const end = (): void => {
      if (this.#kept === kept) this.forget();
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  }

  /** One piece, base64. With a page's last piece the page goes.
   *  @fault softwareError no such scan or page (any more), or an offset behind its end. */
  read(scanId: string, page: number, offset: number): Result<{ piece: string; end: boolean }, Fault> {
    const kept = this.#kept;
    const bytes = kept?.scanId === scanId ? kept.pages[page] : undefined;
    if (kept === undefined || bytes === undefined) return err(callerFault('readPage: that page is not kept'));
    if (offset >= bytes.length) return err(callerFault('readPage: the offset is behind the end of the page'));
    const until = Math.min(offset + SANE_LIMITS.pieceBytes, bytes.length);
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset + offset, until - offset).toString('base64');
    const end = until === bytes.length;
    if (end) {
      bytes.fill(0);
      kept.pages[page] = undefined;
    }
    return ok({ piece, end });
  }

  forget(): void {
    for (const page of this.#kept?.pages ?? []) page?.fill(0);
    this.#kept = undefined;
  }
}
