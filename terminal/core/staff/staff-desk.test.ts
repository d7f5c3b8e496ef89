import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StaffList } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import { DeskBench, RUN, TURNED } from './testing/desk-bench.ts';
import { makeStaff, type TestPerson } from './testing/staff-list.ts';

let list: StaffList;
let people: Record<'technician' | 'keeper' | 'boss', TestPerson>;
beforeAll(async () => {
  ({ list, people } = await makeStaff({
    technician: { level: 'intermediate' },
    keeper: { level: 'basic' },
    boss: { level: 'full' },
  }));
});

let bench: DeskBench;
beforeEach(async () => {
  bench = new DeskBench(list);
  await bench.start();
});
afterEach(() => {
  bench.close();
});

function modes(): unknown[] {
  return bench.rows('supervisor-mode').map(({ state, why }) => `${String(state)} ${String(why)}`);
}

describe('the handshake', () => {
  it('lets the citizen finish first, then staff work, then looks at the devices before anybody is served', async () => {
    bench.citizen = 'there';
    expect(bench.desk.presence()).toBe('none');
    expect(bench.desk.isConsoleOpen()).toBe(false);
    bench.turn(TURNED);
    expect(bench.desk.presence()).toBe('asked');
    expect(bench.desk.isConsoleOpen()).toBe(true);
    // The key alone ends nobody’s session, and shows nothing of the machine.
    expect(bench.asked).toEqual([]);
    expect(bench.desk.state()).toMatchObject({ mode: 'inactive', devices: [], held: [], person: null });
    expect(await bench.signIn(people.technician)).toEqual({ act: 'signIn', isDone: true, code: null });
    expect(bench.desk.state()).toMatchObject({ mode: 'enterPending', devices: [], isCitizenThere: true });
    expect(bench.asked[0]).toBe('wrapUp');
    expect(await bench.wish({ act: 'status', device: 'card-unit' })).toMatchObject({
      isDone: false,
      code: 'notActive',
    });
    await bench.clock.advance(10_000);
    expect(bench.desk.presence()).toBe('asked');
    bench.citizen = 'none';
    await bench.clock.advance(CORE_LIMITS.staffLookMs);
    expect(bench.desk.presence()).toBe('inside');
    expect(bench.desk.state().devices.map(({ device }) => device)).toContain('licence-printer');
    const looks = bench.rows('device-inspected').length;
    expect(await bench.wish({ act: 'signOut' })).toMatchObject({ isDone: true });
    await bench.settle();
    expect(bench.rows('device-inspected').length).toBeGreaterThan(looks);
    expect(bench.desk.state()).toMatchObject({ mode: 'inactive', person: null });
    expect(bench.asked.at(-1)).toBe('rest');
    expect(modes()).toEqual([
      'enterPending signedIn',
      'active citizenFinished',
      'exitPending signedOut',
      'inactive inspected',
    ]);
    expect(bench.rows('supervisor-mode').every(({ who }) => who === people.technician.who)).toBe(true);
  });

  it('does not wait for ever for what only devices could settle, but as long as it takes for a citizen who is there', async () => {
    bench.citizen = 'settling';
    await bench.signIn(people.technician);
    await bench.clock.advance(CORE_LIMITS.staffPatienceMs);
    expect(bench.desk.state().mode).toBe('enterPending');
    bench.citizen = 'there';
    await bench.clock.advance(10_000);
    expect(bench.desk.state().mode).toBe('enterPending');
    bench.citizen = 'settling';
    await bench.clock.advance(1_000);
    expect(bench.desk.state().mode).toBe('active');
  });

  it('is called off by whoever signs out, or shuts up again, before it began', async () => {
    bench.citizen = 'there';
    await bench.signIn(people.technician);
    await bench.wish({ act: 'signOut' });
    expect(modes().at(-1)).toBe('inactive signedOut');
    await bench.signIn(people.technician);
    bench.turn(RUN);
    expect(modes().at(-1)).toBe('inactive closedUp');
    expect(bench.desk.presence()).toBe('none');
  });
});

