import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, useState, type JSX } from 'react';
import type { Replies, ShownState, Terminal } from '../api-client/api-types.ts';
import { isBehind, overviewQuery } from '../api-client/queries.ts';
import { causesOf } from '../causes.ts';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { Choice } from '../components/choice.tsx';
import { Freshness } from '../components/moment.tsx';
import type { PanelSource } from '../components/panel-title.tsx';
import { StateMark } from '../components/state-mark.tsx';
import { isWell } from '../module-state.ts';
import { useStale } from '../freshness.ts';
import { usePage, useServerNow } from '../page-context.ts';
import type { Place } from '../places.ts';
import { fittingTerminals, type TerminalFilter } from '../terminal-filter.ts';

/** Rows that are drawn at a time: more than a screen, and few enough to be drawn anew each second. */
const SHOWN_ROWS = 100;

/** Terminals, filtered by the address: `?q=…&town=…&state=…`. */
export function TerminalsPage(): JSX.Element {
  const query = useQuery(overviewQuery);
  const { words } = usePage();
  return (
    <>
      <h1>{words.text.terminals.title}</h1>
      <Answer query={query}>{(overview) => <TerminalList overview={overview} source={query} />}</Answer>
    </>
  );
}

function TerminalList(props: { readonly overview: Replies['overview']; readonly source: PanelSource }): JSX.Element {
  const { words } = usePage();
  const { terminals: text } = words.text;
  const filter = useSearch({ from: '/terminals' });
  const navigate = useNavigate({ from: '/terminals' });
  const now = useServerNow();
  const fitting = useMemo(() => fittingTerminals(props.overview, filter, now), [props.overview, filter, now]);
  const show = (change: TerminalFilter): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <>
      <div className="filters">
        <Filters filter={filter} towns={props.overview.towns} onChange={show} />
        <p className="filters-count" role="status">
          {text.count(fitting.length)}
          {filter.q === undefined ? '' : ` · “${filter.q}”`}
        </p>
        <AsOf readAt={props.overview.now} isBehind={isBehind(props.source)} />
      </div>
      {fitting.length === 0 ? (
        <Nothing title={text.none} hint={text.noneHint}>
          <Button onClick={() => show({ q: undefined, town: undefined, state: undefined })}>{text.clear}</Button>
        </Nothing>
      ) : (
        <TerminalTable rows={fitting} />
      )}
    </>
  );
}

function Filters(props: {
  readonly filter: TerminalFilter;
  readonly towns: Replies['overview']['towns'];
  readonly onChange: (change: TerminalFilter) => void;
}): JSX.Element {
  const { words } = usePage();
  const { terminals: text, states } = words.text;
  const { filter, towns, onChange } = props;
  const stateOptions = [
    { value: 'broken', label: text.broken },
    ...(Object.keys(states) as ShownState[]).map((value) => ({ value, label: states[value] })),
  ];
  return (
    <>
      <Choice
        label={text.town}
        all={text.all}
        value={filter.town}
        options={towns.map((town) => ({ value: town.code, label: words.pick(town) }))}
        onChange={(town) => onChange({ town })}
      />
      <Choice
        label={text.state}
        all={text.all}
        value={filter.state}
        options={stateOptions}
        onChange={(state) => onChange({ state: state as TerminalFilter['state'] })}
      />
    </>
  );
}

function TerminalTable(props: { readonly rows: readonly Place[] }): JSX.Element {
  const { words } = usePage();
  const { terminals: text } = words.text;
  const { columns } = text;
  const [shown, setShown] = useState(SHOWN_ROWS);
  const hidden = props.rows.length - shown;
  const names = [
    columns.terminal,
    columns.hall,
    columns.state,
    columns.heard,
    columns.devices,
    columns.off,
    columns.alarms,
  ];
  return (
    <>
      <table className="table cards panel">
        <thead>
          <tr>
            {names.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.slice(0, shown).map((row) => (
            <TerminalRow key={row.terminal.tid} {...row} />
          ))}
        </tbody>
      </table>
      {hidden > 0 ? (
        <Button onClick={() => setShown(shown + SHOWN_ROWS)}>{text.more(Math.min(hidden, SHOWN_ROWS))}</Button>
      ) : null}
    </>
  );
}

function TerminalRow(props: Place): JSX.Element {
  const { words } = usePage();
  const { columns: text } = words.text.terminals;
  const { terminal, hall } = props;
  const stale = useStale(terminal);
  const isOff = terminal.off.length > 0 && !stale;
  return (
    <tr>
      <td className="left">
        <Link className="strong nowrap" data-row to="/terminals/$tid" params={{ tid: terminal.tid }}>
          {terminal.tid}
        </Link>
      </td>
      <td className="left second">{words.pick(hall)}</td>
      <td className="right">
        <StateMark state={terminal.state} stale={stale} />
      </td>
      <td className="right second">
        <Freshness terminal={terminal} stale={stale} />
      </td>
      <DeviceCell terminal={terminal} stale={stale} />
      <td className={isOff ? undefined : 'is-nothing'} data-label={text.off}>
        {isOff ? words.services(terminal.off.map((row) => row.service)) : '–'}
      </td>
      <td className={terminal.openAlarms > 0 ? 'is-bad' : 'is-nothing'} data-label={text.alarms}>
        {terminal.openAlarms === 0 ? (
          '–'
        ) : (
          <Link to="/alarms" search={{ tid: terminal.tid }}>
            {terminal.openAlarms}
          </Link>
        )}
      </td>
    </tr>
  );
}

/** The devices that need a hand, and the reasons that name a device which is not even there; how many devices are well
 *  when there is nothing of the kind. */
function DeviceCell(props: { readonly terminal: Terminal; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { terminals: text, deviceStates } = words.text;
  const { terminal, stale } = props;
  const { modules } = terminal;
  const bad = modules.filter((module) => !isWell(module));
  const absent = causesOf(terminal).filter((cause) => !modules.some((module) => module.module === cause.module));
  if (stale || bad.length + absent.length === 0) {
    return (
      <td className="is-nothing" data-label={text.columns.devices}>
        {stale || modules.length === 0 ? '–' : text.devicesWell(modules.length)}
      </td>
    );
  }
  return (
    <td data-label={text.columns.devices}>
      <ul>
        {bad.map((module) => (
          <li key={module.module}>
            {words.module(module.module)} <StateMark state="outOfService" label={deviceStates[module.state]} />
          </li>
        ))}
        {absent.map((cause) => (
          <li key={cause.why}>{words.fault(cause.why)}</li>
        ))}
      </ul>
    </td>
  );
}
