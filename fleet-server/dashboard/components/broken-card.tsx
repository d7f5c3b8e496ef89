import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Alarm } from '../api-client/api-types.ts';
import type { BrokenTerminal } from '../broken-now.ts';
import { alarmText, reasonText } from '../causes.ts';
import { useStale } from '../freshness.ts';
import { usePage } from '../page-context.ts';
import { Age, Freshness } from './moment.tsx';
import { SeverityMark, StateMark } from './state-mark.tsx';

/** Lines of cause on one card; the terminal's own page has them all. */
const SHOWN_CAUSES = 2;

/** One terminal that needs somebody: where it is, why, since when, what citizens lose, what to do. */
export function BrokenCard(props: { readonly item: BrokenTerminal }): JSX.Element {
  const { words } = usePage();
  const { terminal, hall, town, alarms } = props.item;
  const stale = useStale(terminal);
  const next = alarms[0] === undefined ? undefined : words.alarm(alarms[0].code).next;
  const off = stale ? [] : terminal.off.map((row) => row.service);
  return (
    <li className={`panel broken broken-${alarms[0]?.severity ?? terminal.state}`}>
      <div className="broken-head">
        <Link className="strong" data-row to="/terminals/$tid" params={{ tid: terminal.tid }}>
          {terminal.tid}
        </Link>
        <StateMark state={terminal.state} stale={stale} />
        <Freshness terminal={terminal} stale={stale} />
      </div>
      <p className="quiet">
        {words.pick(town)} · {words.pick(hall)}
      </p>
      <Causes item={props.item} stale={stale} />
      {off.length > 0 ? <p>{words.text.overview.affects(words.services(off))}</p> : null}
      {next === undefined ? null : (
        <p className="quiet">
          {words.text.alarms.next}: {next}
        </p>
      )}
    </li>
  );
}

function Causes(props: { readonly item: BrokenTerminal; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { overview: text } = words.text;
  const { terminal, alarms, causes } = props.item;
  const lines = [
    ...alarms.map((alarm) => <AlarmLine key={alarm.id} alarm={alarm} item={props.item} stale={props.stale} />),
    ...causes.map((cause) => (
      <p key={cause.why} className="broken-line">
        <span className="strong">{reasonText(words, terminal, cause.why)}</span>{' '}
        {cause.since === null ? null : <Since at={cause.since} />}
      </p>
    )),
  ];
  if (lines.length > 0) return <>{lines.slice(0, SHOWN_CAUSES)}</>;
  if (terminal.heardAt === null) return <p>{text.neverHeard}</p>;
  if (props.stale || terminal.state === 'unknown')
    return (
      <p className="broken-line">
        {text.offline} <Since at={terminal.heardAt} />
      </p>
    );
  return <p>{terminal.state === 'outOfService' ? text.outOfService : text.degraded}</p>;
}

function AlarmLine(props: {
  readonly alarm: Alarm;
  readonly item: BrokenTerminal;
  readonly stale: boolean;
}): JSX.Element {
  const { words } = usePage();
  const { alarm, item, stale } = props;
  return (
    <p className="broken-line">
      <SeverityMark severity={alarm.severity} />{' '}
      <span className="strong">{alarmText(words, alarm, stale ? undefined : item.terminal)}</span>{' '}
      <Since at={alarm.raisedAt} />
    </p>
  );
}

function Since(props: { readonly at: number }): JSX.Element {
  const { words } = usePage();
  return (
    <span className="quiet nowrap">
      {words.text.overview.since} <Age at={props.at} />
    </span>
  );
}
