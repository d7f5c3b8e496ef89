import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { acceptancesReplySchema, type VarianceAcceptance } from '@yimen/contracts/fleet';
import type { KeyAccess } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';
import { gatewayGet } from './gateway-get.ts';

export interface FleetAcceptances {
  start(): void;
  stop(): void;
}

/** Asks the fleet whether it has accepted differences of ours, while there are any that are open. The terminal asks and
 *  the gateway answers under its own certificate: nobody else can say so, and nothing is ever pushed. */
export function fleetAcceptances(options: {
  readonly gatewayUrl: string;
  readonly key: KeyAccess;
  readonly clock: Clock;
  readonly log: Log;
  readonly isAnyOpen: () => boolean;
  readonly take: (acceptances: readonly VarianceAcceptance[]) => void;
}): FleetAcceptances {
  const { gatewayUrl, key, clock, log, isAnyOpen, take } = options;
  const { acceptancesMs: ms, acceptancesBytes: bytes } = CORE_LIMITS;
  let again: CancelTimer = () => undefined;
  let isStopped = false;
  const ask = async (): Promise<void> => {
    if (!isAnyOpen()) return;
    const got = await gatewayGet({
      gatewayUrl,
      path: '/v1/acceptances',
      key,
      schema: acceptancesReplySchema,
      ms,
      bytes,
    });
    if (isStopped) return;
    if (got.ok) take(got.value.acceptances);
    else log.debug({ fault: got.error }, 'the fleet’s acceptances could not be fetched');
  };
  const tick = (): void => {
    again = clock.after(CORE_LIMITS.acceptancesEveryMs, () => {
      void ask().then(() => {
        if (!isStopped) tick();
      });
    });
  };
  return {
    start: tick,
    stop: () => {
      isStopped = true;
      again();
    },
  };
}
