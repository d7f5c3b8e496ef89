import { beforeEach, describe, expect, it } from 'vitest';
import { err, ok } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf } from '../platform/fault.ts';
import { createLog } from '../platform/logger.ts';
import { dueRestarts, type Restarted, type UpkeepState } from './due-restart.ts';
import { createUpkeep, type Upkeep, type UpkeepOptions } from './upkeep.ts';

const HOUR = 3_600_000;
/** 03:30 in the hall. */
const NIGHT = Date.parse('2026-11-28T03:30:00+08:00');
const GROWN: Restarted = { process: 'deviceHost', why: 'grown', rssMb: 900 };
const CORE_GROWN: Restarted = { process: 'core', why: 'grown', rssMb: 900 };

const idle: UpkeepState = {
  wishes: [],
  upMs: CORE_LIMITS.nightlyUpMs,
  idleMs: CORE_LIMITS.upkeepIdleMs,
  wallMs: NIGHT,
};
const named = (state: UpkeepState): string[] => dueRestarts(state).map(({ process, why }) => `${process} ${why}`);
const BOTH = ['deviceHost nightly', 'core nightly'];

describe('F63 what is due', () => {
  it.each<[string, string[], Partial<UpkeepState>]>([
    ['the night, and nobody there', BOTH, {}],
    ['the first moment of the night', BOTH, { wallMs: Date.parse('2026-11-28T03:00:00+08:00') }],
    ['just before it', [], { wallMs: Date.parse('2026-11-28T02:59:59+08:00') }],
    ['after it', [], { wallMs: Date.parse('2026-11-28T05:00:00+08:00') }],
    ['somebody was there a moment ago', [], { idleMs: CORE_LIMITS.upkeepIdleMs - 1 }],
    ['it was restarted this night already', [], { upMs: CORE_LIMITS.nightlyUpMs - 1 }],
    ['a process has grown, by day', ['deviceHost grown'], { wishes: [GROWN], wallMs: NIGHT + 9 * HOUR, upMs: 1 }],
    ['one has grown, and somebody is served', [], { wishes: [GROWN], wallMs: NIGHT + 9 * HOUR, idleMs: 0 }],
    [
      'both have grown: core last',
      ['deviceHost grown', 'core grown'],
      { wishes: [CORE_GROWN, GROWN], wallMs: NIGHT + 9 * HOUR },
    ],
    ['the night takes what was wished with it', BOTH, { wishes: [CORE_GROWN] }],
  ])('F63 %s', (_what, expected, over) => {
    expect(named({ ...idle, ...over })).toEqual(expected);
  });
});

let clock: ManualClock;
let isIdle: boolean;
let done: string[];
let upkeep: Upkeep;

function make(over: Partial<UpkeepOptions> = {}): Upkeep {
  return createUpkeep({
    journal: {
      append: (rows) => {
        for (const { kind, fields } of rows) done.push(`${kind} ${String((fields as Restarted).process)}`);
        return ok([]);
      },
    },
    clock,
    log: createLog('silent'),
    wallMs: () => clock.wallMs(),
    isIdle: () => isIdle,
    restartHost: () => {
      done.push('host ends');
      return Promise.resolve(true);
    },
    endCore: () => done.push('core ends'),
    ...over,
  });
}

const NIGHTLY = ['host ends', 'process-restarted deviceHost', 'process-restarted core', 'core ends'];

beforeEach(() => {
  // Noon: the night comes after fifteen hours.
  clock = new ManualClock(NIGHT - 15.5 * HOUR);
  isIdle = true;
  done = [];
  upkeep = make();
});

describe('F63 upkeep', () => {
  it('F63 restarts device host and core once in the night, and records both', async () => {
    upkeep.start();
    await clock.advance(15 * HOUR - CORE_LIMITS.upkeepLookMs);
    expect(done).toEqual([]);
    await clock.advance(2 * CORE_LIMITS.upkeepLookMs);
    expect(done).toEqual(NIGHTLY);
    await clock.advance(HOUR);
    expect(done).toEqual(NIGHTLY);
    expect(clock.waiting).toBe(0);
  });

  it('F63 waits in the night until the citizen has gone', async () => {
    upkeep.start();
    await clock.advance(14 * HOUR);
    isIdle = false;
    await clock.advance(1.5 * HOUR);
    expect(done).toEqual([]);
    isIdle = true;
    await clock.advance(CORE_LIMITS.upkeepIdleMs);
    expect(done).toEqual([]);
    await clock.advance(2 * CORE_LIMITS.upkeepLookMs);
    expect(done).toEqual(NIGHTLY);
    upkeep.stop();
  });

  it('F63 restarts a process that has grown as soon as nobody is served, once, and goes on', async () => {
    upkeep.start();
    isIdle = false;
    upkeep.wish(GROWN);
    upkeep.wish(GROWN);
    await clock.advance(HOUR);
    expect(done).toEqual([]);
    isIdle = true;
    await clock.advance(HOUR);
    expect(done).toEqual(['host ends', 'process-restarted deviceHost']);
    upkeep.wish(GROWN);
    await clock.advance(CORE_LIMITS.upkeepLookMs);
    expect(done).toHaveLength(4);
    upkeep.stop();
  });

  it('F63 lets core stand when somebody walked up while the host ended', async () => {
    upkeep = make({
      restartHost: () => {
        isIdle = false;
        return Promise.resolve(true);
      },
    });
    upkeep.start();
    await clock.advance(16 * HOUR);
    expect(done).toEqual(['process-restarted deviceHost']);
    upkeep.stop();
  });

  it('F63 ends core never without a record of it', async () => {
    upkeep = make({ journal: { append: () => err(faultOf('JOURNAL_FULL', 'no room')) } });
    upkeep.start();
    upkeep.wish(CORE_GROWN);
    await clock.advance(16 * HOUR);
    expect(done).not.toContain('core ends');
    upkeep.stop();
  });

  it('F63 tries again after a while what did not come about, and leaves core alone until then', async () => {
    let tries = 0;
    const restartHost = (): Promise<boolean> => {
      tries += 1;
      return Promise.resolve(tries === 3);
    };
    upkeep = make({ restartHost });
    upkeep.start();
    await clock.advance(15 * HOUR + 2 * CORE_LIMITS.upkeepLookMs);
    expect([tries, done]).toEqual([1, []]);
    await clock.advance(CORE_LIMITS.upkeepAgainMs + CORE_LIMITS.upkeepLookMs);
    expect([tries, done]).toEqual([2, []]);
    await clock.advance(CORE_LIMITS.upkeepAgainMs + CORE_LIMITS.upkeepLookMs);
    expect(done).toEqual(['process-restarted deviceHost', 'process-restarted core', 'core ends']);
  });

  it('F63 control: not started, the night passes and nothing is restarted', async () => {
    upkeep.wish(CORE_GROWN);
    await clock.advance(24 * HOUR);
    expect(done).toEqual([]);
  });
});
