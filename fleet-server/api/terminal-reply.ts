import { limits } from '../limits.table.ts';
import type { TerminalView } from '../store/fleet-reads.ts';

/** A terminal as answered: with the age of what is known. A beat from the future (a clock set back) has age 0. */
export function withAge<T extends TerminalView>(
  terminal: T,
  now: number,
): T & { ageMs: number | null; stale: boolean } {
  const ageMs = terminal.heardAt === null ? null : Math.max(0, now - terminal.heardAt);
  return { ...terminal, ageMs, stale: ageMs === null || ageMs > limits.beatStaleMs };
}
