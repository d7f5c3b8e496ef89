import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeRelease } from '@yimen/terminal/release-testing';
import { RunningDemonstration } from './with-demonstration.ts';

const ENDORSE = 'exit.endorse';

let hall: RunningDemonstration;
let inbox: string;

beforeAll(async () => {
  hall = await RunningDemonstration.start();
  inbox = join(hall.dataDir, 'core/services/inbox');
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

/** The fleet's rows of one kind, once there are any. */
async function atFleet(kind: string): Promise<Record<string, unknown>[]> {
  for (let i = 0; i < 400; i += 1) {
    const { events } = await hall.api<{ events: Record<string, unknown>[] }>(`/events?kinds=${kind}`);
    if (events.length > 0) return events;
    await wait(50);
  }
  throw new Error(`the fleet heard of no ${kind}`);
}

describe('F68 a release comes while somebody is served', () => {
  it('waits; the citizen ends with the old one, the next has the new one, and each row says which', async () => {
    const from = hall.lastRow();
    const walking = hall.citizen();
    await hall.journals(from, ({ kind }) => kind === 'service-started');
    placeRelease(inbox, { id: ENDORSE, release: 2 });
    await hall.journals(from, ({ kind }) => kind === 'release-staged');
    expect(hall.rows(from).some(({ kind }) => kind === 'session-ended')).toBe(false);
    expect(await walking).toMatchObject({ outcome: 'done', charged: 1, produced: 1, handedOver: 1 });
    await hall.journals(from, ({ kind }) => kind === 'release-activated');
    await hall.invites(10_000);
    expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1, produced: 1, handedOver: 1 });
    const rows = hall.rows(from);
    const at = (wanted: string): number => rows.findIndex(({ kind }) => kind === wanted);
    expect(rows[at('release-activated')]).toMatchObject({ service: ENDORSE, release: 2, before: 1 });
    // Not before the first citizen is gone with everything, nor after the second began.
    expect(at('release-activated')).toBeGreaterThan(at('session-ended'));
    expect(rows.filter(({ kind }) => kind === 'service-started' || kind === 'service-result')).toMatchObject([
      { kind: 'service-started', release: 1 },
      { kind: 'service-result', release: 1, outcome: 'done' },
      { kind: 'service-started', release: 2 },
      { kind: 'service-result', release: 2, outcome: 'done' },
    ]);
    expect(await atFleet('release-activated')).toHaveLength(1);
  }, 180_000);

  it('is in force after core was killed; one that does not verify is refused, and the fleet is told by an alarm', async () => {
    const from = hall.lastRow();
    await hall.kill('core');
    await hall.journals(from, ({ kind }) => kind === 'releases-in-force');
    const start = hall.rows(from).find(({ kind }) => kind === 'releases-in-force');
    expect(start?.['releases']).toContainEqual({ service: ENDORSE, release: 2 });
    placeRelease(inbox, { id: ENDORSE, release: 3, damage: (files) => files.set('policy.json', '{"rows":[]}') });
    await hall.journals(from, ({ kind }) => kind === 'release-refused');
    expect(readdirSync(inbox)).toEqual([]);
    expect(await atFleet('release-refused')).toHaveLength(1);
    let told: unknown;
    for (let i = 0; i < 400 && told === undefined; i += 1) {
      const { alarms } = await hall.api<{ alarms: { code: string; module: string }[] }>('/alarms');
      told = alarms.find(({ code }) => code === 'release.refused');
      await wait(50);
    }
    expect(told).toMatchObject({ module: ENDORSE, severity: 'minor' });
    await hall.invites(30_000);
    expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1 });
    expect(hall.rows(from).find(({ kind }) => kind === 'service-started')).toMatchObject({ release: 2 });
    expect((await hall.verifyJournal()).status).toBe(0);
  }, 180_000);
});
