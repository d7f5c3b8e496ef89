import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';

/** A program of a benchmark: what it is told on its stdin, and a line it answers each time. It ends when its stdin closes. */
export class Program {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #name: string;
  #waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | undefined;
  #tail = '';

  /** @param args after node's own, the file first */
  constructor(name: string, args: readonly string[]) {
    this.#name = name;
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    if (child.pid === undefined) throw new Error(`${name} did not start`);
    this.pid = child.pid;
    this.#child = child;
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => (this.#tail = (this.#tail + chunk.toString()).slice(-2_000)));
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on('line', (line) => {
      this.#waiting?.resolve(line);
      this.#waiting = undefined;
    });
    child.once('close', () => {
      this.#waiting?.reject(new Error(`${this.#name} ended: ${this.#tail}`));
      this.#waiting = undefined;
    });
  }

  /** The next line that it prints. @throws Error with its last words when it ends first */
  line(): Promise<string> {
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  async ask(question: object): Promise<string> {
    const answer = this.line();
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await closed;
    clearTimeout(late);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const STOP_MS = 5_000;

/** Processor time of a process so far, seconds (proc(5): utime and stime, in hundredths). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
