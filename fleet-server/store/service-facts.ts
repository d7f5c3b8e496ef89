import type { EventFields } from '@yimen/contracts/journal';
import type { Kysely } from 'kysely';
import { chunks } from './chunks.ts';
import type { FleetDatabase, NewRow, Row } from './database.ts';
import { countedBefore } from './journal-damages.ts';
import type { BatchEvent } from './group-item.ts';
import { STORE_LIMITS } from './limits.table.ts';
import { insertRows } from './many-rows.ts';

type Db = Kysely<FleetDatabase>;
type Fact = Row<'service_fact'>;
type Correction = EventFields<'service-corrected'>;
type Place = { readonly level: 'terminal' | 'hall' | 'town' | 'fleet'; readonly place: string };

/** Sums that have not reached the rollup tables yet, by (day or hour, place, service, outcome). */
export class RollupSums {
  readonly #day = new Map<string, NewRow<'rollup_day'>>();
  readonly #hour = new Map<string, NewRow<'rollup_hour'>>();

  /** Counts `fact` in (`sign` 1) or out (−1) at all `places`. */
  add(fact: Fact, places: readonly Place[], sign: 1 | -1): void {
    const counts = {
      service: fact.service,
      outcome: fact.outcome,
      n: sign,
      charged_fen: sign * fact.charged_fen,
      refunded_fen: sign * fact.refunded_fen,
      produced: sign * fact.produced,
      handed_over: sign * fact.handed_over,
    };
    for (const place of places) {
      addTo(this.#day, { ...place, ...counts, day: shanghaiDay(fact.at) }, shanghaiDay(fact.at));
      addTo(this.#hour, { ...place, ...counts, hour: hourOf(fact.at) }, hourOf(fact.at));
    }
  }

  /** Adds the sums to the tables. */
  async write(db: Db): Promise<void> {
    for (const rows of chunks([...this.#day.values()], STORE_LIMITS.rowsPerInsert)) {
      await db
        .insertInto('rollup_day')
        .values(rows)
        .onConflict((oc) =>
          oc.columns(['level', 'place', 'day', 'service', 'outcome']).doUpdateSet((eb) => ({
            n: eb('rollup_day.n', '+', eb.ref('excluded.n')),
            charged_fen: eb('rollup_day.charged_fen', '+', eb.ref('excluded.charged_fen')),
            refunded_fen: eb('rollup_day.refunded_fen', '+', eb.ref('excluded.refunded_fen')),
            produced: eb('rollup_day.produced', '+', eb.ref('excluded.produced')),
            handed_over: eb('rollup_day.handed_over', '+', eb.ref('excluded.handed_over')),
          })),
        )
        .execute();
    }
    for (const rows of chunks([...this.#hour.values()], STORE_LIMITS.rowsPerInsert)) {
      await db
        .insertInto('rollup_hour')
        .values(rows)
        .onConflict((oc) =>
          oc.columns(['level', 'place', 'hour', 'service', 'outcome']).doUpdateSet((eb) => ({
            n: eb('rollup_hour.n', '+', eb.ref('excluded.n')),
            charged_fen: eb('rollup_hour.charged_fen', '+', eb.ref('excluded.charged_fen')),
            refunded_fen: eb('rollup_hour.refunded_fen', '+', eb.ref('excluded.refunded_fen')),
            produced: eb('rollup_hour.produced', '+', eb.ref('excluded.produced')),
            handed_over: eb('rollup_hour.handed_over', '+', eb.ref('excluded.handed_over')),
          })),
        )
        .execute();
    }
    await this.#dropEmptyCells(db);
  }

  /** A correction can take the last one out of a cell; an empty cell is no row, so that any order gives the same table. */
  async #dropEmptyCells(db: Db): Promise<void> {
    for (const row of this.#day.values()) {
      if (row.n <= 0)
        await db
          .deleteFrom('rollup_day')
          .where((eb) => eb.and({ ...cellOf(row), day: row.day, n: 0 }))
          .execute();
    }
    for (const row of this.#hour.values()) {
      if (row.n <= 0)
        await db
          .deleteFrom('rollup_hour')
          .where((eb) => eb.and({ ...cellOf(row), hour: row.hour, n: 0 }))
          .execute();
    }
  }
}

function cellOf(row: { level: string; place: string; service: string; outcome: string }): {
  level: string;
  place: string;
  service: string;
  outcome: string;
} {
  return { level: row.level, place: row.place, service: row.service, outcome: row.outcome };
}

/** Takes the new service results and corrections of one batch into `service_fact`, and their difference into `sums`.
 *  A result may come before or after its correction: the fact is always made anew from the result and all corrections
 *  in the order of their numbers. */
export async function countServices(
  db: Db,
  tid: string,
  epoch: number,
  inserted: readonly BatchEvent[],
  sums: RollupSums,
): Promise<boolean> {
  const touched = new Set<number>();
  const fresh = new Map<number, Fact>();
  const results = inserted.filter((event) => event.kind === 'service-result');
  const again = await countedBefore(db, tid, epoch, results);
  for (const event of inserted) {
    if (event.kind === 'service-result' && !again.has(event.seq)) {
      fresh.set(event.seq, factOf(tid, epoch, event));
      touched.add(event.seq);
    }
    if (event.kind === 'service-corrected') {
      // Ingest has checked the body against the event table.
      const fields = JSON.parse(event.body) as Correction;
      await db
        .insertInto('service_correction')
        .values({ tid, epoch, of_seq: fields.of, seq: event.seq, fields: event.body })
        .onConflict((oc) => oc.doNothing())
        .execute();
      touched.add(fields.of);
    }
  }
  if (touched.size === 0) return false;
  const places = await placesOf(db, tid);
  await recount(db, { tid, epoch, seqs: [...touched] }, fresh, places, sums);
  return true;
}

interface Results {
  readonly tid: string;
  readonly epoch: number;
  readonly seqs: readonly number[];
}

/** Makes these facts anew, `fresh` ones for the first time, with one question each for all of them. */
async function recount(
  db: Db,
  results: Results,
  fresh: ReadonlyMap<number, Fact>,
  places: readonly Place[],
  sums: RollupSums,
): Promise<void> {
  const earlier = { ...results, seqs: results.seqs.filter((seq) => !fresh.has(seq)) };
  const known = earlier.seqs.length === 0 ? new Map<number, Fact>() : await storedFacts(db, earlier);
  const counted = earlier.seqs.length === 0 ? [] : await countedFacts(db, earlier);
  const corrections = await correctionsOf(db, results);
  const after: Fact[] = [];
  for (const seq of results.seqs) {
    const base = fresh.get(seq) ?? known.get(seq);
    // A correction came before its result: that will count it.
    if (base !== undefined) after.push(corrected(base, corrections.get(seq) ?? []));
  }
  for (const fact of counted) if (known.has(fact.seq)) sums.add(fact, places, -1);
  for (const fact of after) sums.add(fact, places, 1);
  for (const rows of chunks(after, STORE_LIMITS.rowsPerInsert)) {
    await insertRows(db, 'service_fact', rows)
      .onConflict((oc) =>
        oc.columns(['tid', 'epoch', 'seq']).doUpdateSet((eb) => ({
          at: eb.ref('excluded.at'),
          service: eb.ref('excluded.service'),
          outcome: eb.ref('excluded.outcome'),
          stop: eb.ref('excluded.stop'),
          incident: eb.ref('excluded.incident'),
          charged_fen: eb.ref('excluded.charged_fen'),
          refunded_fen: eb.ref('excluded.refunded_fen'),
          produced: eb.ref('excluded.produced'),
          handed_over: eb.ref('excluded.handed_over'),
        })),
      )
      .execute();
  }
}

async function correctionsOf(db: Db, { tid, epoch, seqs }: Results): Promise<Map<number, Correction[]>> {
  const rows = await db
    .selectFrom('service_correction')
    .select(['of_seq', 'fields'])
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .where('of_seq', 'in', [...seqs])
    .orderBy('of_seq')
    .orderBy('seq')
    .execute();
  const corrections = new Map<number, Correction[]>();
  for (const { of_seq: seq, fields } of rows)
    corrections.set(seq, [...(corrections.get(seq) ?? []), JSON.parse(fields) as Correction]);
  return corrections;
}

function corrected(base: Fact, corrections: readonly Correction[]): Fact {
  let fact = base;
  for (const c of corrections) {
    fact = {
      ...fact,
      outcome: c.outcome ?? fact.outcome,
      stop: c.stop === undefined ? fact.stop : c.stop,
      charged_fen: c.chargedFen ?? fact.charged_fen,
      refunded_fen: c.refundedFen ?? fact.refunded_fen,
      produced: c.produced ?? fact.produced,
      handed_over: c.handedOver ?? fact.handed_over,
    };
  }
  return fact;
}

async function storedFacts(db: Db, { tid, epoch, seqs }: Results): Promise<Map<number, Fact>> {
  const rows = await db
    .selectFrom('event')
    .select(['seq', 'at', 'body'])
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .where('seq', 'in', [...seqs])
    .where('kind', '=', 'service-result')
    .execute();
  return new Map(rows.map((row) => [row.seq, factOf(tid, epoch, row)]));
}

async function countedFacts(db: Db, { tid, epoch, seqs }: Results): Promise<Fact[]> {
  return db
    .selectFrom('service_fact')
    .selectAll()
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .where('seq', 'in', [...seqs])
    .execute();
}

function factOf(tid: string, epoch: number, event: { seq: number; at: number; body: string }): Fact {
  const f = JSON.parse(event.body) as EventFields<'service-result'>;
  return {
    tid,
    epoch,
    seq: event.seq,
    at: event.at,
    service: f.service,
    outcome: f.outcome,
    stop: f.stop,
    incident: f.incident,
    charged_fen: f.chargedFen,
    refunded_fen: f.refundedFen,
    produced: f.produced,
    handed_over: f.handedOver,
  };
}

async function placesOf(db: Db, tid: string): Promise<Place[]> {
  const row = await db
    .selectFrom('terminal')
    .innerJoin('hall', 'hall.hall_id', 'terminal.hall_id')
    .select(['hall.hall_id', 'hall.town'])
    .where('terminal.tid', '=', tid)
    .executeTakeFirst();
  const places: Place[] = [
    { level: 'terminal', place: tid },
    { level: 'fleet', place: 'fleet' },
  ];
  if (row !== undefined) places.push({ level: 'hall', place: row.hall_id }, { level: 'town', place: row.town });
  return places;
}

/** The day in Asia/Shanghai (UTC+8 all year since 1991) of a wall time, `YYYY-MM-DD`. */
export function shanghaiDay(wallMs: number): string {
  return new Date(wallMs + 8 * 3_600_000).toISOString().slice(0, 10);
}

function hourOf(wallMs: number): number {
  return Math.floor(wallMs / 3_600_000);
}

type SumRow = { n: number; charged_fen: number; refunded_fen: number; produced: number; handed_over: number };

function addTo<T extends SumRow & { level: string; place: string; service: string; outcome: string }>(
  sums: Map<string, T>,
  row: T,
  time: string | number,
): void {
  const key = JSON.stringify([row.level, row.place, time, row.service, row.outcome]);
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, row);
    return;
  }
  sum.n += row.n;
  sum.charged_fen += row.charged_fen;
  sum.refunded_fen += row.refunded_fen;
  sum.produced += row.produced;
  sum.handed_over += row.handed_over;
}
