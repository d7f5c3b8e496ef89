import type { DeviceState, DeviceStatus } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.table.ts';
import { deviceFault, offlineFault } from './device-faults.ts';
import { StatusWatcher, type SeenStatus } from './status-watcher.ts';

const seen = (device: DeviceState, more: Partial<SeenStatus> = {}): SeenStatus => ({
  device,
  supplies: {},
  units: {},
  ...more,
});

function bench() {
  const clock = new ManualClock();
  const watcher = new StatusWatcher(clock);
  const told: Partial<DeviceStatus>[] = [];
  watcher.onStatus((changed) => told.push(changed));
  return { clock, watcher, told };
}

describe('status watcher', () => {
  it('begins stale, and is infinitely old until the device was heard', async () => {
    const { watcher, clock } = bench();
    expect(watcher.current).toMatchObject({ device: 'starting', source: 'stale' });
    expect(watcher.ageMs()).toBe(Number.POSITIVE_INFINITY);
    watcher.inspected(seen('online'));
    await clock.advance(300);
    expect(watcher.ageMs()).toBe(300);
    watcher.lost('offline', offlineFault('unplugged'));
    expect(watcher.ageMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells changed axes only, and nothing when nothing changed', () => {
    const { watcher, told } = bench();
    watcher.inspected(seen('online', { media: 'notPresent', supplies: { paper: 'full' } }));
    told.length = 0;
    watcher.report(seen('online', { media: 'notPresent', supplies: { paper: 'full' } }));
    expect(told).toEqual([]);
    watcher.report(seen('online', { media: 'present', supplies: { paper: 'full' } }));
    expect(told).toEqual([{ media: 'present' }]);
  });

  it('since moves with the device state, not with the axes', async () => {
    const { watcher, clock } = bench();
    watcher.inspected(seen('online'));
    const { since } = watcher.current;
    await clock.advance(1_000);
    watcher.report(seen('online', { media: 'present' }));
    expect(watcher.current.since).toBe(since);
    watcher.report(seen('userError'));
    expect(watcher.current.since).toBe(since + 1_000);
  });

  it.each(['hardwareError', 'offline', 'powerOff', 'noDevice', 'fraudAttempt', 'potentialFraud'] as const)(
    '%s does not become online but through starting and an inspection',
    (state) => {
      const { watcher, told } = bench();
      watcher.inspected(seen('online'));
      watcher.report(seen(state));
      told.length = 0;
      expect(watcher.report(seen('online'))).toBe('inspect');
      expect(watcher.report(seen('online'))).toBe('inspect');
      expect(watcher.current.device).toBe('starting');
      watcher.inspected(seen('online'));
      expect(told.map((changed) => changed.device)).toEqual(['starting', 'online']);
    },
  );

  it('an inspection straight out of a fault still tells starting', () => {
    const { watcher, told } = bench();
    watcher.inspected(seen('online'));
    watcher.report(seen('hardwareError'));
    told.length = 0;
    watcher.inspected(seen('online'));
    expect(told.flatMap((changed) => changed.device ?? [])).toEqual(['starting', 'online']);
  });

  it('userError and busy are no faults of the device: it comes back by itself', () => {
    for (const state of ['userError', 'deviceBusy'] as const) {
      const { watcher } = bench();
      watcher.inspected(seen('online'));
      watcher.report(seen(state));
      expect(watcher.report(seen('online'))).toBe('taken');
      expect(watcher.current.device).toBe('online');
    }
  });

  it('a lost line keeps what was seen last, marked stale', () => {
    const { watcher } = bench();
    watcher.inspected(seen('online', { media: 'present', supplies: { paper: 'low' } }));
    watcher.lost('offline', offlineFault('unplugged'));
    expect(watcher.current).toMatchObject({
      device: 'offline',
      media: 'present',
      supplies: { paper: 'low' },
      source: 'stale',
      action: 'reset',
    });
  });

  it('a lost line may leave sensors unknown at once, and they stay so while the device is inspected', () => {
    const { watcher, told } = bench();
    watcher.inspected(seen('online', { sensors: { 'door.front': 'closed' } }));
    told.length = 0;
    watcher.lost('offline', offlineFault('unplugged'), { sensors: { 'door.front': 'unknown' } });
    expect(told).toMatchObject([{ device: 'offline', sensors: { 'door.front': 'unknown' } }]);
    watcher.inspected(seen('online', { sensors: { 'door.front': 'open' } }));
    const doors = told.flatMap(({ device, sensors }) => [device, sensors?.['door.front']]);
    expect(doors).toEqual(['offline', 'unknown', 'starting', undefined, 'online', 'open']);
    expect(watcher.current.sensors).toEqual({ 'door.front': 'open' });
  });

  it('a device that keeps falling is a technician’s, until it has been quiet for a while', async () => {
    const { watcher, clock } = bench();
    const fall = (): void => {
      watcher.report(seen('hardwareError', { fault: deviceFault('hardwareError', 'x', 'reset') }));
      watcher.inspected(seen('online'));
    };
    watcher.inspected(seen('online'));
    for (let i = 0; i < LIMITS.flapsAllowed; i += 1) fall();
    expect(watcher.current.device).toBe('online');
    fall();
    expect(watcher.current).toMatchObject({ device: 'hardwareError', action: 'maintenance' });
    await clock.advance(LIMITS.flapWindowMs);
    watcher.inspected(seen('online'));
    expect(watcher.current.device).toBe('online');
  });
});
