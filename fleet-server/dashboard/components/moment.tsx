import type { JSX } from 'react';
import { usePage, useServerNow } from '../page-context.ts';
import { ageText, clockText, momentText, utcText } from '../text/time-text.ts';

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
    <time className="nowrap" dateTime={new Date(props.at).toISOString()} title={words.text.utc(utcText(props.at))}>
      {ageText(now - props.at, words.text)}
    </time>
  );
}

/** The age of a tile's facts: "4 s ago" while fresh, "as of 14:03:22" once stale, "never heard". */
export function Freshness(props: { readonly heardAt: number | null; readonly stale: boolean }): JSX.Element {
  const { words } = usePage();
  if (props.heardAt === null) return <span className="age age-stale">{words.text.age.never}</span>;
  if (!props.stale) return <span className="age"><Age at={props.heardAt} /></span>;
  return (
    <time className="age age-stale nowrap" dateTime={new Date(props.heardAt).toISOString()} title={words.text.utc(utcText(props.heardAt))}>
      {words.text.age.stale(clockText(props.heardAt))}
    </time>
  );
}
