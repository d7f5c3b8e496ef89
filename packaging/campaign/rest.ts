import { setTimeout as wait } from 'node:timers/promises';
import type { CampaignHall } from './campaign-hall.ts';
import { readGateway, readJournal, seqOf } from './evidence.ts';

/** Within this the terminal invites the next citizen again and every store has heard the last of the session. */
const REST_MS = 60_000;
const LOOK_MS = 200;
/** Looks in a row at which nothing may have moved. */
const STILL = 4;

/** Waits until a hall is at rest: in service with nobody there, the journal still, the fleet and the offices told.
 *  @returns what was still moving when the time was over; undefined: it rests */
export async function restOf(hall: CampaignHall): Promise<string | undefined> {
  const until = Date.now() + REST_MS;
  let still = 0;
  let last = '';
  while (Date.now() < until) {
    const unrest = await unrestOf(hall);
    const now = unrest ?? String(readJournal(hall.dataDir).at(-1)?.j ?? 0);
    still = unrest === undefined && now === last ? still + 1 : 0;
    if (still >= STILL) return undefined;
    last = now;
    await wait(LOOK_MS);
  }
  return last;
}

async function unrestOf(hall: CampaignHall): Promise<string | undefined> {
  const status = await hall.status();
  if (status === undefined) return 'core does not answer';
  if (status.sessionActive || status.session !== null) return 'a session is still under way';
  if (status.state !== 'inService' && status.state !== 'degraded') return `it is ${status.state} (${status.why ?? ''})`;
  if (status.recovery.state !== 'none') return `recovery ${status.recovery.state}`;
  const last = Math.max(0, ...readJournal(hall.dataDir).flatMap((row) => seqOf(row) ?? []));
  if (status.outboxRows > 0 || status.acknowledgedSeq < last)
    return `the fleet has acknowledged ${status.acknowledgedSeq} of ${last}`;
  const open = readGateway(hall.dataDir).find(({ isOpen }) => isOpen);
  return open === undefined ? undefined : `the gateway still asks ${open.kind}`;
}
