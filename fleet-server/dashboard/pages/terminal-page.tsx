import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import type { Replies, TerminalDetail } from '../api-client/api-types.ts';
import { alarmsQuery, eventsQuery, ledgerQuery, overviewQuery, terminalQuery } from '../api-client/queries.ts';
import { ApiError } from '../api-client/request.ts';
import { sortedAlarms } from '../alarm-order.ts';
import { AlarmList } from '../components/alarm-list.tsx';
import { Answer, Nothing } from '../components/answer.tsx';
import { EventTable } from '../components/event-table.tsx';
import { ModuleIcon } from '../components/module-icon.tsx';
import { Freshness, Moment } from '../components/moment.tsx';
import { StateMark } from '../components/state-mark.tsx';
import { useStale } from '../freshness.ts';
import { usePage } from '../page-context.ts';
import { clockText } from '../text/time-text.ts';

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
  return (
    <div className={stale ? 'terminal is-stale' : 'terminal'}>
      <Heading terminal={terminal} stale={stale} />
      {stale ? (
        <p className="banner stale-note">
          {terminal.heardAt === null ? text.staleNever : text.staleNote(clockText(terminal.heardAt))}
        </p>
      ) : null}
      <Section title={text.offTitle} area="off">
        {terminal.off.length === 0 ? (
          <p>{stale ? text.offUnknown : text.offNone}</p>
        ) : (
          <ul className="plain-list">
            {terminal.off.map((row) => (
              <li key={row.service}>
                <span className="strong">{words.service(row.service)}</span>: {words.fault(row.why)}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={text.alarms} area="alarms">
        <TerminalAlarms tid={terminal.tid} />
      </Section>
      <Section title={text.devices} area="devices">
        <Devices terminal={terminal} stale={stale} />
      </Section>
      <Section title={text.supplies} area="supplies">
        <Supplies terminal={terminal} />
      </Section>
      <Section title={text.ledger} area="ledger">
        <LedgerLine terminal={terminal} />
      </Section>
      <Section title={text.about} area="about">
        <About terminal={terminal} />
      </Section>
      <Section title={text.events} area="events">
        <TerminalEvents tid={terminal.tid} />
      </Section>
    </div>
  );
}

function Section(props: { readonly title: string; readonly area: string; readonly children: ReactNode }): JSX.Element {
  const id = `part-${props.area}`;
  return (
    <section className={`panel area-${props.area}`} aria-labelledby={id}>
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Heading(props: { readonly terminal: TerminalDetail; readonly stale: boolean }): JSX.Element {
  const { terminal, stale } = props;
  const { words } = usePage();
  const { terminal: text } = words.text;
  const { data: overview } = useQuery(overviewQuery);
  const town = overview?.towns.find((row) => row.code === terminal.town);
  const hall = town?.halls.find((row) => row.hallId === terminal.hallId);
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
      {hall === undefined || town === undefined ? null : (
        <p className="quiet terminal-place">
          {words.pick(town)} · {words.pick(hall)} · {words.pick({ zh: hall.addressZh, en: hall.addressEn })} ·{' '}
          {words.pick({ zh: hall.hoursZh, en: hall.hoursEn })}
        </p>
      )}
    </div>
  );
}

function TerminalAlarms(props: { readonly tid: string }): JSX.Element {
  const { words } = usePage();
  const query = useQuery(alarmsQuery);
  return (
    <Answer query={query}>
      {({ alarms }) => {
        const own = sortedAlarms(alarms.filter((alarm) => alarm.tid === props.tid));
        return own.length === 0 ? (
          <p>{words.text.terminal.noAlarms}</p>
        ) : (
          <AlarmList alarms={own} showTerminal={false} />
        );
      }}
    </Answer>
  );
}

function Devices(props: { readonly terminal: TerminalDetail; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { terminal: text, deviceStates } = words.text;
  if (props.terminal.modules.length === 0) return <p>{text.devicesNone}</p>;
  return (
    <ul className="devices">
      {props.terminal.modules.map((module) => {
        const look = props.stale
          ? 'stale'
          : module.state === 'online' || module.state === 'deviceBusy'
            ? 'good'
            : module.state === 'starting'
              ? 'waiting'
              : 'bad';
        return (
          <li key={module.module} className={`device device-${look}`}>
            <ModuleIcon module={module.module} />
            <div>
              <p className="strong">{words.module(module.module)}</p>
              <p className="device-state">
                <StateMark
                  state={
                    look === 'good'
                      ? 'inService'
                      : look === 'waiting'
                        ? 'maintenance'
                        : look === 'stale'
                          ? 'unknown'
                          : 'outOfService'
                  }
                  stale={props.stale}
                  label={deviceStates[module.state]}
                />
              </p>
              {module.fault === null ? null : <p>{words.fault(module.fault)}</p>}
              <p className="quiet small">
                {[
                  module.model,
                  module.serial === null ? null : text.serial(module.serial),
                  module.firmware === null ? null : text.firmware(module.firmware),
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </p>
              {module.changedAt === null ? null : (
                <p className="quiet small">
                  {`${text.since} `}
                  <Moment at={module.changedAt} />
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Supplies(props: { readonly terminal: TerminalDetail }): JSX.Element {
  const { words } = usePage();
  const { terminal: text } = words.text;
  if (props.terminal.supplies.length === 0) return <p>{text.suppliesNone}</p>;
  return (
    <ul className="plain-list">
      {props.terminal.supplies.map((supply) => (
        <li key={supply.unit} className="supply">
          <span className="supply-name">{words.unit(supply.unit)}</span>
          <meter aria-label={words.unit(supply.unit)} min={0} max={Math.max(1, supply.capacity)} value={supply.count} />
          <span className="supply-count">{text.supplyOf(supply.count, supply.capacity)}</span>
          <span className="quiet small">{text.sources[supply.source]}</span>
        </li>
      ))}
    </ul>
  );
}

function LedgerLine(props: { readonly terminal: TerminalDetail }): JSX.Element {
  const { words } = usePage();
  const { terminal: text } = words.text;
  const query = useQuery(ledgerQuery(props.terminal.tid));
  return (
    <Answer query={query}>
      {({ ledger }) => (
        <>
          <p>{text.ledgerLine(ledger.epoch, ledger.upTo, ledger.stored)}</p>
          <p className={ledger.holes.length > 0 ? 'is-bad' : undefined}>{holesText(ledger, text)}</p>
          {ledger.quarantined > 0 ? <p className="is-bad">{text.ledgerQuarantined(ledger.quarantined)}</p> : null}
          <p>{text.outbox(props.terminal.outboxRows)}</p>
          <p className="quiet small">
            {text.ledgerHead} <code>{ledger.head.slice(0, 12)}…</code>
          </p>
        </>
      )}
    </Answer>
  );
}

function holesText(
  ledger: Replies['ledger']['ledger'],
  text: { ledgerWhole: string; ledgerHoles: (holes: string) => string },
): string {
  if (ledger.holes.length === 0) return text.ledgerWhole;
  return text.ledgerHoles(ledger.holes.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', '));
}

function About(props: { readonly terminal: TerminalDetail }): JSX.Element {
  const { words } = usePage();
  const { terminal: text } = words.text;
  const { sys, software, services } = props.terminal;
  const row = (name: string, value: string): JSX.Element => (
    <div key={name}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
  return (
    <dl className="facts">
      {row(text.software, software ?? text.noFigures)}
      {row(
        text.services,
        services.length === 0
          ? text.noFigures
          : services.map((item) => `${words.service(item.id)} @${item.release}`).join(words.text.listComma),
      )}
      {sys === null
        ? null
        : [
            row(text.cpu, `${sys.cpuPct} %`),
            row(text.memory, `${sys.memFreeMb} MB`),
            row(text.disk, `${Math.round(sys.diskFreeMb / 102.4) / 10} GB`),
            ...(sys.tempC === null ? [] : [row(text.temperature, `${sys.tempC} °C`)]),
          ]}
    </dl>
  );
}

function TerminalEvents(props: { readonly tid: string }): JSX.Element {
  const { words } = usePage();
  const query = useInfiniteQuery(eventsQuery({ tid: props.tid }));
  return (
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
  );
}
