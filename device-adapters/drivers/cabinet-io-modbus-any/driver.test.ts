import { cabinetIoPort } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import type { DeviceMemory, SimulatedDevice } from '../../testing/simulated-device.ts';
import { WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import { CABINET_FAULTS } from './simulator-faults.table.ts';
import { createSimulatedCabinet } from './simulator.ts';
import { CabinetBenches, type CabinetBench, type CabinetBenchOptions } from './testing/cabinet-bench.ts';

interface World {
  readonly cabinet: SimulatedDevice & DeviceMemory;
  readonly one: CabinetBench;
  /** The same cabinet, asked by a driver that was started anew. */
  next(): CabinetBench;
}

const benches = new CabinetBenches();
afterEach(() => benches.close());

function world(options: Omit<CabinetBenchOptions, 'open'> = {}): World {
  const clock = options.clock ?? new ManualClock();
  const cabinet = createSimulatedCabinet({ clock, random: seededRandom(7), speed: 'real' });
  const next = (): CabinetBench => benches.on(cableTo(cabinet), { ...options, clock });
  return { cabinet, one: next(), next };
}

async function online(options: Omit<CabinetBenchOptions, 'open'> = {}): Promise<World> {
  const made = world(options);
  expect(await made.one.status()).toMatchObject({ device: 'online' });
  made.one.told.length = 0;
  return made;
}

/** Long enough for two polls that agree, and for a slow one. */
const TOLD_MS = CABINET_LIMITS.pollMs * (CABINET_LIMITS.slowPolls + 3);

describe('a cabinet at rest', () => {
  it('tells who it is, and all that it senses', async () => {
    const { one } = world();
    expect(await one.run(one.driver.describe())).toMatchObject({
      ok: true,
      value: { kind: 'cabinet-io', model: 'yimen-cabinet-1', serial: 'CAB00017', firmware: '1.2' },
    });
    expect(await one.read('sensors')).toEqual({
      ok: true,
      value: {
        doors: { front: 'locked', back: 'locked', service: 'closed' },
        tamper: { seismic: 'ok', lid: 'ok', heat: 'ok' },
        keySwitch: 'run',
        callButton: 'released',
        temperatureC: { inside: 24.5 },
      },
    });
    expect(await one.read('power')).toEqual({
      ok: true,
      value: { ups: 'powering', chargePercent: 100, minutesLeft: 20 },
    });
  });

  it('never hears two requests at once, whoever asks', async () => {
    const { one, cabinet } = await online();
    await one.run(
      Promise.all([
        one.begin('setLight', { light: 'status', state: 'slowFlash' }),
        one.begin('setLock', { door: 'front', locked: false }),
        one.driver.read('sensors', 10_000, {}, one.abort.signal),
        one.driver.status(0),
        one.begin('setLight', { light: 'inside', state: 'on' }),
      ]),
    );
    await one.pass(10_000);
    expect(cabinet.state()).toMatchObject({
      lights: { status: 'slowFlash', inside: 'on' },
      locks: { front: 'unlocked' },
      writes: 3,
      collisions: 0,
    });
  });
});

describe('what is told by itself', () => {
  it.each([
    ['F59', { 'door.front': 'open' }],
    ['door-back-open', { 'door.back': 'open' }],
    ['door-service-open', { 'door.service': 'open' }],
    ['F56', { ups: 'engaged' }],
    ['ups-low', { ups: 'low' }],
    ['ups-recovering', { ups: 'recovered' }],
    ['ups-unheard', { ups: 'unknown' }],
    ['too-hot', { 'temperature.inside': 'high' }],
    ['too-cold', { 'temperature.inside': 'low' }],
    ['probe-broken', { 'temperature.inside': 'unknown' }],
    ['bounce', { 'door.front': 'unknown' }],
  ])('%s: %j; no fault of the device, and well again after', async (fault, sensors) => {
    const { one, cabinet } = await online();
    cabinet.fault(fault);
    await one.pass(TOLD_MS);
    expect(await one.status(TOLD_MS)).toMatchObject({ device: 'online', sensors });
    expect(one.states).toEqual([]);
    cabinet.clear();
    await one.pass(TOLD_MS);
    expect(await one.status(TOLD_MS)).toMatchObject({
      sensors: { 'door.front': 'locked', 'door.back': 'locked', ups: 'powering', 'temperature.inside': 'normal' },
    });
    expect(cabinet.state()).toMatchObject({ writes: 0, collisions: 0 });
  });

  it('key and button, by hand', async () => {
    const { one, cabinet } = await online();
    const seen: unknown[] = [];
    for (const hand of ['key-maintenance', 'key-supervisor', 'key-run', 'call-button']) {
      cabinet.put(hand);
      await one.pass(800);
      seen.push(one.told.at(-1)?.sensors?.['keySwitch'], one.told.at(-1)?.sensors?.['callButton']);
    }
    await one.pass(1_500);
    seen.push(one.told.at(-1)?.sensors?.['callButton']);
    const released = ['released', 'run', 'pressed', 'released'];
    expect(seen).toEqual(['maintenance', 'released', 'supervisor', 'released', 'run', ...released]);
  });

  it('the battery empties by and by; low promises the minutes that are left', async () => {
    const { one, cabinet } = await online();
    cabinet.put('mains-off');
    await one.clock.advance(15 * 60_000);
    expect(await one.read('power')).toMatchObject({ ok: true, value: { ups: 'engaged', minutesLeft: 4 } });
    await one.clock.advance(2 * 60_000);
    expect(await one.read('power')).toMatchObject({ ok: true, value: { ups: 'low', minutesLeft: 2 } });
  });
});

describe('tampering', () => {
  it.each([
    ['F60', 'seismic'],
    ['tamper-lid', 'lid'],
    ['tamper-heat', 'heat'],
  ])('%s: fraudAttempt until a technician’s reset, also over a restart of the driver', async (fault, name) => {
    const { one, cabinet, next } = await online();
    cabinet.fault(fault);
    await one.pass(3 * CABINET_LIMITS.pollMs);
    expect(one.states).toEqual(['fraudAttempt']);
    // It is over, and it was.
    cabinet.clear();
    await one.pass(TOLD_MS);
    const tampered = { device: 'fraudAttempt', action: 'maintenance', sensors: { [`tamper.${name}`]: 'latched' } };
    expect(await one.status()).toMatchObject(tampered);
    await one.run(one.driver.close());
    const second = next();
    expect(await second.status()).toMatchObject(tampered);
    expect(await second.reset('exit')).toBeDefined();
    expect(cabinet.state()).toMatchObject({ tamper: { [name]: 'latched' }, writes: 0 });
    expect(await second.reset('stay')).toMatchObject({ outcome: 'done' });
    expect(cabinet.state()).toMatchObject({ tamper: { [name]: 'ok' } });
    expect(await second.status()).toMatchObject({ device: 'online', sensors: { [`tamper.${name}`]: 'ok' } });
  });

  it('a lid that is still open is not forgiven', async () => {
    const { one, cabinet } = await online();
    cabinet.put('lid-open');
    await one.pass(3 * CABINET_LIMITS.pollMs);
    expect(await one.reset('stay')).toMatchObject({ outcome: 'notDone', fault: { code: 'fraudAttempt' } });
    cabinet.put('lid-closed');
    expect(await one.reset('stay')).toMatchObject({ outcome: 'done' });
  });

  it('the button on the board does not make the driver forget', async () => {
    const { one, cabinet } = await online();
    cabinet.fault('F60');
    await one.pass(2_000);
    expect(cabinet.put('tamper-reset').ok).toBe(true);
    await one.pass(TOLD_MS);
    expect(await one.status()).toMatchObject({ device: 'fraudAttempt' });
    expect(await one.reset('stay')).toMatchObject({ outcome: 'done' });
  });

  it('a blow while the line is gone is known as soon as it is back', async () => {
    const { one, cabinet } = await online();
    cabinet.unplug();
    cabinet.fault('F60');
    await one.pass(5_000);
    cabinet.clear();
    cabinet.plug();
    expect(await one.status()).toMatchObject({ device: 'fraudAttempt', sensors: { 'tamper.seismic': 'latched' } });
  });
});

describe('outputs', () => {
  it.each(['off', 'on', 'slowFlash', 'quickFlash'])('a light %s', async (state) => {
    const { one, cabinet } = await online();
    expect(await one.light('payment', state)).toMatchObject({ outcome: 'done', evidence: [{ kind: 'readBack' }] });
    expect(cabinet.state()).toMatchObject({ lights: { payment: state }, writes: 1 });
  });

  it('a lock: done when the bolt is there, not before', async () => {
    const { one, cabinet } = await online();
    expect(await one.lock('front', false)).toMatchObject({ outcome: 'done', evidence: [{ kind: 'readBack' }] });
    expect(cabinet.state()).toMatchObject({ locks: { front: 'unlocked', back: 'locked' } });
    expect(cabinet.put('door-front-open').ok).toBe(true);
    await one.pass(TOLD_MS);
    expect(one.told.at(-1)).toMatchObject({ sensors: { 'door.front': 'open' } });
  });

  it('a stuck bolt and a lock that nobody sees: unknown', async () => {
    const { one, cabinet } = await online();
    expect(await one.lock('service', false)).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    cabinet.fault('lock-stuck');
    const began = one.clock.monoMs();
    expect(await one.lock('back', false)).toMatchObject({ outcome: 'unknown', fault: { action: 'maintenance' } });
    expect(one.clock.monoMs() - began).toBeGreaterThanOrEqual(CABINET_LIMITS.boltMs);
  });

  it.each([
    ['light-stuck', 'unknown', 'off', 0],
    ['write-unanswered', 'done', 'on', 1],
    ['write-unheard', 'notDone', 'off', 0],
    ['busy-once', 'done', 'on', 1],
    ['late-once', 'done', 'on', 1],
    ['slow', 'done', 'on', 1],
  ])('%s: %s, and that is true', async (fault, outcome, shows, writes) => {
    const { one, cabinet } = await online();
    cabinet.fault(fault);
    expect((await one.light('printer', 'on')).outcome).toBe(outcome);
    expect(cabinet.state()).toMatchObject({ lights: { printer: shows }, writes, collisions: 0 });
    cabinet.clear();
    expect(await one.light('printer', 'slowFlash')).toMatchObject({ outcome: 'done' });
  });

  it('after a restart of the board its lights are out, and the driver writes nothing by itself', async () => {
    const { one, cabinet } = await online();
    await one.light('status', 'on');
    cabinet.fault('board-restarts');
    await one.pass(5_000);
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(cabinet.state()).toMatchObject({ lights: { status: 'off' }, writes: 1, bootCount: 2 });
  });

  it('unplugged at each moment of a lock: one outcome, and done and notDone are true', async () => {
    const outcomes = new Set<string>();
    for (let atMs = 0; atMs <= 900; atMs += 20) {
      const { one, cabinet } = await online();
      const opening = one.begin('setLock', { door: 'front', locked: false });
      await one.pass(atMs);
      cabinet.unplug();
      const { outcome } = await one.run(opening);
      outcomes.add(outcome);
      await one.pass(2_000);
      const { locks } = cabinet.state() as { locks: { front: string } };
      if (outcome === 'done') expect(locks.front, `done at ${atMs} ms`).toBe('unlocked');
      if (outcome === 'notDone') expect(locks.front, `notDone at ${atMs} ms`).toBe('locked');
      cabinet.plug();
      expect(await one.status()).toMatchObject({ device: 'online', source: 'reported' });
    }
    expect([...outcomes].toSorted()).toEqual(['done', 'notDone', 'unknown']);
  });
});

describe('the board and the line', () => {
  it('inputs that cannot be read are unknown, never closed', async () => {
    const { one, cabinet } = await online();
    cabinet.fault('inputs-broken');
    expect(await one.status()).toMatchObject({
      device: 'hardwareError',
      action: 'maintenance',
      sensors: { 'door.front': 'unknown', 'door.service': 'unknown', keySwitch: 'unknown', ups: 'unknown' },
    });
    cabinet.clear();
    await one.status();
    expect(await one.status()).toMatchObject({ device: 'online', sensors: { 'door.front': 'locked' } });
  });

  it('another board: configuration, and nothing is written', async () => {
    const { one, cabinet } = world();
    cabinet.fault('wrong-model');
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(cabinet.state()).toMatchObject({ writes: 0 });
  });

  it.each(['F12', 'wrong-unit', 'silent', 'half-frame', 'wrong-checksum', 'late-answer', 'slow-bytes'])(
    '%s: no answer; offline, doors unknown; then online again',
    async (fault) => {
      const { one, cabinet } = await online();
      cabinet.fault(fault);
      await one.pass(5_000);
      expect(await one.status(Number.POSITIVE_INFINITY)).toMatchObject({
        device: 'offline',
        source: 'stale',
        sensors: { 'door.front': 'unknown' },
      });
      expect((await one.light('status', 'on')).outcome).not.toBe('done');
      cabinet.clear();
      await one.pass(61_000);
      expect(await one.status()).toMatchObject({ device: 'online', sensors: { 'door.front': 'locked' } });
      expect(one.states.filter((state) => state === 'online')).toHaveLength(1);
    },
  );

  it.each(['duplicate', 'garbage', 'slow'])('%s costs nothing', async (fault) => {
    const { one, cabinet } = await online();
    cabinet.fault(fault);
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'done' });
    expect(await one.read('sensors')).toMatchObject({ ok: true, value: { doors: { front: 'locked' } } });
    await one.pass(3_000);
    expect(one.states).toEqual([]);
  });

  it.each([...CABINET_FAULTS, ...WIRE_FAULTS])('%s: every call ends with a word of the port', async (fault) => {
    const { one, cabinet } = await online();
    cabinet.fault(fault);
    for (const verb of ['sensors', 'power'] as const) {
      const read = await one.read(verb, 3_000);
      if (read.ok) expect(cabinetIoPort.verbs[verb].result.safeParse(read.value).success).toBe(true);
    }
    for (const ended of [await one.light('inside', 'on', 3_000), await one.lock('front', false, 3_000)])
      if (ended.outcome !== 'done') expect(ended.fault?.code).toBeDefined();
    cabinet.clear();
    await one.pass(62_000);
    await one.reset('stay');
    expect(await one.status()).toMatchObject({ device: 'online' });
  });
});
