import type { JSX } from 'react';
import type { Severity, ShownState } from '../api-client/api-types.ts';
import { usePage } from '../page-context.ts';

/** Shape, colour and word say the same thing three times, so that none of them has to be seen. */
const SHAPES: Readonly<Record<ShownState, JSX.Element>> = {
  inService: <circle cx="8" cy="8" r="6" />,
  degraded: <path d="M8 1.5 15 14H1z" />,
  outOfService: <rect x="2" y="2" width="12" height="12" />,
  maintenance: (
    <path d="M14.6 4.1a4 4 0 0 1-5.3 5L4.6 13.8a1.7 1.7 0 0 1-2.4-2.4L6.9 6.7a4 4 0 0 1 5-5.3L9.6 3.7l.4 2.3 2.3.4z" />
  ),
  unknown: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  closed: <rect x="1" y="6" width="14" height="4" />,
};

const SEVERITY_SHAPES: Readonly<Record<Severity, JSX.Element>> = {
  critical: <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />,
  major: <rect x="2" y="2" width="12" height="12" />,
  minor: <path d="M8 1.5 15 14H1z" />,
  warning: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2.5" />,
};

/** A terminal's state. What is stale is unknown: grey, with the ring, whatever was said last. */
export function StateMark(props: {
  readonly state: ShownState;
  readonly stale?: boolean;
  readonly short?: boolean;
  /** Another word for the same look: a device's own state. */
  readonly label?: string;
}): JSX.Element {
  const { words } = usePage();
  const shown = props.stale === true ? 'unknown' : props.state;
  const word = props.label ?? words.text.states[shown];
  return (
    <span className={`mark mark-${shown}`}>
      <svg className="mark-shape" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
        {SHAPES[shown]}
      </svg>
      {props.short === true ? <span className="visually-hidden">{word}</span> : <span>{word}</span>}
    </span>
  );
}

/** How serious an alarm is. */
export function SeverityMark(props: { readonly severity: Severity }): JSX.Element {
  const { words } = usePage();
  return (
    <span className={`mark severity-${props.severity}`}>
      <svg className="mark-shape" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
        {SEVERITY_SHAPES[props.severity]}
      </svg>
      <span>{words.text.severities[props.severity]}</span>
    </span>
  );
}
