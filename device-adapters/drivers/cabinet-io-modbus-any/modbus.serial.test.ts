import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { lineOf, systemClock, until, withSerialPair, type SerialPair } from '../../test/with-serial-pair.ts';
import { openSerial } from '../../transport/serial-channel.ts';
import { createCabinetIo } from './driver.ts';
import { PymodbusUnit } from './testing/pymodbus-unit.ts';

const NOTICED_MS = 2_000;
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

function op(): Op {
  return { operationId: newOperationId(Date.now(), random), deadlineMs: 10_000 };
}

/** Our driver at the host's end. */
function driverAt(pair: SerialPair, options: Readonly<Record<string, string | number>> = {}) {
  const driver = createCabinetIo({
    open: openSerial(lineOf(pair.host), { clock: systemClock }),
    clock: systemClock,
    random,
    log: { debug: () => undefined },
    at: `modbus:${pair.host}@9600#1`,
    options: { baud: 9_600, ...options },
  });
  const { signal } = new AbortController();
  const states: string[] = [];
  driver.onStatus(({ device }) => device && states.push(device));
  return {
    driver,
    states,
    read: (verb: 'sensors' | 'power') => driver.read(verb, 10_000, {}, signal),
    light: (light: string, state: string) => driver.perform('setLight', op(), { light, state }, signal),
    lock: (door: string, locked: boolean) => driver.perform('setLock', op(), { door, locked }, signal),
    online: () => until(async () => (await driver.status(0)).device === 'online'),
  };
}
type Host = ReturnType<typeof driverAt>;

async function withPymodbus(
  test: (parts: { pair: SerialPair; unit: PymodbusUnit; host: Host }) => Promise<void>,
  options: { readonly unit?: number; readonly driver?: Readonly<Record<string, string | number>> } = {},
): Promise<void> {
  await withSerialPair(async (pair) => {
    const unit = await PymodbusUnit.start(pair.device, options.unit);
    const host = driverAt(pair, options.driver);
    try {
      await test({ pair, unit, host });
    } finally {
      await host.driver.close();
      await unit.kill();
    }
  });
}

