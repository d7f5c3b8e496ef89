import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import type { Scanner } from './scanner.ts';

const PAGE = 4096;
const PIECE_BYTES = 8 * 1024 * 1024;
const PRESENT = 0xc0;

interface Region {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** What could not be looked at: a wipe that was not seen is not a wipe. */
export interface Unread {
  readonly place: string;
  readonly why: string;
}

/** Looks through a process: its memory, its environment and arguments, and the files it has open that have no name. Needs
 *  root, or the same user where the system lets one process read another. */
export function scanProcess(scanner: Scanner, pid: number, name: string): readonly Unread[] {
  const place = `memory ${name} (${pid})`;
  try {
    const regions = regionsOf(pid);
    const memory = openSync(`/proc/${pid}/mem`, 'r');
    const pages = openSync(`/proc/${pid}/pagemap`, 'r');
    for (const region of regions) scanRegion(scanner, memory, pages, region, `${place} ${region.name}`);
    closeSync(memory);
    closeSync(pages);
    scanner.whole(`environment ${name} (${pid})`, readFileSync(`/proc/${pid}/environ`));
    scanner.whole(`arguments ${name} (${pid})`, readFileSync(`/proc/${pid}/cmdline`));
    for (const file of namelessFiles(pid))
      scanFile(scanner, file.path, `open file of ${name} (${pid}): ${file.target}`);
    return [];
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    // Gone between our look at the list and now: that is what is asked of it.
    return code === 'ENOENT' || code === 'ESRCH' ? [] : [{ place, why: code }];
  }
}

/** Readable parts that may hold what the process was told: not those that are still as their file on the disk is. */
function regionsOf(pid: number): readonly Region[] {
  const regions: Region[] = [];
  for (const text of readFileSync(`/proc/${pid}/smaps`, 'latin1').split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/u)) {
    const [, from = '', to = '', rights = '', path = ''] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)/u.exec(text) ?? [];
    const kB = (field: string): number => Number(new RegExp(`\n${field}: *(\\d+)`, 'u').exec(text)?.[1] ?? 0);
    const isFileAsItIs =
      path.startsWith('/') && !path.endsWith('(deleted)') && kB('Private_Dirty') === 0 && kB('Shared_Dirty') === 0;
    if (!rights.startsWith('r') || path === '[vvar]' || path === '[vsyscall]' || isFileAsItIs) continue;
    if (kB('Rss') === 0 && kB('Swap') === 0) continue;
    regions.push({ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), name: path });
  }
  return regions;
}

/** Pages that were never touched hold nothing, and there are gigabytes of them. */
function scanRegion(scanner: Scanner, memory: number, pages: number, region: Region, place: string): void {
  const stream = scanner.open(place.trim());
  const map = Buffer.alloc(((region.to - region.from) / PAGE) * 8);
  const told = readSync(pages, map, 0, map.length, (region.from / PAGE) * 8);
  const isThere = (page: number): boolean => page * 8 >= told || ((map[page * 8 + 7] ?? 0) & PRESENT) !== 0;
  const count = map.length / 8;
  for (let page = 0; page < count;) {
    const first = page;
    while (page < count && isThere(page) && (page - first) * PAGE < PIECE_BYTES) page += 1;
    if (page === first) page += 1;
    else readPiece(memory, region.from + first * PAGE, (page - first) * PAGE, stream);
  }
}

function readPiece(memory: number, at: number, length: number, stream: ReturnType<Scanner['open']>): void {
  const piece = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const read = readSync(memory, piece, done, length - done, at + done);
    if (read === 0) return stream.push(piece.subarray(0, done), at);
    done += read;
  }
  stream.push(piece, at);
}

function namelessFiles(pid: number): readonly { readonly path: string; readonly target: string }[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    const path = `/proc/${pid}/fd/${fd}`;
    try {
      const target = readlinkSync(path);
      return target.endsWith(' (deleted)') && statSync(path).isFile() ? [{ path, target }] : [];
    } catch {
      return [];
    }
  });
}

/** Looks through a file, in pieces. */
export function scanFile(scanner: Scanner, path: string | Buffer, place: string): void {
  const file = openSync(path, 'r');
  const stream = scanner.open(place);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let offset = 0; ;) {
    const read = readSync(file, piece, 0, piece.length, offset);
    if (read === 0) break;
    stream.push(Uint8Array.prototype.slice.call(piece, 0, read), offset);
    offset += read;
  }
  closeSync(file);
}
