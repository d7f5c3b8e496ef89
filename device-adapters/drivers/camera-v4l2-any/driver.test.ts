import { err } from '@yimen/contracts/base';
import type { DeviceStatus, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import { WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { createCamera } from './driver.ts';
import type { Figures } from './figures.ts';
import { CAMERA_LIMITS } from './limits.table.ts';
import { createSimulatedCamera, type SimulatedCameraOptions } from './simulator.ts';

interface Setup {
  readonly options?: Readonly<Record<string, string>>;
  readonly expectSerial?: string;
  readonly camera?: SimulatedCameraOptions;
  readonly open?: OpenChannel;
}

function bench({ options = {}, expectSerial, camera: made = {}, open }: Setup = {}) {
  const clock = new ManualClock();
  const random = seededRandom(7);
  const camera = createSimulatedCamera({ clock, random, speed: 'fast' }, made);
  const log: string[] = [];
  const driver = createCamera({
    open: open ?? cableTo(camera),
    clock,
    random,
    log: { debug: (line) => log.push(line) },
    at: 'memory',
    expectSerial,
    options,
  });
  const states: unknown[] = [];
  driver.onStatus(({ device }) => device && states.push(device));
  const run = <T>(promise: Promise<T>): Promise<T> => runUntil(clock, promise);
  const read = async (verb: string, args: unknown = {}): Promise<unknown> => {
    const result = await run(driver.read(verb, 1_000, args, new AbortController().signal));
    return result.ok ? (result.value as { state: string }).state : result.error.code;
  };
  let digests = 0;
  const show = async (figures: Partial<Figures>, times = 3): Promise<unknown> => {
    let state: unknown;
    for (let n = 0; n < times; n += 1) {
      digests += 1;
      state = await read('checkFrame', { luminance: 120, variance: 900, digest: `d${digests}`, ...figures });
      await clock.advance(1_000);
    }
    return state;
  };
  const op: Op = { operationId: '00000000-0000-7000-8000-000000000000' as Op['operationId'], deadlineMs: 5_000 };
  return {
    camera,
    driver,
    clock,
    log,
    states,
    read,
    show,
    op,
    run,
    health: () => read('health'),
    status: (): Promise<DeviceStatus> => run(driver.status(0)),
    replug: async () => {
      camera.unplug();
      await run(driver.status(0));
      camera.plug();
      return run(driver.status(0));
    },
    reset: () => run(driver.reset(op, 'stay')),
  };
}

const COVERED = { luminance: 60, variance: 3 };
const BLACK = { luminance: 1, variance: 1 };
const FROZEN = { digest: 'same' };

describe('who it is', () => {
  it('name, ids, serial number and firmware', async () => {
    const { driver, run } = bench();
    expect(await run(driver.describe())).toMatchObject({
      ok: true,
      value: { model: 'Webcam C270 046d:0825', serial: 'C270-000042', firmware: '0.12', mediaAtPowerOff: 'none' },
    });
  });

  it('a long name is cut, not its ids', async () => {
    const { driver, run } = bench({ camera: { name: 'x'.repeat(60) } });
    expect(await run(driver.describe())).toMatchObject({
      ok: true,
      value: { model: expect.stringMatching(/^x{50} 046d:0825$/) as string },
    });
  });

  it('another one at this port (F22): configuration, and not well until the right one hangs there', async () => {
    const one = bench({ expectSerial: 'C270-000042' });
    await one.status();
    one.camera.fault('F22');
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await one.health()).toBe('inop');
    expect(await one.show({})).toBe('ok');
    expect(await one.status()).toMatchObject({ device: 'hardwareError' });
    one.camera.clear();
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(one.states).toEqual(['online', 'hardwareError', 'starting', 'online']);
  });

  it('one without a serial number never matches a pinned one', async () => {
    const { status } = bench({ expectSerial: 'C270-000042', camera: { serial: '' } });
    expect(await status()).toMatchObject({ device: 'hardwareError', action: 'configuration' });
  });
});

describe('is it there', () => {
  it('well, and nothing known of its picture', async () => {
    const one = bench();
    expect(await one.status()).toMatchObject({ device: 'online', source: 'reported' });
    expect(await one.health()).toBe('unknown');
  });

  it('unplugged: offline and stale at once, without being asked; plugged in again it was looked at first', async () => {
    const one = bench();
    await one.status();
    one.camera.unplug();
    await runFor(one.clock, 100);
    expect(one.states).toEqual(['online', 'offline']);
    expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'offline' } });
    expect(await one.health()).toBe('inop');
    one.camera.plug();
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(one.states).toEqual(['online', 'offline', 'starting', 'online']);
  });

  it('silent (F12): told within two seconds', async () => {
    const one = bench();
    await one.status();
    one.camera.fault('F12');
    const began = one.clock.monoMs();
    expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'timeOut' } });
    expect(one.clock.monoMs() - began).toBeLessThanOrEqual(2_000);
    expect(await one.health()).toBe('inop');
  });

  it('the page’s figures are no look: a poll asks all the same', async () => {
    const one = bench();
    await one.status();
    one.camera.fault('F40');
    for (let times = 0; times < 8; times += 1) {
      await one.read('checkFrame', { luminance: 120, variance: 900, digest: `n${times}` });
      await one.clock.advance(250);
      await one.run(one.driver.status(1_000));
    }
    expect(await one.run(one.driver.status(60_000))).toMatchObject({ device: 'deviceBusy' });
  });

  it('is not asked again while the last look is young enough', async () => {
    const one = bench();
    await one.status();
    one.camera.fault('F40');
    expect(await one.run(one.driver.status(60_000))).toMatchObject({ device: 'online' });
    expect(await one.status()).toMatchObject({ device: 'deviceBusy' });
  });

  it('two at one port: configuration, in the carrier’s words', async () => {
    const twice = err(deviceFault('configuration', 'more than one camera', 'configuration'));
    const one = bench({ open: () => Promise.resolve(twice) });
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { message: 'more than one camera' } });
  });

  it.each(WIRE_FAULTS)('%s: every call ends, and it recovers', async (fault) => {
    const one = bench();
    await one.status();
    one.camera.fault(fault);
    for (let times = 0; times < 3; times += 1) await one.status();
    expect(await one.health()).toMatch(/^(inop|unknown)$/);
    one.camera.clear();
    await runFor(one.clock, 61_000, 1_000);
    await one.status();
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('nothing it answers is believed unless it is an answer', async () => {
    const one = bench();
    one.camera.fault('nonsense');
    expect(await one.status()).toMatchObject({
      device: 'offline',
      source: 'stale',
      fault: { vendorCode: 'v4l2-answer' },
    });
    expect(await one.health()).toBe('inop');
  });
});

