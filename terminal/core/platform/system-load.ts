import { statfsSync } from 'node:fs';
import { cpus, freemem } from 'node:os';
import type { Heartbeat } from '@yimen/contracts/fleet';

const MB = 1024 * 1024;

/** The machine's load since the last call: busy share of all processors, free memory, free disk of `folder`.
 *  Temperature is not read: `null` means "cannot tell". */
export function systemLoad(folder: string): () => Heartbeat['sys'] {
  let before = cpuTimes();
  return () => {
    const now = cpuTimes();
    const total = now.total - before.total;
    const cpuPct = total <= 0 ? 0 : Math.round((100 * (total - (now.idle - before.idle))) / total);
    before = now;
    return { cpuPct, memFreeMb: Math.floor(freemem() / MB), diskFreeMb: diskFreeMb(folder), tempC: null };
  };
}

function cpuTimes(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

/** 0 when the folder cannot be asked: a disk that does not answer has no room. */
function diskFreeMb(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((bavail * bsize) / MB);
  } catch {
    return 0;
  }
}
