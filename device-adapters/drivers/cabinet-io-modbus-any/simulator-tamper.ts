import type { CancelTimer, Clock } from '@yimen/contracts/base';

export const TAMPERS = ['seismic', 'lid', 'heat'] as const;
export type Tamper = (typeof TAMPERS)[number];

/** How long the cabinet shakes after a blow. */
const BLOW_MS = 1_000;

/** Three contacts and the register that remembers that one of them was not good. */
export class TamperLatch {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #bad = new Set<Tamper>();
  readonly #latched = new Set<Tamper>();
  #cancelCalm: CancelTimer = () => undefined;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  isGood(name: Tamper): boolean {
    return !this.#bad.has(name);
  }

  isLatched(name: Tamper): boolean {
    return this.#latched.has(name);
  }

  /** Bit 0 seismic, 1 lid, 2 heat. */
  get register(): number {
    return TAMPERS.reduce((bits, name, at) => bits | (this.#latched.has(name) ? 1 << at : 0), 0);
  }

  blow(): void {
    this.trip('seismic');
    this.#cancelCalm();
    this.#cancelCalm = this.#clock.after(BLOW_MS, () => {
      this.calm('seismic');
      this.#changed();
    });
  }

  trip(name: Tamper): void {
    this.#bad.add(name);
    this.#latched.add(name);
  }

  /** The contact is good again; the latch stays. */
  calm(name: Tamper): void {
    this.#bad.delete(name);
  }

  /** Each bit that is 1 ends its latch, if the contact is good now. */
  end(bits: number): void {
    TAMPERS.forEach((name, at) => {
      if (((bits >> at) & 1) === 1 && this.isGood(name)) this.#latched.delete(name);
    });
  }

  save(): Tamper[] {
    return [...this.#latched];
  }

  restore(latched: readonly Tamper[]): void {
    this.#latched.clear();
    for (const name of latched) this.#latched.add(name);
  }
}
