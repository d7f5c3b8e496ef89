import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestConsole } from '@yimen/terminal/staff-testing';
import { runFleet } from '../../fleet/run-fleet.ts';
import { readDemoPeople, type DemoPerson } from '../../start/staff-demo.ts';
import { RunningDemonstration } from './with-demonstration.ts';

/** The staff console stands behind the six ports of the demonstration. */
const CONSOLE_AFTER = 6;

let hall: RunningDemonstration;
let people: readonly DemoPerson[];
let page: TestConsole | undefined;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
  people = readDemoPeople(hall.dataDir);
}, 120_000);
afterAll(async () => {
  page?.close();
  await hall.stop();
});

interface Report {
  readonly differences: readonly { readonly kind: string; readonly ref: string }[];
  readonly open: readonly { readonly what: string; readonly why: string }[];
  readonly days: readonly { readonly services: readonly { readonly handedOver: number; readonly done: number }[] }[];
}

async function reconcile(): Promise<Report> {
  let told = '';
  // What the fleet has not confirmed yet is told apart and is no difference.
  await runFleet(['reconcile', '--data', hall.dataDir, '--json'], {
    out: (line) => (told += `${line}\n`),
    err: (line) => (told += `${line}\n`),
    wallMs: () => Date.now(),
    settleMs: 2_000,
  });
  return JSON.parse(told) as Report;
}

async function technician(): Promise<TestConsole> {
  expect(await hall.bench('cabinet-io', 'put', { thing: 'key-maintenance' })).toBe(200);
  for (let i = 0; i < 400; i += 1) {
    page = await TestConsole.open(hall.portBase + CONSOLE_AFTER).catch(() => undefined);
    if (page !== undefined) break;
    await wait(50);
  }
  if (page === undefined) throw new Error('no console was shown');
  await page.until(({ state }) => state !== undefined);
  const { card, pin } = people.find(({ name }) => name === 'staff-technician') ?? { card: '', pin: '' };
  expect(await page.wish({ act: 'signIn', card, pin, workOrder: null })).toMatchObject({ isDone: true });
  await page.until(({ state }) => state?.mode === 'active');
  return page;
}

async function handOut(incident: string): Promise<void> {
  const staff = await technician();
  expect(await staff.wish({ act: 'openExchange', device: 'card-unit' })).toMatchObject({ isDone: true });
  const out = { act: 'handOut', incident, checked: true } as const;
  expect(await staff.wish(out)).toMatchObject({ isDone: true });
  expect(await staff.wish(out)).toMatchObject({ isDone: false, code: 'noSuchIncident' });
  const units = { bin: { counted: 1, after: 0 } };
  expect(await staff.wish({ act: 'closeExchange', device: 'card-unit', units, second: null })).toMatchObject({
    isDone: true,
  });
  staff.close();
  await hall.bench('cabinet-io', 'put', { thing: 'key-run' });
}

describe('a finished permit that nobody took', () => {
  it('is handed out by staff while its office is away; the office hears of it later, once, and all books agree', async () => {
    const report = await hall.citizen('--fault', 'F02');
    expect(report).toMatchObject({ outcome: 'stopped', state: 'produced-not-taken' });
    await hall.invites(60_000);
    const kept = await reconcile();
    expect(kept.differences).toEqual([]);
    expect(kept.open.map(({ what }) => what).toSorted()).toEqual(['compensation', 'incident']);

    await hall.office('/switches', { office: 'exit-entry', action: { do: 'down' } });
    const j = hall.lastRow();
    await handOut(report.incident ?? '');
    // The next citizen is let in although an office has still to hear something.
    await hall.invites(30_000);
    const waiting = await reconcile();
    expect(waiting.differences).toEqual([]);
    expect(waiting.open.map(({ what, why }) => `${what} ${why}`)).toContain('operation handed-out');
    expect(hall.rows(j).filter(({ kind }) => kind === 'case-closed')).toEqual([]);

    await fetch(`${hall.ready.urls.sandbox}/switches`, { method: 'DELETE' });
    await hall.journals(j, (row) => row.kind === 'service-corrected');
    const rows = hall.rows(j);
    const moved = rows.filter((row) => row.kind === 'goods-moved' && row['to'] === 'holder');
    expect(moved).toHaveLength(1);
    const action = rows.find(({ kind }) => kind === 'staff-action');
    expect(action).toMatchObject({ action: 'handed-out', after: expect.stringContaining(', case ') });
    expect(rows.filter(({ kind }) => kind === 'case-closed')).toMatchObject([{ state: 'confirmed-done' }]);
    expect(rows.filter(({ kind }) => kind === 'compensation')).toMatchObject([{ state: 'closed' }]);
    expect(rows.find(({ kind }) => kind === 'service-corrected')).toMatchObject({
      by: 'staff',
      outcome: 'done',
      stop: null,
      handedOver: 1,
    });
    expect(await hall.offices()).toMatchObject({ bills: [{ state: 'captured' }], cases: [{ handedOver: true }] });
    const closed = await reconcile();
    expect(closed.differences).toEqual([]);
    expect(closed.open).toEqual([]);
    expect(closed.days[0]?.services).toMatchObject([{ done: 1, handedOver: 1 }]);
    expect((await hall.verifyJournal()).status).toBe(0);
  }, 300_000);
});
