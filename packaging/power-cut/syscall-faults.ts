import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Seeded } from '../campaign/seeded.ts';
import { Acknowledged } from './acknowledged.ts';
import { lookAgain } from './look-again.ts';
import { RigSum, type RigAsked, type RigReport } from './rig-report.ts';
import { demand, undoAtExit } from './rig-tools.ts';
import { onlyFilesOf, SYSCALL_NEEDS } from './strace.ts';
import { WriterProcess } from './writer-process.ts';
import type { WriterStart } from './writer-lines.ts';

interface CallFault {
  readonly calls: string;
  readonly error: string;
  /** About how many such calls a run makes: beyond it nothing is left to fail. */
  readonly most: number;
}
/** What the system answers, to which calls. strace counts the calls of each thread; SQLite works on one. A short write is
 *  not among them: strace can only claim one, and then it is no longer the disk that lies. */
const FAULTS: readonly CallFault[] = [
  { calls: 'fsync,fdatasync', error: 'EIO', most: 42 },
  { calls: 'pwrite64,write', error: 'ENOSPC', most: 280 },
  { calls: 'pwrite64,write', error: 'EIO', most: 280 },
  { calls: 'pwrite64,write', error: 'EINTR', most: 280 },
  { calls: 'fsync,fdatasync', error: 'ENOSPC', most: 42 },
  { calls: 'openat', error: 'EMFILE', most: 11 },
  { calls: 'ftruncate,rename,unlink', error: 'EIO', most: 9 },
  { calls: 'pread64,read', error: 'EIO', most: 26 },
];
/** The control fails every sync from one on that carries commits: a start that is refused loses nothing, whatever is
 *  weakened. */
const CONTROL: readonly CallFault[] = [{ calls: 'fsync,fdatasync', error: 'EIO', most: 30 }];
const CONTROL_FROM = 18;
/** Enough for every kind of row, the files beside the journal, and what comes after a refusal. */
const TRANSACTIONS = 24;
/** Far more than it takes on a busy machine. */
const WRITER_MS = 60_000;

/** The k-th call of a process that writes the product's journal fails: it says so or cannot start, nothing it acknowledged
 *  is missing, and on a well disk it goes on. Every kind of call and every k once, in an order drawn from the seed.
 *  @throws Problem NOT_RUNNING what this machine lacks */
export async function syscallFaults(asked: RigAsked): Promise<RigReport> {
  demand(SYSCALL_NEEDS);
  const sum = new RigSum();
  const until = asked.size === undefined ? undefined : asked.from - 1 + asked.size;
  const chosen = casesOf(asked.weakened, asked.random(0)).slice(asked.from - 1, until);
  for (const [i, { fault, k }] of chosen.entries()) {
    if (asked.stopped()) break;
    const one = await oneFault(fault, k, asked.weakened);
    const what = `${asked.from + i}: ${fault.error} at ${fault.calls} number ${k}`;
    sum.add({ ...one, runs: 1 });
    sum.violated(...one.violations.map((violation) => `run ${what}: ${violation}`));
    asked.say(`${asked.weakened === 'nothing' ? 'run' : 'control, run'} ${what}: ${wordsOf(one)}`);
  }
  return sum.report();
}

interface Case {
  readonly fault: CallFault;
  readonly k: number;
}

/** Each kind of call in its turn, so that a few runs see all of them. */
function casesOf(weakened: WriterStart['weakened'], random: Seeded): readonly Case[] {
  const [faults, from] = weakened === 'nothing' ? [FAULTS, 1] : [CONTROL, CONTROL_FROM];
  return faults
    .flatMap((fault) => shuffled(fault.most - from + 1, random).map((k, round) => ({ fault, k: k + from, round })))
    .toSorted((a, b) => a.round - b.round);
}

/** 0 … n − 1 in a drawn order. */
function shuffled(n: number, random: Seeded): readonly number[] {
  return Array.from({ length: n }, (_, k) => ({ k, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ k }) => k);
}

interface One {
  readonly reached: boolean;
  readonly ackedRows: number;
  readonly refusals: number;
  readonly isRefused: boolean;
  readonly lostRows: number;
  readonly violations: readonly string[];
}

async function oneFault({ calls, error }: CallFault, k: number, weakened: WriterStart['weakened']): Promise<One> {
  const place = mkdtempSync(join(tmpdir(), 'yimen-syscalls-'));
  const forget = undoAtExit(() => {
    rmSync(place, { recursive: true, force: true });
  });
  try {
    const folder = join(place, 'core');
    const trace = join(place, 'trace');
    const book = new Acknowledged();
    const writer = new WriterProcess(
      { folder, weakened, transactions: TRANSACTIONS },
      book,
      tracer({ folder, trace, calls, error, when: weakened === 'nothing' ? String(k) : `${k}+` }),
    );
    const ended = await run(writer);
    return judge({ folder, trace, book, writer, ended });
  } finally {
    forget();
    rmSync(place, { recursive: true, force: true });
  }
}

/** strace touches only calls at the terminal's own files: others have nothing to do with a disk. */
function tracer(at: { folder: string; trace: string; calls: string; error: string; when: string }): readonly string[] {
  return [
    'strace',
    ...['-f', '-qq', '--seccomp-bpf', '-o', at.trace],
    ...onlyFilesOf(at.folder),
    ...['-e', `trace=${at.calls}`, '-e', `inject=${at.calls}:error=${at.error}:when=${at.when}`],
  ];
}

/** @returns how it ended; `hangs` when it did not */
async function run(writer: WriterProcess): Promise<number | null | 'hangs'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'hangs'>((resolve) => {
    timer = setTimeout(resolve, WRITER_MS, 'hangs');
  });
  try {
    const work = async (): Promise<number | null> => {
      const open = await writer.opened();
      if (open?.say === 'open') writer.go();
      return writer.ended;
    };
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
    writer.kill();
    await writer.ended;
  }
}

const REFUSED = 3;

function judge(ran: {
  readonly folder: string;
  readonly trace: string;
  readonly book: Acknowledged;
  readonly writer: WriterProcess;
  readonly ended: number | null | 'hangs';
}): One {
  const { folder, trace, book, writer, ended } = ran;
  const reached = existsSync(trace) && readFileSync(trace, 'utf8').includes('INJECTED');
  const found = lookAgain(folder, book);
  return {
    reached,
    ackedRows: book.rows,
    refusals: writer.refusals.length + (ended === REFUSED ? 1 : 0),
    isRefused: ended === REFUSED,
    lostRows: found.lostRows,
    violations: [
      ...(ended === 0 || ended === REFUSED ? [] : [`the writer ended in no defined way (${String(ended)})`]),
      ...found.losses,
      ...found.broken,
    ],
  };
}

function wordsOf(one: One): string {
  if (!one.reached) return 'no such call';
  const how = one.isRefused ? 'start refused' : `${one.refusals} refused`;
  return `${how}, ${one.ackedRows} rows acknowledged, ${one.lostRows} lost`;
}
