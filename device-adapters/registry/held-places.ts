import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Who holds a device of this machine, for whoever comes second. A note, not a lock: a serial port has a lock of its own, a
 *  network device has none, and its line would simply be taken away from the host. */
const holderSchema = z.object({
  /** The device's id in its terminal. */
  device: z.string().max(60),
  pid: z.int().min(1),
  /** When the process began, as the kernel counts; null where it does not tell. A number of a process is used again. */
  began: z.string().max(30).nullable(),
  /** Wall milliseconds. */
  since: z.int().min(0),
});
export type Holder = z.infer<typeof holderSchema>;

const FOLDER = join(tmpdir(), 'yimen-held');
/** Anybody may leave a note, and take away only the own one. */
const FOLDER_MODE = 0o1777;
const BEGAN_FIELD = 21;

/** Notes that this process holds these places, until the function that is returned is called.
 *  @returns what takes the notes away; calling it twice does no harm */
export function holdPlaces(
  places: readonly { readonly at: string; readonly device: string }[],
  nowMs: number,
  folder: string = FOLDER,
): () => void {
  const { pid } = process;
  const files = places.map(({ at, device }) => {
    const file = noteOf(at, folder);
    const holder: Holder = { device, pid, began: beganOf(pid), since: nowMs };
    try {
      if (!existsSync(folder)) mkdirSync(folder);
      writeFileSync(file, JSON.stringify(holder), { mode: 0o644 });
      chmodSync(folder, FOLDER_MODE);
    } catch {
      // Without a note a technician sees less; the device works. Nor is it ours to open another's folder to everybody.
    }
    return file;
  });
  return () => {
    for (const file of files) if (readNote(file)?.pid === pid) rmSync(file, { force: true });
  };
}

/** Who holds this place now; `undefined`: nobody who left a note and still lives. */
export function holderOf(at: string, folder: string = FOLDER): Holder | undefined {
  const holder = readNote(noteOf(at, folder));
  if (holder === undefined || holder.pid === process.pid || !isAlive(holder.pid)) return undefined;
  const began = beganOf(holder.pid);
  return began === null || holder.began === null || began === holder.began ? holder : undefined;
}

function noteOf(at: string, folder: string): string {
  return join(folder, `${createHash('sha256').update(at).digest('hex').slice(0, 32)}.json`);
}

function readNote(file: string): Holder | undefined {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat: the name before it may hold blanks and brackets, so it is counted from the last one. */
function beganOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[BEGAN_FIELD - 2] ?? null;
  } catch {
    return null;
  }
}
