import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Ledger, TerminalDetail } from '../../api-client/api-types.ts';
import { usePage } from '../../page-context.ts';
import { Age } from '../moment.tsx';

/** How much of a terminal's ledger the fleet holds, and what is missing. */
export function LedgerLine(props: { readonly terminal: TerminalDetail; readonly ledger: Ledger }): JSX.Element {
  const { words } = usePage();
  const { terminal: text } = words.text;
  const { ledger, terminal } = props;
  const holes = ledger.holes.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
  return (
    <>
      <p>{text.ledgerLine(ledger.epoch, ledger.upTo, ledger.stored)}</p>
      <p className={holes === '' ? undefined : 'is-bad'}>{holes === '' ? text.ledgerWhole : text.ledgerHoles(holes)}</p>
      {ledger.quarantined > 0 ? <p className="is-bad">{text.ledgerQuarantined(ledger.quarantined)}</p> : null}
      <p>
        {text.outbox(terminal.outboxRows)}
        {terminal.heardAt === null ? null : (
          <span className="age">
            {' '}
            <Age at={terminal.heardAt} />
          </span>
        )}
      </p>
      <p className="quiet small">
        {text.ledgerHead} <code>{ledger.head.slice(0, 12)}…</code>
      </p>
      <p>
        <Link to="/events" search={{ tid: terminal.tid }}>
          {text.ledgerRows}
        </Link>
      </p>
    </>
  );
}
