import type { ReactElement } from 'react';
import './lists.css';

export interface Fact {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** One label with its value; a child of a `dl`. */
export function FactLine({ fact }: { readonly fact: Fact }): ReactElement {
  return (
    <div className="facts__line">
      <dt>{fact.label}</dt>
      <dd>{fact.value}</dd>
    </div>
  );
}

/** Labels with their values. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactElement {
  return (
    <dl className="facts">
      {facts.map((fact) => (
        <FactLine key={fact.id} fact={fact} />
      ))}
    </dl>
  );
}
