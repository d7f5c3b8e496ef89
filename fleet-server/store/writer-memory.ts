import type { Kysely } from 'kysely';
import { issuedEpoch } from './allow-list.ts';
import type { FleetDatabase } from './database.ts';
import { ackOf, hashAt, type LedgerAck } from './ledger-state.ts';
import { STORE_LIMITS } from './limits.table.ts';

/** How the ledger of a terminal stands, in its issued epoch: whole, and with its last row as the chain's head. */
export interface KnownLedger {
  readonly epoch: number;
  readonly upTo: number;
  /** h(upTo). */
  readonly head: string;
  readonly quarantined: LedgerAck['quarantined'];
}

/** What the writing thread still knows from its own last commits, so that a batch which simply goes on needs no question
 *  to the database. Only what was committed counts: a transaction that fails must be followed by `clear`, and so must
 *  every write by which an epoch is issued. It is never believed blindly: what is written on its word is written only
 *  where the database agrees (`append-batches.ts`). */
export class WriterMemory {
  readonly #ledgers = new Map<string, KnownLedger>();

  ledger(tid: string): KnownLedger | undefined {
    return this.#ledgers.get(tid);
  }

  keep(tid: string, ledger: KnownLedger): void {
    this.#ledgers.delete(tid);
    this.#ledgers.set(tid, ledger);
    const oldest = this.#ledgers.keys().next();
    if (this.#ledgers.size > STORE_LIMITS.knownLedgers && oldest.done === false) this.#ledgers.delete(oldest.value);
  }

  forget(tid: string): void {
    this.#ledgers.delete(tid);
  }

  clear(): void {
    this.#ledgers.clear();
  }
}

/** The ledger as the database has it; undefined where it is not whole, not begun, or ends in a row that does not stand. */
export async function knownLedger(
  db: Kysely<FleetDatabase>,
  tid: string,
  epoch: number,
): Promise<KnownLedger | undefined> {
  if ((await issuedEpoch(db, tid)) !== epoch) return undefined;
  const ack = await ackOf(db, tid, epoch);
  if (ack.upTo === 0 || ack.missing.length > 0) return undefined;
  const last = await hashAt(db, tid, epoch, ack.upTo);
  // A row that is held in quarantine has a reason; what follows it is looked at more closely.
  if (last === undefined || last.hash === null || last.reason !== null) return undefined;
  return { epoch, upTo: ack.upTo, head: last.hash, quarantined: ack.quarantined };
}
