import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Replies, ShownState, TownWithHalls } from '../api-client/api-types.ts';
import { overviewQuery } from '../api-client/queries.ts';
import { brokenNow, type BrokenTerminal } from '../broken-now.ts';
import { Answer } from '../components/answer.tsx';
import { Age, Freshness } from '../components/moment.tsx';
import { SeverityMark, StateMark } from '../components/state-mark.tsx';
import { TerminalTile } from '../components/terminal-tile.tsx';
import { VolumeTable } from '../components/volume-table.tsx';
import { AsOf } from '../components/as-of.tsx';
import { isStale, useStale } from '../freshness.ts';
import { usePage, useServerNow } from '../page-context.ts';

/** Cards of the first screen; the rest stands in the alarm list. */
const SHOWN_BROKEN = 6;
const STATE_ORDER: readonly ShownState[] = [
  'outOfService',
  'degraded',
  'unknown',
  'maintenance',
  'inService',
  'closed',
];

/** The first screen: what is broken now, where everything stands, what was done today. */
export function OverviewPage(): JSX.Element {
  const query = useQuery(overviewQuery);
  const { words } = usePage();
  return (
    <>
      <h1 className="visually-hidden">{words.text.pages.overview}</h1>
      <Answer query={query}>{(overview) => <Overview overview={overview} />}</Answer>
    </>
  );
}

function Overview(props: { readonly overview: Replies['overview'] }): JSX.Element {
  const { overview } = props;
  const { words } = usePage();
  const { text } = words;
  return (
    <div className="overview">
      <Broken overview={overview} />
      <section aria-labelledby="states" className="panel overview-states">
        <PanelTitle id="states" title={text.overview.statesTitle} readAt={overview.now} />
        <StateCounts towns={overview.towns} />
      </section>
      <section aria-labelledby="volume" className="panel overview-volume">
        <PanelTitle id="volume" title={text.overview.volumeTitle} readAt={overview.now} />
        <p className="quiet">{text.overview.day(overview.day)}</p>
        <VolumeTable volumes={overview.volumes} />
      </section>
      <section aria-labelledby="towns" className="overview-towns">
        <PanelTitle id="towns" title={text.overview.townsTitle} readAt={overview.now} />
        <div className="towns">
          {overview.towns.map((town) => (
            <TownCard key={town.code} town={town} />
          ))}
        </div>
      </section>
    </div>
  );
}

function PanelTitle(props: { readonly id: string; readonly title: string; readonly readAt: number }): JSX.Element {
  return (
    <div className="panel-title">
      <h2 id={props.id}>{props.title}</h2>
      <AsOf readAt={props.readAt} />
    </div>
  );
}

function Broken(props: { readonly overview: Replies['overview'] }): JSX.Element {
  const { words } = usePage();
  const { overview: text } = words.text;
  const broken = brokenNow(props.overview);
  const hidden = broken.length - SHOWN_BROKEN;
  return (
    <section aria-labelledby="broken" className="overview-broken">
      <PanelTitle id="broken" title={text.brokenTitle} readAt={props.overview.now} />
      {broken.length === 0 ? (
        <p className="panel all-well">
          <StateMark state="inService" short /> {text.allWell}
        </p>
      ) : (
        <ul className="broken-list">
          {broken.slice(0, SHOWN_BROKEN).map((item) => (
            <BrokenCard key={item.terminal.tid} item={item} />
          ))}
        </ul>
      )}
      {hidden > 0 ? (
        <p>
          <Link to="/alarms">{text.more(hidden)}</Link>
        </p>
      ) : null}
    </section>
  );
}

function BrokenCard(props: { readonly item: BrokenTerminal }): JSX.Element {
  const { words } = usePage();
  const { overview: text } = words.text;
  const { terminal, hall, alarms } = props.item;
  const stale = useStale(terminal);
  const shown = alarms.slice(0, 2);
  const next = alarms[0] === undefined ? undefined : words.alarm(alarms[0].code).next;
  return (
    <li className={`panel broken broken-${alarms[0]?.severity ?? terminal.state}`}>
      <div className="broken-head">
        <Link className="strong" to="/terminals/$tid" params={{ tid: terminal.tid }}>
          {terminal.tid}
        </Link>
        <StateMark state={terminal.state} stale={stale} />
        <Freshness terminal={terminal} stale={stale} />
      </div>
      <p className="quiet">{words.pick(hall)}</p>
      {shown.map((alarm) => (
        <p key={alarm.id} className="broken-line">
          <SeverityMark severity={alarm.severity} />{' '}
          <span>
            {[words.alarmPlace(alarm.module), words.alarm(alarm.code).what].filter((part) => part !== '').join(' · ')}
          </span>{' '}
          <span className="quiet">
            <Age at={alarm.raisedAt} />
          </span>
        </p>
      ))}
      {shown.length === 0 ? <p>{stateSentence(terminal.state, text)}</p> : null}
      {terminal.off.length > 0 ? <p>{text.affects(words.services(terminal.off.map((row) => row.service)))}</p> : null}
      {next === undefined ? null : (
        <p className="quiet">
          {words.text.alarms.next}: {next}
        </p>
      )}
    </li>
  );
}

function stateSentence(state: ShownState, text: { offline: string; outOfService: string; degraded: string }): string {
  if (state === 'outOfService') return text.outOfService;
  return state === 'degraded' ? text.degraded : text.offline;
}

function StateCounts(props: { readonly towns: readonly TownWithHalls[] }): JSX.Element {
  const now = useServerNow();
  const terminals = props.towns.flatMap((town) => town.halls).flatMap((hall) => hall.terminals);
  // What has not been heard of for long is not counted as serving.
  const counts = Map.groupBy(terminals, (terminal) => (isStale(terminal, now) ? 'unknown' : terminal.state));
  return (
    <ul className="state-counts">
      {STATE_ORDER.map((state) => {
        const n = counts.get(state)?.length ?? 0;
        return (
          <li key={state}>
            <Link to="/terminals" search={{ state }}>
              <span className="figure">{n}</span>
              <StateMark state={state} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function TownCard(props: { readonly town: TownWithHalls }): JSX.Element {
  const { words } = usePage();
  const { overview: text } = words.text;
  const now = useServerNow();
  const { town } = props;
  const terminals = town.halls.flatMap((hall) => hall.terminals);
  const inService = terminals.filter((terminal) => terminal.state === 'inService' && !isStale(terminal, now)).length;
  return (
    <section className="panel town" aria-labelledby={`town-${town.code}`}>
      <div className="panel-title">
        <h3 id={`town-${town.code}`}>{words.pick(town)}</h3>
        <Link className="quiet nowrap" to="/terminals" search={{ town: town.code }}>
          {text.townSummary(inService, terminals.length)}
        </Link>
      </div>
      {town.halls.length === 0 ? <p className="quiet">{text.noHalls}</p> : null}
      {town.halls.map((hall) => (
        <div key={hall.hallId} className="hall">
          <h4>{words.pick(hall)}</h4>
          {hall.terminals.length === 0 ? <p className="quiet">{text.noTerminals}</p> : null}
          {hall.terminals.map((terminal) => (
            <TerminalTile key={terminal.tid} terminal={terminal} />
          ))}
        </div>
      ))}
    </section>
  );
}
