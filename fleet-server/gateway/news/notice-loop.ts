import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { GatewayLog } from '../gateway-log.ts';

/** Fetches news of one office again and again. */
export interface NoticeLoop {
  start(): void;
  stop(): void;
}

/** @param look fetches once and takes in what came; true when the office does not answer, and then it is asked less often.
 *  Nothing outside ever calls in: all news are fetched. */
export function createNoticeLoop(parts: {
  what: string;
  everyMs: number;
  awayMs: number;
  clock: Clock;
  log: GatewayLog;
  look: () => Promise<boolean>;
}): NoticeLoop {
  let cancel: CancelTimer = () => undefined;
  let stopped = true;
  const lookOnce = async (): Promise<void> => {
    const isAway = await parts.look().catch((error: unknown) => {
      parts.log.broken({ what: parts.what, error: error instanceof Error ? error.message : String(error) });
      return true;
    });
    if (!stopped) cancel = parts.clock.after(isAway ? parts.awayMs : parts.everyMs, () => void lookOnce());
  };
  return {
    start: () => {
      stopped = false;
      void lookOnce();
    },
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}
