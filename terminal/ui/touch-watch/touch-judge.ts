import type { TouchSign } from '@yimen/contracts/ui';
import { PAGE_LIMITS } from '../limits.table.ts';

/** Where on the screen, in shares of its diagonal: what a hand can do is measured against the screen's size. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What happens on the glass, before any button hears of it. `at` is monotonic; `look`: nothing but time has passed. */
export type TouchInput =
  | ({ readonly kind: 'press' | 'move'; readonly at: number; readonly id: number } & Place)
  | { readonly kind: 'lift'; readonly at: number; readonly id: number }
  | { readonly kind: 'look'; readonly at: number };

type Still = Place & { readonly since: number };
type Press = Place & { readonly at: number };

/** What is remembered of the last second, what is down, and what is thought of it. */
export interface Touches {
  readonly presses: readonly Press[];
  /** By pointer: where it stands, and since when it has not moved from there. */
  readonly down: ReadonlyMap<number, Still>;
  /** When the last press came or ended. */
  readonly lastAt: number;
  /** The screen acts by itself; null: a person may be doing all this. */
  readonly ghost: TouchSign | null;
}

export const NO_TOUCHES: Touches = { presses: [], down: new Map(), lastAt: 0, ghost: null };

/** Takes what happened and judges it: no hand does this, or nobody does any more. */
export function judgeTouch(before: Touches, input: TouchInput): Touches {
  const now = take(before, input);
  if (now.ghost === null) return { ...now, ghost: signOf(now, input.at) };
  const isQuiet = now.down.size === 0 && input.at - now.lastAt >= PAGE_LIMITS.touchQuietMs;
  return isQuiet ? { ...NO_TOUCHES, lastAt: now.lastAt } : now;
}

function take(before: Touches, input: TouchInput): Touches {
  const { at } = input;
  if (input.kind === 'look') return before;
  const down = new Map(before.down);
  if (input.kind === 'lift') return { ...before, down: without(down, input.id), lastAt: at };
  const { id, x, y } = input;
  const stood = down.get(id);
  if (input.kind === 'press')
    return {
      ...before,
      presses: pressesWith(before.presses, { x, y, at }),
      down: down.set(id, { x, y, since: at }),
      lastAt: at,
    };
  // A pointer that only hovers is none of a hand's on the glass.
  if (stood === undefined || apart(stood, input) <= PAGE_LIMITS.touchStillShare) return before;
  return { ...before, down: down.set(id, { x, y, since: at }) };
}

function without(down: Map<number, Still>, id: number): Map<number, Still> {
  down.delete(id);
  return down;
}

/** Those of the last second; never more than it takes to judge. */
function pressesWith(presses: readonly Press[], press: Press): readonly Press[] {
  return [...presses.filter(({ at }) => press.at - at < 1000), press].slice(-PAGE_LIMITS.touchPressesPerSec - 1);
}

function signOf({ presses, down }: Touches, at: number): TouchSign | null {
  if (down.size > PAGE_LIMITS.touchPointers) return 'pointers';
  if (placesAtOnce(presses, at) > PAGE_LIMITS.touchPlaces) return 'jump';
  if (presses.filter((press) => at - press.at < 1000).length > PAGE_LIMITS.touchPressesPerSec) return 'rate';
  const isHeld = [...down.values()].some(({ since }) => at - since >= PAGE_LIMITS.touchHeldMs);
  return isHeld ? 'held' : null;
}

/** How many places were pressed within a moment that no hand covers, or changes between, in it. */
function placesAtOnce(presses: readonly Press[], at: number): number {
  const places: Press[] = [];
  for (const press of presses) {
    const isNew = places.every((other) => apart(other, press) > PAGE_LIMITS.touchApartShare);
    if (at - press.at < PAGE_LIMITS.touchMomentMs && isNew) places.push(press);
  }
  return places.length;
}

function apart(a: Place, b: Place): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
