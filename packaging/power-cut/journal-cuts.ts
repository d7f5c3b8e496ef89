import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Acknowledged } from './acknowledged.ts';
import { PowerCutDisk } from './power-cut-disk.ts';
import { RigSum, type RigAsked, type RigReport } from './rig-report.ts';
import { WriterProcess } from './writer-process.ts';

const DISK_MB = 96;
/** Cuts when nobody says how many. */
const CUTS = 1_000;
/** Cuts in one disk's life: more rows would only make each look longer. */
const CUTS_PER_DISK = 40;
/** Lines heard before the cut, and how long after the last of them. Without a sync the file system gathers writes for about
 *  five seconds: a writer's life stays far below. */
const LINES = { from: 3, to: 160 };
const LATE_US = 20_000;
/** Share of the cuts that come right after what is kept beside the journal: no later commit carries it to the disk. */
const BESIDE_SHARE = 0.25;

/** Power cuts, one after the other, under a process that writes the product's journal: after each the same disk is mounted
 *  again from what had reached it, and everything that was ever acknowledged on it must be there.
 *  @throws Problem NOT_RUNNING what this machine lacks */
export async function journalCuts(asked: RigAsked): Promise<RigReport> {
  const sum = new RigSum();
  const cuts = asked.size ?? CUTS;
  for (let done = 0; done < cuts && !asked.stopped(); done += CUTS_PER_DISK) {
    const disk = await PowerCutDisk.make(DISK_MB);
    try {
      const rig: Rig = { disk, asked, book: new Acknowledged(), sum };
      await onOneDisk(rig, asked.from + done, Math.min(CUTS_PER_DISK, cuts - done));
    } finally {
      await disk.close();
    }
  }
  return sum.report();
}

interface Rig {
  readonly disk: PowerCutDisk;
  readonly asked: RigAsked;
  readonly book: Acknowledged;
  readonly sum: RigSum;
}

async function onOneDisk(rig: Rig, from: number, cuts: number): Promise<void> {
  const folder = join(rig.disk.mountPoint, 'core');
  mkdirSync(folder);
  // One life more than cuts: the last only looks.
  for (let no = from; no <= from + cuts; no += 1) {
    const writer = new WriterProcess({ folder, weakened: rig.asked.weakened, transactions: null }, rig.book);
    try {
      const isTold = await look(rig, writer, folder, no - 1);
      if (!isTold || no === from + cuts || rig.asked.stopped()) return;
      await cutUnder(rig, writer, no);
    } finally {
      writer.kill();
      await writer.ended;
    }
    await rig.disk.back();
  }
}

/** What the writer that came back found, against what its forerunners had acknowledged.
 *  @returns false: nobody can go on on this disk */
async function look(rig: Rig, writer: WriterProcess, folder: string, cut: number): Promise<boolean> {
  const open = await writer.opened();
  if (open?.say !== 'open') {
    rig.sum.violated(`after cut ${cut} the journal does not open: ${open === undefined ? 'no word' : open.why}`);
    return false;
  }
  const { lostRows, losses, broken } = rig.book.holdAgainst(folder, open);
  rig.sum.add({ lostRows });
  rig.sum.violated(...[...losses, ...broken].map((what) => `after cut ${cut}: ${what}`));
  rig.book.forgetWhatIsLost(folder, open);
  return true;
}

async function cutUnder(rig: Rig, writer: WriterProcess, no: number): Promise<void> {
  const random = rig.asked.random(no);
  const lines = random.int(LINES.from, LINES.to);
  const isBeside = random.chance(BESIDE_SHARE);
  const lateUs = isBeside ? 0 : random.int(0, LATE_US);
  const before = rig.book.rows;
  writer.go();
  await writer.hears(lines, isBeside ? 'last' : undefined);
  await wait(lateUs / 1_000);
  if (writer.isOver || writer.refusals.length > 0)
    rig.sum.violated(
      `before cut ${no}: ${writer.isOver ? 'the writer ended by itself' : `a well disk refused: ${writer.refusals.join(' ')}`}`,
    );
  // The disk first: nothing that comes after it is saved by a process that is still alive.
  const gone = rig.disk.cut();
  writer.kill();
  await Promise.all([gone, writer.ended]);
  const ackedRows = rig.book.rows - before;
  rig.sum.add({ runs: 1, ackedRows });
  rig.asked.say(`${rig.asked.weakened === 'nothing' ? 'cut' : 'control, cut'} ${no}: ${ackedRows} rows acknowledged`);
}
