import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** One kept thing: JSON under a kind and a key. `owner` groups (bills of a case); `live` marks what a sweep must look at. */
interface Stored {
  readonly json: string;
}

/** The sandbox's own state on disk: one SQLite file (WAL, `synchronous=FULL`), so that it survives `kill -9` and a
 *  power cut between a commit and the answer. Documents, not tables: the stand-in has no schema to migrate. */
export interface Shelf {
  get<T>(kind: string, key: string): T | undefined;
  put(kind: string, key: string, value: object, where?: { owner?: string; live?: boolean }): void;
  drop(kind: string, key: string): void;
  /** All of one owner, oldest key first. */
  owned<T>(kind: string, owner: string): T[];
  /** All that are marked live, oldest key first. */
  live<T>(kind: string): T[];
  /** The newest `limit` by key, newest first. */
  newest<T>(kind: string, limit: number): T[];
  count(kind: string): number;
  /** Sum of an integer member over all of a kind that match another member. */
  sum(kind: string, member: string, by: string): Record<string, number>;
  /** The next number of a counter, from 1. */
  next(counter: string): number;
  /** Runs `fn` as one commit; an exception undoes all of it. */
  transaction<T>(fn: () => T): T;
  close(): void;
}

/** Opens (or makes) the state in `dataDir`.
 *  @throws what `node:sqlite` throws when the folder cannot be written; the program then says so and ends. */
export function openShelf(dataDir: string): Shelf {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(dataDir, 'sandbox.sqlite'), { timeout: 5_000 });
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    create table if not exists thing (kind text not null, key text not null, owner text, live integer not null,
      json text not null, primary key (kind, key)) without rowid;
    create index if not exists thing_owner on thing (kind, owner, key) where owner is not null;
    create index if not exists thing_live on thing (kind, key) where live = 1;`);
  const statements = {
    get: db.prepare('select json from thing where kind = ? and key = ?'),
    put: db.prepare(`insert into thing (kind, key, owner, live, json) values (?, ?, ?, ?, ?)
      on conflict (kind, key) do update set owner = excluded.owner, live = excluded.live, json = excluded.json`),
    drop: db.prepare('delete from thing where kind = ? and key = ?'),
    owned: db.prepare('select json from thing where kind = ? and owner = ? order by key'),
    live: db.prepare('select json from thing where kind = ? and live = 1 order by key'),
    newest: db.prepare('select json from thing where kind = ? order by key desc limit ?'),
    count: db.prepare('select count(*) as n from thing where kind = ?'),
    sum: db.prepare(`select json_extract(json, '$.' || ?) as name, sum(json_extract(json, '$.' || ?)) as total
      from thing where kind = ? group by 1`),
  };
  const parse = <T>(rows: unknown[]): T[] => (rows as Stored[]).map((row) => JSON.parse(row.json) as T);
  const shelf: Shelf = {
    get: <T>(kind: string, key: string) => parse<T>(statements.get.all(kind, key))[0],
    put: (kind, key, value, where) => {
      statements.put.run(kind, key, where?.owner ?? null, where?.live === true ? 1 : 0, JSON.stringify(value));
    },
    drop: (kind, key) => {
      statements.drop.run(kind, key);
    },
    owned: <T>(kind: string, owner: string) => parse<T>(statements.owned.all(kind, owner)),
    live: <T>(kind: string) => parse<T>(statements.live.all(kind)),
    newest: <T>(kind: string, limit: number) => parse<T>(statements.newest.all(kind, limit)),
    count: (kind) => Number(statements.count.get(kind)?.['n'] ?? 0),
    sum: (kind, member, by) =>
      Object.fromEntries(
        statements.sum.all(by, member, kind).map((row) => [String(row['name']), Number(row['total'])]),
      ),
    next: (counter) => {
      const value = (shelf.get<{ value: number }>('counter', counter)?.value ?? 0) + 1;
      shelf.put('counter', counter, { value });
      return value;
    },
    transaction: (fn) => inTransaction(db, fn),
    close: () => db.close(),
  };
  return shelf;
}

function inTransaction<T>(db: DatabaseSync, fn: () => T): T {
  db.exec('begin immediate');
  try {
    const value = fn();
    db.exec('commit');
    return value;
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}
