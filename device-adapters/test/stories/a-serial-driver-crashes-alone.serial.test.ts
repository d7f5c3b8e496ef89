import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DeviceHostClient } from '../../host/rpc-client.ts';
import { systemClock } from '../../host/system-clock.ts';
import { createSimulatedCrt591 } from '../../drivers/card-unit-creator-crt591/simulator.ts';
import { CardPath } from '../../testing/card-path.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';
import { newOp, permit, withDeviceHost, type DeviceHostRig } from '../with-device-host.ts';
import { openLine, withSerialPair, type SerialPair } from '../with-serial-pair.ts';

/** From a crash to a device that can be used again. */
const BACK_MS = 5_000;

/** A host with the card unit on a serial line and a neighbour on TCP. */
function withSerialHost(
  story: (rig: DeviceHostRig, pair: SerialPair, core: DeviceHostClient) => Promise<void>,
): Promise<void> {
  return withSerialPair((pair) =>
    withDeviceHost(async (rig) => {
      const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
      const neighbour = createSimulatedCrt591({ clock: systemClock, random, speed: 'fast' }, new CardPath());
      const listener = await listenTcp(0, systemClock, (channel) => neighbour.attach(channel));
      if (!listener.ok) throw new Error(listener.error.message);
      rig.unit.attach(await openLine(pair.device));
      const at = `tcp:127.0.0.1:${listener.value.port}`;
      await rig.start({ at: pair.at }, [{ device: 'neighbour', driver: 'card-unit-creator-crt591', at }]);
      const core = await rig.core();
      await rig.until(async () => (await core.status('neighbour', 0)).device === 'online');
      await story(rig, pair, core);
      await listener.value.close();
    }),
  );
}

function children(rig: DeviceHostRig): number[] {
  return rig.logLines('child started').map((line) => line['child'] as number);
}

/** Every change of the device's state from `online` on. */
function states(core: DeviceHostClient, of: string): string[] {
  const seen: string[] = [];
  core.onStatus((device, { device: state }) => {
    if (device === of && state !== (seen.at(-1) ?? 'online')) seen.push(state);
  });
  return seen;
}

async function backMs(rig: DeviceHostRig, core: DeviceHostClient): Promise<number> {
  const began = performance.now();
  await rig.until(async () => (await core.status('card-unit', 0)).device === 'online');
  return performance.now() - began;
}

it('a device at a serial port runs in a process of its own without being asked for it, and works there', () =>
  withSerialHost(async (rig, _, core) => {
    // One child: the neighbour on TCP needs none.
    expect(children(rig)).toHaveLength(1);
    const lease = await rig.claim(core);
    rig.path.put(permit);
    expect(await core.effect(lease, newOp(), 'acceptCard', {})).toMatchObject({ ok: true, value: { outcome: 'done' } });
    expect(await core.effect(lease, newOp(), 'captureCard', {})).toMatchObject({
      ok: true,
      value: { outcome: 'done' },
    });
  }));

it('a segfault in motion: unknown, starting, online again within 5 s; the neighbour and the host do not notice', () =>
  withSerialHost(async (rig, _, core) => {
    const [own, others] = [states(core, 'card-unit'), states(core, 'neighbour')];
    const lease = await rig.claim(core);
    rig.path.put(permit);
    rig.path.move('readPosition');
    const ejecting = core.effect(lease, newOp(60_000), 'ejectCard', {});
    await rig.until(() => rig.path.place === 'gate');
    process.kill(children(rig)[0] ?? 0, 'SIGSEGV');
    expect(await ejecting).toMatchObject({
      ok: true,
      value: { outcome: 'unknown', fault: { code: 'offline', message: 'driver process ended: SIGSEGV' } },
    });
    const took = await backMs(rig, core);
    expect(took).toBeLessThan(BACK_MS);
    process.stdout.write(`a crashed serial driver is back after ${took.toFixed(0)} ms\n`);
    expect(own).toEqual(['offline', 'starting', 'online']);
    expect(others).toEqual([]);
    expect(children(rig)).toHaveLength(2);
    rig.path.take();
    rig.path.put(permit);
    expect(await core.effect(lease, newOp(), 'acceptCard', {})).toMatchObject({ ok: true, value: { outcome: 'done' } });
  }));

it('three crashes: kept down for maintenance; a reset starts it once more', () =>
  withSerialHost(async (rig, _, core) => {
    for (let crash = 0; crash < 3; crash += 1) {
      await backMs(rig, core);
      process.kill(children(rig)[crash] ?? 0, 'SIGSEGV');
      await rig.until(async () => (await core.status('card-unit', 0)).device !== 'online');
    }
    await rig.until(async () => (await core.status('card-unit', 0)).device === 'hardwareError');
    expect(await core.status('card-unit', 0)).toMatchObject({
      action: 'maintenance',
      fault: { code: 'hardwareError', message: expect.stringContaining('SIGSEGV') as string },
    });
    // Nothing starts by itself, however often it is asked: longer than the pauses of both earlier restarts together.
    const until = performance.now() + 1_500;
    await rig.until(async () => (await core.status('card-unit', 0)) && performance.now() > until);
    expect(children(rig)).toHaveLength(3);
    expect(await core.status('neighbour', 0)).toMatchObject({ device: 'online' });

    const lease = await rig.claim(core);
    expect(await core.effect(lease, newOp(), 'acceptCard', {})).toMatchObject({
      ok: true,
      value: { outcome: 'notDone', fault: { code: 'hardwareError' } },
    });
    expect(await core.reset(lease, newOp(), 'stay')).toMatchObject({ ok: true, value: { outcome: 'done' } });
    await backMs(rig, core);
    expect(children(rig)).toHaveLength(4);
  }));

it('a new way that core asks for is a new process, and no death: more often than deaths are allowed', () =>
  withSerialHost(async (rig, _, core) => {
    const others = states(core, 'neighbour');
    for (let asked = 1; asked <= 4; asked += 1) {
      expect(await core.reopen('card-unit')).toEqual({ ok: true, value: undefined });
      await backMs(rig, core);
      expect(children(rig)).toHaveLength(1 + asked);
    }
    expect(others).toEqual([]);
  }));

it('the cable is pulled and put back: offline within 2 s, then online, without a new process', () =>
  withSerialHost(async (rig, pair, core) => {
    const seen = states(core, 'card-unit');
    const began = performance.now();
    await pair.unplug();
    await rig.until(() => seen.includes('offline'));
    expect(performance.now() - began).toBeLessThan(2_000);
    await pair.plug();
    rig.unit.attach(await openLine(pair.device));
    await backMs(rig, core);
    expect(children(rig)).toHaveLength(1);
  }));

it('an identified neighbour’s port is refused to a second device: deviceBusy, and the first goes on', () =>
  withSerialPair((pair) =>
    withDeviceHost(async (rig) => {
      rig.unit.attach(await openLine(pair.device));
      const second = { device: 'second', driver: 'card-unit-creator-crt591', at: pair.at };
      await rig.start({ at: pair.at }, [second]);
      const core = await rig.connect();
      const online = async (): Promise<string[]> => {
        const found = await Promise.all(['card-unit', 'second'].map((device) => core.status(device, 0)));
        return found.map((status) =>
          status.device === 'online' ? 'online' : (status.fault?.message ?? status.device),
        );
      };
      await rig.until(async () => (await online()).includes('online'));
      await rig.until(async () => (await online()).some((told) => told.includes('is in use by process')));
      expect((await online()).filter((told) => told === 'online')).toHaveLength(1);
    }),
  ));
