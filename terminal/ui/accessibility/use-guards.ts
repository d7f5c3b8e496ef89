import { useEffect } from 'react';
import type { Clock } from '@yimen/contracts/base';
import type { BridgeState } from '../bridge-client/bridge-client.ts';
import { PAGE_LIMITS } from '../limits.table.ts';
import { moveByArrows } from './arrow-keys.ts';
import { guardKeys } from './key-guard.ts';
import { guardTouch } from './touch-guard.ts';

/** Guards the page as long as it stands: touches, keys, and the way of the arrow keys. */
export function useGuards(bridge: { readonly state: BridgeState }, clock: Clock): void {
  useEffect(() => {
    const offs = [
      guardTouch(document, () => ({
        shown: bridge.state.shown,
        isDeaf: clock.monoMs() - bridge.state.sinceMs < PAGE_LIMITS.deafMs,
      })),
      guardKeys(document),
      moveByArrows(document),
    ];
    return () => {
      for (const off of offs) off();
    };
  }, [bridge, clock]);
}
