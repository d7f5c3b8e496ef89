import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';
import { openForReading } from './journal-file.ts';
import { journalReader, type RawRow } from './read.ts';

/** Which rows to show: `j` between `from` and `to`, both included; of one session or operation when named. */
export interface ShowFilter {
  readonly from: number;
  readonly to: number;
  readonly sessionId: string | undefined;
  readonly operationId: string | undefined;
}

/** Gives one line per row: `j seq time kind fields`. Rows are shown as they are, damaged ones too.
 *  @fault JOURNAL_UNREADABLE the file cannot be opened or read */
export function showJournal(file: string, filter: ShowFilter, print: (line: string) => void): Result<void, Fault> {
  const db = openForReading(file);
  if (!db.ok) return db;
  try {
    const reader = journalReader(db.value);
    let at = filter.from - 1;
    for (;;) {
      const page = reader.rawAfter(at, CORE_LIMITS.journalPageRows);
      for (const row of page) {
        at = Number(row['j']);
        if (at > filter.to) return ok(undefined);
        const line = lineOf(row, filter);
        if (line !== undefined) print(line);
      }
      if (page.length < CORE_LIMITS.journalPageRows) return ok(undefined);
    }
  } catch (error) {
    return err(faultOf('JOURNAL_UNREADABLE', `${file}: ${reasonOf(error)}`, 'maintenance'));
  } finally {
    db.value.close();
  }
}

const IN_COLUMNS = new Set(['j', 'seq', 'kind', 'boot', 'mono', 'wall']);

function lineOf(row: RawRow, filter: ShowFilter): string | undefined {
  const fields = fieldsOf(String(row['body']));
  if (filter.sessionId !== undefined && fields?.get('sessionId') !== filter.sessionId) return undefined;
  if (filter.operationId !== undefined && fields?.get('operationId') !== filter.operationId) return undefined;
  const rest =
    fields === undefined
      ? '(unreadable)'
      : [...fields]
          .filter(([name]) => !IN_COLUMNS.has(name))
          .map(([name, value]) => `${name}=${plain(value)}`)
          .join(' ');
  const time = new Date(Number(row['wall'])).toISOString();
  return `${String(row['j']).padStart(6)} ${String(row['seq'] ?? '-').padStart(6)} ${time} ${String(row['kind'])} ${rest}`.trimEnd();
}

function fieldsOf(body: string): Map<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
