import { concatBytes } from '@yimen/contracts/base';
import { HeldBytes } from './held-bytes.ts';

/** What a stream was cut into, in order of arrival. */
export type Cut<F> =
  | { readonly kind: 'frame'; readonly frame: F }
  | { readonly kind: 'discarded'; readonly bytes: Uint8Array };

/** Cuts a byte stream into frames. Pure but for what it holds back of an unfinished frame; never throws. */
export interface Cutter<F> {
  /** Takes the next bytes and gives everything that is decided, neighbouring discarded bytes as one piece. */
  push(chunk: Uint8Array): Cut<F>[];
  /** Gives up what is held: the gap since the last byte is too long for one frame. */
  flush(): Cut<F>[];
  /** Bytes held back for an unfinished frame; never more than the protocol's largest frame. */
  readonly heldBytes: number;
  /** Bytes discarded since the beginning. */
  readonly discardedBytes: number;
}

/** What a protocol sees at the front of `bytes` (at least one byte):
 *  a whole frame of `length` bytes, the front of one (`more`; with `needBytes` when it already knows how many bytes from
 *  the front it wants to see before it is asked again), or nothing that can begin here (`drop`). */
export type Look<F> =
  | { readonly see: 'frame'; readonly frame: F; readonly length: number }
  | { readonly see: 'more'; readonly needBytes?: number }
  | { readonly see: 'drop' };

export interface CutterOptions<F> {
  /** The largest frame. A protocol that asks for `more` beyond it is not believed. */
  readonly limitBytes: number;
  /** The one byte that every frame begins with, or what the first byte of a frame can be: others are passed over without
   *  a look. */
  readonly firstByte?: number | ((byte: number) => boolean);
  /** Pure. Must judge a length field before it waits for that many bytes. The frame must own its bytes: what is
   *  handed in is overwritten later. */
  readonly look: (bytes: Uint8Array) => Look<F>;
}

/** Cuts what lies in one piece of bytes, from the front.
 *  @returns how many bytes are decided, and how many must be there from then on before it is worth to look again */
function cutPiece<F>(
  bytes: Uint8Array,
  options: CutterOptions<F>,
  cuts: Cuts<F>,
): { taken: number; needBytes: number } {
  let at = 0;
  let badFrom = 0;
  while (at < bytes.length) {
    at = nextBeginning(bytes, at, options.firstByte);
    if (at === bytes.length) break;
    const looked = options.look(at === 0 ? bytes : bytes.subarray(at));
    if (looked.see === 'more' && bytes.length - at < options.limitBytes) {
      if (badFrom < at) cuts.drop(bytes.subarray(badFrom, at));
      return { taken: at, needBytes: Math.min(looked.needBytes ?? 0, options.limitBytes) };
    }
    if (looked.see !== 'frame') {
      at += 1;
      continue;
    }
    if (badFrom < at) cuts.drop(bytes.subarray(badFrom, at));
    cuts.take(looked.frame);
    at += looked.length;
    badFrom = at;
  }
  if (badFrom < at) cuts.drop(bytes.subarray(badFrom, at));
  return { taken: at, needBytes: 0 };
}

/** Where the next frame could begin, from `from` on; the length of `bytes` when nowhere. */
function nextBeginning(bytes: Uint8Array, from: number, firstByte: CutterOptions<unknown>['firstByte']): number {
  if (firstByte === undefined) return from;
  if (typeof firstByte === 'number') {
    if (bytes[from] === firstByte) return from;
    const next = bytes.indexOf(firstByte, from + 1);
    return next === -1 ? bytes.length : next;
  }
  let at = from;
  while (at < bytes.length && !firstByte(bytes[at] ?? 0)) at += 1;
  return at;
}

/** The pieces of one push, neighbouring discarded bytes joined. */
class Cuts<F> {
  readonly list: Cut<F>[] = [];
  discardedBytes = 0;

  take(frame: F): void {
    this.list.push({ kind: 'frame', frame });
  }

  drop(bytes: Uint8Array): void {
    this.discardedBytes += bytes.length;
    const last = this.list.at(-1);
    if (last?.kind === 'discarded') {
      this.list[this.list.length - 1] = { kind: 'discarded', bytes: concatBytes(last.bytes, bytes) };
      last.bytes.fill(0);
    } else this.list.push({ kind: 'discarded', bytes: Uint8Array.from(bytes) });
  }
}

/** A cutter that resynchronises: whatever does not fit costs exactly one byte, then it looks again, so that a good
 *  frame right behind (or inside) a damaged one is still found. Its own copies of what passed are overwritten: some
 *  devices send a person's data. */
export function createCutter<F>(options: CutterOptions<F>): Cutter<F> {
  const held = new HeldBytes(options.limitBytes);
  let needBytes = 0;
  let discardedBytes = 0;

  const finish = (cuts: Cuts<F>): Cut<F>[] => {
    discardedBytes += cuts.discardedBytes;
    return cuts.list;
  };

  return {
    push(chunk) {
      const cuts = new Cuts<F>();
      if (held.length > 0) {
        held.add(chunk);
        if (held.length < needBytes) return [];
        const cut = cutPiece(held.bytes, options, cuts);
        held.dropFront(cut.taken);
        needBytes = cut.needBytes;
      } else {
        const cut = cutPiece(chunk, options, cuts);
        // Copied, so that the (possibly large) chunk is free again and no caller's buffer is kept.
        if (cut.taken < chunk.length) held.add(chunk.subarray(cut.taken));
        needBytes = cut.needBytes;
      }
      return finish(cuts);
    },
    flush() {
      const cuts = new Cuts<F>();
      // The first byte began the frame that never came; behind it a whole one may wait.
      while (held.length > 0) {
        cuts.drop(held.bytes.subarray(0, 1));
        held.dropFront(1);
        if (held.length > 0) held.dropFront(cutPiece(held.bytes, options, cuts).taken);
      }
      needBytes = 0;
      return finish(cuts);
    },
    get heldBytes() {
      return held.length;
    },
    get discardedBytes() {
      return discardedBytes;
    },
  };
}
