import type { EventFields } from '@yimen/contracts/journal';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import type { BatchEvent } from './group-item.ts';

type Db = Kysely<FleetDatabase>;

/** What a terminal said last of one service's releases. `fellBack`: the one that should serve cannot be used, an older one
 *  serves; `off`: none does; `refused`: one that was brought there did not verify. */
export interface ReleaseFact {
  readonly service: string;
  readonly state: 'inForce' | 'fellBack' | 'off' | 'refused';
  readonly at: number;
}

interface Told {
  readonly service: string;
  /** What is in force, and what was refused, are two facts. */
  readonly about: 'force' | 'refusal';
  readonly state: ReleaseFact['state'];
  readonly release: number | null;
}

/** Takes the releases of one batch into the state table. "Newest" is by (epoch, seq): what comes late changes nothing.
 *  @returns whether there was any */
export async function keepReleases(
  db: Db,
  tid: string,
  epoch: number,
  inserted: readonly BatchEvent[],
): Promise<boolean> {
  let some = false;
  for (const event of inserted.toSorted((a, b) => a.seq - b.seq))
    for (const told of toldBy(event)) {
      await keep(db, { tid, epoch, seq: event.seq, at: event.at, ...told });
      some = true;
    }
  return some;
}

/** Ingest has checked the body against the event table. */
function toldBy({ kind, body }: BatchEvent): Told[] {
  switch (kind) {
    case 'releases-in-force': {
      const { releases } = JSON.parse(body) as EventFields<'releases-in-force'>;
      return releases.map(({ service, release }) => ({ service, about: 'force', state: 'inForce', release }));
    }
    case 'release-activated': {
      const { service, release } = JSON.parse(body) as EventFields<'release-activated'>;
      return [{ service, about: 'force', state: 'inForce', release }];
    }
    case 'release-fell-back': {
      const { service, to } = JSON.parse(body) as EventFields<'release-fell-back'>;
      return [{ service, about: 'force', state: to === null ? 'off' : 'fellBack', release: to }];
    }
    case 'release-refused': {
      const { service, release } = JSON.parse(body) as EventFields<'release-refused'>;
      return [{ service, about: 'refusal', state: 'refused', release }];
    }
    default:
      return [];
  }
}

async function keep(db: Db, row: FleetDatabase['release_state']): Promise<void> {
  await db
    .insertInto('release_state')
    .values(row)
    .onConflict((oc) =>
      oc
        .columns(['tid', 'service', 'about'])
        .doUpdateSet(row)
        .where((eb) =>
          eb.or([
            eb('release_state.epoch', '<', row.epoch),
            eb.and([eb('release_state.epoch', '=', row.epoch), eb('release_state.seq', '<', row.seq)]),
          ]),
        ),
    )
    .execute();
}

/** What a terminal said of its releases, for the rules. */
export async function releasesOf(db: Db, tid: string): Promise<ReleaseFact[]> {
  const rows = await db
    .selectFrom('release_state')
    .select(['service', 'state', 'at'])
    .where('tid', '=', tid)
    .orderBy('service')
    .execute();
  return rows.map(({ service, state, at }) => ({ service, state: state as ReleaseFact['state'], at }));
}
