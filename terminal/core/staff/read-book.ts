import type { PastEvent } from '@yimen/contracts/terminal';
import type { JournalReader } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { BOOK_KINDS, EMPTY_BOOK, foldRow, type StaffBook } from './staff-book.ts';

/** Rows of these come with every citizen, the others with staff and incidents only. */
const MANY = ['goods-moved', 'service-result'] as const;
const FEW = BOOK_KINDS.filter((kind) => !MANY.some((many) => many === kind));

/** The book of a journal, at a start of core. Years of citizens are not walked through: what was moved counts since the
 *  last exchange of each unit, and for what is still held. */
export function readBook(reader: Pick<JournalReader, 'staffRows'>): StaffBook {
  const few = reader.staffRows(FEW, 0);
  const from = neededFrom(few);
  const many = from === undefined ? [] : reader.staffRows(MANY, from);
  return [...few, ...many].toSorted((a, b) => a.j - b.j).reduce(foldRow, EMPTY_BOOK);
}

/** After which row movements matter; undefined: none do. */
function neededFrom(few: readonly PastEvent[]): number | undefined {
  const needed = [...openIncidents(few), ...lastExchanges(few)];
  return needed.length === 0 ? undefined : Math.max(0, Math.min(...needed));
}

/** Before its incident number a session has moved the thing: no session writes more rows than these. */
function openIncidents(few: readonly PastEvent[]): number[] {
  const open = new Map<unknown, number>();
  for (const row of few) {
    if (row.kind !== 'incident') continue;
    if (row['state'] === 'opened') open.set(row['number'], row.j - CORE_LIMITS.sessionRows);
    else open.delete(row['number']);
  }
  return [...open.values()];
}

/** Where each unit was counted last, in an exchange that ended with it. */
function lastExchanges(few: readonly PastEvent[]): number[] {
  const counted = new Map<string, number>();
  const pending = new Map<unknown, Set<string>>();
  for (const row of few) {
    const { module } = row;
    if (row.kind === 'exchange-started') pending.set(module, new Set());
    if (row.kind === 'exchange-counted') pending.get(module)?.add(String(row['unit']));
    if (row.kind !== 'exchange-ended' || row['outcome'] !== 'counted') continue;
    for (const unit of pending.get(module) ?? []) counted.set(`${String(module)}.${unit}`, row.j);
  }
  return [...counted.values()];
}