describe('the end', () => {
  it('comes with the key back and every door shut, not with one of them', async () => {
    await bench.signIn(people.technician);
    bench.turn({ ...TURNED, 'door.front': 'open' });
    bench.turn({ ...RUN, 'door.front': 'open' });
    expect(bench.desk.state().mode).toBe('active');
    // Without the key nobody acts, and the console is not shown.
    expect(bench.desk.isConsoleOpen()).toBe(false);
    expect(await bench.wish({ act: 'status', device: 'card-unit' })).toMatchObject({ code: 'keyFirst' });
    bench.turn({ ...RUN, 'door.front': 'unknown' });
    expect(bench.desk.state().mode).toBe('active');
    bench.turn(RUN);
    await bench.settle();
    expect(modes().slice(-2)).toEqual(['exitPending closedUp', 'inactive inspected']);
  });

  it('comes with the time, which is told before and made longer once', async () => {
    await bench.signIn(people.technician);
    await bench.clock.advance(CORE_LIMITS.staffMs - CORE_LIMITS.staffWarnMs - 1);
    expect(bench.desk.state().person).toMatchObject({ isEnding: false, canExtend: true });
    await bench.clock.advance(1);
    expect(bench.desk.state().person).toMatchObject({ isEnding: true, leftMs: CORE_LIMITS.staffWarnMs });
    expect(await bench.wish({ act: 'extend' })).toMatchObject({ isDone: true });
    expect(bench.desk.state().person).toMatchObject({ isEnding: false, canExtend: false });
    expect(await bench.wish({ act: 'extend' })).toMatchObject({ isDone: false });
    await bench.clock.advance(CORE_LIMITS.staffWarnMs + CORE_LIMITS.staffExtendMs - 1);
    expect(bench.desk.state().mode).toBe('active');
    await bench.clock.advance(1);
    await bench.settle();
    expect(modes().slice(-2)).toEqual(['exitPending timeOver', 'inactive inspected']);
  });

  it('of core’s life ends a sign-in too, and that is recorded', async () => {
    await bench.signIn(people.technician);
    await bench.restart();
    expect(modes().at(-1)).toBe('inactive restarted');
    expect(bench.desk.state()).toMatchObject({ mode: 'inactive', person: null });
    // The key is still turned: nobody is served into open doors.
    expect(bench.desk.presence()).toBe('asked');
  });
});

describe('levels', () => {
  it('a keeper counts and prints, and neither tests nor resets nor releases', async () => {
    await bench.signIn(people.keeper);
    for (const wish of [
      { act: 'selfTest', device: 'card-unit' },
      { act: 'reset', device: 'card-unit', to: 'stay' },
      { act: 'releaseFraud', device: 'card-unit' },
      { act: 'acceptIdentity', device: 'card-unit' },
      { act: 'clearTouch' },
    ] as const)
      expect(await bench.wish(wish)).toMatchObject({ isDone: false, code: 'level' });
    expect(bench.host.calls.filter(({ call }) => call === 'reset' || call === 'selfTest')).toEqual([]);
    expect(await bench.wish({ act: 'testPrint', device: 'receipt-printer' })).toMatchObject({ isDone: true });
  });

  it('nobody who is not signed in does anything', async () => {
    bench.turn(TURNED);
    expect(await bench.wish({ act: 'openExchange', device: 'card-unit' })).toMatchObject({ code: 'signInFirst' });
    expect(await bench.wish({ act: 'handOut', incident: 'AAA-BBB', checked: true })).toMatchObject({ isDone: false });
  });
});

