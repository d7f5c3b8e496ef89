import type { Fault } from '@yimen/contracts/device';
import { faultOf, reasonOf } from '../platform/fault.ts';

/** SQLite's primary result codes that have a meaning of their own here (sqlite.org/rescode.html). */
const FULL = 13;
const BUSY = 5;
const READONLY = 8;

/** What an error of node:sqlite means for the journal.
 *  JOURNAL_FULL no room left; DATA_IN_USE another process holds the file; JOURNAL_IO anything else */
export function sqliteFault(thrown: unknown, doing: string): Fault {
  const primary = primaryCode(thrown);
  const why = `${doing}: ${reasonOf(thrown)}`;
  if (primary === FULL) return faultOf('JOURNAL_FULL', why, 'maintenance');
  if (primary === BUSY) return faultOf('DATA_IN_USE', why, 'configuration');
  if (primary === READONLY) return faultOf('JOURNAL_IO', `${why} (read-only)`, 'maintenance');
  return faultOf('JOURNAL_IO', why, 'maintenance');
}

/** Extended codes carry the primary one in their lowest byte. */
function primaryCode(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return 0;
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : 0;
}

/** Result codes that say nothing of what is in a file: no memory, no right, no handle, somebody else's lock, an error of
 *  the device that may be gone the next time. */
const ANOTHER_REASON: ReadonlySet<number> = new Set([3, BUSY, 6, 7, READONLY, FULL, 14, 15, 23]);

/** Whether an error of node:sqlite has another reason than damage. */
export function isAnotherReason(thrown: unknown): boolean {
  return ANOTHER_REASON.has(primaryCode(thrown));
}
