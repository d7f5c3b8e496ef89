import { neighbourHallsSchema, type NeighbourHall } from '@yimen/contracts/back-office';
import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { KeyAccess } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';
import { gatewayGet } from './gateway-get.ts';

/** What this terminal knows of other halls, fetched from the gateway and aged here. */
export interface NeighbourHalls {
  start(): void;
  stop(): void;
  /** Addresses and hours as last heard; what works there only while that is fresh. */
  halls(): readonly NeighbourHall[];
}

export function neighbourHalls(options: {
  gatewayUrl: string;
  key: KeyAccess;
  clock: Clock;
  log: Log;
}): NeighbourHalls {
  const { clock, log } = options;
  let heard: { halls: readonly NeighbourHall[]; mono: number } | undefined;
  let again: CancelTimer | undefined;
  let stopped = false;
  const fetchOnce = async (): Promise<void> => {
    const { gatewayUrl, key } = options;
    const { hallsMs: ms, hallsBytes: bytes } = CORE_LIMITS;
    const got = await gatewayGet({ gatewayUrl, path: '/v1/halls', key, schema: neighbourHallsSchema, ms, bytes });
    if (stopped) return;
    if (got.ok) heard = { halls: got.value.halls, mono: clock.monoMs() };
    else log.debug({ fault: got.error }, 'the list of halls could not be fetched');
    again = clock.after(CORE_LIMITS.hallsEveryMs, () => {
      void fetchOnce();
    });
  };
  return {
    start: () => {
      void fetchOnce();
    },
    stop: () => {
      stopped = true;
      again?.();
    },
    halls: () => {
      if (heard === undefined) return [];
      const isStale = clock.monoMs() - heard.mono > CORE_LIMITS.hallsStaleMs;
      return isStale ? heard.halls.map((hall) => ({ ...hall, working: null, asOf: null })) : heard.halls;
    },
  };
}
