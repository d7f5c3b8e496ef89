import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { limits } from './limits.table.ts';

export interface CommandResult {
  /** `null` when the command is missing, was stopped at its deadline, or ended by a signal. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The computer that the lanes run on, as far as their preparation needs it. */
export interface Machine {
  readonly isRoot: boolean;
  /** Debian or a child of it, with apt. */
  readonly isDebian: boolean;
  /** Runs a command to its end, at most `deadlineMs` and not beyond a stop from outside; never through a shell. */
  readonly run: (command: readonly string[], deadlineMs: number) => Promise<CommandResult>;
  /** Until disposed, packages that are installed do not start their services. */
  readonly denyServiceStarts: () => Disposable;
}

const POLICY_FILE = '/usr/sbin/policy-rc.d';

/** @param signal stops running commands when the whole program is stopped */
export function thisMachine(signal: AbortSignal): Machine {
  return {
    isRoot: process.getuid?.() === 0,
    isDebian: isDebian(),
    run: (command, deadlineMs) => runCommand(command, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])),
    denyServiceStarts: denyServiceStarts,
  };
}

function isDebian(): boolean {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/etc/os-release')) return false;
  return /^ID(?:_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** 101 = "action forbidden by policy" (Debian's invoke-rc.d). A policy that is already there is left as it is. */
function denyServiceStarts(): Disposable {
  if (existsSync(POLICY_FILE)) return { [Symbol.dispose]: () => undefined };
  writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return { [Symbol.dispose]: () => rmSync(POLICY_FILE, { force: true }) };
}

function runCommand(command: readonly string[], signal: AbortSignal): Promise<CommandResult> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
    });
    const stdout = keepTail(child.stdout);
    const stderr = keepTail(child.stderr);
    const stop = (): void => {
      child.kill('SIGTERM'); // asked first, so that a package manager can leave a clean state
      setTimeout(() => child.kill('SIGKILL'), limits.stopGraceMs).unref();
    };
    const finish = (result: CommandResult): void => {
      signal.removeEventListener('abort', stop);
      resolve(result);
    };
    child.once('error', (error) => finish({ status: null, stdout: '', stderr: error.message }));
    child.once('close', (status) => finish({ status, stdout: stdout(), stderr: stderr() }));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

function keepTail(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-limits.commandOutputBytes);
  });
  return () => text;
}
