import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CancelTimer, Clock } from '@yimen/contracts/base';
import {
  readLine,
  SHELL_VARIABLE,
  shellReportSchema,
  type CitizenWindow,
  type ShellOrder,
  type ShellReport,
  type ShellStart,
} from '@yimen/terminal/shell';
import { shellEnvironment } from './shell-environment.ts';

export interface ElectronWindowOptions {
  /** Electron's executable and what it is given before its own switches: the bundled shell. */
  readonly program: string;
  readonly args: readonly string[];
  readonly url: string;
  readonly place: ShellStart['place'];
  /** Where each process gets a profile folder of its own: a tmpfs in production. */
  readonly profilesDir: string;
  /** The shell's own words, for engineers. */
  readonly logFile: string;
  readonly clock: Clock;
  /** What the shell reports beside done orders: refused tries, falls. Free of personal data by its contract. */
  readonly log: (report: ShellReport) => void;
}

export const ELECTRON_TIMES = {
  /** A shell that has not said that it is there by then counts as fallen. */
  readyMs: 15_000,
  /** A shell that has not replaced its window by then is replaced itself. */
  replaceMs: 3_000,
  closeMs: 1_000,
  /** After a fall, longer each time. Its length is the number of falls after which the shell draws its own page only. */
  backOffMs: [100, 500, 1_000, 2_000, 4_000],
  /** A shell that stood this long has proved itself. */
  steadyMs: 20_000,
  /** So long the smallest shell stands before the whole one is tried again. */
  minimalMs: 60_000,
  /** Electron keeps every partition until it ends: after so many citizens the process goes too. */
  citizensAProcess: 100,
} as const;

interface Running {
  readonly process: ChildProcess;
  readonly profileDir: string;
  readonly startedMs: number;
  isReady: boolean;
  citizens: number;
}

/** The Electron shell as a supervised process that is spoken to in JSON lines. It comes back when it falls; after too many
 *  falls it is started to draw its out-of-service page and nothing else, and tried whole again later (K20). */
export class ElectronWindow implements CitizenWindow {
  readonly #options: ElectronWindowOptions;
  #shell: Running | null = null;
  #falls = 0;
  #orders = 0;
  #isClosed = false;
  #cancel: CancelTimer = () => undefined;
  /** Ordered replacements that are not done yet, by their number. */
  readonly #awaited = new Map<number, () => void>();

  constructor(options: ElectronWindowOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#shell?.process.pid;
  }

  open(): void {
    const isMinimal = this.#falls >= ELECTRON_TIMES.backOffMs.length;
    this.#start(isMinimal ? 'outOfService' : 'page');
    if (isMinimal)
      this.#cancel = this.#options.clock.after(ELECTRON_TIMES.minimalMs, () => {
        // One fall less than too many: the whole shell gets one try.
        this.#falls = ELECTRON_TIMES.backOffMs.length - 1;
        void this.#restart();
      });
  }

  /** A fresh window, or a fresh process where the shell does not do it in time or is due. */
  async replace(): Promise<void> {
    const shell = this.#shell;
    // A shell that is down, or not up yet, was seen by nobody: it comes up fresh.
    if (shell?.isReady !== true || this.#isClosed) return;
    shell.citizens += 1;
    const isDue = shell.citizens >= ELECTRON_TIMES.citizensAProcess;
    if ((isDue || !(await this.#askToReplace(shell))) && shell === this.#shell) await this.#restart();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    const shell = this.#shell;
    if (shell === null) return;
    this.#order(shell, { do: 'close' });
    await this.#within(ELECTRON_TIMES.closeMs, ended(shell.process));
    await this.#end();
  }

  #start(shows: ShellStart['shows']): void {
    const { program, args, url, place, profilesDir, logFile, clock } = this.#options;
    const profileDir = mkdtempSync(join(profilesDir, 'shell-'));
    const start: ShellStart = { url, profileDir, shows, place };
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(program, [...args], {
      env: { ...shellEnvironment(process.env, profileDir), [SHELL_VARIABLE]: JSON.stringify(start) },
      stdio: ['pipe', 'pipe', log],
      // A group of its own, so that its helpers end with it.
      detached: true,
    });
    closeSync(log);
    const shell: Running = { process: child, profileDir, startedMs: clock.monoMs(), isReady: false, citizens: 0 };
    this.#shell = shell;
    child.stdin?.on('error', ignoreBrokenPipe);
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#hear(shell, line);
      });
    for (const event of ['error', 'exit'] as const)
      child.once(event, () => {
        this.#fell(shell);
      });
    clock.after(ELECTRON_TIMES.readyMs, () => {
      if (!shell.isReady) killGroup(child);
    });
  }

  #hear(shell: Running, line: string): void {
    const report = readLine(shellReportSchema, line);
    if (report === undefined || shell !== this.#shell) return;
    if (report.said === 'replaced') {
      this.#awaited.get(report.n)?.();
      return;
    }
    if (report.said === 'ready') shell.isReady = true;
    this.#options.log(report);
  }

  /** @returns false when the shell did not do it in time, or fell over it */
  async #askToReplace(shell: Running): Promise<boolean> {
    this.#orders += 1;
    const n = this.#orders;
    const replaced = new Promise<void>((done) => {
      this.#awaited.set(n, done);
    });
    this.#order(shell, { do: 'replace', n });
    const isDone = await this.#within(ELECTRON_TIMES.replaceMs, replaced);
    this.#awaited.delete(n);
    return isDone;
  }

  #order(shell: Running, order: ShellOrder): void {
    shell.process.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  async #restart(): Promise<void> {
    this.#cancel();
    await this.#end();
    if (!this.#isClosed) this.open();
  }

  #fell(shell: Running): void {
    if (shell !== this.#shell) return;
    this.#shell = null;
    forget(shell);
    this.#cancel();
    if (this.#isClosed) return;
    this.#options.log({ said: 'fell', why: 'shell' });
    const { clock } = this.#options;
    const isSteady = clock.monoMs() - shell.startedMs > ELECTRON_TIMES.steadyMs;
    const { backOffMs } = ELECTRON_TIMES;
    const waitMs = backOffMs[isSteady ? 0 : Math.min(this.#falls, backOffMs.length - 1)] ?? 0;
    this.#falls = (isSteady ? 0 : this.#falls) + 1;
    this.#cancel = clock.after(waitMs, () => {
      this.open();
    });
  }

  async #end(): Promise<void> {
    const shell = this.#shell;
    this.#shell = null;
    if (shell === null) return;
    const gone = ended(shell.process);
    killGroup(shell.process);
    await this.#within(ELECTRON_TIMES.closeMs, gone);
    forget(shell);
  }

  /** Whether it happened before the time was up. */
  #within(ms: number, happens: Promise<void>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, () => {
        resolve(false);
      });
      void happens.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group is gone already.
  }
}

/** The helpers of a shell that fell, and its profile: nothing of a citizen outlives its process. */
function forget(shell: Running): void {
  killGroup(shell.process);
  rmSync(shell.profileDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

function ignoreBrokenPipe(): void {
  // The shell ended between our look and our write; its end is told by `exit`.
}
