import type { Replies, ShownState } from './api-client/api-types.ts';
import { brokenNow } from './broken-now.ts';
import { isStale } from './freshness.ts';
import { placesOf, type Place } from './places.ts';

/** Which terminals: words of the search box, a town, a state, or those that need somebody. */
export interface TerminalFilter {
  readonly q?: string | undefined;
  readonly town?: string | undefined;
  readonly state?: ShownState | 'broken' | undefined;
}

/** The terminals that fit, those that need somebody first, by their weight. Words of `q` may stand in the id, the hall
 *  or the town, in either language. */
export function fittingTerminals(
  overview: Pick<Replies['overview'], 'towns' | 'alarms'>,
  filter: TerminalFilter,
  now: number,
): Place[] {
  const wanted = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const weights = new Map(brokenNow(overview, now).map((item) => [item.terminal.tid, item.weight]));
  const weightOf = ({ terminal }: Place): number => weights.get(terminal.tid) ?? 0;
  const hasState = (place: Place): boolean => {
    if (filter.state === undefined) return true;
    if (filter.state === 'broken') return weightOf(place) > 0;
    return (isStale(place.terminal, now) ? 'unknown' : place.terminal.state) === filter.state;
  };
  const hasWords = ({ terminal, hall, town }: Place): boolean => {
    const text = [terminal.tid, hall.zh, hall.en, town.zh, town.en].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return [...placesOf(overview).values()]
    .filter((place) => filter.town === undefined || place.town.code === filter.town)
    .filter((place) => hasState(place) && hasWords(place))
    .toSorted((a, b) => weightOf(b) - weightOf(a));
}
