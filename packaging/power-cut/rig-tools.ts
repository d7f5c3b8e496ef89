import { execFile, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '../start/problem.ts';

/** Mounting, attaching and making a file system of some hundred megabytes take well under a second. */
const TOOL_MS = 20_000;
const ran = promisify(execFile);

/** What a rig needs of the machine, and the Debian packages that bring its programs. */
export interface Needs {
  readonly rig: string;
  readonly programs: readonly string[];
  readonly packages: readonly string[];
  readonly fuse?: boolean;
  readonly loop?: boolean;
  readonly trace?: boolean;
}

/** Why a rig cannot run on this machine, in one sentence with the command that brings what is missing; undefined: it can. */
export function whatIsMissing(needs: Needs): string | undefined {
  const missing = [
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...needs.programs.filter((name) => !isOnPath(name)),
    ...(needs.fuse === true && !opens('/dev/fuse') ? ['/dev/fuse'] : []),
    ...(needs.loop === true && !hasLoop() ? ['a free loop device'] : []),
    ...(needs.trace === true && isOnPath('strace') && !traces() ? ['the right to trace a process (ptrace)'] : []),
  ];
  if (missing.length === 0) return undefined;
  const install = `apt-get update && apt-get install --no-install-recommends ${needs.packages.join(' ')}`;
  return `${needs.rig} cannot run here: ${missing.join(', ')} missing (as root on Debian: ${install})`;
}

/** @throws Problem NOT_RUNNING with that sentence */
export function demand(needs: Needs): void {
  const missing = whatIsMissing(needs);
  if (missing !== undefined) throw new Problem('NOT_RUNNING', missing);
}

/** Runs a system's program to its end. @returns what it printed @throws Problem NOT_RUNNING with its last words */
export async function must(program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await ran(program, args, { timeout: TOOL_MS, env: systemEnvironment() });
    return stdout.trim();
  } catch (error) {
    const said = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Problem('NOT_RUNNING', `${program} ${args.join(' ')}: ${said === '' ? String(error) : said}`);
  }
}

/** The same at once, for cleaning up when the process ends. @returns whether it did it */
export function tryNow(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: TOOL_MS, env: systemEnvironment() }).status === 0;
}

/** What must be undone however the process ends: a mount, a loop device, a process. Newest first. */
const undone = new Set<() => void>();
process.on('exit', () => {
  for (const undo of [...undone].toReversed()) undo();
});

/** @returns how to forget it again: it was undone */
export function undoAtExit(undo: () => void): () => void {
  undone.add(undo);
  return () => {
    undone.delete(undo);
  };
}

/** Ends a process that we started and that has not ended yet: an id that is free again may be anybody's. */
export function endNow(child: ChildProcess | undefined): void {
  if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

/** Debian keeps mount's helpers where a plain user's PATH does not look. */
const SYSTEM_DIRS = ['/usr/sbin', '/sbin'];

export function systemEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', PATH: [process.env['PATH'] ?? '', ...SYSTEM_DIRS].join(delimiter) };
}

function isOnPath(name: string): boolean {
  return (systemEnvironment()['PATH'] ?? '').split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function opens(path: string): boolean {
  try {
    closeSync(openSync(path, 'r+'));
    return true;
  } catch {
    return false;
  }
}

function hasLoop(): boolean {
  return tryNow('losetup', '--find');
}

function traces(): boolean {
  return tryNow('strace', '-qq', '-o', '/dev/null', '-e', 'trace=none', 'true');
}
