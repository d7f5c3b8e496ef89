import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';

type Db = Kysely<FleetDatabase>;

/** One engine's way to the data, as a thread of the store holds it. */
export interface OpenConnection {
  readonly engine: 'sqlite' | 'postgres';
  readonly db: Db;
  /** How many calls may be under way at once. */
  readonly width: number;
  /** One transaction that no other writer overlaps, on this connection or on any other. */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Reads of one moment: what is committed meanwhile is not seen. */
  snapshot<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
