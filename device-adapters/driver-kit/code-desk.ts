import { err, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault, ScannedCode } from '@yimen/contracts/device';
import { canceledFault } from './device-faults.ts';
import type { DriverLog } from './driver.ts';
import { darkFault, noCodeFault, takenFault } from './scan-faults.ts';
import { SCAN_LIMITS } from './scan-limits.table.ts';
import { SameCodes } from './scanned-code.ts';

export interface CodeDeskOptions {
  readonly clock: Clock;
  readonly log: DriverLog;
}

/** Hands whole codes to whoever asks for them. Open between `start` and `stop`; what is given while it is closed is
 *  nobody's. How a code ends is its driver's business. */
export class CodeDesk {
  readonly #options: CodeDeskOptions;
  readonly #waiting: Result<ScannedCode, Fault>[] = [];
  #same = new SameCodes(0);
  #windowMs = 0;
  #isOpen = false;
  #waiter: ((result: Result<ScannedCode, Fault>) => void) | undefined;

  constructor(options: CodeDeskOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Equal codes within it are one. */
  get windowMs(): number {
    return this.#windowMs;
  }

  /** From now on codes are someone's. */
  open(windowMs: number): void {
    this.close(canceledFault());
    this.#same = new SameCodes(windowMs);
    this.#windowMs = windowMs;
    this.#isOpen = true;
  }

  /** What was scanned and not asked for is gone; whoever waits learns why. */
  close(why: Fault): void {
    this.#isOpen = false;
    this.#same = new SameCodes(0);
    this.#waiting.length = 0;
    this.#waiter?.(err(why));
  }

  /** Whether this content was not seen within the window; it is seen now. */
  isNew(bytes: Uint8Array): boolean {
    const isRepeat = this.#same.isRepeat(bytes, this.#options.clock.monoMs());
    if (isRepeat) this.#options.log.debug('same code again', { bytes: bytes.length });
    return !isRepeat;
  }

  give(code: Result<ScannedCode, Fault>): void {
    if (!this.#isOpen) return;
    if (this.#waiter !== undefined) return this.#waiter(code);
    this.#waiting.push(code);
    if (this.#waiting.length > SCAN_LIMITS.waitingCodes) this.#waiting.shift();
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
}
