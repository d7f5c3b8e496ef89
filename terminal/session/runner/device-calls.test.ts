import { describe, expect, it } from 'vitest';
import { err, ok, type OperationId } from '@yimen/contracts/base';
import type { Fault, Lease } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { SESSION_LIMITS } from '../limits.table.ts';
import { DeviceCalls } from './device-calls.ts';
import type { SessionDevices } from './ports.ts';

const op = { operationId: '01a219c3-3e12-7d5d-9b70-5521b794256e' as OperationId, deadlineMs: 1_000 };
const fault = (code: string): Fault => ({ code, message: '', action: 'suspend' });

/** A device host that can be away, and one that came back: then leases of the old one are worth nothing. */
class World {
  readonly clock = new ManualClock();
  isAway = false;
  epoch = 'host-1';
  readonly asked: string[] = [];
  readonly released: string[] = [];
  readonly calls = new DeviceCalls({
    clock: this.clock,
    core: {
      claim: (device) =>
        Promise.resolve(this.isAway ? err(fault('offline')) : ok({ device, hostEpoch: this.epoch } as Lease)),
      release: (lease) => {
        this.released.push(lease.device);
        return Promise.resolve();
      },
    },
    devices: this.#devices(),
  });

  #devices(): SessionDevices {
    return {
      isThere: () => !this.isAway,
      effect: (lease, { operationId }, verb) => {
        if (this.isAway) return Promise.resolve(err(fault('offline')));
        if (lease.hostEpoch !== this.epoch) return Promise.resolve(err(fault('noLease')));
        this.asked.push(verb);
        return Promise.resolve(ok({ operationId, device: lease.device, verb, evidence: [], outcome: 'done' as const }));
      },
      read: () => Promise.resolve(this.isAway ? err(fault('offline')) : ok('seen')),
      getOperation: () => Promise.resolve(this.isAway ? err(fault('offline')) : ok('never-seen' as const)),
    };
  }
}

describe('a device host that falls between two calls', () => {
  it('is waited for; then a new lease is claimed and the effect is asked for once', async () => {
    const world = new World();
    await world.calls.effect('card-unit', op, 'acceptCard', {});
    world.isAway = true;
    const ejecting = world.calls.effect('card-unit', op, 'ejectCard', {});
    await world.clock.advance(2_000);
    expect(world.asked).toEqual(['acceptCard']);
    world.isAway = false;
    world.epoch = 'host-2';
    await world.clock.advance(1_000);
    expect(await ejecting).toMatchObject({ ok: true, value: { verb: 'ejectCard', outcome: 'done' } });
    expect(world.asked).toEqual(['acceptCard', 'ejectCard']);
  });

  it('is asked what it remembers when it is back, and read from', async () => {
    const world = new World();
    world.isAway = true;
    const both = Promise.all([
      world.calls.getOperation('card-unit', op.operationId),
      world.calls.read('card-unit', 1_000, 'position', {}),
    ]);
    await world.clock.advance(3_000);
    world.isAway = false;
    await world.clock.advance(1_000);
    expect(await both).toEqual([ok('never-seen'), ok('seen')]);
  });

  it('is not waited for longer than a citizen is', async () => {
    const world = new World();
    world.isAway = true;
    const moving = world.calls.effect('card-unit', op, 'ejectCard', {});
    await world.clock.advance(SESSION_LIMITS.hostBackMs + 1_000);
    expect(await moving).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(world.asked).toEqual([]);
  });

  it('a device given back meanwhile is not asked any more', async () => {
    const world = new World();
    world.isAway = true;
    const accepting = world.calls.effect('card-unit', op, 'acceptCard', {});
    await world.clock.advance(500);
    await world.calls.giveBack('card-unit');
    world.isAway = false;
    await world.clock.advance(1_000);
    expect(await accepting).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(world.asked).toEqual([]);
  });
});

describe('an answer that is about the device itself', () => {
  it('is not waited over: a device that is offline behind a living host is told at once', async () => {
    const world = new World();
    const calls = new DeviceCalls({
      clock: world.clock,
      core: { claim: (device) => Promise.resolve(ok({ device } as Lease)), release: () => Promise.resolve() },
      devices: {
        isThere: () => true,
        effect: () => Promise.resolve(err(fault('deviceBusy'))),
        read: () => Promise.resolve(err(fault('offline'))),
        getOperation: () => Promise.resolve(err(fault('offline'))),
      },
    });
    expect(await calls.read('card-unit', 1_000, 'position', {})).toMatchObject({ error: { code: 'offline' } });
    expect(await calls.effect('card-unit', op, 'ejectCard', {})).toMatchObject({ error: { code: 'deviceBusy' } });
    expect(await calls.getOperation('card-unit', op.operationId)).toMatchObject({ error: { code: 'offline' } });
  });

  it('leases are kept and given back once', async () => {
    const world = new World();
    await world.calls.effect('card-unit', op, 'acceptCard', {});
    await world.calls.read('card-unit', 1_000, 'position', {});
    await world.calls.giveBackAll();
    await world.calls.giveBackAll();
    expect(world.released).toEqual(['card-unit']);
  });
});
