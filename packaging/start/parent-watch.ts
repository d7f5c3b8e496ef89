import { readFileSync } from 'node:fs';

const LOOK_MS = 500;

/** Calls `fn` once when whoever started us is gone. npm may stand two processes up (npm → sh → node) and a SIGKILL
 *  reaches none of us: so the chain of parents is looked at, on Linux up to the grandparent. */
export function watchParents(fn: () => void): () => void {
  const chain = parents();
  const timer = setInterval(() => {
    const now = parents();
    if (chain.some((pid, i) => pid > 1 && now[i] !== pid)) {
      clearInterval(timer);
      fn();
    }
  }, LOOK_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

function parents(): number[] {
  const first = process.ppid;
  const second = parentOf(first);
  return second === undefined || !isNpm(second) ? [first] : [first, second];
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Beyond npm the chain is somebody's shell or a service: its end is not ours. */
function isNpm(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('npm');
  } catch {
    return false;
  }
}
