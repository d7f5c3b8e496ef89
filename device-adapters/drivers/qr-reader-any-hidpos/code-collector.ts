import { SCAN_LIMITS } from '../../driver-kit/scan-limits.table.ts';
import type { HidposScan } from '../../framing/hidpos-report.ts';

/** One byte more than any code may have: enough to know that it is too long. */
const KEPT_BYTES = SCAN_LIMITS.codeBytes + 1;

/** What one more report makes of a code. Bytes given out are the caller's to overwrite. */
export type Collected =
  /** It goes on, or belongs to a code that nobody gets. */
  | { readonly kind: 'more' }
  /** The end of a code that nobody gets, or of an empty one. */
  | { readonly kind: 'over' }
  | { readonly kind: 'code'; readonly bytes: Uint8Array; readonly aim: Uint8Array }
  /** Its first bytes, once per code. */
  | { readonly kind: 'tooLong'; readonly begun: Uint8Array; readonly isOver: boolean };

/** Puts the reports of one code together. Memory is bounded by the port's cap. No clock: whoever has one says when
 *  nothing more will come. */
export class CodeCollector {
  readonly #kept = new Uint8Array(KEPT_BYTES);
  #length = 0;
  #aim: Uint8Array | undefined;
  #isSwallowing = false;
  #tornCodes = 0;

  /** Bytes held of an unfinished code; never more than the cap and one. */
  get heldBytes(): number {
    return this.#length;
  }

  /** Whether the code goes on in the next report. */
  get isInside(): boolean {
    return this.#aim !== undefined || this.#isSwallowing;
  }

  /** Codes whose end never came. */
  get tornCodes(): number {
    return this.#tornCodes;
  }

  push(scan: HidposScan): Collected {
    if (this.#isSwallowing) {
      this.#isSwallowing = scan.isMore;
      return { kind: scan.isMore ? 'more' : 'over' };
    }
    // The end of the one before was lost: this is another code's beginning.
    if (this.#aim !== undefined && this.#aim.some((byte, at) => byte !== scan.aim[at])) this.tear();
    this.#aim = Uint8Array.from(scan.aim);
    const fits = scan.data.subarray(0, KEPT_BYTES - this.#length);
    this.#kept.set(fits, this.#length);
    this.#length += fits.length;
    if (this.#length === KEPT_BYTES) return this.#tooLong(scan.isMore);
    return scan.isMore ? { kind: 'more' } : this.#end(scan.aim);
  }

  /** Everything up to the last report of this code belongs to nobody. */
  swallow(): void {
    this.clear();
    this.#isSwallowing = true;
  }

  /** Nothing more will come of it. */
  tear(): void {
    if (this.#aim !== undefined) this.#tornCodes += 1;
    this.clear();
  }

  /** Forgets, and overwrites: it may be a person's. */
  clear(): void {
    this.#kept.fill(0, 0, this.#length);
    this.#length = 0;
    this.#aim = undefined;
    this.#isSwallowing = false;
  }

  #tooLong(isMore: boolean): Collected {
    const begun = Uint8Array.from(this.#kept);
    this.clear();
    this.#isSwallowing = isMore;
    return { kind: 'tooLong', begun, isOver: !isMore };
  }

  #end(aim: Uint8Array): Collected {
    const bytes = this.#kept.slice(0, this.#length);
    this.clear();
    return bytes.length === 0 ? { kind: 'over' } : { kind: 'code', bytes, aim };
  }
}
