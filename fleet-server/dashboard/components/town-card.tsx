import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { TownWithHalls } from '../api-client/api-types.ts';
import { isStale } from '../freshness.ts';
import { usePage, useServerNow } from '../page-context.ts';
import { TerminalTile } from './terminal-tile.tsx';

/** One town: how many serve, and each terminal in its hall. */
export function TownCard(props: { readonly town: TownWithHalls }): JSX.Element {
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
