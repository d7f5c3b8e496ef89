import { EVENTS, isEventKind } from '@yimen/contracts/journal';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import type { EventView, LedgerView, VolumeRow } from './fleet-reads.ts';
import { STORE_LIMITS } from './limits.table.ts';

type Db = Kysely<FleetDatabase>;

/** What was recounted from the rows themselves, beside what the state table says: see `ledger/`. */
export interface LedgerCount {
  readonly tid: string;
  readonly epoch: number;
  readonly upTo: number;
  /** As kept by each commit. */
  readonly stored: number;
  readonly quarantined: number;
  /** As counted now. */
  readonly storedRows: number;
  readonly quarantinedRows: number;
  readonly missingRows: number;
}

/** Reads of the ledger and its rollups. */
export const LEDGER_READS = {
  /** One level: the terminal's, the town's, or the whole fleet's. */
  async volumes(
    db: Db,
    input: { day: string; town?: string | undefined; tid?: string | undefined },
  ): Promise<VolumeRow[]> {
    const [level, place] =
      input.tid !== undefined
        ? ['terminal', input.tid]
        : input.town !== undefined
          ? ['town', input.town]
          : ['fleet', 'fleet'];
    const rows = await db
      .selectFrom('rollup_day')
      .selectAll()
      .where('level', '=', level)
      .where('place', '=', place)
      .where('day', '=', input.day)
      .orderBy('service')
      .orderBy('outcome')
      .execute();
    return rows.map((row) => ({
      place: row.place,
      service: row.service,
      outcome: row.outcome as VolumeRow['outcome'],
      n: row.n,
      chargedFen: row.charged_fen,
      refundedFen: row.refunded_fen,
      produced: row.produced,
      handedOver: row.handed_over,
    }));
  },

  /** Newest committed first; `before` is the commit position (the `id`) of the last row of the page before. */
  async events(
    db: Db,
    input: {
      tid?: string | undefined;
      kinds?: readonly string[] | undefined;
      before?: number | undefined;
      limit: number;
    },
  ): Promise<EventView[]> {
    let feed = db
      .selectFrom('event_feed')
      .select(['pos', 'tid', 'epoch', 'seq'])
      .orderBy('pos', 'desc')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead));
    if (input.tid !== undefined) feed = feed.where('tid', '=', input.tid);
    if (input.kinds !== undefined) feed = feed.where('kind', 'in', ['', ...input.kinds]);
    if (input.before !== undefined) feed = feed.where('pos', '<', input.before);
    const rows = await db
      .selectFrom(feed.as('f'))
      .innerJoin('event', (join) =>
        join.onRef('event.tid', '=', 'f.tid').onRef('event.epoch', '=', 'f.epoch').onRef('event.seq', '=', 'f.seq'),
      )
      .selectAll('event')
      .orderBy('f.pos', 'desc')
      .execute();
    return rows.map((row) => ({
      id: String(row.pos),
      tid: row.tid,
      epoch: row.epoch,
      seq: row.seq,
      kind: row.kind,
      wall: row.wall,
      at: row.at,
      receivedAt: row.received_at,
      fields: knownFields(row.kind, row.body),
    }));
  },

  /** The newest epoch of a terminal. */
  async ledger(db: Db, input: { tid: string }): Promise<LedgerView | undefined> {
    const state = await db
      .selectFrom('ledger_state')
      .selectAll()
      .where('tid', '=', input.tid)
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (state === undefined) return undefined;
    const holes = await db
      .selectFrom('hole')
      .select(['from_seq', 'to_seq'])
      .where('tid', '=', input.tid)
      .where('epoch', '=', state.epoch)
      .orderBy('from_seq')
      .execute();
    return {
      tid: state.tid,
      epoch: state.epoch,
      upTo: state.up_to,
      stored: state.stored,
      holes: holes.map((row) => [row.from_seq, row.to_seq] as const),
      quarantined: state.quarantined,
      head: state.head,
    };
  },

  /** Every epoch of a terminal, recounted from the rows. */
  async countRows(db: Db, input: { tid: string }): Promise<LedgerCount[]> {
    const states = await db
      .selectFrom('ledger_state')
      .selectAll()
      .where('tid', '=', input.tid)
      .orderBy('epoch')
      .execute();
    const counts: LedgerCount[] = [];
    for (const { tid, epoch, up_to: upTo, stored, quarantined } of states) {
      const all = <T extends 'event' | 'quarantine' | 'hole'>(table: T) =>
        db
          .selectFrom(table as 'event')
          .where('tid', '=', tid)
          .where('epoch', '=', epoch);
      const rows = await all('event')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      const held = await all('quarantine')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      const holes = await db
        .selectFrom('hole')
        .select(['from_seq', 'to_seq'])
        .where('tid', '=', tid)
        .where('epoch', '=', epoch)
        .execute();
      const missingRows = holes.reduce((sum, hole) => sum + hole.to_seq - hole.from_seq + 1, 0);
      counts.push({ tid, epoch, upTo, stored, quarantined, storedRows: rows.n, quarantinedRows: held.n, missingRows });
    }
    return counts;
  },

  /** Finished services of a terminal: as the rollups have them, and as the stored rows do. */
  async countServices(db: Db, input: { tid: string }): Promise<{ rolledUp: number; storedRows: number }> {
    const rolled = await db
      .selectFrom('rollup_day')
      .select((eb) => eb.fn.sum<number | null>('n').as('n'))
      .where('level', '=', 'terminal')
      .where('place', '=', input.tid)
      .executeTakeFirstOrThrow();
    const rows = await db
      .selectFrom('event_feed')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('tid', '=', input.tid)
      .where('kind', '=', 'service-result')
      .executeTakeFirstOrThrow();
    return { rolledUp: rolled.n ?? 0, storedRows: rows.n };
  },

  /** The bodies of `from…to` with their hashes, in order; for a recount of the chain. */
  async rowsOf(
    db: Db,
    input: { tid: string; epoch: number; from: number; limit: number },
  ): Promise<{ seq: number; kind: string; hash: string; body: string }[]> {
    return db
      .selectFrom('event')
      .select(['seq', 'kind', 'hash', 'body'])
      .where('tid', '=', input.tid)
      .where('epoch', '=', input.epoch)
      .where('seq', '>=', input.from)
      .orderBy('seq')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead))
      .execute();
  },
};

/** Only fields of the event table leave the store: a kind or field that this program does not know may hold anything. */
function knownFields(kind: string, body: string): Readonly<Record<string, unknown>> {
  if (!isEventKind(kind)) return {};
  const parsed = EVENTS[kind].fields.strip().safeParse(JSON.parse(body));
  return parsed.success ? parsed.data : {};
}
