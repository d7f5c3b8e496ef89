import { infiniteQueryOptions, QueryClient, queryOptions, type InfiniteData, type Query } from '@tanstack/react-query';
import type { ServiceOutcome } from '@yimen/contracts/journal';
import type { Replies } from './api-types.ts';
import type { LiveChange } from './live-client.ts';
import { ApiError, request } from './request.ts';
import { ServerClock } from './server-clock.ts';

/** One clock and one cache for the page. */
export const serverClock = new ServerClock();

/** Rows of one page of the event list. */
const EVENT_ROWS = 50;

/** Reads once, and keeps what was read until the feed says that it changed. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => error instanceof ApiError && error.status === 0 && failures < 2,
        retryDelay: 700,
      },
    },
  });
}

async function read<T extends { now: number }>(path: string, signal: AbortSignal): Promise<T> {
  const reply = await request<T>(path, { signal });
  serverClock.sync(reply.now);
  return reply;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => read<Replies['session']>('/api/session', signal),
});

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => read<Replies['overview']>('/api/overview', signal),
});

export const alarmsQuery = queryOptions({
  queryKey: ['alarms'],
  queryFn: ({ signal }) => read<Replies['alarms']>('/api/alarms', signal),
});

/** Counted differences that nobody has accepted. */
export const variancesQuery = queryOptions({
  queryKey: ['variances'],
  queryFn: ({ signal }) => read<Replies['variances']>('/api/variances', signal),
});

/** One terminal. */
export function terminalQuery(tid: string) {
  return queryOptions({
    queryKey: ['terminal', tid],
    queryFn: ({ signal }) => read<Replies['terminal']>(`/api/terminals/${encodeURIComponent(tid)}`, signal),
  });
}

/** One terminal's ledger. */
export function ledgerQuery(tid: string) {
  return queryOptions({
    queryKey: ['ledger', tid],
    queryFn: ({ signal }) => read<Replies['ledger']>(`/api/ledger/${encodeURIComponent(tid)}`, signal),
  });
}

/** Which events: a terminal's, of one kind; the rows behind a volume (service, outcome, day); those of one slip's incident
 *  number. */
export interface EventFilter {
  readonly tid?: string | undefined;
  readonly kind?: string | undefined;
  readonly service?: string | undefined;
  readonly outcome?: ServiceOutcome | undefined;
  readonly day?: string | undefined;
  readonly incident?: string | undefined;
}

/** Events, newest first, further back page by page. */
export function eventsQuery({ tid, kind, service, outcome, day, incident }: EventFilter) {
  return infiniteQueryOptions({
    queryKey: ['events', tid ?? '', kind ?? '', service ?? '', outcome ?? '', day ?? '', incident ?? ''],
    queryFn: ({ pageParam, signal }) => {
      const wanted = {
        tid,
        kinds: kind,
        service,
        outcome,
        day,
        incident,
        before: pageParam === '' ? undefined : pageParam,
      };
      const given = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const query = new URLSearchParams([['limit', String(EVENT_ROWS)], ...given]);
      return read<Replies['events']>(`/api/events?${query}`, signal);
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    // Only the feed makes it old: so "old and not being read" means that newer rows wait to be asked for.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** A list that somebody reads far back must not move under their eyes, nor be read whole for each new row. */
function isLongList(query: Query): boolean {
  return (
    query.queryKey[0] === 'events' && ((query.state.data as InfiniteData<unknown> | undefined)?.pages.length ?? 0) > 1
  );
}

async function invalidate(client: QueryClient, queryKey?: readonly string[]): Promise<void> {
  const filter = queryKey === undefined ? {} : { queryKey };
  await Promise.all([
    client.invalidateQueries({ ...filter, predicate: (query) => !isLongList(query) }),
    client.invalidateQueries({ ...filter, predicate: isLongList, refetchType: 'none' }),
  ]);
}

/** Reads everything again that a page shows right now. */
export async function readAllAgain(client: QueryClient): Promise<void> {
  await invalidate(client);
}

/** Whether what a query shows may be behind the feed: reading it again failed, or waits for the network. */
export function isBehind(query: { readonly failureCount: number; readonly fetchStatus: string }): boolean {
  return query.failureCount > 0 || query.fetchStatus === 'paused';
}

/** Reads again what the changes touch; only what a page shows right now is really asked for. */
export async function readAgain(client: QueryClient, changes: readonly LiveChange[]): Promise<void> {
  const keys = new Map<string, readonly string[]>();
  const note = (...key: readonly string[]): void => void keys.set(key.join(' '), key);
  for (const { what, tid } of changes) {
    note('terminal', tid);
    if (what === 'events') {
      note('events', tid);
      note('events', '');
      note('ledger', tid);
    } else note('overview');
    if (what === 'alarms') {
      note('alarms');
      note('variances');
    }
  }
  await Promise.all([...keys.values()].map((queryKey) => invalidate(client, queryKey)));
}
