import { describe, expect, it } from 'vitest';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, Lease, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { openDeviceLink, type HostConnection } from './device-link.ts';

const refused: Fault = { code: 'securityFail', message: 'not admitted', action: 'softwareError' };
const lease = { device: 'card-unit' } as Lease;

/** Connections as they are made: each says which one it is, and can be cut. */
class Hosts {
  readonly cuts: (() => void)[] = [];
  refuses = 0;
  connect = (): Promise<Result<HostConnection, Fault>> => {
    if (this.refuses > 0) {
      this.refuses -= 1;
      return Promise.resolve(err(refused));
    }
    const { promise, resolve } = Promise.withResolvers<string>();
    this.cuts.push(() => {
      resolve('cut');
    });
    const which = `connection ${this.cuts.length}`;
    return Promise.resolve(
      ok({
        effect: () => Promise.resolve(err(refused)),
        read: () => Promise.resolve(ok(which)),
        getOperation: () => Promise.resolve(ok('never-seen' as const)),
        closed: promise,
      }),
    );
  };
}

describe('the session’s way to the device host', () => {
  it('is made anew after a loss, however often the host refuses until it knows the session again', async () => {
    const clock = new ManualClock();
    const hosts = new Hosts();
    const opened = await openDeviceLink({ connect: hosts.connect, clock });
    if (!opened.ok) throw new Error('not opened');
    const link = opened.value;
    expect(await link.read(lease, 1_000, 'position', {})).toEqual(ok('connection 1'));
    hosts.refuses = 3;
    hosts.cuts[0]?.();
    await clock.advance(0);
    expect(link.isThere()).toBe(false);
    expect(await link.read(lease, 1_000, 'position', {})).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(await link.effect(lease, {} as Op, 'ejectCard', {})).toMatchObject({ ok: false });
    expect(await link.getOperation('card-unit', 'id')).toMatchObject({ ok: false, error: { code: 'offline' } });
    await clock.advance(1_000);
    expect(link.isThere()).toBe(true);
    expect(await link.read(lease, 1_000, 'position', {})).toEqual(ok('connection 2'));
  });

  it('is not opened without a first host', async () => {
    const hosts = new Hosts();
    hosts.refuses = 1;
    expect(await openDeviceLink({ connect: hosts.connect, clock: new ManualClock() })).toEqual(err(refused));
  });
});
