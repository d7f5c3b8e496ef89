import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, type JSX } from 'react';
import type { Hall, Replies, ShownState, Terminal } from '../api-client/api-types.ts';
import { overviewQuery } from '../api-client/queries.ts';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { Choice } from '../components/choice.tsx';
import { Freshness } from '../components/moment.tsx';
import { StateMark } from '../components/state-mark.tsx';
import { isStale, useStale } from '../freshness.ts';
import { usePage, useServerNow } from '../page-context.ts';

/** Terminals, filtered by the address: `?q=…&town=…&state=…`. */
export function TerminalsPage(): JSX.Element {
  const query = useQuery(overviewQuery);
  const { words } = usePage();
  return (
    <>
      <h1>{words.text.terminals.title}</h1>
      <Answer query={query}>{(overview) => <TerminalList overview={overview} />}</Answer>
    </>
  );
}

interface Filter {
  readonly q?: string | undefined;
  readonly town?: string | undefined;
  readonly state?: ShownState | undefined;
}

/** The terminals that fit; words of `q` may stand in the id, the hall or the town, in either language. */
export function fittingTerminals(
  overview: Pick<Replies['overview'], 'towns'>,
  filter: Filter,
  now: number,
): { terminal: Terminal; hall: Hall }[] {
  const wanted = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return overview.towns
    .filter((town) => filter.town === undefined || town.code === filter.town)
    .flatMap((town) => town.halls.flatMap((hall) => hall.terminals.map((terminal) => ({ terminal, hall, town }))))
    .filter(({ terminal, hall, town }) => {
      const shown = isStale(terminal, now) ? 'unknown' : terminal.state;
      const text = [terminal.tid, hall.zh, hall.en, town.zh, town.en].join(' ').toLowerCase();
      return (filter.state === undefined || shown === filter.state) && wanted.every((word) => text.includes(word));
    })
    .map(({ terminal, hall }) => ({ terminal, hall }));
}

function TerminalList(props: { readonly overview: Replies['overview'] }): JSX.Element {
  const { words } = usePage();
  const { terminals: text, states } = words.text;
  const filter = useSearch({ from: '/terminals' });
  const navigate = useNavigate({ from: '/terminals' });
  const now = useServerNow();
  const fitting = useMemo(() => fittingTerminals(props.overview, filter, now), [props.overview, filter, now]);
  const show = (change: Filter): void => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const stateOptions = (Object.keys(states) as ShownState[]).map((value) => ({ value, label: states[value] }));
  return (
    <>
      <div className="filters">
        <Choice
          label={text.town}
          all={text.all}
          value={filter.town}
          options={props.overview.towns.map((town) => ({ value: town.code, label: words.pick(town) }))}
          onChange={(town) => show({ town })}
        />
        <Choice
          label={text.state}
          all={text.all}
          value={filter.state}
          options={stateOptions}
          onChange={(state) => show({ state: state as ShownState | undefined })}
        />
        <p className="filters-count" role="status">
          {text.count(fitting.length)}
          {filter.q === undefined ? '' : ` · “${filter.q}”`}
        </p>
        <AsOf readAt={props.overview.now} />
      </div>
      {fitting.length === 0 ? (
        <Nothing title={text.none} hint={text.noneHint}>
          <Button onClick={() => show({ q: undefined, town: undefined, state: undefined })}>{text.clear}</Button>
        </Nothing>
      ) : (
        <table className="table cards panel">
          <thead>
            <tr>
              {[
                text.columns.terminal,
                text.columns.hall,
                text.columns.state,
                text.columns.heard,
                text.columns.off,
                text.columns.alarms,
              ].map((column) => (
                <th scope="col" key={column}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fitting.map((row) => (
              <TerminalRow key={row.terminal.tid} {...row} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function TerminalRow(props: { readonly terminal: Terminal; readonly hall: Hall }): JSX.Element {
  const { words } = usePage();
  const { columns: text } = words.text.terminals;
  const { terminal, hall } = props;
  const stale = useStale(terminal);
  return (
    <tr>
      <td>
        <Link className="strong nowrap" to="/terminals/$tid" params={{ tid: terminal.tid }}>
          {terminal.tid}
        </Link>
      </td>
      <td>{words.pick(hall)}</td>
      <td>
        <StateMark state={terminal.state} stale={stale} />
      </td>
      <td>
        <Freshness terminal={terminal} stale={stale} />
      </td>
      <td className={terminal.off.length === 0 ? 'is-nothing' : undefined} data-label={text.off}>
        {terminal.off.length === 0 ? '–' : words.services(terminal.off.map((row) => row.service))}
      </td>
      <td className={terminal.openAlarms > 0 ? 'is-bad' : 'is-nothing'} data-label={text.alarms}>
        {terminal.openAlarms}
      </td>
    </tr>
  );
}
