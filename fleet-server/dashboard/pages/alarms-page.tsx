import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { JSX } from 'react';
import { sortedAlarms } from '../alarm-order.ts';
import type { Alarm } from '../api-client/api-types.ts';
import { alarmsQuery, isBehind, overviewQuery, variancesQuery } from '../api-client/queries.ts';
import { AlarmList } from '../components/alarm-list.tsx';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { Choice } from '../components/choice.tsx';
import { VarianceList } from '../components/variance-list.tsx';
import { isStale } from '../freshness.ts';
import { usePage, useServerNow } from '../page-context.ts';
import { placesOf } from '../places.ts';

interface Filter {
  readonly tid?: string | undefined;
  readonly town?: string | undefined;
}

/** Open alarms, and their acknowledgement; filtered by the address: `?tid=…&town=…`. */
export function AlarmsPage(): JSX.Element {
  const { words } = usePage();
  const { alarms: text, terminals } = words.text;
  const filter = useSearch({ from: '/alarms' });
  const navigate = useNavigate({ from: '/alarms' });
  const query = useQuery(alarmsQuery);
  const { data: overview } = useQuery(overviewQuery);
  const show = (change: Filter): void => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const fitting = sortedAlarms(query.data?.alarms ?? []).filter(
    (alarm) =>
      (filter.tid === undefined || alarm.tid === filter.tid) &&
      (filter.town === undefined || alarm.town === filter.town),
  );
  const waiting = fitting.filter((alarm) => alarm.state === 'unacked' || alarm.state === 'returned').length;
  return (
    <>
      <h1>{text.title}</h1>
      <div className="filters">
        <Choice
          label={terminals.town}
          all={terminals.all}
          value={filter.town}
          options={(overview?.towns ?? []).map((town) => ({ value: town.code, label: words.pick(town) }))}
          onChange={(town) => show({ town })}
        />
        <Choice
          label={words.text.events.terminal}
          all={terminals.all}
          value={filter.tid}
          options={[...placesOf(overview).keys()].map((tid) => ({ value: tid, label: tid }))}
          onChange={(tid) => show({ tid })}
        />
        {query.data === undefined ? null : (
          <>
            <p className="filters-count" role="status">
              {text.count(fitting.length, waiting)}
            </p>
            <AsOf readAt={query.data.now} isBehind={isBehind(query)} />
          </>
        )}
      </div>
      <Answer query={query}>
        {({ alarms }) =>
          fitting.length > 0 ? (
            <Alarms alarms={fitting} />
          ) : alarms.length === 0 ? (
            <Nothing title={text.none} hint={text.noneHint} />
          ) : (
            <Nothing title={text.noneFit} hint={terminals.noneHint}>
              <Button onClick={() => show({ tid: undefined, town: undefined })}>{terminals.clear}</Button>
            </Nothing>
          )
        }
      </Answer>
      <Variances filter={filter} />
    </>
  );
}

/** Below the alarms; nothing at all while no difference is open. That they could not be read is said. */
function Variances({ filter }: { readonly filter: Filter }): JSX.Element | null {
  const { words } = usePage();
  const query = useQuery(variancesQuery);
  const places = placesOf(useQuery(overviewQuery).data);
  const fitting = (query.data?.variances ?? []).filter(
    ({ tid, town }) =>
      (filter.tid === undefined || tid === filter.tid) && (filter.town === undefined || town === filter.town),
  );
  if (fitting.length === 0 && query.error === null) return null;
  const id = 'open-variances';
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-title">
        <h2 id={id}>{words.text.variances.title}</h2>
        {query.data === undefined ? null : <AsOf readAt={query.data.now} isBehind={isBehind(query)} />}
      </div>
      <p className="quiet">{words.text.variances.hint}</p>
      <Answer query={query}>
        {() => (fitting.length === 0 ? null : <VarianceList variances={fitting} places={places} />)}
      </Answer>
    </section>
  );
}

function Alarms(props: { readonly alarms: readonly Alarm[] }): JSX.Element {
  const now = useServerNow();
  const places = placesOf(useQuery(overviewQuery).data);
  return (
    <AlarmList
      alarms={props.alarms}
      places={places}
      terminalOf={(tid) => {
        const terminal = places.get(tid)?.terminal;
        return terminal === undefined || isStale(terminal, now) ? undefined : terminal;
      }}
    />
  );
}
