import type { Cutter } from './cutter.ts';

/** As the host sees it. */
export type Direction = 'sent' | 'received';

/** Takes what is personal out of a recording, stream by stream. What comes out has the length of what went in; bytes of
 *  no known frame are zero, because nobody can say what they were. */
export interface RecordingMask {
  /** The frames that are whole now, masked; unfinished ones are held. */
  push(direction: Direction, chunk: Uint8Array): Uint8Array[];
  /** What is held, as zeros: the line ended. */
  flush(direction: Direction): Uint8Array[];
}

export type CreateRecordingMask = () => RecordingMask;

/** Bytes `from` (included) to `to` (not), of a frame's payload. */
export type ByteRange = readonly [from: number, to: number];

export interface FrameMaskOptions<F> {
  readonly createCutter: () => Cutter<F>;
  /** The whole frame's bytes with its personal ranges zero and its check sum mended. Called once per frame, in order. */
  readonly encode: (frame: F, direction: Direction) => Uint8Array;
}

/** A mask made of a driver's framing and its field map. */
export function createFrameMask<F>(options: FrameMaskOptions<F>): RecordingMask {
  const cutters = { sent: options.createCutter(), received: options.createCutter() };
  const masked = (direction: Direction, cuts: ReturnType<Cutter<F>['push']>): Uint8Array[] =>
    cuts.map((cut) => (cut.kind === 'frame' ? options.encode(cut.frame, direction) : new Uint8Array(cut.bytes.length)));
  return {
    push: (direction, chunk) => masked(direction, cutters[direction].push(chunk)),
    flush: (direction) => masked(direction, cutters[direction].flush()),
  };
}

/** A copy in which the ranges are zero; a range beyond the end is cut to it. */
export function zeroRanges(bytes: Uint8Array, ranges: readonly ByteRange[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [from, to] of ranges) copy.fill(0, Math.min(from, copy.length), Math.min(to, copy.length));
  return copy;
}
