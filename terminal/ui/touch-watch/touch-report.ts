import type { Clock } from '@yimen/contracts/base';
import { TOUCH_TROUBLE_PATH, type TouchSign, type TouchTrouble } from '@yimen/contracts/ui';
import { PAGE_LIMITS } from '../limits.table.ts';

/** Tells core that the touch screen acts by itself; core may just be starting, so it is tried a few times. Not through the
 *  bridge: that may be a session's, and a session has nothing to do with it. */
export function touchReport(clock: Clock): (sign: TouchSign) => void {
  const tryToTell = async (sign: TouchSign, triesLeft: number): Promise<void> => {
    const isHeard = await post({ what: 'ghost', sign }, clock);
    if (isHeard || triesLeft <= 1) return;
    clock.after(PAGE_LIMITS.touchAgainMs, () => {
      void tryToTell(sign, triesLeft - 1);
    });
  };
  return (sign) => {
    void tryToTell(sign, PAGE_LIMITS.touchTries);
  };
}

async function post(trouble: TouchTrouble, clock: Clock): Promise<boolean> {
  const giveUp = new AbortController();
  const cancel = clock.after(PAGE_LIMITS.connectMs, () => {
    giveUp.abort();
  });
  try {
    const answer = await fetch(TOUCH_TROUBLE_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(trouble),
      signal: giveUp.signal,
    });
    return answer.ok;
  } catch {
    return false;
  } finally {
    cancel();
  }
}
