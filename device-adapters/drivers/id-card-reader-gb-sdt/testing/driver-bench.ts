import type { Result } from '@yimen/contracts/base';
import type { Fault, Identity } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import type { CreateDriver, Driver } from '../../../driver-kit/driver.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runFor, runUntil } from '../../../testing/run-until.ts';
import { cableTo } from '../../../testing/simulated-cable.ts';
import type { OpenChannel } from '../../../transport/byte-channel.ts';
import { createSdtReader } from '../driver.ts';
import { createSimulatedSdtReader } from '../simulator.ts';

export interface SdtBenchOptions {
  /** A card that lies there from the beginning. */
  readonly thing?: string;
  /** Another cable than the one to the simulator. */
  readonly open?: OpenChannel;
  readonly create?: CreateDriver;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly expectSerial?: string;
}

/** The driver on a cable in memory, the simulated reader at its other end, and a clock that stands still. */
export class SdtBench {
  readonly clock = new ManualClock();
  readonly reader;
  driver: Driver;
  readonly log: string[] = [];
  readonly abort = new AbortController();

  readonly #options: SdtBenchOptions;

  constructor(options: SdtBenchOptions = {}) {
    this.#options = options;
    this.reader = createSimulatedSdtReader({ clock: this.clock, random: seededRandom(490), speed: 'real' });
    if (options.thing !== undefined) this.put(options.thing);
    this.driver = this.#makeDriver();
  }

  /** How many whole reads the reader has given away. */
  get reads(): number {
    return Number(this.reader.state()['reads']);
  }

  /** Another host on the same reader; the former one has just vanished. */
  restartHost(): void {
    this.driver = this.#makeDriver();
  }

  put(thing: string): void {
    const laid = this.reader.put(thing);
    if (!laid.ok) throw new Error(laid.error);
  }

  begin(verb: string, args: unknown = {}, deadlineMs = 20_000): Promise<Result<unknown, Fault>> {
    return this.driver.read(verb, deadlineMs, args, this.abort.signal);
  }

  ask(verb: string, args: unknown = {}, deadlineMs = 20_000): Promise<Result<unknown, Fault>> {
    return runUntil(this.clock, this.begin(verb, args, deadlineMs));
  }

  read(fingerprint = false, deadlineMs = 20_000): Promise<Result<Identity, Fault>> {
    return this.ask('readIdentity', { fingerprint }, deadlineMs) as Promise<Result<Identity, Fault>>;
  }

  status() {
    return runUntil(this.clock, this.driver.status(0));
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return runUntil(this.clock, promise);
  }

  pass(ms: number): Promise<void> {
    return runFor(this.clock, ms);
  }

  #makeDriver(): Driver {
    const { open, create = createSdtReader, options = {}, expectSerial } = this.#options;
    return create({
      open: open ?? cableTo(this.reader),
      clock: this.clock,
      random: seededRandom(491),
      log: { debug: (line) => this.log.push(line) },
      at: 'memory',
      options,
      expectSerial,
    });
  }
}
