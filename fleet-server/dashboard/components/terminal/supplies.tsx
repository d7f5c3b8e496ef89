import type { JSX } from 'react';
import type { Supply, TerminalDetail } from '../../api-client/api-types.ts';
import { usePage } from '../../page-context.ts';
import { StateMark } from '../state-mark.tsx';

/** A supply at or below this share of its capacity is low. */
const LOW_SHARE = 0.1;

/** How full a supply is. A bin is the other way round, and an empty one is well. */
export function supplyLevel(supply: Pick<Supply, 'unit' | 'count' | 'capacity'>): 'empty' | 'low' | 'well' {
  if (/(?:^|\.)bin$/.test(supply.unit)) return 'well';
  if (supply.count === 0) return 'empty';
  return supply.count <= supply.capacity * LOW_SHARE ? 'low' : 'well';
}

/** What a terminal prints on and hands out, and how much of it is left. */
export function Supplies(props: { readonly terminal: TerminalDetail; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { supplies } = props.terminal;
  if (supplies.length === 0) return <p>{words.text.terminal.suppliesNone}</p>;
  return (
    <ul className="plain-list">
      {supplies.map((supply) => (
        <SupplyLine key={supply.unit} supply={supply} stale={props.stale} />
      ))}
    </ul>
  );
}

function SupplyLine(props: { readonly supply: Supply; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  const { terminal: text } = words.text;
  const { supply, stale } = props;
  const level = supplyLevel(supply);
  const name = words.unit(supply.unit);
  return (
    <li className={`supply supply-${stale ? 'stale' : level}`}>
      <span className="supply-name">{name}</span>
      <span className="supply-count">
        {level === 'well' ? null : (
          <StateMark state={level === 'empty' ? 'outOfService' : 'degraded'} stale={stale} label={text.levels[level]} />
        )}
        {text.supplyOf(supply.count, supply.capacity)}
        <span className="quiet small">{text.sources[supply.source]}</span>
      </span>
      <div
        className="gauge"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={supply.capacity}
        aria-valuenow={supply.count}
      >
        <div style={{ width: `${Math.min(100, (100 * supply.count) / Math.max(1, supply.capacity))}%` }} />
      </div>
    </li>
  );
}
