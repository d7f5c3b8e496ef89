import { createHash } from 'node:crypto';
import { canonicalJson } from '@yimen/contracts/base';
import type { Kysely } from 'kysely';
import type { FleetDatabase, Row } from './database.ts';
import { STORE_LIMITS } from './limits.table.ts';
import { withoutNul } from './stored-text.ts';

type Db = Kysely<FleetDatabase>;

export interface SignInCode {
  /** SHA-256 of the code, base64url; the code itself is never stored. */
  readonly codeHash: string;
  readonly person: string;
  readonly roles: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface StaffSession {
  /** SHA-256 of the opaque session id, base64url. */
  readonly idHash: string;
  readonly person: string;
  /** JSON text of whatever the session holds (roles, step-up time). */
  readonly data: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

export interface AuditEntry {
  readonly at: number;
  readonly person: string;
  readonly role: string;
  /** Whence: an address or `server`. */
  readonly origin: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string | null;
  readonly result: string;
  /** SHA-256 of the bytes that were acted on, where there are any. */
  readonly digest: string | null;
}

export interface AuditRow extends AuditEntry {
  readonly no: number;
  readonly prevHash: string;
  readonly hash: string;
}

/** What the first audit entry's `prevHash` is made of. */
const AUDIT_GENESIS = 'yimen-audit';

/** Writes of the staff room. Each is one transaction. */
export const STAFF_WRITES = {
  /** Keeps a one-time code. A code hash that is known already is replaced. */
  async putSignInCode(db: Db, code: SignInCode): Promise<void> {
    const row = {
      code_hash: code.codeHash,
      person: code.person,
      roles: JSON.stringify(code.roles),
      created_at: code.createdAt,
      expires_at: code.expiresAt,
      used_at: null,
    };
    await db
      .insertInto('sign_in_code')
      .values(row)
      .onConflict((oc) => oc.column('code_hash').doUpdateSet(row))
      .execute();
  },

  /** Uses a code up: gives its person once, and `undefined` when unknown, used or expired. Used and expired codes go. */
  async takeSignInCode(
    db: Db,
    input: { codeHash: string; now: number },
  ): Promise<{ person: string; roles: string[] } | undefined> {
    const row = await db
      .updateTable('sign_in_code')
      .set({ used_at: input.now })
      .where('code_hash', '=', input.codeHash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', input.now)
      .returning(['person', 'roles'])
      .executeTakeFirst();
    await db
      .deleteFrom('sign_in_code')
      .where((eb) => eb.or([eb('used_at', 'is not', null), eb('expires_at', '<=', input.now)]))
      .execute();
    return row === undefined ? undefined : { person: row.person, roles: JSON.parse(row.roles) as string[] };
  },

  /** Keeps a session, new or changed. With `keepNewest`, older sessions of the same person beyond that number end. */
  async putSession(db: Db, session: StaffSession & { keepNewest?: number }): Promise<void> {
    const row = {
      id_hash: session.idHash,
      person: session.person,
      data: session.data,
      created_at: session.createdAt,
      seen_at: session.seenAt,
      expires_at: session.expiresAt,
    };
    await db
      .insertInto('staff_session')
      .values(row)
      .onConflict((oc) => oc.column('id_hash').doUpdateSet(row))
      .execute();
    if (session.keepNewest === undefined) return;
    const kept = db
      .selectFrom('staff_session')
      .select('id_hash')
      .where('person', '=', session.person)
      .orderBy('created_at', 'desc')
      .orderBy('id_hash')
      .limit(session.keepNewest);
    await db
      .deleteFrom('staff_session')
      .where('person', '=', session.person)
      .where('id_hash', 'not in', kept)
      .execute();
  },

  /** Moves "last seen"; false when the session is gone. */
  async touchSession(db: Db, input: { idHash: string; seenAt: number; expiresAt: number }): Promise<boolean> {
    const done = await db
      .updateTable('staff_session')
      .set({ seen_at: input.seenAt, expires_at: input.expiresAt })
      .where('id_hash', '=', input.idHash)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  },

  /** Ends one session. */
  async endSession(db: Db, input: { idHash: string }): Promise<void> {
    await db.deleteFrom('staff_session').where('id_hash', '=', input.idHash).execute();
  },

  /** Ends every session of a person; gives how many. */
  async endSessionsOf(db: Db, input: { person: string }): Promise<number> {
    const done = await db.deleteFrom('staff_session').where('person', '=', input.person).executeTakeFirst();
    return Number(done.numDeletedRows);
  },

  /** Drops what has expired; gives how many. */
  async dropExpiredSessions(db: Db, input: { now: number }): Promise<number> {
    const done = await db.deleteFrom('staff_session').where('expires_at', '<=', input.now).executeTakeFirst();
    return Number(done.numDeletedRows);
  },

  /** Appends one audit entry. `hash` = SHA-256(`prevHash` ‖ RFC 8785 text of the entry with its `no`), base64url. */
  async appendAudit(db: Db, entry: AuditEntry): Promise<{ no: number; hash: string }> {
    const last = await db.selectFrom('audit').select(['no', 'hash']).orderBy('no', 'desc').limit(1).executeTakeFirst();
    const no = (last?.no ?? 0) + 1;
    const prevHash = last?.hash ?? sha256(AUDIT_GENESIS);
    const hash = auditHash(prevHash, no, entry);
    await db
      .insertInto('audit')
      .values({ ...auditColumns(entry), no, prev_hash: prevHash, hash })
      .execute();
    return { no, hash };
  },
};

/** Reads of the staff room. */
export const STAFF_READS = {
  /** A session that has not expired at `now`. */
  async session(db: Db, input: { idHash: string; now: number }): Promise<StaffSession | undefined> {
    const row = await db
      .selectFrom('staff_session')
      .selectAll()
      .where('id_hash', '=', input.idHash)
      .where('expires_at', '>', input.now)
      .executeTakeFirst();
    return row === undefined ? undefined : sessionOf(row);
  },

  /** Sessions of a person, oldest first. */
  async sessionsOf(db: Db, input: { person: string }): Promise<StaffSession[]> {
    const rows = await db
      .selectFrom('staff_session')
      .selectAll()
      .where('person', '=', input.person)
      .orderBy('created_at')
      .orderBy('id_hash')
      .execute();
    return rows.map(sessionOf);
  },

  /** Audit entries below `before` (all when absent), newest first. */
  async auditRows(db: Db, input: { before?: number; limit: number }): Promise<AuditRow[]> {
    let query = db
      .selectFrom('audit')
      .selectAll()
      .orderBy('no', 'desc')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead));
    if (input.before !== undefined) query = query.where('no', '<', input.before);
    return (await query.execute()).map(({ prev_hash: prevHash, ...row }) => ({ ...row, prevHash }));
  },
};

/** The hash of an audit entry, for whoever checks the chain. */
export function auditHash(prevHash: string, no: number, entry: AuditEntry): string {
  return sha256(prevHash + canonicalJson({ ...auditColumns(entry), no }));
}

/** What is hashed is what is kept, letter for letter. */
function auditColumns(entry: AuditEntry): Omit<Row<'audit'>, 'no' | 'prev_hash' | 'hash'> {
  const { at, digest } = entry;
  const [person, role, origin, action, target, result] = [
    entry.person,
    entry.role,
    entry.origin,
    entry.action,
    entry.target,
    entry.result,
  ].map(withoutNul) as [string, string, string, string, string, string];
  const reason = entry.reason === null ? null : withoutNul(entry.reason);
  return { at, person, role, origin, action, target, reason, result, digest };
}

function sessionOf(row: Row<'staff_session'>): StaffSession {
  return {
    idHash: row.id_hash,
    person: row.person,
    data: row.data,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
