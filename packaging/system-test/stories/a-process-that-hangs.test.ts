import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWhereabouts } from '../../start/whereabouts.ts';
import { RunningDemonstration } from './with-demonstration.ts';

/** Faults design R18: found within 10 s, recovered within 30 s. */
const RECOVERED_MS = 30_000;

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

/** Empty also in the moment in which they are being told anew. */
function pidsOf(name: string): number[] {
  const pids = readWhereabouts(hall.portBase)?.pids ?? {};
  return Object.entries(pids).flatMap(([called, pid]) => (called.startsWith(name) ? [pid] : []));
}

/** Stops a process (every session process, the warm one too) where it stands. @returns the time until others stand in
 *  their place */
async function hang(name: string): Promise<number> {
  let stopped = pidsOf(name);
  while (stopped.length === 0) {
    await wait(10);
    stopped = pidsOf(name);
  }
  const startedAt = performance.now();
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  while (pidsOf(name).some((pid) => stopped.includes(pid)) || pidsOf(name).length === 0) {
    if (performance.now() - startedAt > RECOVERED_MS) throw new Error(`${name} still hangs`);
    await wait(50);
  }
  return performance.now() - startedAt;
}

async function restarts(j: number): Promise<unknown[]> {
  await hall.journals(j, ({ kind }) => kind === 'process-restarted');
  return hall.rows(j).flatMap((row) => (row.kind === 'process-restarted' ? [[row['process'], row['why']]] : []));
}

describe('F63 a process that hangs while nobody is served', () => {
  it.each([
    ['core', 'core'],
    ['device-host', 'deviceHost'],
    ['session', 'session'],
  ])(
    'F63 %s is found and killed within 10 s, and the terminal invites the next citizen within 30 s',
    async (name, process) => {
      const from = hall.lastRow();
      const found = await hang(name);
      // One more second for the next process to be known.
      expect(found).toBeLessThan(11_000);
      await hall.invites(RECOVERED_MS - found);
      expect(await restarts(from)).toContainEqual([process, 'hung']);
    },
    60_000,
  );
});

describe('F63 a process that hangs while a citizen’s endorsement is being made', () => {
  it.each(['core', 'session', 'device-host'])(
    'F63 %s: the session ends in a named state, one charge, the card with its holder, the record whole',
    async (name) => {
      const before = await hall.offices();
      const from = hall.lastRow();
      const walking = hall.citizen();
      await hall.journals(from, (row) => row.kind === 'operation-intended' && row['verb'] === 'printEndorsement');
      await hang(name);
      const report = await walking;
      expect(report.outcome === 'done' || report.state !== undefined).toBe(true);
      await hall.invites(60_000);
      const { totals } = await hall.offices();
      expect(totals.balanced).toBe(true);
      const now = totals.held + totals.captured + totals.refunded;
      expect(now - before.totals.held - before.totals.captured - before.totals.refunded).toBe(1_500);
      expect((await hall.cabinet()).card).toBeNull();
      const rows = hall.rows(from);
      const began = rows.filter(({ kind }) => kind === 'session-started').length;
      expect([began, rows.filter(({ kind }) => kind === 'session-ended').length]).toEqual([1, 1]);
      expect((await hall.verifyJournal()).status).toBe(0);
    },
    180_000,
  );
});
