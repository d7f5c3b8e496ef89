import { describe, expect, it } from 'vitest';
import { nextAlarm, type AlarmInput, type AlarmPoint, type AlarmState } from './alarm-machine.ts';

const INPUTS: readonly AlarmInput[] = [
  'raise',
  'clear',
  'ack',
  'reset',
  'shelve',
  'unshelve',
  'suppress',
  'unsuppress',
];
const SAME = '–';

/** state, active, latched → what each input of INPUTS does: `state active count`, or – for nothing. */
const TABLE: readonly [AlarmState, boolean, boolean, readonly string[]][] = [
  ['normal', false, false, ['unacked true 1', SAME, SAME, SAME, SAME, SAME, SAME, SAME]],
  ['normal', false, true, ['unacked true 1', SAME, SAME, SAME, SAME, SAME, SAME, SAME]],
  [
    'unacked',
    true,
    false,
    ['unacked true 4', 'returned false 3', 'acked true 3', SAME, 'shelved true 3', SAME, 'suppressed true 3', SAME],
  ],
  [
    'unacked',
    true,
    true,
    ['unacked true 4', 'unacked false 3', 'acked true 3', SAME, 'shelved true 3', SAME, 'suppressed true 3', SAME],
  ],
  [
    'unacked',
    false,
    true,
    ['unacked true 4', 'unacked false 3', 'acked false 3', SAME, 'shelved false 3', SAME, 'suppressed false 3', SAME],
  ],
  [
    'acked',
    true,
    false,
    ['acked true 4', 'normal false 3', SAME, SAME, 'shelved true 3', SAME, 'suppressed true 3', SAME],
  ],
  [
    'acked',
    true,
    true,
    ['acked true 4', 'acked false 3', SAME, SAME, 'shelved true 3', SAME, 'suppressed true 3', SAME],
  ],
  [
    'acked',
    false,
    true,
    ['acked true 4', 'acked false 3', SAME, 'normal false 3', 'shelved false 3', SAME, 'suppressed false 3', SAME],
  ],
  ['returned', false, false, ['unacked true 4', SAME, 'normal false 3', SAME, SAME, SAME, SAME, SAME]],
  ['shelved', true, false, ['shelved true 4', 'shelved false 3', SAME, SAME, SAME, 'unacked true 3', SAME, SAME]],
  ['shelved', false, false, ['shelved true 4', SAME, SAME, SAME, SAME, 'normal false 3', SAME, SAME]],
  ['shelved', false, true, ['shelved true 4', SAME, SAME, SAME, SAME, 'unacked false 3', SAME, SAME]],
  [
    'suppressed',
    true,
    false,
    ['suppressed true 4', 'suppressed false 3', SAME, SAME, SAME, SAME, SAME, 'unacked true 3'],
  ],
  ['suppressed', false, false, ['suppressed true 4', SAME, SAME, SAME, SAME, SAME, SAME, 'normal false 3']],
  ['suppressed', false, true, ['suppressed true 4', SAME, SAME, SAME, SAME, SAME, SAME, 'unacked false 3']],
];

describe('nextAlarm', () => {
  const cases = TABLE.flatMap(([state, active, latched, row]) =>
    INPUTS.map((input, index) => ({ state, active, latched, input, expected: row[index] ?? '' })),
  );
  it.each(cases)(
    '$state (active $active, latched $latched) + $input → $expected',
    ({ state, active, latched, input, expected }) => {
      const before: AlarmPoint = { state, active, latched, count: 3 };
      const after = nextAlarm(before, input);
      const shown =
        after.state === before.state && after.active === before.active && after.count === before.count
          ? SAME
          : `${after.state} ${after.active} ${after.count}`;
      // Clearing what is clear already moves nothing, though the table's row says where it stays.
      expect(shown === SAME && expected === `${before.state} ${before.active} ${before.count}` ? expected : shown).toBe(
        expected,
      );
      expect(after.latched).toBe(latched);
    },
  );
});
