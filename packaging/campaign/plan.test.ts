import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '@yimen/contracts/service';
import { CAMPAIGNS } from './campaigns.table.ts';
import { parseCampaignOptions } from './options.ts';
import { deathOf, planKills, planRandom } from './plan.ts';
import { planDiskStates, planFailingCalls, planPowerCuts } from './plan-disks.ts';
import { REFUSED_VISITS } from './visits.table.ts';

const services = CATALOGUE.map(({ id }) => id);
const random = (seed: number, size: number) => planRandom(seed, size);

describe('a plan', () => {
  it('is the same for the same seed and another for another', () => {
    expect(random(5, 40)).toEqual(random(5, 40));
    expect(random(5, 40)).not.toEqual(random(6, 40));
  });

  it('gives a session by its number the same service and fault, however many are asked for', () => {
    expect(random(5, 400).slice(0, 40)).toEqual(random(5, 40));
  });

  it('comes to every service and breaks things in every way', () => {
    const planned = random(5, 400);
    expect(new Set(planned.map(({ service }) => service))).toEqual(new Set(services));
    const ways = planned.map(({ fault }) => (fault.what === 'recipe' ? fault.recipe.how : fault.what));
    expect(new Set(ways)).toEqual(new Set(['none', 'kill', 'device', 'office', 'citizen', 'page']));
  });

  it('lets nobody come twice to one demonstration who would be refused for it', () => {
    for (const planned of [random(7, 300), planKills(7, 300, services)]) {
      const goods = planned.filter(({ service, visit }) => visit !== REFUSED_VISITS[service]);
      const seen = goods.map(({ hall, service, visit }) => JSON.stringify([hall, service, visit]));
      expect(new Set(seen).size).toBe(seen.length);
      expect(planned.map(({ hall }) => hall)).toEqual(planned.map(({ hall }) => hall).toSorted((a, b) => a - b));
    }
  });
});

describe('kills', () => {
  it('come before and after every row, to each victim, once', () => {
    const all = planKills(1, undefined, ['exit.pay']);
    const keys = all.map(({ fault }) => JSON.stringify(fault));
    expect(new Set(keys).size).toBe(keys.length);
    // 59 rows: before and after, four victims; and a session instead of 29 requests.
    expect(all).toHaveLength(59 * 2 * 4 + 29);
  });

  it('become an order to die at a row of that session', () => {
    const fault = { what: 'kill', victims: ['core'], boundary: { by: 'row', nth: 3, when: 'before' } } as const;
    expect(deathOf(fault, 100, 7_000)).toEqual({
      portBase: 7_000,
      victims: ['core'],
      at: { by: 'row', fromJ: 100, nth: 3, when: 'before' },
    });
  });

  it('fill R1 in the shares of its targets', () => {
    const planned = CAMPAIGNS['R1']?.plan({ seed: 1, size: 220, service: undefined }) ?? [];
    expect(planned.map(({ no }) => no)).toEqual(Array.from({ length: 220 }, (_, i) => i + 1));
    expect(planned.slice(0, 120).every(({ fault }) => fault.what === 'kill')).toBe(true);
    expect(planned.slice(120).some(({ fault }) => fault.what === 'none')).toBe(true);
  });
});

describe('sick disks', () => {
  it('come to a card, to goods and to money first, at a row that their session reaches, the same for the same seed', () => {
    const planned = planPowerCuts(4, 40, services);
    expect(planned.slice(0, 3).map(({ service }) => service)).toEqual(['exit.endorse', 'veh.licence', 'exit.collect']);
    expect(planned).toEqual(planPowerCuts(4, 40, services));
    expect(planned.every(({ fault }) => fault.what === 'power-cut' && fault.boundary.nth <= 77)).toBe(true);
    const when = planned.map(
      ({ fault }) => fault.what === 'power-cut' && fault.boundary.by === 'row' && fault.boundary.when,
    );
    expect(new Set(when)).toEqual(new Set(['before', 'after']));
  });

  it('fail in every way in turn', () => {
    const states = planDiskStates(4, 3, services).map(({ fault }) => fault.what === 'disk' && fault.state);
    expect(states).toEqual(['full', 'no-inodes', 'read-only']);
    const calls = planFailingCalls(4, 4, services).map(
      ({ fault }) => fault.what === 'calls' && [fault.calls, fault.error],
    );
    expect(new Set(calls.map(String)).size).toBe(4);
  });

  it('keep to the service that was asked for', () => {
    expect(planPowerCuts(4, 6, ['exit.pay']).every(({ service }) => service === 'exit.pay')).toBe(true);
  });
});

describe('what was typed', () => {
  const parse = (...args: readonly string[]) => parseCampaignOptions(args, 99);

  it('runs with a drawn seed and the campaign’s own size', () => {
    expect(parse('random')).toEqual({
      what: 'run',
      id: 'random',
      size: undefined,
      seed: 99,
      service: undefined,
      level: undefined,
      only: undefined,
      from: 1,
      isJson: false,
    });
  });

  it('takes soak’s word for the size', () => {
    expect(parse('random', '--sessions', '8')).toMatchObject({ size: 8 });
  });

  it.each([
    [[], /expected one ID: random, F55, R1, R2, R4, R5 or list/],
    [['F99'], /no campaign F99/],
    [['random', '--size', '0'], /--size: expected a whole number, not 0/],
    [['random', '--seed', 'x'], /--seed: expected a whole number, not x/],
    [['F55', '--level', 'journal'], /--level: only with R2, R4, R5/],
    [['R2', '--level', 'moon'], /--level: expected journal or services, not moon/],
    [['R2', '--only', '3'], /say of what, with --level journal or services/],
    [['F55', '--service', 'no.such'], /--service: expected one of exit.endorse/],
  ])('refuses %j with the reason', (args, says) => {
    const parsed = parse(...args);
    expect(parsed.what === 'wrong' && parsed.message).toMatch(says);
  });
});
