import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { TouchSign } from '@yimen/contracts/ui';
import { PAGE_LIMITS } from '../limits.table.ts';
import { judgeTouch, NO_TOUCHES, type TouchInput } from './touch-judge.ts';

export interface TouchWatch {
  /** The screen acts by itself: no touch is a person's now. */
  isGhost(): boolean;
  readonly stop: () => void;
}

/** Sees every pointer before anything else on the page does, and tells when they are no hand's: at once, and now and then
 *  as long as it goes on (whoever had the screen tested and let it serve again learns that it does). */
export function watchTouch(page: Window, clock: Clock, tell: (sign: TouchSign) => void): TouchWatch {
  let touches = NO_TOUCHES;
  let told = Number.NEGATIVE_INFINITY;
  let cancel: CancelTimer | undefined;

  const judge = (input: TouchInput): void => {
    touches = judgeTouch(touches, input);
    const { ghost, down } = touches;
    if (ghost === null) told = Number.NEGATIVE_INFINITY;
    else if (input.at - told >= PAGE_LIMITS.touchTellMs) {
      told = input.at;
      tell(ghost);
    }
    // Time alone makes a press too long, and a screen quiet again; with nothing down and nothing wrong it changes nothing.
    if (ghost !== null || down.size > 0) cancel ??= clock.after(PAGE_LIMITS.touchLookMs, look);
  };
  const look = (): void => {
    cancel = undefined;
    judge({ kind: 'look', at: clock.monoMs() });
  };

  const off = new AbortController();
  const listen = (
    name: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel',
    kind: 'press' | 'move' | 'lift',
  ) => {
    const take = ({ pointerId: id, clientX, clientY }: PointerEvent): void => {
      const diagonal = Math.hypot(page.innerWidth, page.innerHeight);
      judge({ kind, at: clock.monoMs(), id, x: clientX / diagonal, y: clientY / diagonal });
    };
    // On the window, which is asked before its document: the guards of the page already know the verdict.
    page.addEventListener(name, take, { capture: true, passive: true, signal: off.signal });
  };
  listen('pointerdown', 'press');
  listen('pointermove', 'move');
  listen('pointerup', 'lift');
  listen('pointercancel', 'lift');
  return {
    isGhost: () => touches.ghost !== null,
    stop: () => {
      off.abort();
      cancel?.();
    },
  };
}
