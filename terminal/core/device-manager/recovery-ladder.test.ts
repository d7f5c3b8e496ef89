import { describe, expect, it } from 'vitest';
import { CORE_LIMITS } from '../limits.table.ts';
import {
  climb,
  WELL,
  type Call,
  type LadderEffect,
  type LadderInput,
  type LadderState,
  type LadderStep,
  type Verdict,
} from './recovery-ladder.ts';
import { LADDER, type Rung, type RungRow } from './recovery-ladder.table.ts';

const CALLS: readonly Call[] = ['nothing', 'starting', 'suspend', 'person', 'climb'];
const INPUTS: readonly LadderInput[] = [
  { input: 'status' },
  { input: 'due' },
  { input: 'ended', outcome: 'done' },
  { input: 'ended', outcome: 'unsupported' },
];
const STATES: Readonly<Record<string, LadderState>> = {
  well: WELL,
  healing: { at: 'healing' },
  pausing: { at: 'climbing', row: 1, times: 0, step: 'pausing' },
  doing: { at: 'climbing', row: 1, times: 0, step: 'doing' },
  held: { at: 'held', step: 'pausing' },
  'held asking': { at: 'held', step: 'asking' },
  out: { at: 'out', step: 'pausing' },
  'out asking': { at: 'out', step: 'asking' },
};

function facts(call: Call, verdicts: Partial<Record<Rung, Verdict>> = {}) {
  return { call, ladder: LADDER, verdict: (row: RungRow) => verdicts[row.rung] ?? 'may' };
}

function nameOf(state: LadderState): string {
  if (state.at === 'climbing') return `L${state.row + 1}${state.step === 'doing' ? '!' : ''}/${state.times}`;
  return 'step' in state && state.step === 'asking' ? `${state.at}!` : state.at;
}

function say(effect: LadderEffect): string {
  switch (effect.effect) {
    case 'pause':
      return `pause ${effect.ms}`;
    case 'do':
      return `do ${effect.rung}`;
    case 'skip':
      return `skip ${effect.rung} ${effect.why}`;
    default:
      return effect.effect;
  }
}

function told({ state, effects }: LadderStep): string {
  return [nameOf(state), ...effects.map(say)].join(', ');
}

const { ladderFirstMs: FIRST, ladderWaitMs: WAIT, ladderAskMs: ASK } = CORE_LIMITS;
const BEGIN = `L1/0, pause ${FIRST}`;
const HOLD = `held, pause ${FIRST}`;
/** Rows: state × input; columns: what the status calls for (nothing, starting, suspend, person, climb). `-`: nothing
 *  happens. */
const TABLE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  well: [
    ['-', '-', 'healing, endPause', HOLD, BEGIN],
    ['-', '-', '-', '-', '-'],
    ['-', '-', '-', '-', '-'],
    ['-', '-', '-', '-', '-'],
  ],
  healing: [
    ['well, endPause', '-', '-', HOLD, BEGIN],
    ['well, endPause', '-', '-', '-', '-'],
    ['well, endPause', '-', '-', '-', '-'],
    ['well, endPause', '-', '-', '-', '-'],
  ],
  pausing: [
    ['well, endPause', '-', 'healing, endPause', HOLD, '-'],
    ['well, endPause', `L2/0, pause ${WAIT}`, 'healing, endPause', HOLD, 'L2!/0, do L2'],
    ['well, endPause', '-', '-', '-', '-'],
    ['well, endPause', '-', '-', '-', '-'],
  ],
  doing: [
    ['well, endPause', '-', '-', '-', '-'],
    ['well, endPause', '-', '-', '-', '-'],
    ['well, endPause', 'L2/1, pause 2000', 'healing, endPause', HOLD, 'L2/1, pause 2000'],
    ['well, endPause', 'L3!/0, do L3', 'healing, endPause', HOLD, 'L3!/0, do L3'],
  ],
  held: [
    ['well, endPause', '-', 'healing, endPause', '-', BEGIN],
    ['well, endPause', 'held!, do L1', 'held!, do L1', 'held!, do L1', 'held!, do L1'],
    ['well, endPause', `held, pause ${ASK}`, 'healing, endPause', `held, pause ${ASK}`, BEGIN],
    ['well, endPause', `held, pause ${ASK}`, 'healing, endPause', `held, pause ${ASK}`, BEGIN],
  ],
  'held asking': [
    ['well, endPause', '-', '-', '-', '-'],
    ['well, endPause', '-', '-', '-', '-'],
    ['well, endPause', `held, pause ${ASK}`, 'healing, endPause', `held, pause ${ASK}`, BEGIN],
    ['well, endPause', `held, pause ${ASK}`, 'healing, endPause', `held, pause ${ASK}`, BEGIN],
  ],
  out: [
    ['well, endPause, comeBack', '-', '-', '-', '-'],
    ['well, endPause, comeBack', 'out!, do L1', 'out!, do L1', 'out!, do L1', 'out!, do L1'],
    ['well, endPause, comeBack', ...Array<string>(4).fill(`out, pause ${ASK}`)],
    ['well, endPause, comeBack', ...Array<string>(4).fill(`out, pause ${ASK}`)],
  ],
  'out asking': [
    ['well, endPause, comeBack', '-', '-', '-', '-'],
    ['well, endPause, comeBack', '-', '-', '-', '-'],
    ['well, endPause, comeBack', ...Array<string>(4).fill(`out, pause ${ASK}`)],
    ['well, endPause, comeBack', ...Array<string>(4).fill(`out, pause ${ASK}`)],
  ],
};

