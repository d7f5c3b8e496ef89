import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { FleetEvent } from '../api-client/api-types.ts';
import { usePage } from '../page-context.ts';
import { eventSummary } from '../text/event-summary.ts';
import { clockText } from '../text/time-text.ts';
import { Moment } from './moment.tsx';

/** A row that came this much later than it happened says so: a list of several terminals is in the order in which rows
 *  came, so its times jump. */
const LATE_MS = 5 * 60_000;

/** Events, newest first; a list of cards on a phone. */
export function EventTable(props: {
  readonly events: readonly FleetEvent[];
  readonly showTerminal: boolean;
}): JSX.Element {
  const { words } = usePage();
  const { columns, received } = words.text.events;
  return (
    <table className="table cards">
      <thead>
        <tr>
          <th scope="col">{columns.at}</th>
          {props.showTerminal ? <th scope="col">{columns.terminal}</th> : null}
          <th scope="col">{columns.what}</th>
          <th scope="col">{columns.details}</th>
        </tr>
      </thead>
      <tbody>
        {props.events.map((event) => (
          <tr key={`${event.tid} ${event.epoch} ${event.seq}`}>
            <td className="left" title={received(clockText(event.receivedAt))}>
              <Moment at={event.at} />
              {props.showTerminal && event.receivedAt - event.at > LATE_MS ? (
                <span className="quiet small late"> {received(clockText(event.receivedAt))}</span>
              ) : null}
            </td>
            {props.showTerminal ? (
              <td className="right nowrap">
                <Link data-row to="/terminals/$tid" params={{ tid: event.tid }}>
                  {event.tid}
                </Link>
              </td>
            ) : null}
            <td className={props.showTerminal ? 'strong event-kind' : 'strong event-kind beside'}>
              {words.event(event.kind)}
            </td>
            <td className="details">{eventSummary(event.kind, event.fields, words)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
