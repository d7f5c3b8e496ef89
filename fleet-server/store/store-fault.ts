/** Why the store cannot do what was asked; nothing of the call was kept. Only after STORE_BUSY and STORE_AWAY it may have
 *  been kept all the same: the answer was lost, and whoever asks again meets it (every write is made for that). */
export interface StoreFault {
  readonly code: 'DATA_UNREADABLE' | 'DATA_NEWER' | 'DISK_FULL' | 'STORE_BUSY' | 'STORE_AWAY' | 'STORE_DENIED';
  readonly message: string;
}

/** The way to the database server is broken: no answer, or none in time. */
export class StoreAway extends Error {}

/** A database server that answers and is not fit to keep this store. */
export class StoreRefused extends Error {}

/** SQLite result codes (sqlite3.h, primary codes) that are the world's fault and not the program's. */
const SQLITE_CODES: ReadonlyMap<number, StoreFault['code']> = new Map([
  [5, 'STORE_BUSY'],
  [6, 'STORE_BUSY'],
  [8, 'DATA_UNREADABLE'],
  [10, 'DATA_UNREADABLE'],
  [11, 'DATA_UNREADABLE'],
  [13, 'DISK_FULL'],
  [14, 'DATA_UNREADABLE'],
  [26, 'DATA_UNREADABLE'],
]);

/** The same for SQLSTATE (PostgreSQL manual, appendix A): whole codes first, then classes. */
const SQLSTATES: ReadonlyMap<string, StoreFault['code']> = new Map([
  ['25006', 'DATA_UNREADABLE'], // read only: a standby
  ['25P03', 'STORE_BUSY'], // idle in transaction too long
  ['3D000', 'STORE_DENIED'], // no such database
  ['42501', 'STORE_DENIED'], // no right to the schema
  ['53100', 'DISK_FULL'],
  ['53200', 'STORE_BUSY'], // out of memory
  ['55P03', 'STORE_BUSY'], // lock not to be had in time
  ['57014', 'STORE_BUSY'], // statement took too long
  ['08', 'STORE_AWAY'],
  ['28', 'STORE_DENIED'], // wrong password, or not let in
  ['40', 'STORE_BUSY'], // deadlock, serialisation
  ['53', 'STORE_AWAY'], // too many connections
  ['57', 'STORE_AWAY'], // starting, stopping, crashed
  ['58', 'DATA_UNREADABLE'], // its disk
  ['XX', 'DATA_UNREADABLE'], // corrupted
]);

/** What each code's sentence begins with. */
const WHAT: Readonly<Partial<Record<StoreFault['code'], string>>> = {
  STORE_AWAY: 'the database server does not answer',
  STORE_DENIED: 'the database server does not let this program in (look at user, password and database)',
};

/** The fault behind an error of an engine; `undefined` when the error is a mistake of the program (bad SQL, a broken
 *  constraint). Extended result codes of SQLite carry the primary one in their low byte. */
export function storeFaultOf(error: unknown): StoreFault | undefined {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return undefined;
  return { code, message: `${WHAT[code] ?? 'database'}: ${error.message}` };
}

function codeOf(error: unknown): StoreFault['code'] | undefined {
  if (error instanceof StoreAway) return 'STORE_AWAY';
  if (error instanceof StoreRefused) return 'DATA_UNREADABLE';
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE_CODES.get(error.errcode & 0xff);
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  return SQLSTATES.get(error.code) ?? SQLSTATES.get(error.code.slice(0, 2));
}

/** Extended result codes of SQLite and SQLSTATEs that say the same of a row. */
const CONSTRAINTS: ReadonlyMap<number | string, string> = new Map<number | string, string>([
  [787, 'foreign key'],
  ['23503', 'foreign key'],
  [1555, 'doubled key'],
  [2067, 'doubled key'],
  ['23505', 'doubled key'],
]);

/** Which rule of the schema a row would have broken, in the same words on both engines. */
export function brokenConstraintOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const key = 'errcode' in error ? error.errcode : 'code' in error ? error.code : undefined;
  return typeof key === 'number' || typeof key === 'string' ? CONSTRAINTS.get(key) : undefined;
}
