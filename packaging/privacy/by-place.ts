import type { Hit } from './scanner.ts';
import type { WipeResult } from './wipe-result.ts';

export const FILES = 'files, names, links, pictures';

/** How much was left in each place that was looked at, also where nothing was: processes by the name of their program (memory,
 *  environment, arguments, nameless files), and everything on the disk. */
export function leftByPlace(results: readonly WipeResult[]): ReadonlyMap<string, number> {
  const left = new Map<string, number>();
  const add = (place: string, count: number): void => {
    left.set(place, (left.get(place) ?? 0) + count);
  };
  for (const { places, left: hits } of results) {
    for (const place of places) add(place, 0);
    for (const hit of [...hits.terminal, ...hits.fleetMemory]) add(placeOf(hit), 1);
  }
  return left;
}

function placeOf({ place }: Hit): string {
  return /^(?:memory|environment|arguments|open file of) (.+?) \(\d+\)/u.exec(place)?.[1] ?? FILES;
}
