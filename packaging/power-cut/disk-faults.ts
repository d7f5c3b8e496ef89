import { join } from 'node:path';
import { Acknowledged } from './acknowledged.ts';
import { DISK_STATES, NEEDS_A_CUT, sicken, type DiskState } from './disk-states.ts';
import { lookAgain } from './look-again.ts';
import { PowerCutDisk } from './power-cut-disk.ts';
import { RigSum, type RigAsked, type RigReport } from './rig-report.ts';
import { WriterProcess } from './writer-process.ts';

const DISK_MB = 96;
/** Runs when nobody says how many. */
const RUNS = 30;
const RUNS_PER_DISK = 12;
/** Lines heard before the disk gives up, and while it does. */
const LINES = { from: 3, to: 120 };
const SICK_LINES = 24;
/** A writer that is well says a line every few milliseconds. */
const SAYS_MS = 15_000;

/** A disk gives up under a process that writes the product's journal: nothing that was acknowledged is missing, and it goes
 *  on when the disk is well again, without a restart where the disk needs none.
 *  @throws Problem NOT_RUNNING what this machine lacks */
export async function diskFaults(asked: RigAsked): Promise<RigReport> {
  const sum = new RigSum();
  const runs = asked.size ?? RUNS;
  for (let done = 0; done < runs && !asked.stopped(); done += RUNS_PER_DISK) {
    const disk = await PowerCutDisk.make(DISK_MB);
    try {
      for (let i = done; i < Math.min(runs, done + RUNS_PER_DISK) && !asked.stopped(); i += 1)
        await oneRun(disk, asked, sum, asked.from + i);
    } finally {
      await disk.close();
    }
  }
  return sum.report();
}

/** The control's faults must be such that a commit fails: a missing inode stops none. */
function stateOf(no: number, weakened: RigAsked['weakened']): DiskState {
  return weakened === 'nothing' ? (DISK_STATES[(no - 1) % DISK_STATES.length] ?? 'full') : 'full';
}

async function oneRun(disk: PowerCutDisk, asked: RigAsked, sum: RigSum, no: number): Promise<void> {
  const state = stateOf(no, asked.weakened);
  const folder = join(disk.mountPoint, `core-${no}`);
  const book = new Acknowledged();
  const writer = new WriterProcess({ folder, weakened: asked.weakened, transactions: null }, book);
  const violated = (what: string): void => {
    sum.violated(`run ${no}, ${state}: ${what}`);
  };
  try {
    const open = await writer.opened();
    writer.go();
    await heard(writer, asked.random(no).int(LINES.from, LINES.to));
    if (open?.say !== 'open' || writer.refusals.length > 0) violated('a well disk refused');
    const well = await sicken(disk, state);
    if (!(await heard(writer, SICK_LINES))) violated('the writer hangs or ended');
    if (!NEEDS_A_CUT.has(state)) {
      well();
      if (asked.weakened === 'nothing' && !(await goesOn(writer))) violated('the writer does not go on');
    }
  } finally {
    writer.kill();
    await writer.ended;
  }
  if (NEEDS_A_CUT.has(state)) await disk.back();
  const found = lookAgain(folder, book);
  for (const what of [...found.losses, ...found.broken]) violated(what);
  const refusals = writer.refusals.length;
  sum.add({ runs: 1, ackedRows: book.rows, lostRows: found.lostRows, refusals });
  const who = asked.weakened === 'nothing' ? 'run' : 'control, run';
  asked.say(`${who} ${no}, ${state}: ${refusals} refused, ${book.rows} rows acknowledged, ${found.lostRows} lost`);
}

/** @returns whether so many lines more came in time */
function heard(writer: WriterProcess, lines: number): Promise<boolean> {
  return inTime(writer.hears(writer.heard + lines)).then((came) => came && !writer.isOver);
}

/** Rows are acknowledged again. */
function goesOn(writer: WriterProcess): Promise<boolean> {
  return inTime(writer.hears(writer.heard + 1, 'rows')).then((came) => came && !writer.isOver);
}

async function inTime(came: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, SAYS_MS, false);
  });
  try {
    return await Promise.race([came.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
