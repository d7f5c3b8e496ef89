import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManagerBench } from './testing/manager-bench.ts';

const CALM = { 'door.front': 'locked', 'door.back': 'closed', 'tamper.front': 'ok', keySwitch: 'run', ups: 'powering' };
let bench: ManagerBench;
beforeEach(async () => {
  bench = new ManagerBench();
  bench.host.add('cabinet-io', { sensors: CALM });
  await bench.start();
});
afterEach(() => {
  bench.close();
});

const say = (sensors: Record<string, string>): void => {
  bench.host.set('cabinet-io', { sensors: { ...CALM, ...sensors } });
};
const doors = (): unknown[] => bench.rows('door').map(({ door, state, tamper }) => [door, state, tamper]);
const power = (): unknown[] => bench.rows('power').map(({ state }) => state);

describe('a door (faults F59)', () => {
  it('is told when it opens and when it closes, once each, and not at a start with all closed', () => {
    expect([doors(), power()]).toEqual([[], []]);
    say({ 'door.front': 'open' });
    say({ 'door.front': 'open', 'door.back': 'locked' });
    say({ 'door.front': 'closed' });
    say({});
    expect(doors()).toEqual([
      ['front', 'open', false],
      ['front', 'closed', false],
    ]);
  });

  it('of which nobody knows is neither open nor closed', () => {
    say({ 'door.front': 'open' });
    say({ 'door.front': 'unknown' });
    say({ 'door.front': 'open' });
    expect(doors()).toEqual([['front', 'open', false]]);
  });

  it('says that it was tampered with', () => {
    say({ 'door.front': 'tampered' });
    say({ 'door.front': 'closed', 'tamper.front': 'latched' });
    expect(doors()).toEqual([
      ['front', 'open', true],
      ['front', 'closed', true],
    ]);
  });

  it('that is still open when core begins anew is no news, and one that was closed meanwhile is', async () => {
    say({ 'door.front': 'open', 'door.back': 'open' });
    bench.host.statuses.set('cabinet-io', {
      device: 'online',
      supplies: {},
      units: {},
      since: 1,
      source: 'reported',
      sensors: { ...CALM, 'door.front': 'open' },
    });
    await bench.restart();
    expect(doors()).toEqual([
      ['front', 'open', false],
      ['back', 'open', false],
      ['back', 'closed', false],
    ]);
  });

  it('travels to the fleet', () => {
    say({ 'door.front': 'open' });
    const kinds = bench.journal.reader.fleetRows(1, 100).map((row) => row.kind);
    expect(kinds).toContain('door');
  });
});

describe('power (faults F56)', () => {
  it('on battery nobody new is served; back on mains they are', () => {
    expect(bench.manager.closedBecause()).toBeUndefined();
    say({ ups: 'engaged' });
    expect(bench.manager.closedBecause()).toBe('power');
    say({ ups: 'low' });
    expect(bench.manager.closedBecause()).toBe('powerLow');
    say({ ups: 'unknown' });
    expect(bench.manager.closedBecause()).toBe('powerLow');
    say({ ups: 'recovered' });
    say({ ups: 'powering' });
    expect([bench.manager.closedBecause(), power()]).toEqual([undefined, ['battery', 'low', 'mains']]);
  });

  it('that came back while core was away is told, and keeps nobody out before the cabinet has spoken', async () => {
    say({ ups: 'low' });
    bench.host.set('cabinet-io', { device: 'offline', source: 'stale', sensors: { ...CALM, ups: 'unknown' } });
    await bench.restart();
    expect([bench.manager.closedBecause(), power()]).toEqual([undefined, ['low']]);
    bench.host.set('cabinet-io', { device: 'online', source: 'reported', sensors: CALM });
    expect(power()).toEqual(['low', 'mains']);
  });
});

describe('a cabinet that was tampered with (faults F60)', () => {
  it('closes the whole machine until a technician was there', () => {
    bench.host.set('cabinet-io', { device: 'fraudAttempt', sensors: { ...CALM, 'tamper.seismic': 'latched' } });
    bench.host.set('cabinet-io', { device: 'online', sensors: CALM });
    expect(bench.manager.closedBecause()).toBe('tamper');
    expect(bench.manager.releaseFraud('cabinet-io', { who: 'W'.repeat(43), workOrder: null }).ok).toBe(true);
    expect(bench.manager.closedBecause()).toBeUndefined();
  });
});
