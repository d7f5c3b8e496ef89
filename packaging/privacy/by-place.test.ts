import { expect, it } from 'vitest';
import { FILES, leftByPlace } from './by-place.ts';
import type { Hit } from './scanner.ts';
import { isWiped, type WipeResult } from './wipe-result.ts';

function hit(place: string): Hit {
  return { place, at: '+0x10', labels: ['phone / utf-8'], around: '' };
}

function result(terminal: readonly string[], fleetMemory: readonly string[] = []): WipeResult {
  return {
    service: 'exit.endorse',
    moment: 'end',
    cameToIt: true,
    left: { terminal: terminal.map(hit), fleetMemory: fleetMemory.map(hit) },
    places: ['core/main.ts', 'host/main.ts', 'start/fleet-demo.ts', FILES],
    unread: [],
    bytes: 1,
    patterns: 1,
    scanMs: 1,
  };
}

it('counts what was left in each place, also where nothing was', () => {
  const left = leftByPlace([
    result(['memory core/main.ts (17) [heap]', 'arguments core/main.ts (17)', 'file data/core/journal.sqlite']),
    result(['name of file data/x', 'pixels of /tmp/a.png'], ['memory start/fleet-demo.ts (9)']),
  ]);
  expect(Object.fromEntries(left)).toEqual({
    'core/main.ts': 2,
    'host/main.ts': 0,
    'start/fleet-demo.ts': 1,
    [FILES]: 3,
  });
});

it('one piece anywhere but in the memory of the fleet is too much, the device host not left out', () => {
  expect(isWiped(result([], ['memory start/fleet-demo.ts (9)']))).toBe(true);
  for (const place of ['memory core/main.ts (1)', 'memory host/main.ts (1)', 'memory host/child.ts (1)', 'file a'])
    expect(isWiped(result([place]))).toBe(false);
});

it('nor is he wiped who did not come to his moment, or where something could not be read', () => {
  expect(isWiped({ ...result([]), cameToIt: false })).toBe(false);
  expect(isWiped({ ...result([]), unread: [{ place: 'memory core/main.ts (1)', why: 'EPERM' }] })).toBe(false);
});
