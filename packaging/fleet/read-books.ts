import { err, ok, type Result } from '@yimen/contracts/base';
import { readFleetBooks } from '@yimen/fleet-server/fleet-books';
import { isPostgresUrl, shownAddress } from '@yimen/fleet-server/store-address';
import { gatewayAccounts } from '@yimen/fleet-server/gateway-accounts';
import { readStatement } from '@yimen/fleet-server/sandbox-statement';
import { asItLies } from './as-it-lies.ts';
import type { Books, JournalBook } from './books.ts';
import { readJournal, type ReadFault } from './read-journal.ts';

/** Where the books lie. */
export interface BookFiles {
  readonly journals: readonly string[];
  /** A file, or the URL of a PostgreSQL database. */
  readonly fleet: string;
  readonly provider: string;
}

/** Reads every book once, in the order that `Books` needs; all of them may be in use.
 *  @fault JOURNAL_UNREADABLE · DATA_UNREADABLE · STORE_BUSY, with the file; WRONG_OPTION the same terminal twice */
export async function readBooks(files: BookFiles, readAt: number): Promise<Result<Books, ReadFault>> {
  const journals: JournalBook[] = [];
  for (const file of files.journals) {
    const read = readJournal(file);
    if (!read.ok) return read;
    const { tid, epoch } = read.value;
    if (journals.some((one) => one.tid === tid && one.epoch === epoch))
      return err({ code: 'WRONG_OPTION', message: `${file}: the journal of ${tid} was given twice` });
    journals.push(read.value);
  }
  const fleet = await readFleetBooks(isPostgresUrl(files.fleet) ? files.fleet : asItLies(files.fleet));
  if (!fleet.ok)
    return err({ code: fleet.error.code, message: `${shownAddress(files.fleet)}: ${fleet.error.message}` });
  const statement = readStatement(asItLies(files.provider));
  if (!statement.ok)
    return err({ code: statement.error.code, message: `${files.provider}: ${statement.error.message}` });
  const { operations, ...counted } = fleet.value;
  return ok({
    journals,
    fleet: counted,
    gateway: gatewayAccounts(operations),
    statement: statement.value,
    readAt,
  });
}
