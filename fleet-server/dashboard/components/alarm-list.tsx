import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { JSX } from 'react';
import type { Alarm, Replies } from '../api-client/api-types.ts';
import { request } from '../api-client/request.ts';
import { usePage } from '../page-context.ts';
import { Failure } from './answer.tsx';
import { Age } from './moment.tsx';
import { SeverityMark } from './state-mark.tsx';

/** Alarms with cause → effect → next step, and their acknowledgement. Nothing is shown as done before the server says
 *  that it is. */
export function AlarmList(props: { readonly alarms: readonly Alarm[]; readonly showTerminal: boolean }): JSX.Element {
  const { words } = usePage();
  return (
    <ul className="alarm-list" aria-label={words.text.alarms.title}>
      {props.alarms.map((alarm) => (
        <AlarmItem key={alarm.id} alarm={alarm} showTerminal={props.showTerminal} />
      ))}
    </ul>
  );
}

function AlarmItem(props: { readonly alarm: Alarm; readonly showTerminal: boolean }): JSX.Element {
  const { words } = usePage();
  const { alarm } = props;
  const { text } = words;
  const { what, next } = words.alarm(alarm.code);
  return (
    <li className={`alarm alarm-${alarm.severity}`}>
      <div className="alarm-head">
        <SeverityMark severity={alarm.severity} />
        <span className="tag">{text.alarmStates[alarm.state]}</span>
        <span className="quiet">
          <Age at={alarm.raisedAt} />
          {alarm.count > 1 ? ` · ${text.alarms.times(alarm.count)}` : ''}
        </span>
      </div>
      <div className="alarm-body">
        <p className="alarm-what">
          {[words.alarmPlace(alarm.module), what].filter((part) => part !== '').join(' · ')}
          {alarm.stop === null ? '' : ` · ${text.stops[alarm.stop]}`}
        </p>
        {next === undefined ? null : (
          <p className="quiet">
            {text.alarms.next}: {next}
          </p>
        )}
        {props.showTerminal ? (
          <p>
            <Link to="/terminals/$tid" params={{ tid: alarm.tid }}>
              {alarm.tid}
            </Link>
          </p>
        ) : null}
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
