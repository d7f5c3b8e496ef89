import type { Clock } from '@yimen/contracts/base';
import type { NeighbourHall } from '@yimen/contracts/back-office';
import type { FleetReads, HallView, TerminalView } from '../store/index.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';

/** What the gateway reads of the fleet: places, and which services work where. */
export type HallReads = Pick<FleetReads, 'halls' | 'terminals' | 'terminal'>;

/** The halls as terminals may know them, put together at most every `GATEWAY_LIMITS.hallsMs`. */
export interface NeighbourHalls {
  list(): Promise<{ readonly halls: NeighbourHall[]; readonly at: number }>;
}

export function createNeighbourHalls(reads: HallReads, clock: Clock): NeighbourHalls {
  let kept: { readonly untilMs: number; readonly answer: ReturnType<NeighbourHalls['list']> } | undefined;
  return {
    list: () => {
      if (kept !== undefined && kept.untilMs > clock.monoMs()) return kept.answer;
      const answer = putTogether(reads, clock);
      kept = { untilMs: clock.monoMs() + GATEWAY_LIMITS.hallsMs, answer };
      answer.catch(() => {
        kept = undefined;
      });
      return answer;
    },
  };
}

async function putTogether(reads: HallReads, clock: Clock): Promise<{ halls: NeighbourHall[]; at: number }> {
  const [halls, terminals] = await Promise.all([reads.halls(), reads.terminals({})]);
  const at = clock.wallMs();
  return {
    halls: await Promise.all(
      halls.map((hall) =>
        neighbour(
          reads,
          hall,
          terminals.filter((terminal) => terminal.hallId === hall.hallId),
          at,
        ),
      ),
    ),
    at,
  };
}

async function neighbour(
  reads: HallReads,
  hall: HallView,
  terminals: readonly TerminalView[],
  at: number,
): Promise<NeighbourHall> {
  const { hallId, town, zh, en, addressZh, addressEn, hoursZh, hoursEn } = hall;
  const fresh = terminals.filter(
    (terminal) =>
      terminal.link === 'up' && terminal.heardAt !== null && at - terminal.heardAt <= GATEWAY_LIMITS.hallsFreshMs,
  );
  const base = { hallId, town, zh, en, addressZh, addressEn, hoursZh, hoursEn };
  // No fresh word: addresses without a health claim (services §7).
  if (fresh.length === 0) return { ...base, working: null, asOf: null };
  const lists = await Promise.all(fresh.map((terminal) => workingAt(reads, terminal)));
  return {
    ...base,
    working: [...new Set(lists.flat())].toSorted(),
    asOf: Math.min(...fresh.map((terminal) => terminal.heardAt ?? at)),
  };
}

async function workingAt(reads: HallReads, terminal: TerminalView): Promise<string[]> {
  if (terminal.state !== 'inService' && terminal.state !== 'degraded') return [];
  const detail = await reads.terminal(terminal.tid);
  const off = new Set(terminal.off.map(({ service }) => service));
  return (detail?.services ?? []).map(({ id }) => id).filter((id) => !off.has(id));
}
