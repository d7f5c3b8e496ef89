import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestConsole } from '@yimen/terminal/staff-testing';
import { readDemoPeople } from '../../start/staff-demo.ts';
import { RunningDemonstration } from './with-demonstration.ts';

/** The staff console stands behind the six ports of the demonstration. */
const CONSOLE_AFTER = 6;

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

/** As the page sends it. */
async function ghostSeen(): Promise<number> {
  const origin = hall.ready.urls.citizen.replace(/\/$/u, '');
  const headers = { origin, 'content-type': 'application/json' };
  const body = JSON.stringify({ what: 'ghost', sign: 'jump' });
  return (await fetch(`${origin}/touch-trouble`, { method: 'POST', headers, body })).status;
}

/** What `look` finds, as soon as it finds it. Not asked faster: the API takes 600 questions a minute. */
async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 240; i += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(250);
  }
  throw new Error(`it did not come: ${what}`);
}

interface SeenTerminal {
  readonly state: string;
  readonly off: readonly { readonly why: string }[];
  readonly modules: readonly { readonly module: string; readonly state: string; readonly fault: string | null }[];
}

/** How the fleet sees the terminal and its touch screen, as soon as both are told. */
function touchAtFleet(wanted: 'hardwareError' | 'online'): Promise<unknown> {
  return eventually(`touch screen ${wanted}`, async () => {
    const { terminal } = await hall.api<{ terminal: SeenTerminal }>('/terminals/SD-DALIANG-01');
    const { state, off, modules } = terminal;
    const touch = modules.find(({ module }) => module === 'touchScreen');
    const reasons = [...new Set(off.map(({ why }) => why))];
    // The event may come before the beat that says what is off.
    const isTold = off.length > 0 === (wanted === 'hardwareError');
    return touch?.state === wanted && isTold ? { state, fault: touch.fault, reasons } : undefined;
  });
}

interface SeenAlarm {
  readonly code: string;
  readonly module: string;
  readonly state: string;
  readonly severity: string;
}

function touchAlarm(): Promise<SeenAlarm> {
  return eventually('alarm', async () => {
    const { alarms } = await hall.api<{ alarms: readonly SeenAlarm[] }>('/alarms');
    return alarms.find(({ module, state }) => module === 'touchScreen' && state === 'unacked');
  });
}

/** A technician at the console, as soon as core shows one. */
async function technician(): Promise<TestConsole> {
  const person = readDemoPeople(hall.dataDir).find(({ name }) => name === 'staff-technician');
  if (person === undefined) throw new Error('no technician');
  expect(await hall.bench('cabinet-io', 'put', { thing: 'key-maintenance' })).toBe(200);
  const console = await eventually('console', async () => {
    const opened = await TestConsole.open(hall.portBase + CONSOLE_AFTER).catch(() => undefined);
    await opened?.until(({ state }) => state !== undefined);
    return opened?.state === undefined ? undefined : opened;
  });
  const { card, pin } = person;
  expect(await console.wish({ act: 'signIn', card, pin, workOrder: null })).toMatchObject({ isDone: true });
  await console.until(({ state }) => state?.mode === 'active');
  return console;
}

describe('F64 a touch screen that fires by itself', () => {
  it('F64 takes the terminal out until a technician has tested it; beats, dashboard and an alarm say so meanwhile', async () => {
    expect(await ghostSeen()).toBe(204);
    expect(await hall.status()).toMatchObject({ state: 'outOfService', why: 'touch' });
    expect(await touchAtFleet('hardwareError')).toEqual({
      state: 'outOfService',
      fault: 'touch.ghost',
      reasons: ['touchScreen.hardwareError'],
    });
    expect(await touchAlarm()).toMatchObject({
      code: 'module.hardwareError',
      severity: 'major',
    });
    // Core dies, and still knows.
    await hall.kill('core');
    await eventually('core', async () =>
      (await hall.status().catch(() => undefined))?.why === 'touch' ? true : undefined,
    );
    const console = await technician();
    expect(console.state?.touch?.what).toBe('ghost');
    expect(await console.wish({ act: 'clearTouch' })).toEqual({ act: 'clearTouch', isDone: true, code: null });
    await hall.bench('cabinet-io', 'put', { thing: 'key-run' });
    await hall.invites(20_000);
    console.close();
    expect(await touchAtFleet('online')).toMatchObject({ fault: null, reasons: [] });
    const rows = hall.rows().flatMap((row) => (row['module'] === 'touchScreen' ? [row['state']] : []));
    expect(rows).toEqual(['hardwareError', 'online']);
    expect((await hall.verifyJournal()).status).toBe(0);
  }, 150_000);
});
