import { statfsSync } from 'node:fs';
import { openSessionBench, type AppendTimes, type SessionBench, type SessionRun } from '@yimen/terminal/benches';
import { shareOf, spreadOf, takeTurns } from './measure.ts';
import type { BenchContext, Figure } from './report.ts';

const GOAL_SESSION_MS = 400;
const GOAL_APPEND_MS = 0.5;
/** A session has some fifty appends; its 99th hundredth needs more of them. */
const SESSIONS_PER_ROUND = 10;
/** `f_type` of a file system in memory (statfs(2)). */
const TMPFS = 0x01021994;

/** A whole exit.endorse on the real journal, and each of its appends, beside plain appends with fsync on the same disk. */
export async function benchSession({ rounds, say }: BenchContext): Promise<readonly Figure[]> {
  const bench = await openSessionBench();
  try {
    if (statfsSync(bench.folder).type === TMPFS)
      say(`${bench.folder} lies in memory, where fsync costs nothing: set TMPDIR to a folder on a disk`);
    const here = await sessions('session, one process', rounds, bench, () => bench.here(), say);
    const away = await sessions('session, process of its own', rounds, bench, () => bench.inItsProcess(), say);
    bench.appendsBesideSyncs();
    const times: AppendTimes[] = [];
    for (let round = 0; round < rounds; round += 1) times.push(appendsOfRound(bench));
    return [here, away, ...appendFigures(times)];
  } finally {
    await bench.close();
  }
}

async function sessions(
  name: string,
  rounds: number,
  bench: SessionBench,
  run: () => Promise<SessionRun>,
  say: (line: string) => void,
): Promise<Figure> {
  const first = await run();
  say(`${name}: ${first.rows} rows in ${first.appends} appends`);
  const times = await takeTurns(
    rounds,
    async () => (await run()).ms,
    () => bench.syncsAlone(),
  );
  return sessionFigure(name, times);
}

/** @param times milliseconds of whole sessions, and of as many syncs as each has appends */
export function sessionFigure(
  name: string,
  times: { readonly ours: readonly number[]; readonly peer: readonly number[] },
): Figure {
  const ours = spreadOf(times.ours);
  return {
    name,
    unit: 'ms',
    ours,
    peer: spreadOf(times.peer),
    ratio: spreadOf(times.ours.map((own, round) => own / (times.peer[round] ?? own))),
    goal: `≤ ${GOAL_SESSION_MS} ms (${ours.min.toFixed(0)} to ${ours.max.toFixed(0)})`,
    isReached: ours.median <= GOAL_SESSION_MS,
  };
}

function appendsOfRound(bench: SessionBench): AppendTimes {
  const all = Array.from({ length: SESSIONS_PER_ROUND }, () => bench.appendsBesideSyncs());
  return { appends: all.flatMap(({ appends }) => appends), syncs: all.flatMap(({ syncs }) => syncs) };
}

/** The middle append and the 99th hundredth, which has a goal: taken over all rounds together, because it is rare things
 *  that it is about. @param times of each round */
export function appendFigures(times: readonly AppendTimes[]): readonly Figure[] {
  const appends = times.flatMap((round) => round.appends);
  const syncs = times.flatMap((round) => round.syncs);
  const figure = (name: string, share: number): Omit<Figure, 'goal' | 'isReached'> & { more: number } => {
    const ours = times.map((round) => shareOf(round.appends, share));
    const peer = times.map((round) => shareOf(round.syncs, share));
    return {
      name,
      unit: 'ms',
      ours: spreadOf(ours),
      peer: spreadOf(peer),
      ratio: spreadOf(ours.map((own, round) => own / (peer[round] ?? own))),
      more: shareOf(appends, share) - shareOf(syncs, share),
    };
  };
  const { more: moreAtHalf, ...p50 } = figure('append, p50', 0.5);
  const { more, ...p99 } = figure('append, p99', 0.99);
  return [
    { ...p50, goal: `none (fsync ${signed(moreAtHalf)} ms)`, isReached: true },
    {
      ...p99,
      goal: `≤ fsync + ${GOAL_APPEND_MS} ms (${signed(more)} ms of ${appends.length})`,
      isReached: more <= GOAL_APPEND_MS,
    },
  ];
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'} ${Math.abs(ms).toFixed(2)}`;
}
