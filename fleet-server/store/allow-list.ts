import type { Kysely } from 'kysely';
import type { FleetDatabase, Row } from './database.ts';
import { openedEpoch } from './journal-damages.ts';

type Db = Kysely<FleetDatabase>;

/** One key that may speak for a terminal (trust design §3 step 4). Two rows of one `tid` may be active for the short
 *  time of a renewal. */
export interface AllowedKey {
  readonly tid: string;
  /** SHA-256 of the SubjectPublicKeyInfo, base64url. */
  readonly spkiHash: string;
  /** Certificate serial, upper-case hexadecimal. */
  readonly serial: string;
  readonly profile: 'operational';
  readonly keyLevel: 'tpm' | 'sealed' | 'file';
  readonly state: 'active' | 'quarantined' | 'retired';
  /** The ledger epoch issued with this key. */
  readonly epoch: number;
  readonly changedAt: number;
}

/** Writes of the allow-list. */
export const ALLOW_WRITES = {
  /** Keeps a key; the same (tid, SPKI hash) is replaced. */
  async put(db: Db, key: AllowedKey): Promise<void> {
    const row = rowOf(key);
    await db
      .insertInto('allow_list')
      .values(row)
      .onConflict((oc) => oc.columns(['tid', 'spki_hash']).doUpdateSet(row))
      .execute();
  },

  /** Moves every key of a terminal to `state`; the caller then kicks its live links. Gives how many keys there were. */
  async setState(db: Db, input: { tid: string; state: AllowedKey['state']; changedAt: number }): Promise<number> {
    const done = await db
      .updateTable('allow_list')
      .set({ state: input.state, changed_at: input.changedAt })
      .where('tid', '=', input.tid)
      .executeTakeFirst();
    return Number(done.numUpdatedRows);
  },
};

/** Reads of the allow-list. */
export const ALLOW_READS = {
  /** The key of this terminal with this SPKI hash, whatever its state. */
  async find(db: Db, input: { tid: string; spkiHash: string }): Promise<AllowedKey | undefined> {
    const row = await db
      .selectFrom('allow_list')
      .selectAll()
      .where('tid', '=', input.tid)
      .where('spki_hash', '=', input.spkiHash)
      .executeTakeFirst();
    return row === undefined ? undefined : keyOf(row);
  },

  /** Keys that may not speak (any more) and were changed at or after `since`. */
  async stopped(db: Db, input: { since: number }): Promise<AllowedKey[]> {
    const rows = await db
      .selectFrom('allow_list')
      .selectAll()
      .where('state', '!=', 'active')
      .where('changed_at', '>=', input.since)
      .orderBy('changed_at')
      .execute();
    return rows.map(keyOf);
  },
};

/** The ledger epoch in which `tid` counts: the one issued last, or one that it opened since after a damage of its journal;
 *  `undefined` when it has no key at all. */
export async function issuedEpoch(db: Db, tid: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('allow_list')
    .select('epoch')
    .where('tid', '=', tid)
    .orderBy('epoch', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : openedEpoch(db, tid, row.epoch);
}

function rowOf(key: AllowedKey): Row<'allow_list'> {
  return {
    tid: key.tid,
    spki_hash: key.spkiHash,
    serial: key.serial,
    profile: key.profile,
    key_level: key.keyLevel,
    state: key.state,
    epoch: key.epoch,
    changed_at: key.changedAt,
  };
}

function keyOf(row: Row<'allow_list'>): AllowedKey {
  return {
    tid: row.tid,
    spkiHash: row.spki_hash,
    serial: row.serial,
    profile: 'operational',
    keyLevel: row.key_level as AllowedKey['keyLevel'],
    state: row.state as AllowedKey['state'],
    epoch: row.epoch,
    changedAt: row.changed_at,
  };
}
