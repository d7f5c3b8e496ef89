/** Why the store cannot do what was asked; nothing of the call was kept. */
export interface StoreFault {
  readonly code: 'DATA_UNREADABLE' | 'DATA_NEWER' | 'DISK_FULL' | 'STORE_BUSY';
  readonly message: string;
}

/** SQLite result codes (sqlite3.h, primary codes) that are the world's fault and not the program's. */
const WORLD_CODES: ReadonlyMap<number, StoreFault['code']> = new Map([
  [5, 'STORE_BUSY'],
  [6, 'STORE_BUSY'],
  [8, 'DATA_UNREADABLE'],
  [10, 'DATA_UNREADABLE'],
  [11, 'DATA_UNREADABLE'],
  [13, 'DISK_FULL'],
  [14, 'DATA_UNREADABLE'],
  [26, 'DATA_UNREADABLE'],
]);

/** The fault behind an error of `node:sqlite`; `undefined` when the error is a mistake of the program (bad SQL, a broken
 *  constraint). Extended result codes carry the primary one in their low byte. */
export function storeFaultOf(error: unknown): StoreFault | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  const code = WORLD_CODES.get(error.errcode & 0xff);
  return code === undefined ? undefined : { code, message: `database: ${error.message}` };
}
