import type { EvAck } from '@yimen/contracts/fleet';
import type { Outbox, OutboxLink } from './cursor-outbox.ts';

/** The outbox of one epoch, and the last number there will ever be in it; null: it still grows. */
export interface EpochOutbox {
  readonly epoch: number;
  readonly lastSeq: number | null;
  readonly outbox: Outbox;
}

/** Several epochs of one journal, oldest first: the rest of an earlier one goes out before the next begins. The fleet takes
 *  a later epoch for the end of the earlier, and puts aside what comes of that afterwards (fleet contract §2.5 rule 4). */
export function serialOutbox(epochs: readonly [EpochOutbox, ...EpochOutbox[]]): Outbox {
  return new SerialOutbox(epochs);
}

class SerialOutbox implements Outbox {
  readonly #epochs: readonly EpochOutbox[];
  readonly #current: EpochOutbox;
  #link: OutboxLink | undefined;
  #at: EpochOutbox | undefined;

  constructor(epochs: readonly [EpochOutbox, ...EpochOutbox[]]) {
    this.#epochs = epochs;
    this.#current = epochs.at(-1) ?? epochs[0];
  }

  linked(link: OutboxLink): void {
    this.#link = link;
    this.#at = undefined;
    this.#goOn();
  }

  unlinked(): void {
    this.#link = undefined;
    this.#at?.outbox.unlinked();
    this.#at = undefined;
  }

  acked(ack: EvAck): void {
    // One of an epoch whose turn has not come, or is over, has nothing to say: its outbox has no link.
    if (ack.epoch !== this.#at?.epoch) return;
    this.#at.outbox.acked(ack);
    this.#goOn();
  }

  setLinger(lingerMs: number): void {
    for (const { outbox } of this.#epochs) outbox.setLinger(lingerMs);
  }

  backlog(): { rows: number; oldestMs: number } {
    const all = this.#epochs.map(({ outbox }) => outbox.backlog());
    return {
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      oldestMs: Math.max(...all.map(({ oldestMs }) => oldestMs)),
    };
  }

  cursor(): number {
    return this.#current.outbox.cursor();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#epochs.map(({ outbox }) => outbox.settled()));
  }

  stop(): void {
    for (const { outbox } of this.#epochs) outbox.stop();
  }

  /** Gives the link to the oldest epoch of which something is not confirmed. */
  #goOn(): void {
    const link = this.#link;
    if (link === undefined) return;
    const next = this.#epochs.find(({ lastSeq, outbox }) => lastSeq === null || outbox.cursor() < lastSeq);
    if (next === undefined || next === this.#at) return;
    this.#at?.outbox.unlinked();
    this.#at = next;
    next.outbox.linked(link);
  }
}
