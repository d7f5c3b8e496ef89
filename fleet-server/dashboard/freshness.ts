import type { Terminal } from './api-client/api-types.ts';
import { useServerNow } from './page-context.ts';

/** A beat older than this tells nothing of now (fleet contract: `terminal.offline`). */
const BEAT_STALE_MS = 150_000;

/** Whether a terminal's facts are too old to be shown as present. Decided anew each second, because a page that hears
 *  nothing must grey by itself. */
export function isStale(terminal: Pick<Terminal, 'heardAt'>, now: number): boolean {
  return terminal.heardAt === null || now - terminal.heardAt > BEAT_STALE_MS;
}

/** @see isStale */
export function useStale(terminal: Pick<Terminal, 'heardAt'>): boolean {
  return isStale(terminal, useServerNow());
}
