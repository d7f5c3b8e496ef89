import { join } from 'node:path';
import type { Canary } from './canary.ts';
import { scanFolder } from './files.ts';
import { scanProcess, type Unread } from './process-memory.ts';
import { processesBelow, type Seen } from './process-tree.ts';
import { Scanner, type Hit } from './scanner.ts';

/** Programs that stand for the world outside: the hands and documents of citizens, the offices, the bank. They know these
 *  people by right; everything else is the terminal, or the fleet's own server. */
const OUTSIDE: readonly string[] = ['bench-main.ts', 'sandbox/main.ts', 'payment-channel.ts'];
/** What those programs keep. */
const OUTSIDE_FILES = ['bench', 'sandbox', 'log/bench.log', 'log/sandbox.log', 'log/payment-channel.log'].map((path) =>
  join('data', path),
);

/** Shared memory by name; what has no name is looked at where it is mapped. */
export const SHARED_MEMORY = '/dev/shm';

/** What is looked through. */
export interface Place {
  /** The process above all others of the demonstration. */
  readonly pid: number;
  /** The folder of everything that it writes. */
  readonly root: string;
  /** Names in `SHARED_MEMORY` from before it. */
  readonly sharedBefore: readonly string[];
}

export interface Found {
  readonly hits: readonly Hit[];
  readonly unread: readonly Unread[];
  readonly pictures: readonly string[];
  readonly bytes: number;
  readonly patterns: number;
  readonly processes: readonly Seen[];
  readonly ms: number;
}

/** Looks for these canaries in every process of the demonstration and in everything that it wrote. */
export function lookThrough(at: Place, canaries: readonly Canary[]): Found {
  const startedAt = performance.now();
  const scanner = new Scanner(canaries);
  const processes = processesBelow(at.pid).filter(
    ({ command }) => command !== '' && !OUTSIDE.some((program) => command.includes(program)),
  );
  const unread = processes.flatMap(({ pid: one, name }) => scanProcess(scanner, one, name));
  const disk = scanFolder(scanner, at.root, '', OUTSIDE_FILES);
  const shared = scanFolder(scanner, SHARED_MEMORY, 'shm', at.sharedBefore);
  return {
    hits: scanner.hits,
    unread: [...unread, ...disk.unread, ...shared.unread],
    pictures: [...disk.pictures, ...shared.pictures],
    bytes: scanner.bytes,
    patterns: scanner.patterns.length,
    processes,
    ms: Math.round(performance.now() - startedAt),
  };
}
