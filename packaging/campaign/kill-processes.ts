import { readWhereabouts } from '../start/whereabouts.ts';

/** Ends processes of a demonstration with SIGKILL, by the ids that its launcher told, the caller's own last.
 *  @param victims names; `session` stands for every session process
 *  @param disk the cache of their disk: before any of them, so that nothing of what they did last is saved */
export function killProcesses(portBase: number, victims: readonly string[], disk?: number): void {
  const pids = Object.entries(readWhereabouts(portBase)?.pids ?? {}).flatMap(([name, pid]) =>
    victims.some((victim) => name === victim || (victim === 'session' && name.startsWith('session-'))) ? [pid] : [],
  );
  const ownLast = pids.toSorted((a, b) => Number(a === process.pid) - Number(b === process.pid));
  for (const pid of disk === undefined ? ownLast : [disk, ...ownLast]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself since.
    }
  }
}
