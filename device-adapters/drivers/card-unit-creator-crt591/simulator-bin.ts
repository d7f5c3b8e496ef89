import { z } from 'zod';

/** The counter has three digits. */
const HIGHEST = 999;

export const binSchema = z.strictObject({
  lying: z.int().min(0).max(100_000),
  counter: z.int().min(0).max(HIGHEST),
});

/** The retain bin: what lies in it, the sensor that sees it full, and the counter, which knows only what it was told. */
export class RetainBin {
  readonly capacity: number;
  #lying: number;
  #counter: number;
  #isOut = false;
  #isSeenFull = false;

  /** @param lying cards in the bin at the start, all counted. */
  constructor(capacity: number, lying: number) {
    this.capacity = capacity;
    this.#lying = lying;
    this.#counter = Math.min(lying, HIGHEST);
  }

  get counter(): number {
    return this.#counter;
  }

  get isOverflowing(): boolean {
    return this.#counter >= HIGHEST;
  }

  /** What the sensor says; without a bin nothing reaches up to it. */
  get isFull(): boolean {
    return !this.#isOut && (this.#isSeenFull || this.#lying >= this.capacity);
  }

  /** Cards fall; two that stick together are counted once. */
  drop(cards: number, isCounting: boolean): void {
    this.#lying += cards;
    if (isCounting) this.#counter = Math.min(this.#counter + 1, HIGHEST);
  }

  setCounter(counter: number): void {
    this.#counter = counter;
  }

  /** Cards lie so that the sensor sees them. */
  fill(): void {
    this.#isSeenFull = true;
  }

  /** A hand takes what lies in the bin. The counter does not know. */
  empty(): void {
    this.#lying = 0;
    this.#isSeenFull = false;
  }

  /** A hand pulls the bin out, with what lies in it; what falls from now on lies on the floor of the cabinet. */
  pull(): void {
    this.empty();
    this.#isOut = true;
  }

  /** The bin comes back empty; what lay on the floor was picked up. */
  putBack(): void {
    this.empty();
    this.#isOut = false;
  }

  view(): Readonly<Record<string, unknown>> {
    return {
      type: 'retain',
      capacity: this.capacity,
      threshold: Math.floor(this.capacity * 0.8),
      count: this.#lying,
      counter: this.#counter,
      status: this.#isOut ? 'missing' : 'ok',
    };
  }

  save(): z.infer<typeof binSchema> {
    return { lying: this.#lying, counter: this.#counter };
  }

  /** The bench counts by itself what lies in its bin: cards that this unit never saw fall are counted all the same. */
  restore({ lying, counter }: z.infer<typeof binSchema>): void {
    this.#counter = lying >= this.#lying ? counter : Math.max(counter, this.#lying);
    this.#lying = Math.max(lying, this.#lying);
  }
}
