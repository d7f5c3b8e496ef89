import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import type { TerminalDetail } from '../api-client/api-types.ts';
import {
  alarmsQuery,
  eventsQuery,
  isBehind,
  ledgerQuery,
  overviewQuery,
  terminalQuery,
} from '../api-client/queries.ts';
import { ApiError } from '../api-client/request.ts';
import { sortedAlarms } from '../alarm-order.ts';
import { causesOf, reasonText } from '../causes.ts';
import { AlarmList } from '../components/alarm-list.tsx';
import { Answer, Nothing } from '../components/answer.tsx';
import { AsOf } from '../components/as-of.tsx';
import { EventTable } from '../components/event-table.tsx';
import { Freshness, Moment } from '../components/moment.tsx';
import { StateMark } from '../components/state-mark.tsx';
import { About } from '../components/terminal/about.tsx';
import { Devices } from '../components/terminal/devices.tsx';
import { LedgerLine } from '../components/terminal/ledger-line.tsx';
import { Supplies } from '../components/terminal/supplies.tsx';
import { useStale } from '../freshness.ts';
import { usePage, useServerNow } from '../page-context.ts';
import { placesOf } from '../places.ts';
import { momentText } from '../text/time-text.ts';

/** Events on the terminal's own page; the whole list is one click away. */
const SHOWN_EVENTS = 15;

/** One terminal: what works, what does not and why, supplies, ledger, alarms, latest events. */
export function TerminalPage(): JSX.Element {
  const { tid } = useParams({ from: '/terminals/$tid' });
  const query = useQuery(terminalQuery(tid));
  const { words } = usePage();
  const { terminal: text } = words.text;
  if (query.error instanceof ApiError && (query.error.status === 404 || query.error.status === 400)) {
    return (
      <Nothing isPage title={text.unknownTitle(tid)} hint={text.unknownText}>
        <Link to="/terminals">{text.toTerminals}</Link>
      </Nothing>
    );
  }
  return <Answer query={query}>{({ terminal }) => <Terminal terminal={terminal} />}</Answer>;
}

function Terminal(props: { readonly terminal: TerminalDetail }): JSX.Element {
  const { terminal } = props;
  const { words } = usePage();
  const { terminal: text } = words.text;
  const stale = useStale(terminal);
  const now = useServerNow();
  const age = <Freshness terminal={terminal} stale={stale} withState={false} />;
  return (
    <div className={stale ? 'terminal is-stale' : 'terminal'}>
      <Heading terminal={terminal} stale={stale} />
      {stale ? (
        <p className="banner stale-note">
          {terminal.heardAt === null ? text.staleNever : text.staleNote(momentText(terminal.heardAt, now))}
        </p>
      ) : null}
      <Section title={text.offTitle} area="off" age={age}>
        <ServicesOff terminal={terminal} stale={stale} />
      </Section>
      <TerminalAlarms terminal={terminal} stale={stale} />
      <Section title={text.devices} area="devices" age={age}>
        <Devices terminal={terminal} stale={stale} />
      </Section>
      <Section title={text.supplies} area="supplies" age={age}>
        <Supplies terminal={terminal} stale={stale} />
      </Section>
      <TerminalLedger terminal={terminal} />
      <Section title={text.about} area="about" age={age}>
        <About terminal={terminal} />
      </Section>
      <TerminalEvents tid={terminal.tid} />
    </div>
  );
}