describe('our driver and pymodbus as the unit', () => {
  it('who it is, doors, temperature, UPS', () =>
    withPymodbus(async ({ unit, host }) => {
      expect(await host.driver.describe()).toMatchObject({ ok: true, value: { serial: 'PYMOD001', firmware: '1.2' } });
      unit.set(2, 1, 0);
      unit.set(4, 16, 0xffd8, 42, 8);
      await unit.read(4, 16, 1);
      expect(await host.read('sensors')).toMatchObject({
        ok: true,
        value: {
          doors: { front: 'locked', back: 'open', service: 'closed' },
          tamper: { seismic: 'ok', lid: 'ok', heat: 'ok' },
          keySwitch: 'run',
          temperatureC: { inside: -4 },
        },
      });
      unit.set(2, 9, 0);
      await unit.read(2, 9, 1);
      expect(await host.read('power')).toEqual({
        ok: true,
        value: { ups: 'engaged', chargePercent: 42, minutesLeft: 8 },
      });
    }));

  it('an open door and a latch are told by polling', () =>
    withPymodbus(async ({ unit, host }) => {
      await host.online();
      unit.set(2, 0, 0);
      unit.set(3, 0, 1);
      await until(async () => (await host.driver.status(Number.POSITIVE_INFINITY)).device === 'fraudAttempt');
      await until(async () => {
        const { sensors } = await host.driver.status(Number.POSITIVE_INFINITY);
        return sensors?.['door.front'] === 'open' && sensors['tamper.seismic'] === 'latched';
      });
    }));

  it('lights by register and by coil, read back', () =>
    withPymodbus(async ({ unit, host }) => {
      const seen = await host.light('status', 'slowFlash');
      expect(seen).toMatchObject({
        outcome: 'done',
        evidence: [{ kind: 'readBack', detail: 'light.status=slowFlash' }],
      });
      expect(await host.light('inside', 'on')).toMatchObject({ outcome: 'done' });
      expect(await unit.read(3, 16, 4)).toEqual([2, 0, 0, 0]);
      expect(await unit.read(1, 8, 1)).toEqual([1]);
      expect(unit.lines.filter((line) => line.startsWith('did'))).toEqual(['did 16 16', 'did 5 8']);
    }));

  it('a lock is done when its own contact says so, and unknown when it does not', () =>
    withPymodbus(async ({ unit, host }) => {
      const opening = host.lock('front', false);
      await until(() => unit.lines.includes('did 5 0'));
      unit.set(2, 3, 0);
      expect(await opening).toMatchObject({ outcome: 'done' });
      expect(await host.lock('back', false)).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
      expect(await unit.read(1, 0, 3)).toEqual([0, 0, 1]);
    }));

  it('what it does not have: exception 02, unknown, a technician', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'yimen-modbus-'));
    const file = join(dir, 'model.json');
    const rows = [
      { kind: 'doorContact', name: 'front', function: 2, address: 0 },
      { kind: 'doorContact', name: 'roof', function: 2, address: 200 },
      { kind: 'lightRegister', name: 'status', function: 3, address: 400, values: { off: 0, on: 1 } },
    ];
    await writeFile(file, JSON.stringify({ model: 'other-map', readGap: 0, lowMinutes: null, rows }));
    await withPymodbus(
      async ({ unit, host }) => {
        expect(await host.read('sensors')).toMatchObject({
          ok: true,
          value: { doors: { front: 'closed', roof: 'unknown' } },
        });
        expect(await host.driver.status(0)).toMatchObject({
          device: 'hardwareError',
          action: 'maintenance',
          fault: { vendorCode: 'EXCEPTION 02' },
        });
        expect(await host.light('status', 'on')).toMatchObject({
          outcome: 'notDone',
          fault: { code: 'hardwareError' },
        });
        expect(unit.lines.some((line) => line.startsWith('did'))).toBe(false);
      },
      { driver: { modelFile: file } },
    );
    await rm(dir, { recursive: true });
  });

  it('another unit number: silence, offline, nothing written', () =>
    withPymodbus(
      async ({ unit, host }) => {
        expect(await host.driver.status(0)).toMatchObject({ device: 'offline', fault: { code: 'timeOut' } });
        expect(await host.light('status', 'on')).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
        expect(unit.lines.some((line) => line.startsWith('did'))).toBe(false);
      },
      { unit: 9 },
    ));

  it('noise before every answer costs nothing', () =>
    withPymodbus(async ({ unit, host }) => {
      await host.online();
      for (const noise of ['ff00817fff', '0102', '00'.repeat(40)]) {
        unit.noise(noise);
        await unit.read(3, 0, 1);
        expect(await host.light('payment', 'on'), noise).toMatchObject({ outcome: 'done' });
        expect(await host.read('power'), noise).toMatchObject({ ok: true, value: { ups: 'powering' } });
      }
      expect(host.states).toEqual(['online']);
    }));

  it('the cable is pulled in the middle of a lock: unknown at once; plugged in again: online', () =>
    withPymodbus(async ({ pair, unit, host }) => {
      await host.online();
      const opening = host.lock('front', false);
      await until(() => unit.lines.includes('did 5 0'));
      // Past the read-back, and well before it gives the bolt up.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const began = performance.now();
      await pair.unplug();
      expect(await opening).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
      const took = performance.now() - began;
      expect(took).toBeLessThan(NOTICED_MS);
      expect(await host.driver.status(Number.POSITIVE_INFINITY)).toMatchObject({
        device: 'offline',
        source: 'stale',
        sensors: { 'door.front': 'unknown', ups: 'unknown' },
      });
      await unit.kill();
      await pair.plug();
      const second = await PymodbusUnit.start(pair.device);
      await host.online();
      expect(host.states).toEqual(['online', 'offline', 'starting', 'online']);
      await second.kill();
      process.stdout.write(`unplug in the middle of a lock: outcome after ${took.toFixed(1)} ms\n`);
    }));

  it('the cable is pulled while nobody asks: told within two seconds', () =>
    withPymodbus(async ({ pair, host }) => {
      await host.online();
      const began = performance.now();
      await pair.unplug();
      await until(() => host.states.at(-1) === 'offline');
      expect(performance.now() - began).toBeLessThan(NOTICED_MS);
    }));

  it('the unit is killed in the middle: one outcome, offline, and back with the next one', () =>
    withPymodbus(async ({ pair, unit, host }) => {
      await host.online();
      const opening = host.lock('front', false);
      await until(() => unit.lines.includes('did 5 0'));
      await unit.kill();
      expect((await opening).outcome).toBe('unknown');
      expect(await host.driver.status(0)).toMatchObject({ device: 'offline', source: 'stale' });
      // A pty whose other end nobody holds may end its cable, too.
      await pair.unplug();
      await pair.plug();
      const second = await PymodbusUnit.start(pair.device);
      await host.online();
      await second.kill();
    }));
});
