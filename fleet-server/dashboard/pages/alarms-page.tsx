import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { JSX } from 'react';
import { sortedAlarms } from '../alarm-order.ts';
import type { Alarm } from '../api-client/api-types.ts';
import { alarmsQuery, isBehind, overviewQuery } from '../api-client/queries.ts';
import { AlarmList } from '../components/alarm-list.tsx';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { Choice } from '../components/choice.tsx';
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
    </>
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