describe('who has it (F40)', () => {
  it('the browser may; somebody else is named, and gone again it is well', async () => {
    const one = bench();
    one.camera.hold('chromium');
    expect(await one.status()).toMatchObject({ device: 'online' });
    one.camera.fault('F40');
    expect(await one.status()).toMatchObject({
      device: 'deviceBusy',
      source: 'reported',
      fault: { code: 'deviceBusy', action: 'reset', message: '/dev/video0 is open in cheese (process 800)' },
    });
    expect(await one.health()).toBe('inop');
    one.camera.clear();
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect((await one.status()).fault).toBeUndefined();
    expect(one.states).toEqual(['online', 'deviceBusy', 'online']);
  });

  it('another browser by option; then the usual one is somebody else', async () => {
    const one = bench({ options: { browser: 'kiosk-shell' } });
    one.camera.hold('kiosk-shell');
    expect(await one.status()).toMatchObject({ device: 'online' });
    one.camera.hold('chromium');
    expect(await one.status()).toMatchObject({ device: 'deviceBusy' });
    one.camera.letGo('chromium');
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('from the first look on, and it is held while blind', async () => {
    const one = bench();
    one.camera.fault('F40');
    expect(await one.status()).toMatchObject({ device: 'deviceBusy' });
    await one.show(COVERED);
    expect(await one.status()).toMatchObject({ device: 'deviceBusy' });
    one.camera.clear();
    expect(await one.status()).toMatchObject({ device: 'hardwareError' });
  });
});

describe('what the page sees (F39)', () => {
  it.each([
    ['black', BLACK],
    ['covered', COVERED],
    ['frozen', FROZEN],
  ] as const)(
    '%s: hardwareError, inferred; never ok; good pictures bring it back through an inspection',
    async (word, figures) => {
      const one = bench();
      await one.status();
      await one.show({});
      expect(await one.status()).toMatchObject({ device: 'online' });
      expect(await one.health()).toBe('ok');
      expect(await one.show(figures)).toBe(word);
      expect(await one.status()).toMatchObject({
        device: 'hardwareError',
        source: 'inferred',
        fault: { code: 'cameraBlack', action: 'reset', vendorCode: word },
      });
      expect(await one.health()).toBe(word);
      expect(await one.show({}, 1)).toBe('ok');
      expect(await one.health()).toBe(word);
      await one.show({}, 2);
      expect(await one.health()).toBe('ok');
      expect(await one.status()).toMatchObject({ device: 'online', source: 'reported' });
      expect(one.states.slice(-3)).toEqual(['hardwareError', 'starting', 'online']);
    },
  );

  it('one blind picture is told as such and changes nothing yet', async () => {
    const one = bench();
    await one.status();
    await one.show({});
    expect(await one.show(BLACK, 1)).toBe('black');
    expect(await one.health()).toBe('ok');
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('after a minute nothing is known of it, and it is offered again', async () => {
    const one = bench();
    await one.status();
    await one.show(COVERED);
    await one.clock.advance(CAMERA_LIMITS.figuresMs);
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(await one.health()).toBe('unknown');
  });

  it('a new line and a reset forget it; a reset of a camera that is gone is not done', async () => {
    const one = bench();
    await one.status();
    await one.show(COVERED);
    expect(await one.health()).toBe('covered');
    expect(await one.reset()).toMatchObject({ outcome: 'done' });
    expect(await one.health()).toBe('unknown');
    await one.show(COVERED);
    expect(await one.replug()).toMatchObject({ device: 'online' });
    expect(await one.health()).toBe('unknown');
    one.camera.unplug();
    expect(await one.reset()).toMatchObject({ outcome: 'notDone', fault: { code: 'offline' } });
  });

  it('blind again after each rung is for a technician, and stays so until it shows something or is reset', async () => {
    const one = bench();
    await one.status();
    for (let time = 1; time <= CAMERA_LIMITS.blindTimes + 1; time += 1) {
      const action = time > CAMERA_LIMITS.blindTimes ? 'maintenance' : 'reset';
      await one.show(BLACK, 4);
      expect(await one.status(), `time ${time}`).toMatchObject({ device: 'hardwareError', action });
      await one.replug();
    }
    await one.clock.advance(2 * CAMERA_LIMITS.figuresMs);
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'cameraBlack' } });
    await one.show({});
    expect(await one.status()).toMatchObject({ device: 'online' });
    for (let time = 1; time <= CAMERA_LIMITS.blindTimes; time += 1) {
      await one.show(BLACK);
      expect(await one.status(), `again ${time}`).toMatchObject({ action: 'reset' });
      await one.clock.advance(2 * CAMERA_LIMITS.figuresMs);
      expect(await one.status()).toMatchObject({ device: 'online' });
    }
    await one.show(BLACK);
    expect(await one.status()).toMatchObject({ action: 'maintenance' });
    expect(await one.reset()).toMatchObject({ outcome: 'done' });
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('blind is not what a self-test finds: it looks anew', async () => {
    const one = bench();
    await one.status();
    await one.show(BLACK);
    expect(await one.run(one.driver.selfTest(one.op))).toMatchObject({ outcome: 'done' });
    one.camera.fault('F40');
    expect(await one.run(one.driver.selfTest(one.op))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'deviceBusy' },
    });
  });
});

it('has no effects, and no other reads', async () => {
  const one = bench();
  expect(await one.run(one.driver.perform('takePicture', one.op, {}, new AbortController().signal))).toMatchObject({
    outcome: 'notDone',
    fault: { code: 'unsupportedCommand' },
  });
  expect(await one.read('grab')).toBe('unsupportedCommand');
  await one.run(one.driver.close());
  expect(await one.status()).toMatchObject({ device: 'offline' });
});
