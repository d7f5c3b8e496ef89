import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Terminal } from '../api-client/api-types.ts';
import { useStale } from '../freshness.ts';
import { Freshness } from './moment.tsx';
import { StateMark } from './state-mark.tsx';

/** One terminal in a list of halls: state by shape, colour and word, and how old that is. */
export function TerminalTile(props: { readonly terminal: Terminal }): JSX.Element {
  const { terminal } = props;
  const stale = useStale(terminal);
  return (
    <Link className="tile" data-row to="/terminals/$tid" params={{ tid: terminal.tid }}>
      <span className="tile-id">{terminal.tid}</span>
      <StateMark state={terminal.state} stale={stale} />
      <Freshness terminal={terminal} stale={stale} />
    </Link>
  );
}
