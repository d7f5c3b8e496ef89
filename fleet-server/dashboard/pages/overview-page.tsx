import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Replies, ShownState, TownWithHalls } from '../api-client/api-types.ts';
import { overviewQuery } from '../api-client/queries.ts';
import { brokenNow } from '../broken-now.ts';
import { Answer } from '../components/answer.tsx';
import { BrokenCard } from '../components/broken-card.tsx';
import { PanelTitle, type PanelSource } from '../components/panel-title.tsx';
import { StateMark } from '../components/state-mark.tsx';
import { TownCard } from '../components/town-card.tsx';
import { VolumeTable } from '../components/volume-table.tsx';
import { isStale } from '../freshness.ts';
import { usePage, useServerNow } from '../page-context.ts';

/** Cards of the first screen; the rest stands in the list of terminals. */
const SHOWN_BROKEN = 6;
const STATE_ORDER: readonly ShownState[] = [
  'outOfService',
  'degraded',
  'unknown',
  'maintenance',
  'inService',
  'closed',
];

interface Read {
  readonly overview: Replies['overview'];
  readonly source: PanelSource;
}

/** The first screen: what is broken now, where everything stands, what was done today. */
export function OverviewPage(): JSX.Element {
  const query = useQuery(overviewQuery);
  const { words } = usePage();
  return (
    <>
      <h1 className="visually-hidden">{words.text.pages.overview}</h1>
      <Answer query={query}>{(overview) => <Overview overview={overview} source={query} />}</Answer>
    </>
  );
}

function Overview({ overview, source }: Read): JSX.Element {
  const { words } = usePage();
  const { overview: text } = words.text;
  const title = (id: string, name: string): JSX.Element => (
    <PanelTitle id={id} title={name} readAt={overview.now} source={source} />
  );
  return (
    <div className="overview">
      <section aria-labelledby="broken" className="overview-broken">
        {title('broken', text.brokenTitle)}
        <Broken overview={overview} />
      </section>
      <section aria-labelledby="states" className="overview-states">
        {title('states', text.statesTitle)}
        <StateCounts towns={overview.towns} />
      </section>
      <section aria-labelledby="towns" className="overview-towns">
        {title('towns', text.townsTitle)}
        <div className="towns">
          {overview.towns.map((town) => (
            <TownCard key={town.code} town={town} />
          ))}
        </div>
      </section>
      <section aria-labelledby="volume" className="panel overview-volume">
        {title('volume', text.volumeTitle)}
        <p className="quiet">{text.day(overview.day)}</p>
        <VolumeTable volumes={overview.volumes} day={overview.day} />
      </section>
    </div>
  );
}

function Broken(props: { readonly overview: Replies['overview'] }): JSX.Element {
  const { words } = usePage();
  const { overview: text } = words.text;
  const broken = brokenNow(props.overview, useServerNow());
  const hidden = broken.length - SHOWN_BROKEN;
  if (broken.length === 0) {
    return (
      <p className="panel all-well">
        <StateMark state="inService" short /> {text.allWell}
      </p>
    );
  }
  return (
    <>
      <ul className="broken-list">
        {broken.slice(0, SHOWN_BROKEN).map((item) => (
          <BrokenCard key={item.terminal.tid} item={item} />
        ))}
      </ul>
      {hidden > 0 ? (
        <p className="broken-more">
          <Link to="/terminals" search={{ state: 'broken' }}>
            {text.more(hidden)}
          </Link>
        </p>
      ) : null}
    </>
  );
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
            <Link className={n === 0 ? 'is-none' : undefined} to="/terminals" search={{ state }}>
              <span className="figure">{n}</span>
              <StateMark state={state} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
