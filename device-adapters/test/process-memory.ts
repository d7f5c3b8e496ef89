import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Largest piece that is looked at in one go; a needle over the border of two pieces is found through the overlap. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** How often `needle` stands in the writable memory of a process (Linux: /proc/PID/smaps and mem).
 *  @throws when the process is gone or may not be looked at */
export function countInMemory(pid: number, needle: Uint8Array): number {
  const file = openSync(`/proc/${pid}/mem`, 'r');
  const piece = Buffer.alloc(PIECE_BYTES + needle.length - 1);
  try {
    return residentRanges(pid).reduce((sum, range) => sum + countInRange(file, range, Buffer.from(needle), piece), 0);
  } finally {
    closeSync(file);
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Writable ranges of which anything lies in memory: the engine reserves gigabytes that it never touches. */
function residentRanges(pid: number): readonly Range[] {
  const ranges: Range[] = [];
  let writable: Range | undefined;
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'latin1').split('\n')) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (..)/.exec(line);
    if (head?.[1] !== undefined && head[2] !== undefined) {
      const range = { from: Number.parseInt(head[1], 16), to: Number.parseInt(head[2], 16) };
      writable = head[3] === 'rw' ? range : undefined;
    } else if (writable !== undefined && /^Rss: +[1-9]/.test(line)) ranges.push(writable);
  }
  return ranges;
}

function countInRange(file: number, { from, to }: Range, needle: Buffer, buffer: Buffer): number {
  let found = 0;
  for (let at = from; at < to; at += PIECE_BYTES) {
    const piece = buffer.subarray(0, Math.min(buffer.length, to - at));
    let length: number;
    try {
      length = readSync(file, piece, 0, piece.length, at);
    } catch {
      continue; // reserved, never touched: nothing can stand there
    }
    for (
      let hit = piece.indexOf(needle);
      hit !== -1 && hit + needle.length <= length;
      hit = piece.indexOf(needle, hit + 1)
    )
      found += 1;
  }
  return found;
}
