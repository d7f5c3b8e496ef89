import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ReadyLineJson } from '../start/demonstration.ts';
import { freePortBase } from '../start/ports.ts';
import { Problem } from '../start/problem.ts';
import { SHARED_MEMORY } from './look.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The demonstration with everything that it writes in one folder of its own: its data, its sockets, its temporary files.
 *  What is looked through afterwards is then all of it, and nobody else's. */
export class PrivateHall {
  readonly root: string;
  readonly ready: ReadyLineJson;
  readonly sharedBefore: readonly string[];
  readonly #process: ChildProcess;

  private constructor(root: string, sharedBefore: readonly string[], ready: ReadyLineJson, started: ChildProcess) {
    this.root = root;
    this.sharedBefore = sharedBefore;
    this.ready = ready;
    this.#process = started;
  }

  static async start(): Promise<PrivateHall> {
    // Short: a Unix socket's name may have about a hundred bytes.
    const root = mkdtempSync(join(tmpdir(), 'ypv-'));
    const sharedBefore = readdirSync(SHARED_MEMORY);
    for (const name of ['data', 'tmp']) mkdirSync(join(root, name));
    const args = ['--json', '--light', '0', '--speed', 'fast', '--port-base', String(await freePortBase())];
    const started = spawn(process.execPath, ['packaging/start/start.mjs', ...args, '--data', join(root, 'data')], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: join(root, 'tmp') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ready = await new Promise<ReadyLineJson>((resolve, reject) => {
      createInterface({ input: started.stdout }).once('line', (line) => {
        resolve(JSON.parse(line) as ReadyLineJson);
      });
      started.once('exit', () => {
        reject(new Problem('NOT_RUNNING', `The demonstration did not start: ${said.trim().split('\n').at(-1) ?? ''}`));
      });
    });
    return new PrivateHall(root, sharedBefore, ready, started);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = new Promise<void>((resolve) => {
        this.#process.once('exit', () => {
          resolve();
        });
      });
      this.#process.kill('SIGTERM');
      await gone;
    }
    rmSync(this.root, { recursive: true, force: true });
  }
}
