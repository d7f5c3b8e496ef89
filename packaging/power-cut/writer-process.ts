import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Problem } from '../start/problem.ts';
import type { Acknowledged } from './acknowledged.ts';
import { endNow, systemEnvironment, undoAtExit } from './rig-tools.ts';
import { writerLineSchema, type WriterLine, type WriterStart } from './writer-lines.ts';

type First = Extract<WriterLine, { say: 'open' | 'refused' }>;

const OPEN_MS = 20_000;

/** One life of the journal writer, with everything it acknowledged entered into the book of its disk. */
export class WriterProcess {
  /** Refusals by their code, for what was to be written. */
  readonly refusals: string[] = [];
  readonly #child: ChildProcess;
  readonly #book: Acknowledged;
  /** Resolves when it has ended and everything it said has been heard. */
  readonly ended: Promise<number | null>;
  readonly #first: Promise<First | undefined>;
  #heard = 0;
  #newest: WriterLine['say'] = 'open';
  #onHeard: () => void = () => undefined;

  /** @param through a program that starts it in its own way (strace), with its arguments */
  constructor(start: WriterStart, book: Acknowledged, through: readonly string[] = []) {
    this.#book = book;
    const entry = join(import.meta.dirname, 'journal-writer.ts');
    const [program, ...args] = [...through, process.execPath, entry, JSON.stringify(start)];
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: systemEnvironment() });
    this.#child.stdin?.on('error', () => undefined);
    const forget = undoAtExit(() => {
      this.kill();
    });
    const lines = createInterface({ input: this.#child.stdout! });
    const heardOut = new Promise<void>((resolve) => {
      lines.once('close', resolve);
    });
    const exited = new Promise<number | null>((resolve) => {
      this.#child.once('error', () => {
        resolve(null);
      });
      this.#child.once('exit', (code) => {
        resolve(code);
      });
    });
    this.ended = Promise.all([exited, heardOut]).then(([code]) => {
      forget();
      this.#onHeard();
      return code;
    });
    let first: (line: First) => void = () => undefined;
    this.#first = Promise.race([new Promise<First>((resolve) => (first = resolve)), this.ended.then(() => undefined)]);
    lines.on('line', (text) => {
      const line = parseLine(text);
      if (line === undefined) return;
      if (line.say === 'open' || line.say === 'refused') first(line);
      this.#hear(line);
    });
  }

  /** What it found on its disk, before it writes anything. undefined: it ended without a word.
   *  @throws Problem NOT_RUNNING it neither opens nor ends */
  async opened(): Promise<First | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Problem('NOT_RUNNING', 'the journal writer neither opened its journal nor was refused'));
      }, OPEN_MS);
    });
    try {
      return await Promise.race([this.#first, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** It may write now. */
  go(): void {
    this.#child.stdin?.write('go\n');
  }

  /** Lines so far, acknowledged or refused. */
  get heard(): number {
    return this.#heard;
  }

  /** Resolves when so many lines (acknowledged or refused) were heard, the newest of this kind, or it ended. */
  async hears(lines: number, kind?: WriterLine['say']): Promise<void> {
    const ended = this.ended.then(() => true);
    while (this.#heard < lines || (kind !== undefined && this.#newest !== kind)) {
      const more = new Promise<false>((resolve) => {
        this.#onHeard = () => {
          resolve(false);
        };
      });
      if (await Promise.race([ended, more])) return;
    }
  }

  kill(): void {
    endNow(this.#child);
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #hear(line: WriterLine): void {
    this.#book.hear(line);
    this.#newest = line.say;
    if (line.say === 'no') this.refusals.push(line.code);
    if (line.say !== 'open' && line.say !== 'refused') this.#heard += 1;
    this.#onHeard();
  }
}

/** The last line of a process that was killed may be cut: it acknowledged nothing that anybody could have read. */
function parseLine(text: string): WriterLine | undefined {
  try {
    return writerLineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
