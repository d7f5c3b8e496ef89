import { useEffect } from 'react';
import type { Clock } from '@yimen/contracts/base';
import type { BridgeState } from '../bridge-client/bridge-client.ts';
import { PAGE_LIMITS } from '../limits.table.ts';
import { moveByArrows } from './arrow-keys.ts';
import { touchReport } from '../touch-watch/touch-report.ts';
import { watchTouch } from '../touch-watch/touch-watch.ts';
import { guardKeys } from './key-guard.ts';
import { guardTouch } from './touch-guard.ts';

/** Guards the page as long as it stands: touches (and whether they are anybody's), keys, and the way of the arrow keys. */
export function useGuards(bridge: { readonly state: BridgeState }, clock: Clock): void {
  useEffect(() => {
    const touch = watchTouch(window, clock, touchReport(clock));
    const offs = [
      touch.stop,
      guardTouch(document, () => ({
        shown: bridge.state.shown,
        isDeaf: clock.monoMs() - bridge.state.sinceMs < PAGE_LIMITS.deafMs,
        isGhost: touch.isGhost(),
      })),
      guardKeys(document),
      moveByArrows(document),
    ];
    return () => {
      for (const off of offs) off();
    };
  }, [bridge, clock]);
}
