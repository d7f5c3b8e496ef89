import type { Clock, RandomBytes, Result } from '@yimen/contracts/base';
import type { ByteChannel } from '../transport/byte-channel.ts';

export interface SimulatorContext {
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** `real` moves at the pace of the machine, `fast` answers at once. */
  readonly speed: 'real' | 'fast';
}

/** The device's side of a wire, written from the manual. It keeps its own paper, cards and money, so that it can
 *  contradict the driver; it never imports the driver's `protocol.ts`. One host at a time: a second channel replaces
 *  the first. It survives its hosts: state stays when a channel closes. */
export interface SimulatedDevice {
  /** The driver id it plays. */
  readonly id: string;
  /** The driver id's kind. */
  readonly kind: string;
  attach(channel: ByteChannel): void;
  /** A person's hand. `thing` is an id of the bench's things; the error says why it does not fit. */
  put(thing: string): Result<void, string>;
  take(): Result<{ thing: string }, string>;
  /** Names of faults it can play: the matrix's ids (`F24`) and its own words (`jam-while-printing`). */
  readonly faults: readonly string[];
  /** Switches a fault on; faults stack until `clear`. Unknown names are refused by name. */
  fault(name: string): Result<void, string>;
  clear(): void;
  /** Link gone / back, as a cable would. While unplugged every attach is closed at once. */
  unplug(): void;
  plug(): void;
  /** What a person standing there would see, for the bench page and for tests. */
  state(): Readonly<Record<string, unknown>>;
  onChange(fn: () => void): () => void;
}

/** What a simulator keeps over a restart of the bench. `save` gives JSON; `restore` takes what an earlier one gave, and
 *  leaves alone what it does not know. */
export interface DeviceMemory {
  save(): unknown;
  restore(kept: unknown): void;
}
