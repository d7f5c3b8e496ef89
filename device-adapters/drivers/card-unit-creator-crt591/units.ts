import type { Unit } from '@yimen/contracts/device';
import type { Crt591Options } from './options.ts';
import { binLevelOf, stackLevelOf } from './status.ts';

/** What the units are counted with. */
type UnitsOptions = Pick<Crt591Options, 'binCapacity' | 'binThreshold' | 'stack' | 'stackCapacity'>;

/** Retain bin and stack as the device tells them (ST1, ST2, bin counter) and as staff counted them, and whether an
 *  exchange is active. All of it is this run's: the driver has no file. */
export class Crt591Units {
  readonly #options: UnitsOptions;
  #binLevel: ReturnType<typeof binLevelOf> = 'notFull';
  #binCount: number | undefined;
  #binInitial = 0;
  #isManipulated = false;
  #stackLevel: ReturnType<typeof stackLevelOf> = 'empty';
  #hasShownStack = false;
  /** The pusher found no card although the sensor sees some: believed until something has changed. */
  #isFeedEmpty = false;
  /** It said that it has no such hardware. */
  #isStackless = false;
  #stack = { initial: 0, count: 0 };
  #isExchange = false;
  #serial: string | undefined;

  constructor(options: UnitsOptions) {
    this.#options = options;
  }

  get isExchange(): boolean {
    return this.#isExchange;
  }

  get binCount(): number {
    return this.#binCount ?? 0;
  }

  /** The device's own sensor: nothing more goes in. */
  get isBinFull(): boolean {
    return this.#binLevel === 'full';
  }

  /** Why no card may be taken in: there would be nowhere to keep it. */
  get binTrouble(): 'full' | 'unknown' | undefined {
    if (this.#binLevel === 'unknown') return 'unknown';
    return this.isBinFull || this.binCount >= this.#options.binCapacity ? 'full' : undefined;
  }

  get hasStack(): boolean {
    return !this.#isStackless && (this.#options.stack ?? this.#hasShownStack);
  }

  get stackLevel(): ReturnType<typeof stackLevelOf> {
    return this.#isFeedEmpty ? 'empty' : this.#stackLevel;
  }

  get capacities(): Readonly<Record<'bin' | 'stack', number>> {
    return { bin: this.#options.binCapacity, stack: this.#options.stackCapacity };
  }

  /** ST1 and ST2 of any positive reply. */
  seen(st1: number, st2: number): void {
    const level = stackLevelOf(st1);
    if (level !== this.#stackLevel) this.#isFeedEmpty = false;
    this.#stackLevel = level;
    this.#binLevel = binLevelOf(st2);
    if (this.#stackLevel === 'low' || this.#stackLevel === 'ok') this.#hasShownStack = true;
  }

  /** What the bin's counter says. It only goes up, but for an exchange: somebody else was at the unit. */
  counted(count: number): void {
    if (this.#binCount !== undefined && count < this.#binCount && !this.#isExchange) this.#isManipulated = true;
    this.#binCount = count;
  }

  /** A card came out of the stack. */
  fed(): void {
    this.#stack = { ...this.#stack, count: Math.max(0, this.#stack.count - 1) };
  }

  /** The device refused to feed: no card there, or no stack at all. */
  feedRefused(why: 'empty' | 'noStack'): void {
    if (why === 'empty') this.#isFeedEmpty = true;
    else this.#isStackless = true;
  }

  /** A self-test passed: what was refused may be tried again. */
  mayFeedAgain(): void {
    this.#isFeedEmpty = false;
  }

  /** Whose they are: what was counted in another device was not counted in this one. */
  areOf(serial: string): void {
    if (this.#serial !== undefined && this.#serial !== serial) this.#forget();
    this.#serial = serial;
  }

  beginExchange(): void {
    this.#isExchange = true;
  }

  /** Staff have put everything in order. */
  endExchange(): void {
    this.#isExchange = false;
    this.#isManipulated = false;
    this.#isFeedEmpty = false;
  }

  setBin(count: number): void {
    this.#binInitial = count;
    this.#binCount = count;
  }

  setStack(count: number): void {
    this.#stack = { initial: count, count };
  }

  /** In the port's words, by name. */
  told(): Readonly<Record<string, Unit>> {
    return this.hasStack ? { bin: this.#bin(), stack: this.#stackUnit() } : { bin: this.#bin() };
  }

  #forget(): void {
    this.#binCount = undefined;
    this.#binInitial = 0;
    this.#isManipulated = false;
    this.#hasShownStack = false;
    this.#isFeedEmpty = false;
    this.#isStackless = false;
    this.#stack = { initial: 0, count: 0 };
  }

  #bin(): Unit {
    const { binCapacity, binThreshold } = this.#options;
    const isHigh = this.binCount >= binThreshold;
    return {
      type: 'retain',
      capacity: binCapacity,
      initialCount: this.#binInitial,
      count: this.binCount,
      retainCount: this.binCount,
      threshold: binThreshold,
      status: this.#binLevel === 'unknown' ? 'inoperative' : this.#isManipulated ? 'manipulated' : 'ok',
      replenishment: this.binTrouble === 'full' ? 'full' : isHigh ? 'high' : 'ok',
    };
  }

  /** The device tells how full it is, never how many: the threshold is its own. */
  #stackUnit(): Unit {
    return {
      type: 'dispense',
      capacity: this.#options.stackCapacity,
      initialCount: this.#stack.initial,
      count: this.#stack.count,
      retainCount: 0,
      threshold: 0,
      status: this.stackLevel === 'unknown' ? 'inoperative' : 'ok',
      // What cannot be read is not promised.
      replenishment: this.stackLevel === 'unknown' ? 'empty' : this.stackLevel,
    };
  }
}
