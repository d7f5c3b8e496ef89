import type { CancelTimer, Clock } from '@yimen/contracts/base';

const FULL = 100;
/** A full battery carries the cabinet for 20 minutes, and fills as fast: simpler than a real one. */
const PERCENT_PER_MINUTE = 5;
/** Three minutes are left then. */
const LOW_PERCENT = 15;
const RECOVERED_PERCENT = 50;
/** One percent. */
const TELL_MS = 60_000 / PERCENT_PER_MINUTE;

export type UpsWord = 'powering' | 'engaged' | 'low' | 'recovered';

/** The UPS: its battery empties while the mains are gone, and fills again. */
export class SimulatedUps {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #hasMains = true;
  #charge = FULL;
  #atMs: number;
  #cancel: CancelTimer = () => undefined;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#atMs = clock.monoMs();
  }

  get hasMains(): boolean {
    return this.#hasMains;
  }

  /** 0 to 100. */
  get charge(): number {
    const minutes = (this.#clock.monoMs() - this.#atMs) / 60_000;
    const moved = minutes * PERCENT_PER_MINUTE * (this.#hasMains ? 1 : -1);
    return Math.min(FULL, Math.max(0, this.#charge + moved));
  }

  get minutesLeft(): number {
    return Math.floor(this.charge / PERCENT_PER_MINUTE);
  }

  get isLow(): boolean {
    return this.charge <= LOW_PERCENT;
  }

  get isRecovering(): boolean {
    return this.#hasMains && this.charge < RECOVERED_PERCENT;
  }

  get word(): UpsWord {
    if (!this.#hasMains) return this.isLow ? 'low' : 'engaged';
    return this.isRecovering ? 'recovered' : 'powering';
  }

  /** @param charge left as it is when not named */
  set(hasMains: boolean, charge = this.charge): void {
    this.#charge = charge;
    this.#hasMains = hasMains;
    this.#atMs = this.#clock.monoMs();
    this.#cancel();
    this.#tellLater();
  }

  #tellLater(): void {
    if (this.charge === (this.#hasMains ? FULL : 0)) return;
    this.#cancel = this.#clock.after(TELL_MS, () => {
      this.#changed();
      this.#tellLater();
    });
  }
}
