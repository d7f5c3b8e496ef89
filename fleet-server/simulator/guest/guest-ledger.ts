import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Facts = Readonly<Record<string, Json>>;

/** When something happened: this boot's id, milliseconds since it, the clock on the wall. */
export interface Moment {
  readonly boot: string;
  readonly mono: number;
  readonly wall: number;
}

/** A run of events as it travels. */
export interface Run {
  readonly from: number;
  /** The events' canonical texts: they are sent as they were hashed. */
  readonly texts: readonly string[];
  readonly prev: string;
  readonly head: string;
}

const EVENTS_IN_BATCH = 100;
/** Of 64 KB; the rest is for what stands around the events. */
const BYTES_IN_BATCH = 60 * 1024;

/** The ledger of one epoch: a line for each event, on the disk before `append` returns. */
export class GuestLedger {
  readonly #file: number;
  readonly #texts: string[];
  /** h(0), h(1), … */
  readonly #hashes: Buffer[];
  readonly #countFile: string;

  constructor(dataDir: string, tid: string, epoch: number) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, `ledger-${epoch}.jsonl`);
    this.#countFile = join(dataDir, 'link-session');
    // A line that a crash cut off was never sent: nobody knows it.
    this.#texts = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
    this.#hashes = [createHash('sha256').update(`yimen-ledger/${tid}/${epoch}`).digest()];
    for (const text of this.#texts) this.#hashes.push(this.#next(text));
    if (existsSync(path)) keepWholeLines(path, this.#texts);
    this.#file = openSync(path, 'a', 0o600);
  }

  /** Number of the newest event; 0 = none. */
  get last(): number {
    return this.#texts.length;
  }

  append(kind: string, at: Moment, facts: Facts): void {
    const seq = this.last + 1;
    const text = canonical({ seq, j: seq, kind, ...at, ...facts });
    writeSync(this.#file, `${text}\n`);
    fsyncSync(this.#file);
    this.#hashes.push(this.#next(text));
    this.#texts.push(text);
  }

  /** From event `from` on, as many as may travel together, none above `to`. */
  run(from: number, to: number): Run {
    const texts: string[] = [];
    let bytes = 0;
    for (const text of this.#texts.slice(from - 1, Math.min(to, from - 1 + EVENTS_IN_BATCH))) {
      bytes += Buffer.byteLength(text) + 1;
      if (texts.length > 0 && bytes > BYTES_IN_BATCH) break;
      texts.push(text);
    }
    return { from, texts, prev: this.#hash(from - 1), head: this.#hash(from - 1 + texts.length) };
  }

  /** The counter of links, raised on the disk. */
  nextLink(): number {
    const before = existsSync(this.#countFile) ? Number(readFileSync(this.#countFile, 'utf8')) : 0;
    const fresh = `${this.#countFile}.new`;
    const file = openSync(fresh, 'w', 0o600);
    writeSync(file, String(before + 1));
    fsyncSync(file);
    closeSync(file);
    renameSync(fresh, this.#countFile);
    return before + 1;
  }

  close(): void {
    closeSync(this.#file);
  }

  #next(text: string): Buffer {
    return createHash('sha256')
      .update(this.#hashes.at(-1) ?? '')
      .update(text)
      .digest();
  }

  #hash(seq: number): string {
    return this.#hashes[seq]?.toString('base64url') ?? '';
  }
}

function keepWholeLines(path: string, texts: readonly string[]): void {
  const whole = Buffer.byteLength(texts.map((text) => `${text}\n`).join(''));
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, whole);
  } finally {
    closeSync(file);
  }
}

/** RFC 8785, for what this ledger holds: whole numbers, text, lists, objects. */
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
  const members = Object.entries(value as Facts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