function Section(props: {
  readonly title: string;
  readonly area: string;
  /** How old what stands in it is. */
  readonly age: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  const id = `part-${props.area}`;
  return (
    <section className={`panel area-${props.area}`} aria-labelledby={id}>
      <div className="panel-title">
        <h2 id={id}>{props.title}</h2>
        {props.age}
      </div>
      {props.children}
    </section>
  );
}

function Heading(props: { readonly terminal: TerminalDetail; readonly stale: boolean }): JSX.Element {
  const { terminal, stale } = props;
  const { words } = usePage();
  const { terminal: text } = words.text;
  const place = placesOf(useQuery(overviewQuery).data).get(terminal.tid);
  return (
    <div className="terminal-heading">
      <h1>{terminal.tid}</h1>
      <StateMark state={terminal.state} stale={stale} />
      <Freshness terminal={terminal} stale={stale} />
      {terminal.simulated ? <span className="tag">{text.simulated}</span> : null}
      {stale ? null : <span className="tag">{terminal.busy ? text.busy : text.idle}</span>}
      <span className="tag">
        {text.link[terminal.link]}
        {terminal.linkSince === null ? null : (
          <>
            {` ${text.since} `}
            <Moment at={terminal.linkSince} />
          </>
        )}
      </span>
      {place === undefined ? null : (
        <p className="quiet terminal-place">
          {[
            words.pick(place.town),
            words.pick(place.hall),
            words.pick({ zh: place.hall.addressZh, en: place.hall.addressEn }),
            words.pick({ zh: place.hall.hoursZh, en: place.hall.hoursEn }),
          ].join(' · ')}
        </p>
      )}
    </div>
  );
}

/** Cause → effect: each reason with the services it takes away. */
function ServicesOff(props: { readonly terminal: TerminalDetail; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { terminal: text } = words.text;
  const { terminal, stale } = props;
  const causes = causesOf(terminal);
  if (causes.length === 0) return <p>{stale ? text.offUnknown : text.offNone}</p>;
  return (
    <ul className="plain-list">
      {causes.map((cause) => (
        <li key={cause.why}>
          <p className="strong">{reasonText(words, terminal, cause.why)}</p>
          <p>
            {cause.services.length === 0
              ? text.offNoneByIt
              : words.text.overview.affects(words.services(cause.services))}
          </p>
        </li>
      ))}
    </ul>
  );
}

function TerminalAlarms(props: { readonly terminal: TerminalDetail; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { terminal, stale } = props;
  const query = useQuery(alarmsQuery);
  const age = query.data === undefined ? null : <AsOf readAt={query.data.now} isBehind={isBehind(query)} />;
  return (
    <Section title={words.text.terminal.alarms} area="alarms" age={age}>
      <Answer query={query}>
        {({ alarms }) => {
          const own = sortedAlarms(alarms.filter((alarm) => alarm.tid === terminal.tid));
          return own.length === 0 ? (
            <p>{words.text.terminal.noAlarms}</p>
          ) : (
            <AlarmList alarms={own} terminalOf={() => (stale ? undefined : terminal)} />
          );
        }}
      </Answer>
    </Section>
  );
}

function TerminalLedger(props: { readonly terminal: TerminalDetail }): JSX.Element {
  const { words } = usePage();
  const query = useQuery(ledgerQuery(props.terminal.tid));
  const age = query.data === undefined ? null : <AsOf readAt={query.data.now} isBehind={isBehind(query)} />;
  return (
    <Section title={words.text.terminal.ledger} area="ledger" age={age}>
      <Answer query={query}>{({ ledger }) => <LedgerLine terminal={props.terminal} ledger={ledger} />}</Answer>
    </Section>
  );
}

function TerminalEvents(props: { readonly tid: string }): JSX.Element {
  const { words } = usePage();
  const query = useInfiniteQuery(eventsQuery({ tid: props.tid }));
  const first = query.data?.pages[0];
  const age = first === undefined ? null : <AsOf readAt={first.now} isBehind={isBehind(query)} />;
  return (
    <Section title={words.text.terminal.events} area="events" age={age}>
      <Answer query={query}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.events).slice(0, SHOWN_EVENTS);
          if (events.length === 0) return <p>{words.text.events.none}</p>;
          return (
            <>
              <EventTable events={events} showTerminal={false} />
              <p>
                <Link to="/events" search={{ tid: props.tid }}>
                  {words.text.terminal.allEvents}
                </Link>
              </p>
            </>
          );
        }}
      </Answer>
    </Section>
  );
}