describe('tests of devices', () => {
  it('are recorded as nobody’s service, with who, and run as a technician’s', async () => {
    await bench.signIn(people.technician, 'order-0001');
    expect(await bench.wish({ act: 'selfTest', device: 'card-unit' })).toMatchObject({ isDone: true });
    expect(await bench.wish({ act: 'testPrint', device: 'receipt-printer' })).toMatchObject({ isDone: true });
    expect(await bench.wish({ act: 'status', device: 'card-unit' })).toMatchObject({ isDone: true });
    expect(await bench.wish({ act: 'testPrint', device: 'card-unit' })).toMatchObject({ code: 'unsupportedCommand' });
    const who = people.technician.who;
    expect(bench.rows('device-tested')).toMatchObject([
      { module: 'cardUnit', test: 'selfTest', outcome: 'done', customer: false, who, workOrder: 'order-0001' },
      { module: 'receiptPrinter', test: 'printReceipt', customer: false },
      { module: 'cardUnit', test: 'status', customer: false },
    ]);
    expect(bench.rows('operation-intended').every(({ sessionId }) => sessionId === null)).toBe(true);
    const claims = bench.host.calls.filter((call) => call.call === 'claim');
    expect(claims.every((claim) => claim.call === 'claim' && claim.owner.kind === 'technician')).toBe(true);
    const slip = bench.host.calls.find((call) => call.call === 'effect' && call.verb === 'printReceipt');
    expect(JSON.stringify(slip)).toContain('不是业务回执');
  });

  it('a reset says where a thing inside goes, and it is accounted for', async () => {
    bench.host.set('card-unit', { media: 'present' });
    await bench.signIn(people.technician);
    expect(await bench.wish({ act: 'reset', device: 'card-unit', to: 'retain' })).toMatchObject({ isDone: true });
    expect(bench.rows('goods-moved')).toMatchObject([{ item: 'card', from: 'cardUnit', to: 'retainBin' }]);
    expect(bench.rows('incident')).toMatchObject([{ state: 'opened', stop: 'card-held' }]);
    expect(bench.desk.state().held).toMatchObject([{ item: 'card', place: 'bin', device: 'card-unit' }]);
  });

  it('of a jammed card that has a number already gives it a place, and no second number', async () => {
    const stop = { number: 'AAA-111', state: 'opened', stop: 'card-held' } as const;
    expect(bench.journal.append([{ kind: 'incident', fields: stop }]).ok).toBe(true);
    bench.host.set('card-unit', { media: 'jammed' });
    await bench.signIn(people.technician);
    expect(bench.desk.state().held).toMatchObject([{ incident: 'AAA-111', place: 'inside', device: null }]);
    expect(await bench.wish({ act: 'reset', device: 'card-unit', to: 'retain' })).toMatchObject({ isDone: true });
    expect(new Set(bench.rows('incident').map(({ number }) => number)).size).toBe(1);
    expect(bench.desk.state().held).toMatchObject([{ incident: 'AAA-111', module: 'cardUnit', place: 'bin' }]);
  });

  it('what a device answers is told, and one act runs at a time', async () => {
    await bench.signIn(people.technician);
    bench.host.outcome = 'notDone';
    const first = bench.wish({ act: 'selfTest', device: 'card-unit' });
    expect(await bench.wish({ act: 'selfTest', device: 'receipt-printer' })).toMatchObject({ code: 'busy' });
    expect(await first).toMatchObject({ isDone: false, code: 'notDone' });
    expect(bench.rows('device-tested')).toMatchObject([{ outcome: 'notDone' }]);
  });

  it('a device that was held for fraud is let back, and a changed one accepted, by the level that may', async () => {
    bench.host.set('card-unit', { device: 'potentialFraud' });
    bench.host.set('card-unit', { device: 'online' });
    await bench.signIn(people.technician);
    const fraud = bench.desk.state().devices.find(({ device }) => device === 'card-unit')?.fraud;
    expect(fraud).toMatch(/^\w{3}-\w{3}$/u);
    expect(await bench.wish({ act: 'releaseFraud', device: 'card-unit' })).toMatchObject({ isDone: true });
    expect(bench.rows('staff-action')).toMatchObject([{ who: people.technician.who, action: 'fraud-released' }]);
    expect(bench.desk.state().devices.find(({ device }) => device === 'card-unit')?.fraud).toBeNull();
  });
});

describe('F64 a touch screen that is taken for faulty', () => {
  it('F64 is shown to whoever signed in, and cleared by the level that tests devices', async () => {
    bench.touch.ghostSeen();
    const since = bench.clock.wallMs();
    expect(bench.desk.state().touch).toBeNull();
    await bench.signIn(people.keeper);
    expect(bench.desk.state().touch).toEqual({ what: 'ghost', since });
    expect(await bench.wish({ act: 'clearTouch' })).toMatchObject({ isDone: false, code: 'level' });
    expect(bench.touch.isOut()).toBe(true);
    await bench.wish({ act: 'signOut' });
    await bench.settle();
    await bench.signIn(people.technician, 'order-0003');
    expect(await bench.wish({ act: 'clearTouch' })).toMatchObject({ isDone: true });
    expect(bench.desk.state().touch).toBeNull();
    const [action] = bench.rows('staff-action');
    expect(action).toMatchObject({ who: people.technician.who, action: 'touch-cleared', workOrder: 'order-0003' });
    expect(await bench.wish({ act: 'clearTouch' })).toMatchObject({ isDone: false, code: 'configuration' });
  });
});

describe('doors', () => {
  it('that are opened while somebody is signed in carry their work order', async () => {
    await bench.signIn(people.technician, 'order-0002');
    bench.turn({ ...TURNED, 'door.front': 'open' });
    expect(bench.rows('door')).toMatchObject([{ door: 'front', state: 'open', workOrder: 'order-0002' }]);
  });
});
