import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { pastEventSchema, type PastEvent } from '@yimen/contracts/terminal';
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

  static start(options: readonly string[] = ['--light', '0', '--speed', 'fast']): Promise<RunningDemonstration> {
    return RunningDemonstration.#startBy([process.execPath, 'packaging/start/start.mjs'], options);
  }

  /** As people start it: npm stands between them and the command. */
  static startThroughNpm(): Promise<RunningDemonstration> {
    return RunningDemonstration.#startBy(['npm', 'start', '--silent', '--'], ['--light', '0', '--speed', 'fast']);
  }

  static async #startBy(command: readonly string[], options: readonly string[]): Promise<RunningDemonstration> {
    const portBase = await freePortBase();
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-story-'));
    const [program = '', ...first] = command;
    const started = spawn(
      program,
      [...first, '--json', '--port-base', String(portBase), '--data', dataDir, ...options],
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

  get mqttPort(): number {
    return Number(new URL(this.ready.urls.mqtt).port);
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

  /** Rows of the terminal's journal after row `j`, oldest first. */
  rows(j = 0): PastEvent[] {
    const db = new DatabaseSync(this.journalFile, { readOnly: true, timeout: 5_000 });
    try {
      return db
        .prepare('SELECT body FROM journal WHERE j > ? ORDER BY j')
        .all(j)
        .map((row) => pastEventSchema.parse(JSON.parse(String(row['body']))));
    } finally {
      db.close();
    }
  }

  lastRow(): number {
    return this.rows().at(-1)?.j ?? 0;
  }

  /** Waits until such a row stands in the journal after row `j`. */
  async journals(j: number, fits: (row: PastEvent) => boolean): Promise<void> {
    for (let i = 0; i < 6_000; i += 1) {
      if (this.rows(j).some(fits)) return;
      await wait(5);
    }
    throw new Error('no such row came into the journal');
  }

  verifyJournal(): Promise<Ran> {
    return run('packaging/journal/journal.mjs', ['verify', this.journalFile]);
  }

  /** Kills a process of the demonstration (`session`: every session process, the warm one too) and gives the time until
   *  another stands in its place, in milliseconds. */
  async kill(name: string): Promise<number> {
    const isMeant = (called: string): boolean => called === name || called.startsWith(`${name}-`);
    const pidsNow = (): number[] =>
      Object.entries(readWhereabouts(this.portBase)?.pids ?? {}).flatMap(([called, pid]) =>
        isMeant(called) ? [pid] : [],
      );
    const before = pidsNow();
    if (before.length === 0) throw new Error(`no process ${name}`);
    const startedAt = performance.now();
    for (const pid of before) process.kill(pid, 'SIGKILL');
    while (performance.now() - startedAt < 30_000 && !pidsNow().some((pid) => !before.includes(pid))) await wait(25);
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

  /** A hand at the simulated cabinet: `put`, `take`, `fault`, `clear`, `unplug`, `plug`. */
  async bench(kind: string, verb: string, body: unknown = {}): Promise<number> {
    const answer = await post(`${this.ready.urls.bench}/devices/${kind}/${verb}`, body);
    return answer.status;
  }

  async cabinet(): Promise<Cabinet> {
    return (await (await fetch(`${this.ready.urls.bench}/state`)).json()) as Cabinet;
  }

  /** What the offices hold: cases, bills, and a ledger that must balance. */
  async offices(): Promise<Offices> {
    return (await (await fetch(`${this.ready.urls.sandbox}/state`)).json()) as Offices;
  }

  async office(path: string, body: unknown): Promise<void> {
    const answer = await post(`${this.ready.urls.sandbox}${path}`, body);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** Waits until the terminal invites the next citizen; gives the time it took, in milliseconds. */
  async invites(withinMs: number): Promise<number> {
    const startedAt = performance.now();
    for (;;) {
      const status = await this.status().catch(() => undefined);
      if (status?.sessionActive === false && (status.state === 'inService' || status.state === 'degraded'))
        return performance.now() - startedAt;
      if (performance.now() - startedAt > withinMs)
        throw new Error(`not in service after ${withinMs} ms: ${JSON.stringify(status)}`);
      await wait(50);
    }
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
  readonly why: string | null;
  readonly sessionActive: boolean;
  readonly acknowledgedSeq: number;
  readonly recovery: { readonly state: string; readonly incident: string | null };
}

export interface Cabinet {
  readonly card: { readonly thing: string; readonly place: string; readonly panel: readonly string[] } | null;
  readonly bin: readonly string[];
}

export interface Offices {
  readonly cases: readonly { readonly receiptNo: string; readonly stage: string; readonly paid: boolean }[];
  readonly bills: readonly { readonly state: string; readonly amountFen: number }[];
  readonly totals: {
    readonly held: number;
    readonly captured: number;
    readonly refunded: number;
    readonly owed: number;
    readonly balanced: boolean;
  };
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
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
