import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault, ScannedCode } from '@yimen/contracts/device';
import { canceledFault } from '../../driver-kit/device-faults.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import { CodeCollector, SameCodes, scannedCode, withoutRepeats } from './codes.ts';
import { GM65_LIMITS } from './limits.table.ts';
import { darkFault, noCodeFault, takenFault, tooLongFault } from './status.ts';

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
  readonly #waiting: Result<ScannedCode, Fault>[] = [];
  #same = new SameCodes(0);
  #windowMs = 0;
  #isOpen = false;
  #waiter: ((result: Result<ScannedCode, Fault>) => void) | undefined;
  #cancelQuiet: CancelTimer = () => undefined;
  #lastByteMs = Number.NEGATIVE_INFINITY;

  constructor(options: ScanDeskOptions) {
    this.#options = options;
  }

  /** From now on codes are someone's; one that is already under way is not.
   *  @param windowMs equal codes within it are one */
  open(windowMs: number): void {
    this.close(canceledFault());
    this.#same = new SameCodes(windowMs);
    this.#windowMs = windowMs;
    this.#isOpen = true;
    const silentMs = this.#options.clock.monoMs() - this.#lastByteMs;
    if (silentMs >= GM65_LIMITS.codeGapMs) return;
    this.#collector.swallow();
    this.#listen(GM65_LIMITS.codeGapMs - silentMs);
  }

  /** What was scanned and not asked for is gone; whoever waits learns why. */
  close(why: Fault): void {
    this.#isOpen = false;
    this.#cancelQuiet();
    this.#collector.clear();
    this.#same = new SameCodes(0);
    this.#waiting.length = 0;
    this.#waiter?.(err(why));
  }

  /** Bytes of codes as they come. They are copied: the caller may overwrite them. */
  push(bytes: Uint8Array): void {
    this.#lastByteMs = this.#options.clock.monoMs();
    if (!this.#isOpen) return;
    const tooLong = this.#collector.push(bytes);
    this.#listen(GM65_LIMITS.codeGapMs);
    if (tooLong === undefined) return;
    const isNew = this.#isNew(tooLong);
    tooLong.fill(0);
    if (isNew) this.#give(err(tooLongFault(GM65_LIMITS.codeBytes)));
  }

  /** The eldest code nobody has asked for, or the next one.
   *  @param endMs monotonic milliseconds
   *  @fault noMedia none came; invalidMedia too long; deviceNotReady dark; deviceBusy; canceled, and why it went dark. */
  next(endMs: number, signal: AbortSignal): Promise<Result<ScannedCode, Fault>> {
    const refusal = this.#refusal(signal);
    if (refusal !== undefined) return Promise.resolve(err(refusal));
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return Promise.resolve(waiting);
    return new Promise((resolve) => {
      const end = (result: Result<ScannedCode, Fault>): void => {
        this.#waiter = undefined;
        cancel();
        signal.removeEventListener('abort', onAbort);
        resolve(result);
      };
      const onAbort = (): void => end(err(canceledFault()));
      const cancel = this.#options.clock.after(Math.max(0, endMs - this.#options.clock.monoMs()), () =>
        end(err(noCodeFault())),
      );
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiter = end;
    });
  }

  #refusal(signal: AbortSignal): Fault | undefined {
    if (signal.aborted) return canceledFault();
    if (!this.#isOpen) return darkFault();
    return this.#waiter === undefined ? undefined : takenFault();
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
    const bytes = this.#windowMs === 0 ? piece.bytes : withoutRepeats(piece.bytes);
    if (this.#isNew(bytes)) this.#give(ok(scannedCode(bytes, this.#options.isAim)));
    piece.bytes.fill(0);
  }

  #giveUp(): void {
    this.#options.log.debug('torn code', { bytes: this.#collector.heldBytes });
    this.#collector.clear();
  }

  #isNew(bytes: Uint8Array): boolean {
    const isRepeat = this.#same.isRepeat(bytes, this.#options.clock.monoMs());
    if (isRepeat) this.#options.log.debug('same code again', { bytes: bytes.length });
    return !isRepeat;
  }

  #give(code: Result<ScannedCode, Fault>): void {
    if (this.#waiter !== undefined) return this.#waiter(code);
    this.#waiting.push(code);
    if (this.#waiting.length > GM65_LIMITS.waitingCodes) this.#waiting.shift();
  }
}
