import type { JSX } from 'react';
import type { Terminal } from '../api-client/api-types.ts';
import { usePage, useServerNow } from '../page-context.ts';
import { ageText, momentText, utcText } from '../text/time-text.ts';

/** A point in time in the halls' zone, with UTC on hover. */
export function Moment(props: { readonly at: number }): JSX.Element {
  const { words } = usePage();
  const now = useServerNow();
  return (
    <time className="nowrap" dateTime={new Date(props.at).toISOString()} title={words.text.utc(utcText(props.at))}>
      {momentText(props.at, now)}
    </time>
  );
}

/** How long ago something was, counting on. */
export function Age(props: { readonly at: number }): JSX.Element {
  const { words } = usePage();
  const now = useServerNow();
  return (
    <time
      className="nowrap"
      dateTime={new Date(props.at).toISOString()}
      title={`${momentText(props.at, now)} · ${words.text.utc(utcText(props.at))}`}
    >
      {ageText(now - props.at, words.text)}
    </time>
  );
}

/** The age of a terminal's facts: "4 s ago" while fresh; once stale "as of 14:03:22: in service", so that the last
 *  known state stays readable without being taken for the present; "never heard". */
export function Freshness(props: {
  readonly terminal: Pick<Terminal, 'heardAt' | 'state'>;
  readonly stale: boolean;
  /** Left out where the state stands beside it anyway. */
  readonly withState?: boolean;
}): JSX.Element {
  const { words } = usePage();
  const now = useServerNow();
  const { heardAt, state } = props.terminal;
  if (heardAt === null) return <span className="age age-stale">{words.text.age.never}</span>;
  if (!props.stale)
    return (
      <span className="age">
        <Age at={heardAt} />
      </span>
    );
  return (
    <time
      className="age age-stale nowrap"
      dateTime={new Date(heardAt).toISOString()}
      title={words.text.utc(utcText(heardAt))}
    >
      {words.text.age.stale(momentText(heardAt, now))}
      {state === 'unknown' || props.withState === false ? '' : ` ${words.text.states[state]}`}
    </time>
  );
}
