import type { ServiceOutcome } from '@yimen/contracts/journal';
import type { EventView, FleetReads } from '../store/fleet-reads.ts';
import { localDay, startOfDay } from './local-day.ts';

/** Rows read from the store for one answer: a filter that hardly anything passes must not read the whole ledger. */
const SCAN_ROWS = 5_000;
/** Rows of one read. */
const READ_ROWS = 500;

/** Kinds that carry an incident number: so few that a number is found far back. */
const INCIDENT_KINDS = ['service-result', 'incident'];

/** What rows are wanted. `service`, `outcome`, `incident` and `day` are fields of the rows, which the store does not search. */
export interface EventFilter {
  readonly tid?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly before?: number | undefined;
  readonly service?: string | undefined;
  readonly outcome?: ServiceOutcome | undefined;
  /** The number on a citizen's slip: the result that it was given for, and what became of it. */
  readonly incident?: string | undefined;
  /** Day of the happening in Asia/Shanghai, as the volumes count it. */
  readonly day?: string | undefined;
  readonly limit: number;
}

/** Rows that fit, newest first. `next`: read on from here; null when there is nothing further back. An answer may hold
 *  fewer rows than asked for and still have a `next`: so many rows were looked through and did not fit. */
export interface EventRows {
  readonly events: EventView[];
  readonly next: string | null;
}

/** Reads back from `before` until `limit` rows fit, the day is over, or enough was looked through. */
export async function readEventRows(reads: FleetReads, filter: EventFilter): Promise<EventRows> {
  const { tid, limit } = filter;
  const kinds = filter.kinds ?? (filter.incident === undefined ? undefined : INCIDENT_KINDS);
  const isPlain = [filter.service, filter.outcome, filter.incident, filter.day].every((field) => field === undefined);
  const events: EventView[] = [];
  let { before } = filter;
  for (let scanned = 0; scanned < SCAN_ROWS; scanned += READ_ROWS) {
    const ask = isPlain ? limit : READ_ROWS;
    const rows = await reads.events({ tid, kinds, before, limit: ask });
    for (const row of rows) {
      // A row is received after it happened, so rows received before the day cannot belong to it.
      if (filter.day !== undefined && row.receivedAt < startOfDay(filter.day)) return { events, next: null };
      if (fits(row, filter)) events.push(row);
      if (events.length === limit) return { events, next: row.id };
      before = Number(row.id);
    }
    if (rows.length < ask) return { events, next: null };
  }
  return { events, next: before === undefined ? null : String(before) };
}

function fits(row: EventView, filter: EventFilter): boolean {
  return (
    (filter.service === undefined || row.fields['service'] === filter.service) &&
    (filter.outcome === undefined || row.fields['outcome'] === filter.outcome) &&
    (filter.incident === undefined ||
      row.fields['incident'] === filter.incident ||
      row.fields['number'] === filter.incident) &&
    (filter.day === undefined || localDay(row.at) === filter.day)
  );
}
