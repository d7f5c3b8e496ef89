import { openPacedReads } from '@yimen/device-adapters/benches';
import { systemClock } from '@yimen/terminal/ipc';
import { spreadOf, takeTurns } from './measure.ts';
import type { BenchContext, Figure } from './report.ts';

const GOAL_RATIO = 1.1;

/** Text and photo of an ID card, beside the time that the line itself needs for the same bytes. */
export async function benchCardRead({ rounds, say }: BenchContext): Promise<readonly Figure[]> {
  const reads = await openPacedReads(systemClock());
  try {
    await reads.readCard();
    say(`${reads.carriedBytes} bytes at 115,200 baud, both directions`);
    const times = await takeTurns(
      rounds,
      () => reads.readCard(),
      () => reads.lineAlone(),
    );
    const ratio = spreadOf(times.ours.map((own, round) => own / (times.peer[round] ?? own)));
    return [
      {
        name: 'text and photo',
        unit: 'ms',
        ours: spreadOf(times.ours),
        peer: spreadOf(times.peer),
        ratio,
        goal: `≤ ${GOAL_RATIO} × the line`,
        isReached: ratio.median <= GOAL_RATIO,
      },
    ];
  } finally {
    await reads.close();
  }
}