describe('every state and every input', () => {
  for (const [name, state] of Object.entries(STATES))
    it(name, () => {
      const seen = INPUTS.map((input) =>
        CALLS.map((call) => {
          const step = climb(state, input, facts(call));
          return step.state === state && step.effects.length === 0 ? '-' : told(step);
        }),
      );
      expect(seen).toEqual(TABLE[name]);
    });
});

/** Climbs until it is out, every step ending without having helped. */
function wholeClimb(verdicts: Partial<Record<Rung, Verdict>>, unsupported: readonly Rung[] = []): string[] {
  const log: string[] = [];
  let step = climb(WELL, { input: 'status' }, facts('climb', verdicts));
  for (let i = 0; i < 50 && step.state.at === 'climbing'; i += 1) {
    const rung = LADDER[step.state.row]?.rung ?? 'L1';
    const outcome = unsupported.includes(rung) ? 'unsupported' : 'done';
    const input: LadderInput = step.state.step === 'doing' ? { input: 'ended', outcome } : { input: 'due' };
    step = climb(step.state, input, facts('climb', verdicts));
    log.push(...step.effects.filter(({ effect }) => effect !== 'pause').map(say));
  }
  return log;
}

describe('a climb to the end', () => {
  it('takes every rung as often as its row says', () => {
    expect(wholeClimb({})).toEqual([
      ...Array<string>(3).fill('do L1'),
      ...Array<string>(3).fill('do L2'),
      'do L3',
      'do L4',
      'do L5',
      'do L6',
      'do L7',
      'goOut',
    ]);
  });

  it('skips what is spent or forbidden and says so; what is not there is tried once', () => {
    expect(
      wholeClimb({ L2: { skip: 'noDestination' }, L6: { skip: 'spent' }, L7: { skip: 'spent' } }, ['L4', 'L5']),
    ).toEqual([
      ...Array<string>(3).fill('do L1'),
      'skip L2 noDestination',
      'do L3',
      'do L4',
      'do L5',
      'skip L6 spent',
      'skip L7 spent',
      'goOut',
    ]);
  });

  it('waits on a rung that has to wait, for as long as it takes', () => {
    const waiting: LadderState = { at: 'climbing', row: 3, times: 0, step: 'pausing' };
    const step = climb(waiting, { input: 'due' }, facts('climb', { L4: { wait: 'othersMove' } }));
    expect(told(step)).toBe(`L4/0, pause ${WAIT}`);
    expect(told(climb(step.state, { input: 'due' }, facts('climb')))).toBe('L4!/0, do L4');
  });

  it('without a single rung left is out at once', () => {
    const all = Object.fromEntries(LADDER.map(({ rung }) => [rung, { skip: 'spent' }]));
    expect(wholeClimb(all)).toEqual([...LADDER.map(({ rung }) => `skip ${rung} spent`), 'goOut']);
  });
});
