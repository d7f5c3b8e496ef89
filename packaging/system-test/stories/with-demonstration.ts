import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { ReadyLineJson } from '../../start/demonstration.ts';
import { freePortBase } from '../../start/ports.ts';
import { readWhereabouts, type Whereabouts } from '../../start/whereabouts.ts';
import type { CitizenReport } from '../../citizen/report.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The demonstration as a person starts it: the real command, real processes, a data folder of its own. */
export class RunningDemonstration {
  readonly portBase: number;
  readonly dataDir: string;
  readonly ready: ReadyLineJson;
  readonly process: ChildProcess;

  private constructor(portBase: number, dataDir: string, ready: ReadyLineJson, started: ChildProcess) {
    this.portBase = portBase;
    this.dataDir = dataDir;
    this.ready = ready;
    this.process = started;
  }

  static async start(options: readonly string[] = ['--light', '0', '--speed', 'fast']): Promise<RunningDemonstration> {
    const portBase = await freePortBase();
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-story-'));
    const started = spawn(
      process.execPath,
      ['packaging/start/start.mjs', '--json', '--port-base', String(portBase), '--data', dataDir, ...options],
      {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    started.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ready = await new Promise<ReadyLineJson>((resolve, reject) => {
      createInterface({ input: started.stdout! }).once('line', (line) => {
        resolve(JSON.parse(line) as ReadyLineJson);
      });
      started.once('exit', (code) => {
        reject(new Error(`the demonstration ended with ${code ?? 'a signal'}: ${said}`));
      });
    });
    return new RunningDemonstration(portBase, dataDir, ready, started);
  }

  whereabouts(): Whereabouts {
    const told = readWhereabouts(this.portBase);
    if (told === undefined) throw new Error('the demonstration told nothing');
    return told;
  }

  get journalFile(): string {
    return join(this.dataDir, 'core', 'journal.sqlite');
  }

  /** One scripted citizen by the command that people type. */
  async citizen(...args: readonly string[]): Promise<CitizenReport> {
    const ran = await run('packaging/citizen/citizen.mjs', [
      'exit.endorse',
      '--json',
      '--port-base',
      String(this.portBase),
      ...args,
    ]);
    if (ran.status !== 0) throw new Error(`citizen ended with ${ran.status}: ${ran.stderr}`);
    return JSON.parse(ran.stdout) as CitizenReport;
  }

  verifyJournal(): Promise<Ran> {
    return run('packaging/journal/journal.mjs', ['verify', this.journalFile]);
  }

  /** Kills a process of the demonstration and gives the time until another stands in its place, in milliseconds. */
  async kill(name: string): Promise<number> {
    const before = this.whereabouts().pids[name];
    if (before === undefined) throw new Error(`no process ${name}`);
    const startedAt = performance.now();
    process.kill(before, 'SIGKILL');
    for (let i = 0; i < 200; i += 1) {
      const now = readWhereabouts(this.portBase)?.pids[name];
      if (now !== undefined && now !== before) break;
      await wait(25);
    }
    return performance.now() - startedAt;
  }

  async status(): Promise<TerminalStatus> {
    return (await (await fetch(`${this.ready.urls.citizen}/status.json`)).json()) as TerminalStatus;
  }

  /** The API as the dashboard reads it. */
  async api<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.ready.urls.api}${path}`, {
      headers: { authorization: `Bearer ${this.ready.apiToken}` },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise<void>((resolve) => {
        this.process.once('exit', () => {
          resolve();
        });
      });
      this.process.kill('SIGTERM');
      await gone;
    }
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export interface TerminalStatus {
  readonly state: string;
  readonly sessionActive: boolean;
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of our commands with this Node and gives what it printed. */
export function run(entry: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [entry, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('exit', (code) => {
      resolve({ status: code ?? -1, stdout, stderr });
    });
  });
}
