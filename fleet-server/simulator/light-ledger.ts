import { createHash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { canonicalJson, fromBase64Url, type CanonicalValue } from '@yimen/contracts/base';
import { ledgerGenesisText } from '@yimen/contracts/fleet';

/** An event before it is numbered: its kind, when it happened, its fields. */
export interface LightEvent {
  readonly kind: string;
  readonly boot: string;
  readonly mono: number;
  readonly wall: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface StoredEvent {
  readonly seq: number;
  readonly body: string;
}

/** What a terminal has to remember beside its events. */
export interface LightMemory {
  /** Everything that should have happened up to this wall time has; 0 = nothing yet. */
  plannedUntil: number;
  /** What is left of each supply. */
  supplies: Record<string, number>;
  /** When somebody comes to refill what is empty. */
  refills: Record<string, number>;
  /** Stopped services that a person will clear up, and when. */
  openStops: { seq: number; clearsAt: number; incident: string; stop: string; feeFen: number; produces: 0 | 1 }[];
  /** Modules that were reported faulty and not yet well again. */
  faulty: string[];
  /** The session under way; after a kill it is ended as killed. */
  session: { sessionId: string; startedAt: number } | null;
}

/** The ledgers of all light terminals in one file: numbers without gaps, hash chain, synced before anything is sent. */
export class LightLedgers {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #advance: StatementSync;

  /** Opens or makes `file`. @throws what `node:sqlite` throws */
  constructor(file: string) {
    this.#db = new DatabaseSync(file, { timeout: 5_000 });
    this.#db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
      create table if not exists light_terminal (tid text primary key, epoch integer not null, link_session integer not null,
        seq integer not null, j integer not null, head text not null, memory text not null);
      create table if not exists light_event (tid text not null, seq integer not null, wall integer not null, body text not null,
        hash text not null, primary key (tid, seq)) without rowid;`);
    this.#insert = this.#db.prepare('insert into light_event (tid, seq, wall, body, hash) values (?, ?, ?, ?, ?)');
    this.#advance = this.#db.prepare('update light_terminal set seq = ?, j = ?, head = ?, memory = ? where tid = ?');
  }

  /** A terminal's own ledger; a new one is empty. A stored ledger of another epoch is kept out of the way. */
  open(tid: string, epoch: number, memory: LightMemory): LightLedger {
    const row = this.#db.prepare('select epoch, seq, j, head, memory from light_terminal where tid = ?').get(tid);
    if (row === undefined || row['epoch'] !== epoch) {
      const head = genesis(tid, epoch);
      this.#db.prepare('delete from light_event where tid = ?').run(tid);
      this.#db
        .prepare(
          `insert into light_terminal (tid, epoch, link_session, seq, j, head, memory) values (?, ?, 0, 0, 0, ?, ?)
           on conflict (tid) do update set epoch = excluded.epoch, seq = 0, j = 0, head = excluded.head, memory = excluded.memory`,
        )
        .run(tid, epoch, head, JSON.stringify(memory));
      return new LightLedger(this, { tid, epoch, seq: 0, j: 0, head, memory });
    }
    return new LightLedger(this, {
      tid,
      epoch,
      seq: Number(row['seq']),
      j: Number(row['j']),
      head: String(row['head']),
      memory: JSON.parse(String(row['memory'])) as LightMemory,
    });
  }

  /** Does everything that `write` keeps as one, with one sync. */
  together(write: () => void): void {
    if (this.#db.isTransaction) return write();
    this.#db.exec('begin immediate');
    try {
      write();
      this.#db.exec('commit');
    } catch (error) {
      this.#db.exec('rollback');
      throw error;
    }
  }

  /** Keeps events and memory together, synced. */
  keep(state: LedgerState, rows: readonly { seq: number; wall: number; body: string; hash: string }[]): void {
    this.together(() => {
      for (const row of rows) this.#insert.run(state.tid, row.seq, row.wall, row.body, row.hash);
      this.#advance.run(state.seq, state.j, state.head, JSON.stringify(state.memory), state.tid);
    });
  }

  /** Numbers the next connection; synced before it is used (fleet contract §2.3). */
  nextLinkSession(tid: string): number {
    const row = this.#db
      .prepare('update light_terminal set link_session = link_session + 1 where tid = ? returning link_session')
      .get(tid);
    return Number(row?.['link_session']);
  }

  events(tid: string, from: number, limit: number): StoredEvent[] {
    const rows = this.#db
      .prepare('select seq, body from light_event where tid = ? and seq >= ? order by seq limit ?')
      .all(tid, from, limit);
    return rows.map((row) => ({ seq: Number(row['seq']), body: String(row['body']) }));
  }

  hash(tid: string, seq: number): string | undefined {
    const row = this.#db.prepare('select hash from light_event where tid = ? and seq = ?').get(tid, seq);
    return row === undefined ? undefined : String(row['hash']);
  }

  /** Forgets what was acknowledged long ago, save the last row: the chain goes on from it. */
  forget(tid: string, upTo: number, olderThan: number): void {
    this.#db.prepare('delete from light_event where tid = ? and seq < ? and wall < ?').run(tid, upTo, olderThan);
  }

  close(): void {
    this.#db.close();
  }
}

interface LedgerState {
  readonly tid: string;
  readonly epoch: number;
  seq: number;
  j: number;
  head: string;
  memory: LightMemory;
}

/** One terminal's ledger. */
export class LightLedger {
  readonly #all: LightLedgers;
  readonly #state: LedgerState;

  constructor(all: LightLedgers, state: LedgerState) {
    this.#all = all;
    this.#state = state;
  }

  get last(): number {
    return this.#state.seq;
  }

  get epoch(): number {
    return this.#state.epoch;
  }

  /** The journal number of the last row. */
  get lastJournalRow(): number {
    return this.#state.j;
  }

  get memory(): LightMemory {
    return this.#state.memory;
  }

  /** Numbers, chains and keeps events, with what is remembered, as one. @returns the first number given. */
  append(events: readonly LightEvent[]): number {
    const first = this.#state.seq + 1;
    const rows = events.map(({ kind, boot, mono, wall, fields }) => {
      this.#state.seq += 1;
      // Rows that stay on the terminal have numbers too.
      this.#state.j += 2;
      const { seq, j } = this.#state;
      const body = canonicalJson({ seq, j, kind, boot, mono, wall, ...(fields as { [key: string]: CanonicalValue }) });
      this.#state.head = chain(this.#state.head, body);
      return { seq, wall, body, hash: this.#state.head };
    });
    this.#all.keep(this.#state, rows);
    return first;
  }

  nextLinkSession(): number {
    return this.#all.nextLinkSession(this.#state.tid);
  }

  /** Events from `from` on, for one batch: at most `limit`, at most `bytes` of text. */
  batch(from: number, limit: number, bytes: number): { events: StoredEvent[]; prev: string; head: string } | undefined {
    const { tid, epoch } = this.#state;
    const events: StoredEvent[] = [];
    let size = 0;
    for (const event of this.#all.events(tid, from, limit)) {
      size += Buffer.byteLength(event.body) + 1;
      if (events.length > 0 && size > bytes) break;
      events.push(event);
    }
    const last = events.at(-1);
    const prev = from === 1 ? genesis(tid, epoch) : this.#all.hash(tid, from - 1);
    const head = last === undefined ? undefined : this.#all.hash(tid, last.seq);
    return events[0]?.seq === from && prev !== undefined && head !== undefined ? { events, prev, head } : undefined;
  }

  /** The server has everything up to `upTo`. */
  confirmed(upTo: number, olderThan: number): void {
    this.#all.forget(this.#state.tid, upTo, olderThan);
  }
}

function genesis(tid: string, epoch: number): string {
  return createHash('sha256').update(ledgerGenesisText(tid, epoch), 'utf8').digest('base64url');
}

/** h(seq) = SHA-256(h(seq−1) ‖ RFC 8785 text) (fleet contract §2.3). */
function chain(previous: string, body: string): string {
  return createHash('sha256').update(fromBase64Url(previous)).update(body, 'utf8').digest('base64url');
}
