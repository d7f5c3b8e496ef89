import type { JSX } from 'react';
import { serverClock } from '../api-client/queries.ts';
import { usePage, useServerNow } from '../page-context.ts';
import { clockText, utcText } from '../text/time-text.ts';

/** Data that is this old without a living feed behind it is grey. */
const STALE_MS = 60_000;

/** Until when the numbers of a panel are known to hold: as long as the feed lives and names no change, now. `isBehind`:
 *  a change was named and could not be read, so they hold no longer than when they were read. */
export function AsOf(props: { readonly readAt: number; readonly isBehind?: boolean }): JSX.Element {
  const { words } = usePage();
  const now = useServerNow();
  const at = props.isBehind === true ? props.readAt : serverClock.knownUntil(props.readAt);
  return (
    <time
      className={now - at > STALE_MS ? 'age age-stale nowrap' : 'age nowrap'}
      dateTime={new Date(at).toISOString()}
      title={words.text.utc(utcText(at))}
    >
      {words.text.live.asOf(clockText(at))}
    </time>
  );
}
