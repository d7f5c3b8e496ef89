import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault, ScannedCode } from '@yimen/contracts/device';
import { CodeDesk } from '../../driver-kit/code-desk.ts';
import { canceledFault } from '../../driver-kit/device-faults.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import { tooLongFault } from '../../driver-kit/scan-faults.ts';
import { CodeCollector, scannedCode, withoutRepeats } from './codes.ts';
import { GM65_LIMITS } from './limits.table.ts';

export interface ScanDeskOptions {
  readonly clock: Clock;
  readonly log: DriverLog;
  /** An AIM identifier stands before each code. */
  readonly isAim: boolean;
  /** A code was read, whoever gets it: the reader's reading is over. */
  readonly onRead: () => void;
}

/** Who gets which code. Open between `start` and `stop`; what comes while it is closed is nobody's. */
export class ScanDesk {
  readonly #options: ScanDeskOptions;
  readonly #collector = new CodeCollector();
  readonly #codes: CodeDesk;
  #cancelQuiet: CancelTimer = () => undefined;
  #lastByteMs = Number.NEGATIVE_INFINITY;

  constructor(options: ScanDeskOptions) {
    this.#options = options;
    this.#codes = new CodeDesk(options);
  }

  /** From now on codes are someone's; one that is already under way is not.
   *  @param windowMs equal codes within it are one */
  open(windowMs: number): void {
    this.close(canceledFault());
    this.#codes.open(windowMs);
    const silentMs = this.#options.clock.monoMs() - this.#lastByteMs;
    if (silentMs >= GM65_LIMITS.codeGapMs) return;
    this.#collector.swallow();
    this.#listen(GM65_LIMITS.codeGapMs - silentMs);
  }

  /** What was scanned and not asked for is gone; whoever waits learns why. */
  close(why: Fault): void {
    this.#cancelQuiet();
    this.#collector.clear();
    this.#codes.close(why);
  }

  /** Bytes of codes as they come. They are copied: the caller may overwrite them. */
  push(bytes: Uint8Array): void {
    this.#lastByteMs = this.#options.clock.monoMs();
    if (!this.#codes.isOpen) return;
    const tooLong = this.#collector.push(bytes);
    this.#listen(GM65_LIMITS.codeGapMs);
    if (tooLong === undefined) return;
    const isNew = this.#codes.isNew(tooLong);
    tooLong.fill(0);
    if (isNew) this.#codes.give(err(tooLongFault(GM65_LIMITS.codeBytes)));
  }

  /** The eldest code nobody has asked for, or the next one.
   *  @param endMs monotonic milliseconds
   *  @fault noMedia none came; invalidMedia too long; deviceNotReady dark; deviceBusy; canceled, and why it went dark. */
  next(endMs: number, signal: AbortSignal): Promise<Result<ScannedCode, Fault>> {
    return this.#codes.next(endMs, signal);
  }

  #listen(ms: number): void {
    this.#cancelQuiet();
    this.#cancelQuiet = this.#options.clock.after(ms, () => this.#quiet());
  }

  #quiet(): void {
    const piece = this.#collector.quiet();
    if (piece.kind === 'unfinished') {
      this.#cancelQuiet = this.#options.clock.after(GM65_LIMITS.tornMs, () => this.#giveUp());
      return;
    }
    // Also behind a code that was too long: its reading is over as well.
    this.#options.onRead();
    if (piece.kind === 'nothing') return;
    const bytes = this.#codes.windowMs === 0 ? piece.bytes : withoutRepeats(piece.bytes);
    if (this.#codes.isNew(bytes)) this.#codes.give(ok(scannedCode(bytes, this.#options.isAim)));
    piece.bytes.fill(0);
  }

  #giveUp(): void {
    this.#options.log.debug('torn code', { bytes: this.#collector.heldBytes });
    this.#collector.clear();
  }
}
