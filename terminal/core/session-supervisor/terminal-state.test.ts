import { describe, expect, it } from 'vitest';
import { mayServe, terminalState, type TerminalFacts } from './terminal-state.ts';

type Pattern = { readonly [K in keyof TerminalFacts]?: TerminalFacts[K] };

/** Written from the outside in: what each combination means for people; the rows are disjoint, and each of the 2304
 *  combinations belongs to exactly one. */
const works = { maintenance: false, journal: 'works' } as const;
const settled = { ...works, recovery: 'none' } as const;
const seen = { ...settled, devices: 'inspected' } as const;
const calm = { ...seen, cabinet: undefined } as const;
const sound = { ...calm, touch: 'works' } as const;
const ready = { ...sound, sessions: 'ready' } as const;
const open = { ...ready, hours: 'open' } as const;
const rows: readonly [Pattern, string, string | null, boolean][] = [
  [{ maintenance: true }, 'maintenance', 'maintenance', false],
  [{ maintenance: false, journal: 'fails' }, 'outOfService', 'journal', false],
  [{ ...works, recovery: 'stuck' }, 'outOfService', 'recovery.stuck', false],
  [{ ...works, recovery: 'running' }, 'outOfService', 'recovery', false],
  [{ ...settled, devices: 'unseen' }, 'outOfService', 'devices', false],
  [{ ...seen, cabinet: 'tamper' }, 'outOfService', 'tamper', false],
  [{ ...seen, cabinet: 'power' }, 'outOfService', 'power', false],
  [{ ...seen, cabinet: 'powerLow' }, 'outOfService', 'powerLow', false],
  [{ ...calm, touch: 'faulty' }, 'outOfService', 'touch', false],
  [{ ...sound, sessions: 'missing' }, 'outOfService', 'sessions', false],
  [{ ...ready, hours: 'closed' }, 'closed', 'hours', false],
  [{ ...open, services: 'none' }, 'outOfService', 'services', false],
  [{ ...open, services: 'some' }, 'degraded', 'services', true],
  [{ ...open, services: 'all' }, 'inService', null, true],
];

function everyCombination(): TerminalFacts[] {
  const all: TerminalFacts[] = [];
  for (const maintenance of [true, false]) {
    for (const journal of ['works', 'fails'] as const) {
      for (const recovery of ['none', 'running', 'stuck'] as const) {
        for (const devices of ['unseen', 'inspected'] as const) {
          for (const sessions of ['ready', 'missing'] as const) {
            for (const hours of ['open', 'closed'] as const) {
              for (const services of ['all', 'some', 'none'] as const) {
                for (const cabinet of [undefined, 'tamper', 'power', 'powerLow'] as const)
                  for (const touch of ['works', 'faulty'] as const)
                    all.push({ maintenance, journal, recovery, devices, cabinet, touch, sessions, hours, services });
              }
            }
          }
        }
      }
    }
  }
  return all;
}

function fits(pattern: Pattern, facts: TerminalFacts): boolean {
  return (Object.keys(pattern) as (keyof TerminalFacts)[]).every((name) => pattern[name] === facts[name]);
}

describe('the state of the terminal', () => {
  it('is decided for every combination by exactly one row', () => {
    const all = everyCombination();
    expect(all).toHaveLength(2304);
    for (const facts of all) {
      const fitting = rows.filter(([pattern]) => fits(pattern, facts));
      expect(fitting).toHaveLength(1);
      const [, state, why, serves] = fitting[0] ?? rows[0]!;
      expect([facts, terminalState(facts)]).toEqual([facts, { state, why }]);
      expect(mayServe(terminalState(facts).state)).toBe(serves);
    }
  });
});
