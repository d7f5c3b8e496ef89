import { afterEach, describe, expect, it } from 'vitest';
import { BIN } from './testing/fake-device-host.ts';
import { ManagerBench } from './testing/manager-bench.ts';

const WHO = { who: 'W'.repeat(43), workOrder: 'wo-2026-0001' };
let bench: ManagerBench;
afterEach(() => {
  bench.close();
});

async function open(options = {}): Promise<ManagerBench> {
  bench = new ManagerBench(options);
  await bench.start();
  return bench;
}

/** Somebody pulls the plug and puts another device in. */
async function swap(device: string, serial: string): Promise<void> {
  bench.host.set(device, { device: 'offline', source: 'stale' });
  bench.host.serials.set(device, serial);
  bench.host.set(device, { device: 'online', source: 'reported' });
  await bench.pass(500);
}

const stateOf = (device: string): unknown =>
  bench.manager.statuses().find((status) => status.device === device)?.status;
const touched = (device: string): string[] =>
  bench.host.calls.flatMap((call) => {
    if (call.call === 'claim' || call.call === 'reopen') return call.device === device ? [call.call] : [];
    return 'lease' in call && call.lease.device === device ? [call.call] : [];
  });

describe('at first sight', () => {
  it('every device is pinned once, before anything is believed, and not again', async () => {
    await open();
    expect(bench.manager.isInspected()).toBe(true);
    expect(bench.rows('device-pinned')).toHaveLength(5);
    expect(bench.rows('device-pinned')[0]).toMatchObject({
      device: 'card-unit',
      driver: 'card-unit-test',
      serial: 'A1',
      by: 'firstSight',
    });
    await bench.restart();
    expect(bench.rows('device-pinned')).toHaveLength(5);
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });

  it('a device that is away is pinned when it comes', async () => {
    bench = new ManagerBench();
    bench.host.set('card-unit', { device: 'offline', source: 'stale' });
    await bench.start();
    expect(bench.rows('device-pinned')).toHaveLength(4);
    bench.host.set('card-unit', { device: 'online', source: 'reported' });
    await bench.pass(500);
    expect(bench.rows('device-pinned').at(-1)).toMatchObject({ device: 'card-unit', serial: 'A1' });
  });

  it('nothing is pinned that the journal does not take, and it is tried again', async () => {
    bench = new ManagerBench();
    const real = bench.journal.append.bind(bench.journal);
    let refusals = 0;
    bench.journal.append = (events) => {
      if (!events.some((event) => event.kind === 'device-pinned')) return real(events);
      refusals += 1;
      return { ok: false, error: { code: 'JOURNAL_IO', message: 'no', action: 'maintenance' } };
    };
    await bench.start();
    expect(refusals).toBe(5);
    bench.journal.append = real;
    bench.host.serials.set('card-unit', 'B2');
    await swap('card-unit', 'B2');
    expect(bench.rows('device-pinned')).toMatchObject([{ device: 'card-unit', serial: 'B2', by: 'firstSight' }]);
  });
});

describe('another device (faults F22)', () => {
  it('is refused: its services go, its neighbours stay, and it is only asked', async () => {
    await open({ servicesNeeding: (kind: string) => (kind === 'card-unit' ? ['exit.endorse'] : []) });
    await swap('card-unit', 'B2');
    expect(bench.manager.problemOf('card-unit')).toBe('configuration');
    expect(bench.manager.refusalOf('card-unit')).toMatchObject({ code: 'configuration', action: 'configuration' });
    expect(bench.manager.problemOf('receipt-printer')).toBeUndefined();
    expect(bench.manager.refusalOf('receipt-printer')).toBeUndefined();
    await bench.pass(2_000);
    expect(bench.rows('device-status').at(-1)).toMatchObject({
      module: 'cardUnit',
      state: 'hardwareError',
      fault: 'configuration',
      lost: ['exit.endorse'],
    });
    expect(stateOf('card-unit')).toMatchObject({ fault: { message: 'serial A1 is pinned, B2 answers' } });
    await bench.pass(10 * 60_000);
    expect(touched('card-unit')).toEqual([]);
    expect(new Set(bench.steps())).toEqual(new Set(['L1 done']));
  });

  it('is refused after a restart of core as well, and back in use when the right one is plugged in again', async () => {
    await open();
    await swap('card-unit', 'B2');
    await bench.restart();
    expect(bench.manager.problemOf('card-unit')).toBe('configuration');
    await swap('card-unit', 'A1');
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });

  it('that holds a card keeps it: nothing is moved by it', async () => {
    await open();
    await swap('card-unit', 'B2');
    bench.host.set('card-unit', { media: 'present' });
    expect(bench.manager.holders()).toEqual([]);
    // A card next door cannot be put into a bin of which nobody knows whose it is.
    bench.host.set('endorsement-printer', { media: 'present' });
    expect(await bench.manager.putAwayFound()).toBe(false);
    expect([touched('card-unit'), touched('endorsement-printer')]).toEqual([[], []]);
    expect(bench.manager.problemOf('endorsement-printer')).toBe('mediaInside');
  });

  it('with no serial at all is another one too', async () => {
    await open();
    await swap('card-unit', '');
    expect(stateOf('card-unit')).toMatchObject({ fault: { message: 'serial A1 is pinned, none answers' } });
  });

  it('is found out although it came while its predecessor was still being asked', async () => {
    await open();
    const real = bench.host.answer.bind(bench.host);
    const open1 = Promise.withResolvers<void>();
    let isFirst = true;
    bench.host.answer = async (request) => {
      if (request.call !== 'describe' || !isFirst) return real(request);
      isFirst = false;
      const answer = await real(request);
      await open1.promise;
      return answer;
    };
    bench.host.set('card-unit', { device: 'offline', source: 'stale' });
    bench.host.set('card-unit', { device: 'online', source: 'reported' });
    await bench.pass(500);
    await swap('card-unit', 'B2');
    open1.resolve();
    await bench.pass(500);
    expect(bench.manager.problemOf('card-unit')).toBe('configuration');
  });
});

