import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PastEvent } from '@yimen/contracts/terminal';
import { RunningDemonstration } from './with-demonstration.ts';

/** The ladder's pauses up to the restart are some 40 s of real time; a busy machine adds to that. */
const CLIMB_MS = 150_000;
const BACK_MS = 30_000;
const SETTLED_MS = 3_000;

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

describe('a device that hangs for good', () => {
  it('is asked, reset, reached anew, and at last has the device host restarted; everything is there again', async () => {
    const from = hall.lastRow();
    const before = await settledPids();
    expect(await hall.bench('fingerprint', 'fault', { fault: 'hardware-broken' })).toBe(200);
    await within(CLIMB_MS, () => steps(from).includes('L4 done'));

    expect(steps(from)).toEqual([
      ...Array<string>(3).fill('L1 done'),
      ...Array<string>(3).fill('L2 notDone'),
      'L3 done',
      'L4 done',
    ]);
    // Each use is on the disk before it is made.
    expect(used(from)).toEqual(['L1', 'L1', 'L1', 'L2', 'L2', 'L2', 'L3', 'L4']);

    await within(BACK_MS, () => pidOf('device-host') !== before['device-host'] && pidOf('device-host') !== undefined);
    expect(() => process.kill(before['device-host'] ?? 0, 0)).toThrow('ESRCH');
    // Nobody else was restarted, the waiting session process neither.
    expect({ ...hall.whereabouts().pids, 'device-host': 0 }).toEqual({ ...before, 'device-host': 0 });

    const restarted = rowOf(from, (row) => row['rung'] === 'L4' && row['outcome'] === 'started');
    await within(BACK_MS, () => cardUnit(restarted).at(-1) === 'online');
    expect(cardUnit(restarted)).toEqual(['starting', 'online']);
    expect(hall.rows(restarted)).toContainEqual(
      expect.objectContaining({ kind: 'process-ended', process: 'device-host', how: 'connection-lost' }),
    );
    // Looked at again before anybody is asked in.
    await within(BACK_MS, () => hall.rows(restarted).some((row) => row.kind === 'device-inspected'));
  }, 240_000);

  it('is well again when a hand has been there, and nothing is tried further', async () => {
    const from = hall.lastRow();
    expect(await hall.bench('fingerprint', 'clear')).toBe(200);
    await within(BACK_MS, () =>
      hall
        .rows(from)
        .some((row) => row.kind === 'device-status' && row['module'] === 'fingerprint' && row['state'] === 'online'),
    );
    expect(steps(from).filter((step) => !step.startsWith('L1'))).toEqual([]);
  }, 60_000);

  it('costs the next citizen nothing: their session works with the new host', async () => {
    await hall.invites(BACK_MS);
    expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1, produced: 1, handedOver: 1 });
    expect((await hall.verifyJournal()).status).toBe(0);
  }, 120_000);
});

/** Everybody has started: on a busy machine a waiting session that was too slow is still being replaced. */
async function settledPids(): Promise<Readonly<Record<string, number>>> {
  const hasSession = (): boolean => Object.keys(hall.whereabouts().pids).some((name) => name.startsWith('session-'));
  await within(BACK_MS, hasSession);
  for (let seen = ''; pidText() !== seen || !hasSession();) {
    seen = pidText();
    await wait(SETTLED_MS);
  }
  return hall.whereabouts().pids;
}

function pidText(): string {
  return JSON.stringify(hall.whereabouts().pids);
}

function pidOf(name: string): number | undefined {
  return hall.whereabouts().pids[name];
}

function ladder(from: number): PastEvent[] {
  return hall.rows(from).filter((row) => row.kind === 'recovery-step' && row['module'] === 'fingerprint');
}

/** How each step ended, in order. */
function steps(from: number): string[] {
  return ladder(from)
    .filter((row) => row['outcome'] !== 'started')
    .map((row) => `${String(row['rung'])} ${String(row['outcome'])}`);
}

function used(from: number): unknown[] {
  return ladder(from)
    .filter((row) => row['outcome'] === 'started')
    .map((row) => row['rung']);
}

function rowOf(from: number, fits: (row: PastEvent) => boolean): number {
  return ladder(from).find(fits)?.j ?? Number.MAX_SAFE_INTEGER;
}

/** What a neighbour went through, as the fleet is told it. */
function cardUnit(from: number): unknown[] {
  return hall
    .rows(from)
    .filter((row) => row.kind === 'device-status' && row['module'] === 'cardUnit')
    .map((row) => row['state']);
}

async function within(ms: number, isSo: () => boolean): Promise<void> {
  const startedAt = performance.now();
  while (!isSo()) {
    if (performance.now() - startedAt > ms)
      throw new Error(`not within ${ms} ms: ${JSON.stringify(hall.rows().slice(-30))}`);
    await wait(200);
  }
}
