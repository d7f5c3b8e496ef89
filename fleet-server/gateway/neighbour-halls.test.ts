import { describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import type { TerminalDetail } from '../store/index.ts';
import { createNeighbourHalls, type HallReads } from './neighbour-halls.ts';

const HALL = {
  hallId: 'hall-1',
  town: '440606005',
  zh: '一',
  en: 'One',
  addressZh: '地址',
  addressEn: 'Address',
  hoursZh: '全天',
  hoursEn: '24 h',
};
const AGE_MS = 60_000;

function terminal(over: Partial<TerminalDetail>, clock: ManualClock): TerminalDetail {
  return {
    tid: 'SD-ONE-01',
    hallId: 'hall-1',
    town: '440606005',
    simulated: true,
    link: 'up',
    linkSince: null,
    state: 'inService',
    busy: false,
    heardAt: clock.wallMs() - AGE_MS,
    off: [],
    modules: [],
    supplies: [],
    outboxRows: 0,
    openAlarms: 0,
    software: null,
    services: [
      { id: 'exit.endorse', release: 1 },
      { id: 'veh.licence', release: 1 },
    ],
    sys: null,
    ...over,
  };
}

/** Reads over one hall; counts how often they are asked. */
function readsOf(terminals: readonly TerminalDetail[]): { reads: HallReads; asked: () => number } {
  let asked = 0;
  const reads: HallReads = {
    halls: async () => {
      asked += 1;
      return [HALL];
    },
    terminals: async () => [...terminals],
    terminal: async (tid) => terminals.find((one) => one.tid === tid),
  };
  return { reads, asked: () => asked };
}

describe('neighbour halls', () => {
  const clock = new ManualClock();
  it.each([
    [
      'what is not switched off at any machine there',
      [
        { off: [{ service: 'exit.endorse', why: 'paper' }] },
        { tid: 'SD-ONE-02', off: [{ service: 'veh.licence', why: 'ink' }] },
      ],
      ['exit.endorse', 'veh.licence'],
    ],
    ['nothing, when the only machine is out of service', [{ state: 'outOfService' }], []],
    ['no claim when the last word is old', [{ heardAt: clock.wallMs() - 200_000 }], null],
    ['no claim when the link is down', [{ link: 'down' }], null],
    ['no claim when nothing was ever heard', [{ heardAt: null }], null],
  ] as const)('%s', async (_what, overs, working) => {
    const { reads } = readsOf(overs.map((over) => terminal(over as Partial<TerminalDetail>, clock)));
    const { halls, at } = await createNeighbourHalls(reads, clock).list();
    expect(at).toBe(clock.wallMs());
    expect(halls).toMatchObject([
      { hallId: 'hall-1', working, asOf: working === null ? null : clock.wallMs() - AGE_MS },
    ]);
  });

  it('are put together once in ten seconds, and again after a failure', async () => {
    const time = new ManualClock();
    const { reads, asked } = readsOf([]);
    const halls = createNeighbourHalls(reads, time);
    await halls.list();
    await halls.list();
    expect(asked()).toBe(1);
    await time.advance(10_000);
    await halls.list();
    expect(asked()).toBe(2);
    let fails = true;
    const flaky = createNeighbourHalls(
      { ...reads, halls: async () => (fails ? Promise.reject(new Error('away')) : [HALL]) },
      time,
    );
    await expect(flaky.list()).rejects.toThrow('away');
    fails = false;
    expect((await flaky.list()).halls).toHaveLength(1);
  });
});
