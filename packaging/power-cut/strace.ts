import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '../start/problem.ts';
import { demand, systemEnvironment, undoAtExit, type Needs } from './rig-tools.ts';

export const SYSCALL_NEEDS: Needs = {
  rig: 'the system-call rig',
  programs: ['strace'],
  packages: ['strace'],
  trace: true,
};

const ATTACH_MS = 10_000;
const LOOK_MS = 20;

/** Arguments with which strace touches only calls at the terminal's own files: others (sockets, the program's modules) have
 *  nothing to do with a disk. */
export function onlyFilesOf(folder: string): readonly string[] {
  const databases = ['journal.sqlite', 'outbox.sqlite'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]);
  const files = [...databases, 'writer.lock', 'journal.head', 'last-operation.json', 'last-operation.json.new', ''];
  return files.flatMap((name) => ['-P', join(folder, name)]);
}

/** From now on every such call of a running core at its files fails. @returns how to let it go again
 *  @throws Problem NOT_RUNNING what this machine lacks, or it cannot be traced */
export async function failCalls(
  pid: number,
  folder: string,
  calls: string,
  error: string,
): Promise<() => Promise<void>> {
  demand(SYSCALL_NEEDS);
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`];
  const args = ['-f', '-qq', '-o', '/dev/null', ...onlyFilesOf(folder), ...inject, '-p', String(pid)];
  const tracer = spawn('strace', args, { stdio: 'ignore', env: systemEnvironment() });
  tracer.once('error', () => undefined);
  let isGone = false;
  const gone = new Promise<void>((resolve) => {
    tracer.once('exit', () => {
      isGone = true;
      resolve();
    });
  });
  // Whoever is traced goes on when his tracer dies.
  const forget = undoAtExit(() => {
    if (!isGone) tracer.kill('SIGKILL');
  });
  const late = Date.now() + ATTACH_MS;
  while (!isTraced(pid) && !isGone) {
    if (Date.now() > late) throw new Problem('NOT_RUNNING', `strace does not attach to process ${pid}`);
    await wait(LOOK_MS);
  }
  return async () => {
    if (!isGone) tracer.kill('SIGINT');
    await gone;
    forget();
  };
}

function isTraced(pid: number): boolean {
  try {
    return /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
