import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault, ScannedCode } from '@yimen/contracts/device';
import { CodeDesk } from '../../driver-kit/code-desk.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import { tooLongFault } from '../../driver-kit/scan-faults.ts';
import { SCAN_LIMITS } from '../../driver-kit/scan-limits.table.ts';
import { aimOf, codeOf } from '../../driver-kit/scanned-code.ts';
import type { HidposScan } from '../../framing/hidpos-report.ts';
import { CodeCollector, type Collected } from './code-collector.ts';
import { HIDPOS_LIMITS } from './limits.table.ts';

export interface ScanDeskOptions {
  readonly clock: Clock;
  readonly log: DriverLog;
  /** A code has ended, whoever gets it. */
  readonly onRead: () => void;
}

/** Who gets which code. Open between `start` and `stop`; what comes while it is closed is nobody's. */
export class ScanDesk {
  readonly #options: ScanDeskOptions;
  readonly #collector = new CodeCollector();
  readonly #codes: CodeDesk;
  #cancelGap: CancelTimer = () => undefined;

  constructor(options: ScanDeskOptions) {
    this.#options = options;
    this.#codes = new CodeDesk(options);
  }

  /** From now on codes are someone's; one that came in part while it was closed is not.
   *  @param windowMs equal codes within it are one */
  open(windowMs: number): void {
    this.#codes.open(windowMs);
  }

  /** What was scanned and not asked for is gone; whoever waits learns why. */
  close(why: Fault): void {
    // What is under way is nobody's, up to its last report or the silence that is already awaited.
    if (this.#collector.isInside) this.#collector.swallow();
    this.#codes.close(why);
  }

  /** The line is new: nothing is under way on it. */
  forget(): void {
    this.#cancelGap();
    this.#collector.clear();
  }

  /** One report. Its bytes are overwritten. */
  push(scan: HidposScan): void {
    this.#cancelGap();
    // While it is closed nothing of a code is kept, only whether it goes on.
    if (!this.#codes.isOpen && !this.#collector.isInside) this.#collector.swallow();
    const [held, torn] = [this.#collector.heldBytes, this.#collector.tornCodes];
    const collected = this.#collector.push(scan);
    if (this.#collector.tornCodes > torn) this.#options.log.debug('torn code', { bytes: held });
    scan.data.fill(0);
    if (this.#collector.isInside)
      this.#cancelGap = this.#options.clock.after(HIDPOS_LIMITS.codeGapMs, () => this.#tear());
    this.#take(collected);
  }

  /** The eldest code nobody has asked for, or the next one.
   *  @param endMs monotonic milliseconds
   *  @fault noMedia none came; invalidMedia too long; deviceNotReady stopped; deviceBusy; canceled, and why it stopped. */
  next(endMs: number, signal: AbortSignal): Promise<Result<ScannedCode, Fault>> {
    return this.#codes.next(endMs, signal);
  }

  #take(collected: Collected): void {
    if (collected.kind === 'more') return;
    const isOpen = this.#codes.isOpen;
    if (collected.kind === 'tooLong') {
      if (isOpen && this.#codes.isNew(collected.begun)) this.#codes.give(err(tooLongFault(SCAN_LIMITS.codeBytes)));
      collected.begun.fill(0);
      if (!collected.isOver) return;
    } else if (collected.kind === 'code') {
      const { bytes, aim } = collected;
      if (isOpen && this.#codes.isNew(bytes)) this.#codes.give(ok(codeOf(bytes, aimOf(aim))));
      bytes.fill(0);
    }
    if (isOpen) this.#options.onRead();
  }

  #tear(): void {
    const { heldBytes: bytes } = this.#collector;
    if (bytes > 0) this.#options.log.debug('torn code', { bytes });
    this.#collector.tear();
  }
}
