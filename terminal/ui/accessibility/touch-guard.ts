import { PAGE_LIMITS } from '../limits.table.ts';

/** What the guard must know of the screen: which view is drawn, and whether it is too fresh to be touched. */
export interface GuardedScreen {
  readonly shown: number;
  readonly isDeaf: boolean;
  /** The touch screen acts by itself: no touch counts. Keys still do. */
  readonly isGhost: boolean;
}

type Verdict = { readonly counts: boolean; readonly shown: number };

/** Lets through only what a citizen means: one finger at a time, pressed and released on the same view, not within the
 *  first moment of a view (screens design A1, K34), not while the screen acts by itself (F64). Menus, drops, zooms and
 *  middle clicks are refused (K09–K11).
 *  @returns how to take the guard off. */
export function guardTouch(page: Document, screen: () => GuardedScreen): () => void {
  const verdicts = new Map<number, Verdict>();
  const down = new Set<number>();
  const off = new AbortController();
  const listen = <K extends keyof DocumentEventMap>(name: K, fn: (event: DocumentEventMap[K]) => void): void => {
    page.addEventListener(name, fn, { capture: true, passive: false, signal: off.signal });
  };
  listen('pointerdown', (event) => {
    const { shown, isDeaf, isGhost } = screen();
    const counts = !isDeaf && !isGhost && event.button === 0 && [...down].every((id) => id === event.pointerId);
    down.add(event.pointerId);
    verdicts.delete(event.pointerId);
    verdicts.set(event.pointerId, { counts, shown });
    for (const id of [...verdicts.keys()].slice(0, -PAGE_LIMITS.pointers)) verdicts.delete(id);
    if (!counts) refuse(event);
  });
  const lift = (event: PointerEvent): void => {
    down.delete(event.pointerId);
  };
  listen('pointerup', lift);
  listen('pointercancel', lift);
  listen('click', (event) => {
    const { shown, isDeaf, isGhost } = screen();
    const pointer = pointerOf(event);
    const verdict = pointer === undefined ? undefined : verdicts.get(pointer);
    const isGhosts = isGhost && pointer !== undefined;
    if (isDeaf || isGhosts || (verdict !== undefined && (!verdict.counts || verdict.shown !== shown))) refuse(event);
  });
  listen('auxclick', refuse);
  listen('contextmenu', refuse);
  listen('dragstart', refuse);
  listen('dragover', refuse);
  listen('drop', refuse);
  listen('wheel', (event) => {
    if (event.ctrlKey) refuse(event);
  });
  return () => {
    off.abort();
  };
}

/** Whose click it is; undefined: a key pressed the button. */
function pointerOf(event: MouseEvent): number | undefined {
  return event instanceof PointerEvent && event.pointerId >= 0 ? event.pointerId : undefined;
}

function refuse(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
