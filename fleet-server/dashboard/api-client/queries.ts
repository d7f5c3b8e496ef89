import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query';
import type { Replies } from './api-types.ts';
import type { LiveChange } from './live-client.ts';
import { ApiError, request } from './request.ts';
import { ServerClock } from './server-clock.ts';

/** One clock and one cache for the page. */
export const serverClock = new ServerClock();

/** Rows of one page of the event list. */
export const EVENT_ROWS = 50;

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

/** Events, newest first, further back page by page. */
export function eventsQuery(filter: { readonly tid?: string | undefined; readonly kind?: string | undefined }) {
  return infiniteQueryOptions({
    queryKey: ['events', filter.tid ?? '', filter.kind ?? ''],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(EVENT_ROWS) });
      if (filter.tid !== undefined) query.set('tid', filter.tid);
      if (filter.kind !== undefined) query.set('kinds', filter.kind);
      if (pageParam !== '') query.set('before', pageParam);
      return read<Replies['events']>(`/api/events?${query}`, signal);
    },
    initialPageParam: '',
    getNextPageParam: (last) => (last.events.length < EVENT_ROWS ? undefined : last.events.at(-1)?.id),
  });
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
    if (what === 'alarms') note('alarms');
  }
  await Promise.all([...keys.values()].map((queryKey) => client.invalidateQueries({ queryKey })));
}
