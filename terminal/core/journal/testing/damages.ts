import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** One thing that may befall a journal's files (faults design §5, R6). */
export interface Damage {
  readonly kind: string;
  /** The database's log still lies beside it, as a killed core leaves it. */
  readonly withLog: boolean;
  inflict(folder: string): void;
}

const PAGE = 4096;

/** A small generator of pseudo-random numbers in [0, 1) (mulberry32): the same seed does the same damage. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The next damage that a generator decides. */
export function damageOf(random: () => number): Damage {
  const kinds: ((random: () => number) => Damage)[] = [
    flip,
    flip,
    flipInLog,
    zeroed,
    cut,
    stale,
    lostLog,
    garbageLog,
    tornWitness,
  ];
  return kinds[Math.floor(random() * kinds.length)]!(random);
}

const MAIN = 'journal.sqlite';
const LOG = 'journal.sqlite-wal';

function flip(random: () => number): Damage {
  const at = random();
  const bit = Math.floor(random() * 8);
  return { kind: 'flip', withLog: random() < 0.5, inflict: (folder) => flipBit(join(folder, MAIN), at, bit) };
}

function flipInLog(random: () => number): Damage {
  const at = random();
  const bit = Math.floor(random() * 8);
  return { kind: 'flip-in-log', withLog: true, inflict: (folder) => flipBit(join(folder, LOG), at, bit) };
}

function zeroed(random: () => number): Damage {
  const at = random();
  return {
    kind: 'zeroed-page',
    withLog: false,
    inflict: (folder) => onPage(join(folder, MAIN), at, () => Buffer.alloc(PAGE)),
  };
}

function cut(random: () => number): Damage {
  const at = random();
  const withLog = random() < 0.5;
  return {
    kind: 'cut',
    withLog,
    inflict: (folder) => {
      const file = join(folder, withLog ? LOG : MAIN);
      truncateSync(file, Math.floor(at * statSync(file).size));
    },
  };
}

/** A page as it was earlier: what another page holds stands in its place. */
function stale(random: () => number): Damage {
  const at = random();
  const of = random();
  return {
    kind: 'stale-page',
    withLog: false,
    inflict: (folder) => {
      const file = join(folder, MAIN);
      const other = pageAt(file, of);
      onPage(file, at, () => other);
    },
  };
}

function lostLog(): Damage {
  return { kind: 'lost-log', withLog: true, inflict: (folder) => rmSync(join(folder, LOG)) };
}

function garbageLog(random: () => number): Damage {
  const bytes = Buffer.from(Array.from({ length: 3 * PAGE }, () => Math.floor(random() * 256)));
  return { kind: 'foreign-log', withLog: true, inflict: (folder) => writeFileSync(join(folder, LOG), bytes) };
}

function tornWitness(random: () => number): Damage {
  const at = random();
  return {
    kind: 'torn-witness',
    withLog: random() < 0.5,
    inflict: (folder) => truncateSync(join(folder, 'journal.head'), Math.floor(at * 100)),
  };
}

function flipBit(file: string, at: number, bit: number): void {
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r+');
  const offset = Math.floor(at * statSync(file).size);
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, offset);
  byte.writeUInt8(byte.readUInt8(0) ^ (1 << bit), 0);
  writeSync(handle, byte, 0, 1, offset);
  closeSync(handle);
}

function pageAt(file: string, at: number): Buffer {
  const page = Buffer.alloc(PAGE);
  const handle = openSync(file, 'r');
  readSync(handle, page, 0, PAGE, offsetOf(file, at));
  closeSync(handle);
  return page;
}

function onPage(file: string, at: number, made: () => Buffer): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, made(), 0, PAGE, offsetOf(file, at));
  closeSync(handle);
}

function offsetOf(file: string, at: number): number {
  return Math.floor(at * Math.floor(statSync(file).size / PAGE)) * PAGE;
}
