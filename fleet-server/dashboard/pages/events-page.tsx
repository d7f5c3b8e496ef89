import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FLEET_KINDS, serviceOutcomeSchema } from '@yimen/contracts/journal';
import { CATALOGUE } from '@yimen/contracts/service';
import { Button } from 'antd';
import type { JSX } from 'react';
import type { FleetEvent } from '../api-client/api-types.ts';
import { eventsQuery, isBehind, overviewQuery, type EventFilter } from '../api-client/queries.ts';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { Choice } from '../components/choice.tsx';
import { EventTable } from '../components/event-table.tsx';
import { usePage } from '../page-context.ts';
import { placesOf } from '../places.ts';

const NO_FILTER: Required<Record<keyof EventFilter, undefined>> = {
  tid: undefined,
  kind: undefined,
  service: undefined,
  outcome: undefined,
  day: undefined,
  incident: undefined,
};

/** What terminals journaled, filtered by the address: `?tid=…&kind=…`, and for the rows behind a volume also
 *  `service`, `outcome` and `day`; `incident` is the number on a citizen's slip. */
export function EventsPage(): JSX.Element {
  const { words } = usePage();
  const { events: text } = words.text;
  const filter = useSearch({ from: '/events' });
  const navigate = useNavigate({ from: '/events' });
  const client = useQueryClient();
  const query = useInfiniteQuery(eventsQuery(filter));
  const hasNewer = query.isStale && !query.isFetching && (query.data?.pages.length ?? 0) > 1;
  const first = query.data?.pages[0];
  const show = (change: EventFilter): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <>
      <h1>{text.title}</h1>
      <div className="filters">
        <Filters filter={filter} onChange={show} />
        {first === undefined ? null : <AsOf readAt={first.now} isBehind={hasNewer || isBehind(query)} />}
      </div>
      {hasNewer ? (
        <p className="newer" role="status">
          {text.newer}{' '}
          <Button onClick={() => void client.resetQueries({ queryKey: eventsQuery(filter).queryKey })}>
            {text.showNewer}
          </Button>
        </p>
      ) : null}
      <Answer query={query}>
        {({ pages }) => (
          <EventRows events={pages.flatMap((page) => page.events)} onClear={() => show(NO_FILTER)}>
            {query.hasNextPage ? (
              <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {text.older}
              </Button>
            ) : null}
          </EventRows>
        )}
      </Answer>
    </>
  );
}

function Filters(props: {
  readonly filter: EventFilter;
  readonly onChange: (change: EventFilter) => void;
}): JSX.Element {
  const { words } = usePage();
  const { events: text, volume } = words.text;
  const { filter, onChange } = props;
  const { data: overview } = useQuery(overviewQuery);
  const isAboutService = filter.kind === 'service-result' || filter.service !== undefined;
  const days = [...new Set([overview?.day, filter.day])].filter((day) => day !== undefined);
  return (
    <>
      <Choice
        label={text.terminal}
        all={text.all}
        value={filter.tid}
        options={[...placesOf(overview).keys()].map((tid) => ({ value: tid, label: tid }))}
        onChange={(tid) => onChange({ tid })}
      />
      <Choice
        label={text.kind}
        all={text.all}
        value={filter.kind}
        options={FLEET_KINDS.map((kind) => ({ value: kind, label: words.event(kind) }))}
        onChange={(kind) => onChange({ kind, service: undefined, outcome: undefined })}
      />
      {isAboutService ? (
        <>
          <Choice
            label={text.service}
            all={text.all}
            value={filter.service}
            options={CATALOGUE.map(({ id }) => ({ value: id, label: words.service(id) }))}
            onChange={(service) => onChange({ service })}
          />
          <Choice
            label={text.outcome}
            all={text.all}
            value={filter.outcome}
            options={serviceOutcomeSchema.options.map((value) => ({ value, label: volume[value] }))}
            onChange={(value) => onChange({ outcome: serviceOutcomeSchema.options.find((known) => known === value) })}
          />
        </>
      ) : null}
      <Choice
        label={text.day}
        all={text.all}
        value={filter.day}
        options={days.map((day) => ({ value: day, label: day }))}
        onChange={(day) => onChange({ day })}
      />
      {filter.incident === undefined ? null : (
        <Choice
          label={text.incident}
          all={text.all}
          value={filter.incident}
          options={[{ value: filter.incident, label: filter.incident }]}
          onChange={(incident) => onChange({ incident })}
        />
      )}
    </>
  );
}

function EventRows(props: {
  readonly events: readonly FleetEvent[];
  readonly onClear: () => void;
  /** The way further back, where there is one. */
  readonly children: JSX.Element | null;
}): JSX.Element {
  const { words } = usePage();
  const { events: text, terminals } = words.text;
  if (props.events.length === 0 && props.children === null) {
    return (
      <Nothing title={text.none} hint={text.noneHint}>
        <Button onClick={props.onClear}>{terminals.clear}</Button>
      </Nothing>
    );
  }
  return (
    <>
      {props.events.length === 0 ? null : (
        <div className="panel">
          <EventTable events={props.events} showTerminal />
        </div>
      )}
      {props.children ?? <p className="quiet">{text.end}</p>}
    </>
  );
}
