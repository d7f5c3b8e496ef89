import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { FLEET_TIMES, type EvAck, type WireTime } from '@yimen/contracts/fleet';
import type { LedgerReader } from '../journal/index.ts';
import type { Log } from '../platform/logger.ts';
import { ledgerChain, type LedgerChain } from './ledger-chain.ts';
import { decideOutbox, outboxStart, type OutboxInput, type OutboxState, type SeqRange } from './outbox-machine.ts';
import type { OutboxStore } from './outbox-store.ts';

/** A link that is up: where batches go. */
export interface OutboxLink {
  readonly linkSession: number;
  time(): WireTime;
  /** Hands one payload of `up/ev` to the carrier. Its fate is told by an ack alone. */
  send(payload: string): void;
}

/** How far the fleet has confirmed the journal: a cursor over it, never a second copy. */
export interface Outbox {
  linked(link: OutboxLink): void;
  unlinked(): void;
  acked(ack: EvAck): void;
  /** How long a fresh batch waits for company, milliseconds (20; more when the server asks to slow down). */
  setLinger(lingerMs: number): void;
  /** Rows not yet confirmed, and how long the oldest has waited. */
  backlog(): { rows: number; oldestMs: number };
  /** Everything up to here is committed at the fleet. */
  cursor(): number;
  /** Resolves when everything decided so far has been handed to the link. */
  settled(): Promise<void>;
  stop(): void;
}

/** The numbers of one epoch, as the outbox sees them. */
export interface Ledger {
  readonly tid: string;
  readonly epoch: number;
  readonly reader: LedgerReader;
  head(): { readonly seq: number };
  onAppended(fn: () => void): () => void;
}

export interface CursorOptions {
  readonly journal: Ledger;
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** The outbox of one epoch: one cursor over one series of numbers. */
export function cursorOutbox(options: CursorOptions): Outbox {
  return new CursorOutbox(options);
}

class CursorOutbox implements Outbox {
  readonly #options: CursorOptions;
  readonly #chain: LedgerChain;
  readonly #stopListening: () => void;
  #state: OutboxState;
  #link: OutboxLink | undefined;
  #lingerMs: number = FLEET_TIMES.lingerMs;
  #wake: CancelTimer | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isShort = false;

