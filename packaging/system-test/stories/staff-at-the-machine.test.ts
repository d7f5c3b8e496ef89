import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConsoleState, StaffWish } from '@yimen/contracts/terminal';
import { answerChallenge } from '@yimen/terminal/staff-secrets';
import { TestConsole } from '@yimen/terminal/staff-testing';
import { readDemoPeople, type DemoPerson } from '../../start/staff-demo.ts';
import { RunningDemonstration } from './with-demonstration.ts';

/** The staff console stands behind the six ports of the demonstration. */
const CONSOLE_AFTER = 6;
const LICENCE = 'licence-printer';

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

function person(name: string): DemoPerson {
  const found = people.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

async function turn(to: 'run' | 'maintenance'): Promise<void> {
  expect(await hall.bench('cabinet-io', 'put', { thing: `key-${to}` })).toBe(200);
}

/** A console as soon as core shows one. */
async function openConsole(): Promise<TestConsole> {
  page?.close();
  for (let i = 0; i < 400; i += 1) {
    const opened = await TestConsole.open(hall.portBase + CONSOLE_AFTER).catch(() => undefined);
    if (opened !== undefined) {
      page = opened;
      await opened.until(({ state }) => state !== undefined);
      if (opened.state !== undefined) return opened;
    }
    await wait(50);
  }
  throw new Error('no console was shown');
}

async function signIn(name: string): Promise<TestConsole> {
  await turn('maintenance');
  const opened = await openConsole();
  const { card, pin } = person(name);
  expect(await opened.wish({ act: 'signIn', card, pin, workOrder: null })).toMatchObject({ isDone: true });
  await opened.until(({ state }) => state?.mode === 'active');
  expect(opened.state?.mode).toBe('active');
  return opened;
}

async function done(on: TestConsole, wish: StaffWish): Promise<ConsoleState> {
  expect(await on.wish(wish)).toEqual({ act: wish.act, isDone: true, code: null });
  // The state after it comes within a moment.
  await wait(300);
  if (on.state === undefined) throw new Error('no state');
  return on.state;
}

async function leave(): Promise<void> {
  await turn('run');
  await hall.invites(20_000);
}

interface SimulatedUnit {
  readonly name: string;
  readonly type: string;
  readonly initialCount: number;
  readonly count: number;
  readonly taken: number;
  readonly retainCount: number;
  readonly rejected: number;
}

/** What really lies in the licence maker, by its own books. */
async function unitsInside(): Promise<readonly SimulatedUnit[]> {
  const { devices } = (await hall.cabinet()) as unknown as {
    devices: Record<string, { state: { units: Record<string, SimulatedUnit> } }>;
  };
  return Object.entries(devices[LICENCE]?.state.units ?? {}).map(([name, unit]) => ({ ...unit, name }));
}

/** The formulas of faults §4.5, held against what really lies there. */
async function expectBalanced(): Promise<void> {
  for (const unit of await unitsInside()) {
    if (unit.type === 'dispense')
      expect(unit.initialCount, unit.name).toBe(unit.count + unit.taken + unit.retainCount + unit.rejected);
    if (unit.type === 'retain') expect(unit.count, unit.name).toBe(unit.initialCount + unit.retainCount);
  }
}

interface SeenVariance {
  readonly id: string;
  readonly counted: number;
}

async function variances(): Promise<readonly SeenVariance[]> {
  return (await hall.api<{ variances: readonly SeenVariance[] }>('/variances')).variances;
}

interface SeenAlarm {
  readonly code: string;
  readonly module: string;
  readonly state: string;
}

/** The alarms about differences, as they are now. */
async function differenceAlarms(): Promise<readonly SeenAlarm[]> {
  const { alarms } = await hall.api<{ alarms: readonly SeenAlarm[] }>('/alarms');
  return alarms.filter(({ code }) => code === 'unit.variance');
}

/** What `look` finds, as soon as it finds it. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 400; i += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(50);
  }
  throw new Error('it did not come');
}

function exchangeRows(j: number): Record<string, unknown>[] {
  return hall.rows(j).filter(({ kind }) => kind.startsWith('exchange-'));
}

const FIRST = { first: 'D2026000001', count: 40 } as const;
const PACK = { first: 'D2026000041', count: 20 } as const;

describe('staff at the machine, with real drivers and processes', () => {
  it('refill the licence maker: counts before and after, a difference that stays open until another person accepts it', async () => {
    const j = hall.lastRow();
    const keeper = await signIn('staff-keeper');
    expect(await hall.status()).toMatchObject({ state: 'maintenance' });
    const opened = await done(keeper, { act: 'openExchange', device: LICENCE });
    expect(opened.exchanges[0]?.units.find(({ name }) => name === 'driving')).toMatchObject({
      expected: 40,
      serials: [FIRST],
    });
    expect(await hall.bench(LICENCE, 'put', { thing: 'blanks-driving' })).toBe(200);
    const closed = await done(keeper, {
      act: 'closeExchange',
      device: LICENCE,
      units: {
        driving: { counted: 40, after: 60, serials: [FIRST, PACK] },
        retract: { counted: 1, after: 0 },
      },
      second: null,
    });
    expect(closed.variances).toMatchObject([{ unit: 'retract', expected: 0, counted: 1, variance: 1 }]);
    expect(closed.devices.find(({ device }) => device === LICENCE)?.units).toContainEqual(
      expect.objectContaining({ name: 'driving', count: 60 }),
    );
    expect(exchangeRows(j)).toMatchObject([
      { kind: 'exchange-started' },
      { unit: 'driving', expected: 40, counted: 40, variance: 0, after: 60 },
      { unit: 'retract', variance: 1, acceptedBy: null },
      { kind: 'exchange-ended', outcome: 'counted' },
    ]);
    await expectBalanced();
    await leave();

    // Another person, without a card: a challenge is answered by a telephone, and no network was asked.
    await turn('maintenance');
    const technician = await openConsole();
    await done(technician, { act: 'challenge', level: 'intermediate' });
    const code = answerChallenge(person('staff-technician').privateKey, technician.state?.challenge?.text ?? '');
    expect(await technician.wish({ act: 'answer', code, workOrder: null })).toMatchObject({ isDone: true });
    await technician.until(({ state }) => state?.mode === 'active');
    const accepted = await done(technician, { act: 'acceptVariance', j: closed.variances[0]?.j ?? 0 });
    expect(accepted.variances).toEqual([]);
    await leave();
  });

  it('F65 count wrongly: the fleet sees it, raises one alarm, accepts it with a reason, and the machine records that', async () => {
    const j = hall.lastRow();
    const keeper = await signIn('staff-keeper');
    await done(keeper, { act: 'openExchange', device: LICENCE });
    const units = { retract: { counted: 3, after: 3 } };
    const closed = await done(keeper, { act: 'closeExchange', device: LICENCE, units, second: null });
    const own = closed.variances[0];
    expect(own).toMatchObject({ unit: 'retract', expected: 0, counted: 3, variance: 3 });
    // Whoever counted does not accept.
    expect(await keeper.wish({ act: 'acceptVariance', j: own?.j ?? 0 })).toMatchObject({ code: 'samePerson' });
    const seen = await eventually(async () => (await variances()).find((one) => one.counted === 3));
    expect(seen).toMatchObject({ module: 'licencePrinter', unit: 'retract', expected: 0, who: own?.who });
    const alarmIs = (state: string) =>
      eventually(async () => (await differenceAlarms()).find((alarm) => alarm.state === state));
    // An earlier difference of this unit was accepted: it is the same alarm, raised again.
    expect(await alarmIs('unacked')).toMatchObject({ module: 'licencePrinter.retract' });
    expect(await differenceAlarms()).toHaveLength(1);
    const accepted = await fetch(`${hall.ready.urls.api}/variances/${encodeURIComponent(seen.id)}/accept`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hall.ready.apiToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: '复点为零，点错' }),
    });
    expect(accepted.status).toBe(200);
    await hall.journals(j, (row) => row.kind === 'variance-accepted' && row['of'] === own?.j);
    expect(hall.rows(j).find((row) => row.kind === 'variance-accepted')).toMatchObject({
      who: null,
      variance: 3,
      decision: `acc-1-${String(own?.j).padStart(6, '0')}`,
    });
    await keeper.until(({ state }) => state?.variances.length === 0);
    await alarmIs('returned');
    // The wrong count itself stands for ever.
    expect(exchangeRows(j).filter((row) => row['variance'] === 3)).toHaveLength(1);
    await done(keeper, { act: 'openExchange', device: LICENCE });
    await done(keeper, {
      act: 'closeExchange',
      device: LICENCE,
      units: { retract: { counted: 3, after: 0 } },
      second: null,
    });
    await leave();
  });

  it('core is killed between opening and locking: shown as open, no count changed, the device kept from citizens', async () => {
    const keeper = await signIn('staff-keeper');
    await done(keeper, { act: 'openExchange', device: LICENCE });
    const before = await unitsInside();
    const j = hall.lastRow();
    await hall.kill('core');
    for (let i = 0; i < 400 && (await hall.status().catch(() => undefined))?.state !== 'maintenance'; i += 1)
      await wait(50);
    expect(await unitsInside()).toEqual(before);
    expect(exchangeRows(j)).toEqual([]);
    const again = await signIn('staff-keeper');
    expect(again.state?.exchanges).toMatchObject([{ device: LICENCE }]);
    await done(again, {
      act: 'closeExchange',
      device: LICENCE,
      units: { driving: { counted: 60, after: 60, serials: [FIRST, PACK] } },
      second: null,
    });
    expect(exchangeRows(j)).toMatchObject([{ unit: 'driving', variance: 0 }, { outcome: 'counted' }]);
    await expectBalanced();
    await leave();
  });

  it('a citizen’s card that jammed is handed out by the number that its holder was told', async () => {
    const j = hall.lastRow();
    const report = await hall.citizen('--fault', 'F01');
    expect(report).toMatchObject({ outcome: 'stopped', state: 'card-held' });
    const incident = report.incident ?? '';
    // A hand frees it (the script’s last act), core puts it away by itself; from the bin it is handed out by staff.
    await hall.journals(j, (row) => row.kind === 'goods-moved' && row['to'] === 'retainBin');
    await hall.invites(30_000);
    const technician = await signIn('staff-technician');
    expect(technician.state?.held).toContainEqual(
      expect.objectContaining({ incident, item: 'card', module: 'cardUnit', place: 'bin', device: 'card-unit' }),
    );
    expect(await technician.wish({ act: 'handOut', incident, checked: true })).toMatchObject({ code: 'exchangeFirst' });
    await done(technician, { act: 'openExchange', device: 'card-unit' });
    await done(technician, { act: 'handOut', incident, checked: true });
    const units = { bin: { counted: 1, after: 0 } };
    const closed = await done(technician, { act: 'closeExchange', device: 'card-unit', units, second: null });
    expect(closed.held).toEqual([]);
    expect(closed.variances).toEqual([]);
    expect(closed.devices.find(({ device }) => device === 'card-unit')?.units).toContainEqual(
      expect.objectContaining({ name: 'bin', count: 0 }),
    );
    expect(hall.rows().findLast((row) => row.kind === 'goods-moved')).toMatchObject({
      from: 'cardUnit.bin',
      to: 'holder',
    });
    const closing = hall.rows().filter((row) => row.kind === 'incident' && row['state'] === 'closed');
    expect(closing.map((row) => row['number'])).toContain(incident);
    await leave();
  });

  it('come while a citizen is served: the card goes back first, then they begin', async () => {
    const j = hall.lastRow();
    // The script waits for a screen that does not come; it ends with the demonstration.
    const walking = hall.citizen().catch(() => undefined);
    await hall.journals(j, (row) => row.kind === 'operation-ended' && row['verb'] === 'acceptCard');
    const technician = await signIn('staff-technician');
    const rows = hall.rows(j);
    const ended = rows.find(({ kind }) => kind === 'session-ended');
    const active = rows.find((row) => row.kind === 'supervisor-mode' && row['state'] === 'active');
    expect(ended?.j).toBeLessThan(active?.j ?? 0);
    expect((await hall.cabinet()).card?.place ?? 'out').not.toMatch(/inside|read/iu);
    await done(technician, { act: 'testPrint', device: 'receipt-printer' });
    expect(hall.rows(j).find(({ kind }) => kind === 'device-tested')).toMatchObject({
      test: 'printReceipt',
      customer: false,
    });
    await leave();
    void walking;
  });

  it('leave a journal whose chain holds', async () => {
    expect((await hall.verifyJournal()).status).toBe(0);
  });
});
