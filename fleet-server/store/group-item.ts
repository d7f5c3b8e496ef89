import type { Birth, Heartbeat } from '@yimen/contracts/fleet';
import type { FleetChange } from './fleet-reads.ts';
import type { LedgerAck } from './ledger-state.ts';

/** One event that fits the contract, as ingest decoded it. `at` is when it happened by server time (approximate when
 *  `approx`); `body` is its RFC 8785 text as received; `hash` is h(seq). */
export interface BatchEvent {
  readonly seq: number;
  readonly j: number;
  readonly kind: string;
  readonly boot: string;
  readonly mono: number;
  readonly wall: number;
  readonly at: number;
  readonly approx: boolean;
  readonly hash: string;
  readonly body: string;
}

/** One event that does not; it keeps its number, raw. `hash` is h(seq) where the chain could be followed. `reason` is a
 *  code of the error table (`LEDGER_CHAIN`, `LEDGER_EPOCH`, `LEDGER_FORK`), or says what does not fit the contract. */
export interface PoisonEvent {
  readonly seq: number;
  readonly reason: string;
  readonly hash: string | null;
  readonly raw: string;
}

/** A batch: every number of `from…to` is in `events` or in `poison`. `prev` is null when the chain did not fit the
 *  batch's own `head` (then everything is poison). */
export interface GroupBatch {
  readonly tid: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly prev: string | null;
  readonly head: string;
  readonly receivedAt: number;
  readonly events: readonly BatchEvent[];
  readonly poison: readonly PoisonEvent[];
}

/** A payload of which not even the numbers could be read. */
export interface BrokenPayload {
  readonly tid: string;
  readonly leaf: string;
  readonly reason: string;
  readonly raw: string;
  readonly at: number;
}

export type GroupItem =
  | { readonly what: 'batch'; readonly batch: GroupBatch }
  | { readonly what: 'life'; readonly life: LifeChange }
  | { readonly what: 'broken'; readonly broken: BrokenPayload };

export interface GroupDone {
  /** By (tid, epoch) touched by a batch or a birth, after everything of the group. */
  readonly acks: readonly LedgerAck[];
  readonly changes: readonly FleetChange[];
  /** Rows really inserted, and rows that were there already. */
  readonly inserted: number;
  readonly repeated: number;
}

/** A `life` message: what a terminal said of its link, and when the server heard it. */
export type LifeChange =
  | { readonly kind: 'birth'; readonly tid: string; readonly at: number; readonly birth: Birth }
  | { readonly kind: 'leaving' | 'lost'; readonly tid: string; readonly at: number; readonly linkSession: number };

export interface HeardBeat {
  readonly tid: string;
  readonly at: number;
  readonly beat: Heartbeat;
}