  constructor(options: CursorOptions) {
    this.#options = options;
    const { journal, store } = options;
    const kept = store.cursor(journal.epoch);
    const last = journal.head().seq;
    const trusted = kept !== undefined && kept.upTo <= last ? { seq: kept.upTo, hash: kept.hash } : undefined;
    this.#chain = ledgerChain(journal.reader, journal.tid, journal.epoch, trusted, store.unreadable(journal.epoch));
    this.#state = outboxStart(kept?.upTo ?? 0, last);
    this.#stopListening = journal.onAppended(() => {
      this.#take({ kind: 'appended', now: options.clock.monoMs(), last: journal.head().seq });
    });
  }

  linked(link: OutboxLink): void {
    this.#link = link;
    this.#take({ kind: 'linked', now: this.#options.clock.monoMs() });
  }

  unlinked(): void {
    this.#link = undefined;
    this.#take({ kind: 'unlinked', now: this.#options.clock.monoMs() });
  }

  acked(ack: EvAck): void {
    const { journal, log } = this.#options;
    if (ack.epoch !== journal.epoch) {
      log.warn({ epoch: ack.epoch }, 'an ack of another epoch was ignored');
      return;
    }
    if (ack.upTo > journal.head().seq) this.#keepBeyond(ack.upTo);
    const before = this.#state.cursor;
    this.#take({ kind: 'acked', now: this.#options.clock.monoMs(), upTo: ack.upTo, missing: ack.missing });
    if (ack.quarantined.length > 0) log.warn({ quarantined: ack.quarantined }, 'the fleet put events into quarantine');
    if (this.#state.cursor !== before && !this.#isShort) this.#keep(this.#state.cursor);
  }

  setLinger(lingerMs: number): void {
    this.#lingerMs = lingerMs;
    this.#take({ kind: 'tick', now: this.#options.clock.monoMs() });
  }

  backlog(): { rows: number; oldestMs: number } {
    const rows = this.#state.last - this.#state.cursor;
    const oldest = rows === 0 ? undefined : this.#options.journal.reader.wallAfterSeq(this.#state.cursor);
    return { rows, oldestMs: oldest === undefined ? 0 : Math.max(0, this.#options.clock.wallMs() - oldest) };
  }

  cursor(): number {
    return this.#state.cursor;
  }

  settled(): Promise<void> {
    return this.#sending;
  }

  stop(): void {
    this.#stopListening();
    this.#wake?.();
    this.#link = undefined;
  }

  #take(input: OutboxInput): void {
    const decision = decideOutbox(this.#state, input, {
      lingerMs: this.#lingerMs,
      batchEnd: (from, to) => this.#chain.batchEnd(from, to),
    });
    this.#state = decision.state;
    this.#wake?.();
    this.#wake = undefined;
    if (decision.wakeAt !== null) {
      const { clock } = this.#options;
      this.#wake = clock.after(Math.max(0, decision.wakeAt - clock.monoMs()), () => {
        this.#take({ kind: 'tick', now: clock.monoMs() });
      });
    }
    for (const seq of decision.unreadable) this.#tellUnreadable(seq);
    for (const range of decision.send) this.#queue(range);
  }

  #tellUnreadable(seq: number): void {
    const { journal, store, log } = this.#options;
    log.error({ epoch: journal.epoch, seq }, 'the fleet cannot read this row: it is told as unreadable');
    this.#chain.tellUnreadable(seq);
    const kept = store.keepUnreadable(journal.epoch, seq);
    if (!kept.ok) log.warn({ fault: kept.error }, 'an unreadable row could not be remembered');
  }

  /** Batches go out in the order decided, one being built at a time. One that cannot be built is not lost: its turn
   *  comes again when its ack is overdue. */
  #queue(range: SeqRange): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#sending = this.#sending
      .then(() => this.#send(link, range))
      .catch((error: unknown) => {
        this.#options.log.error({ err: error, range }, 'a batch could not be built');
      });
  }

  async #send(link: OutboxLink, [from, to]: SeqRange): Promise<void> {
    // The clock is stamped at the transmission, so the payload is made last of all.
    await this.#chain.hashAt(from - 1);
    if (this.#link !== link) return;
    const payload = await this.#chain.batch(from, to, {
      linkSession: link.linkSession,
      t: link.time(),
      epoch: this.#options.journal.epoch,
    });
    if (this.#link === link) link.send(payload);
  }

  /** The fleet has numbers that this journal has not: it ends before the truth. That is remembered as confirmed, so that
   *  the next start finds the journal short, cuts it and goes on in a new epoch. */
  #keepBeyond(upTo: number): void {
    const { journal, store, log } = this.#options;
    this.#isShort = true;
    log.error({ upTo, last: journal.head().seq }, 'the fleet has more of this journal than there is');
    const kept = store.keepCursor(journal.epoch, { upTo, hash: '' });
    if (!kept.ok) log.warn({ fault: kept.error }, 'the cursor could not be kept');
  }

  #keep(upTo: number): void {
    const { journal, store, log } = this.#options;
    void this.#chain
      .hashAt(upTo)
      .then((hash) => {
        // A later ack may have been kept while this hash was computed; an older cursor is only less, never wrong.
        const kept = store.keepCursor(journal.epoch, { upTo, hash });
        if (!kept.ok) log.warn({ fault: kept.error }, 'the cursor could not be kept');
      })
      .catch((error: unknown) => {
        log.warn({ err: error }, 'the cursor could not be kept');
      });
  }
}
