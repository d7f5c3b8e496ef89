import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningDemonstration } from './with-demonstration.ts';

const BACK_MS = 5_000;

describe('every process of the demonstration comes back', () => {
  let hall: RunningDemonstration;
  beforeAll(async () => {
    hall = await RunningDemonstration.start();
  }, 120_000);
  afterAll(() => hall.stop());

  it.each(['sandbox', 'fleet', 'device-host', 'core', 'bench'])(
    '%s, killed: back within 5 s, the terminal looks at its devices, and the next citizen is served',
    async (name) => {
      const startedAt = performance.now();
      await hall.kill(name);
      await backInService(hall);
      const tookMs = performance.now() - startedAt;
      expect(tookMs, `${name} took ${Math.round(tookMs)} ms`).toBeLessThan(BACK_MS);
      expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1, handedOver: 1, fleet: { acknowledged: true } });
      expect(await hall.verifyJournal()).toMatchObject({ status: 0 });
    },
    120_000,
  );

  it('a session process that waits warm is replaced', async () => {
    const name = Object.keys(hall.whereabouts().pids).find((each) => each.startsWith('session-'));
    if (name === undefined) throw new Error('no warm session');
    process.kill(hall.whereabouts().pids[name] ?? 0, 'SIGKILL');
    await wait(1_500);
    expect(await hall.citizen()).toMatchObject({ outcome: 'done' });
  }, 120_000);
});

/** The terminal itself says that it serves again; while core is away nobody answers. */
async function backInService(hall: RunningDemonstration): Promise<void> {
  await wait(300);
  for (let i = 0; i < 100; i += 1) {
    const status = await hall.status().catch(() => undefined);
    if (status?.state === 'inService' || status?.state === 'degraded') return;
    await wait(50);
  }
  throw new Error('the terminal did not come back');
}