describe('a device that does not say who it is', () => {
  it('is not used until it does', async () => {
    await open();
    const real = bench.host.answer.bind(bench.host);
    bench.host.answer = (request) =>
      request.call === 'describe'
        ? Promise.resolve({ ok: false, error: { code: 'timeOut', message: 'x', action: 'reset' } })
        : real(request);
    await swap('card-unit', 'A1');
    expect(bench.manager.problemOf('card-unit')).toBe('starting');
    await bench.pass(30_000);
    expect(bench.manager.problemOf('card-unit')).toBe('starting');
    bench.host.answer = real;
    await bench.pass(11_000);
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });
});

describe('staff accept a changed device', () => {
  it('by name and work order; from then on it is the right one, also after a restart', async () => {
    await open();
    await swap('card-unit', 'B2');
    expect(bench.manager.acceptIdentity('card-unit', WHO)).toMatchObject({ ok: true });
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
    expect(bench.rows('staff-action')).toMatchObject([
      {
        who: WHO.who,
        action: 'device-accepted',
        workOrder: WHO.workOrder,
        before: 'card-unit: card-unit-test A1',
        after: 'card-unit: card-unit-test B2',
      },
    ]);
    await bench.restart();
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
    await swap('card-unit', 'A1');
    expect(bench.manager.problemOf('card-unit')).toBe('configuration');
  });

  it('only where another one answers, and only when it is recorded', async () => {
    await open();
    expect(bench.manager.acceptIdentity('card-unit', WHO)).toMatchObject({ ok: false });
    expect(bench.manager.acceptIdentity('nothing', WHO)).toMatchObject({ ok: false });
    await swap('card-unit', 'B2');
    expect(bench.manager.acceptIdentity('card-unit', { who: '李娜', workOrder: null })).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_FIELD' },
    });
    expect(bench.manager.problemOf('card-unit')).toBe('configuration');
  });
});

describe('a serial that stands in the configuration', () => {
  it('holds against first sight and against the journal, and staff change it there', async () => {
    await open({ pins: { 'card-unit': { serial: 'Z9' } } });
    expect(bench.manager.problemOf('card-unit')).toBe('configuration');
    expect(bench.rows('device-pinned').find((row) => row['device'] === 'card-unit')).toMatchObject({
      serial: 'Z9',
      by: 'configuration',
    });
    expect(bench.manager.acceptIdentity('card-unit', WHO)).toMatchObject({ ok: false });
    await swap('card-unit', 'Z9');
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });

  it('names a driver too, where it was set up with that', async () => {
    await open({ pins: { 'card-unit': { serial: 'A1', driver: 'card-unit-other' } } });
    expect(stateOf('card-unit')).toMatchObject({
      fault: { message: 'card-unit-other is pinned, card-unit-test answers' },
    });
  });
});

describe('units that are wrongly set up (faults F69)', () => {
  it('take the device’s services away at the start, as configuration', async () => {
    bench = new ManagerBench();
    bench.host.set('card-unit', { units: { bin: { ...BIN, threshold: 30 } } });
    await bench.start();
    expect(bench.manager.problemOf('card-unit')).toBe('configuration');
    expect(bench.manager.refusalOf('card-unit')).toMatchObject({ message: expect.stringContaining('never warn') });
    bench.host.set('card-unit', { units: { bin: BIN } });
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });
});
