import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { JSX } from 'react';
import type { Alarm, Replies, Terminal } from '../api-client/api-types.ts';
import { request } from '../api-client/request.ts';
import { alarmText, servicesLost } from '../causes.ts';
import { usePage } from '../page-context.ts';
import type { Place } from '../places.ts';
import { Failure } from './answer.tsx';
import { Age, Moment } from './moment.tsx';
import { SeverityMark } from './state-mark.tsx';
import { TerminalPlace } from './terminal-place.tsx';

interface Around {
  /** What the alarm's terminal says now; undefined when that is not known. */
  readonly terminalOf: (tid: string) => Terminal | undefined;
  /** Where the terminals stand; left out on a terminal's own page. */
  readonly places?: ReadonlyMap<string, Place>;
}

/** Alarms with cause → effect → next step, and their acknowledgement. Nothing is shown as done before the server says
 *  that it is. */
export function AlarmList(props: Around & { readonly alarms: readonly Alarm[] }): JSX.Element {
  const { alarms, ...around } = props;
  const { words } = usePage();
  return (
    <ul className="alarm-list" aria-label={words.text.alarms.title}>
      {alarms.map((alarm) => (
        <AlarmItem key={alarm.id} alarm={alarm} {...around} />
      ))}
    </ul>
  );
}

function AlarmItem({ alarm, terminalOf, places }: Around & { readonly alarm: Alarm }): JSX.Element {
  const { words } = usePage();
  const { alarms: text, alarmStates } = words.text;
  const { next } = words.alarm(alarm.code);
  const terminal = terminalOf(alarm.tid);
  const what = alarmText(words, alarm, terminal);
  const lost = terminal === undefined ? [] : servicesLost(terminal, alarm);
  return (
    <li className={`alarm alarm-${alarm.severity}`}>
      <div className="alarm-head">
        <SeverityMark severity={alarm.severity} />
        <span className="tag">{alarmStates[alarm.state]}</span>
        <span className="quiet">
          <Moment at={alarm.raisedAt} /> · <Age at={alarm.raisedAt} />
          {alarm.count > 1 ? ` · ${text.times(alarm.count)}` : ''}
        </span>
      </div>
      <div className="alarm-body">
        {places === undefined ? null : <TerminalPlace tid={alarm.tid} place={places.get(alarm.tid)} />}
        <p className="alarm-what">{what}</p>
        {lost.length === 0 ? null : <p>{text.effect(words.services(lost))}</p>}
        {next === undefined ? null : (
          <p className="quiet">
            {text.next}: {next}
          </p>
        )}
      </div>
      <Acknowledge alarm={alarm} what={what} />
    </li>
  );
}

function Acknowledge(props: { readonly alarm: Alarm; readonly what: string }): JSX.Element | null {
  const { words, session } = usePage();
  const { alarms } = words.text;
  const client = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () =>
      request<Replies['acknowledged']>(`/api/alarms/${encodeURIComponent(props.alarm.id)}/ack`, { method: 'POST' }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['alarms'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ]),
  });
  if (props.alarm.state !== 'unacked' && props.alarm.state !== 'returned') return null;
  if (session?.permissions.includes('alarm.acknowledge') !== true) return <p className="quiet">{alarms.mayNot}</p>;
  return (
    <div className="alarm-act">
      <Button
        disabled={acknowledge.isPending}
        onClick={() => acknowledge.mutate()}
        aria-label={`${alarms.acknowledge}: ${props.alarm.tid}, ${props.what}`}
      >
        {acknowledge.isPending ? alarms.acknowledging : alarms.acknowledge}
      </Button>
      {acknowledge.isError ? <Failure title={alarms.failed} error={acknowledge.error} /> : null}
    </div>
  );
}
