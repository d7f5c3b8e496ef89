import type { Hall, Replies, Terminal, Town } from './api-client/api-types.ts';

/** Where a terminal stands. */
export interface Place {
  readonly town: Town;
  readonly hall: Hall;
  readonly terminal: Terminal;
}

/** Every terminal's place, by its id; nothing while the overview is not there yet. */
export function placesOf(overview: Pick<Replies['overview'], 'towns'> | undefined): ReadonlyMap<string, Place> {
  const places = (overview?.towns ?? []).flatMap((town) =>
    town.halls.flatMap((hall) => hall.terminals.map((terminal) => ({ town, hall, terminal }))),
  );
  return new Map(places.map((place) => [place.terminal.tid, place]));
}
