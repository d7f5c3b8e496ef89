import type { Moment } from './moments.table.ts';
import type { Unread } from './process-memory.ts';
import type { Hit } from './scanner.ts';

/** What was left of one citizen, by where it lay. */
export interface WipeResult {
  readonly service: string;
  readonly moment: Moment;
  /** Whether what should happen at this moment did happen. */
  readonly cameToIt: boolean;
  readonly left: {
    /** Files, names, environments, arguments, and memory of core, sessions, device host, drivers, launcher, page: nothing may
     *  be there. */
    readonly terminal: readonly Hit[];
    /** The fleet server's memory: no place of faults.md §7, told all the same. */
    readonly fleetMemory: readonly Hit[];
  };
  /** What was looked at: programs by name, and the disk. */
  readonly places: readonly string[];
  readonly unread: readonly Unread[];
  readonly bytes: number;
  readonly patterns: number;
  readonly scanMs: number;
}

/** Whether a citizen was wiped, and everything was looked at. */
export function isWiped({ left, unread, cameToIt }: WipeResult): boolean {
  return cameToIt && unread.length === 0 && left.terminal.length === 0;
}
