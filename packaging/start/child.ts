import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PULSE_VARIABLE } from './watch.table.ts';

export interface ChildSpec {
  readonly name: string;
  /** TypeScript entry, absolute. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logDir: string;
  /** Log file, when several processes share one. */
  readonly logName?: string;
  /** It shall say this often that it lives; absent: it is not watched. */
  readonly pulseMs?: number;
}

/** Loaded before the program of a process that is watched. */
const PULSE = new URL('pulse.ts', import.meta.url).href;

/** What a process says of itself in its one line on stdout. */
export type ReadyLine = Readonly<Record<string, unknown>>;

/** One process of the demonstration. Its stdin is a pipe from here: when the launcher is gone, even by SIGKILL, the pipe
 *  closes and the process ends by itself. */
export class Child {
  readonly spec: ChildSpec;
  readonly #process: ChildProcess;
  readonly ready: Promise<ReadyLine | null>;
  readonly exited: Promise<string>;
  /** Called with the resident bytes at each sign of life. */
  onPulse: (rssBytes: number) => void = () => undefined;
  #gone = false;

  constructor(spec: ChildSpec) {
    this.spec = spec;
    // The process writes its own log: what it said last is there however it, or we, ended.
    const log = openSync(join(spec.logDir, `${spec.logName ?? spec.name}.log`), 'a', 0o600);
    const isWatched = spec.pulseMs !== undefined;
    const before = isWatched ? ['--import', PULSE] : [];
    const pulse = isWatched ? { [PULSE_VARIABLE]: String(spec.pulseMs) } : {};
    this.#process = spawn(process.execPath, [...before, spec.entry, ...spec.args], {
      env: { ...plainEnvironment(), ...spec.env, ...pulse },
      stdio: ['pipe', 'pipe', log],
    });
    this.#process.stdin?.on('error', ignoreBrokenPipe);
    closeSync(log);
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        resolve(error.message);
      });
      this.#process.once('exit', (code, signal) => {
        this.#gone = true;
        resolve(signal ?? `status ${code ?? 0}`);
      });
    });
    this.ready = Promise.race([this.#readReady(), this.exited.then(() => null)]);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (!this.#gone) this.#process.kill(signal);
  }

  #readReady(): Promise<ReadyLine> {
    return new Promise((resolve) => {
      const lines = createInterface({ input: this.#process.stdout! });
      lines.on('line', (line) => {
        const said = parseLine(line);
        if (said !== undefined && said['ready'] === true) resolve(said);
        const rss = said?.['pulse'];
        if (typeof rss === 'number') this.onPulse(rss);
      });
    });
  }
}

function parseLine(line: string): ReadyLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as ReadyLine) : undefined;
  } catch {
    return undefined;
  }
}

/** Only what every process needs: nothing of the caller's shell reaches a process that holds citizens' data. */
function plainEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'YIMEN_LOG', 'NODE_EXTRA_CA_CERTS']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function ignoreBrokenPipe(): void {
  // The process ended between our look and our write; its exit is told by `exited`.
}
