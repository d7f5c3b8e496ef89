import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Replies } from './api-client/api-types.ts';
import { serverClock } from './api-client/queries.ts';
import type { Words } from './text/words.ts';

/** What every part of a page may ask for. */
export interface PageFacts {
  readonly words: Words;
  /** Whether the live feed is connected; null before it first was. */
  readonly isLive: boolean | null;
  readonly session: Replies['session'] | undefined;
}

export const PageContext = createContext<PageFacts | undefined>(undefined);

/** The facts of the page around a component. */
export function usePage(): PageFacts {
  const facts = useContext(PageContext);
  if (facts === undefined) throw new Error('a component stands outside its page');
  return facts;
}

const TICK_MS = 1_000;
const tickers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(fn: () => void): () => void {
  tickers.add(fn);
  timer ??= setInterval(() => {
    for (const tick of tickers) tick();
  }, TICK_MS);
  return () => {
    tickers.delete(fn);
    if (tickers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The server's time, to the second, moving: one timer for the whole page. */
export function useServerNow(): number {
  const seconds = useSyncExternalStore(subscribe, () => Math.floor(serverClock.now() / TICK_MS));
  return seconds * TICK_MS;
}
