import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FLEET_KINDS } from '@yimen/contracts/journal';
import { Button } from 'antd';
import type { JSX } from 'react';
import { eventsQuery, overviewQuery } from '../api-client/queries.ts';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { Choice } from '../components/choice.tsx';
import { EventTable } from '../components/event-table.tsx';
import { usePage } from '../page-context.ts';

/** What terminals journaled, filtered by the address: `?tid=…&kind=…`. */
export function EventsPage(): JSX.Element {
  const { words } = usePage();
  const { events: text } = words.text;
  const filter = useSearch({ from: '/events' });
  const navigate = useNavigate({ from: '/events' });
  const { data: overview } = useQuery(overviewQuery);
  const query = useInfiniteQuery(eventsQuery(filter));
  const show = (change: { tid?: string | undefined; kind?: string | undefined }): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const tids =
    overview?.towns.flatMap((town) => town.halls).flatMap((hall) => hall.terminals.map((terminal) => terminal.tid)) ??
    [];
  return (
    <>
      <h1>{text.title}</h1>
      <div className="filters">
        <Choice
          label={text.terminal}
          all={text.all}
          value={filter.tid}
          options={tids.map((tid) => ({ value: tid, label: tid }))}
          onChange={(tid) => show({ tid })}
        />
        <Choice
          label={text.kind}
          all={text.all}
          value={filter.kind}
          options={FLEET_KINDS.map((kind) => ({ value: kind, label: words.event(kind) }))}
          onChange={(kind) => show({ kind })}
        />
        {query.data?.pages[0] === undefined ? null : <AsOf readAt={query.data.pages[0].now} />}
      </div>
      <Answer query={query}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.events);
          if (events.length === 0) {
            return (
              <Nothing title={text.none} hint={text.noneHint}>
                <Button onClick={() => show({ tid: undefined, kind: undefined })}>{words.text.terminals.clear}</Button>
              </Nothing>
            );
          }
          return (
            <>
              <div className="panel">
                <EventTable events={events} showTerminal />
              </div>
              {query.hasNextPage ? (
                <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {text.older}
                </Button>
              ) : (
                <p className="quiet">{text.end}</p>
              )}
            </>
          );
        }}
      </Answer>
    </>
  );
}
