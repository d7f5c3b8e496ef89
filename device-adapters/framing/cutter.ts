import { concatBytes } from '@yimen/contracts/base';

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
 *  a whole frame of `length` bytes, the front of one (`more`), or nothing that can begin here (`drop`). */
export type Look<F> =
  | { readonly see: 'frame'; readonly frame: F; readonly length: number }
  | { readonly see: 'more' }
  | { readonly see: 'drop' };

export interface CutterOptions<F> {
  /** The largest frame. A protocol that asks for `more` beyond it is not believed. */
  readonly limitBytes: number;
  /** Pure. Must judge a length field before it waits for that many bytes. The frame must own its bytes: what is
   *  handed in is overwritten later. */
  readonly look: (bytes: Uint8Array) => Look<F>;
}

/** A cutter that resynchronises: whatever does not fit costs exactly one byte, then it looks again, so that a good
 *  frame right behind (or inside) a damaged one is still found. Its own copies of what passed are overwritten: some
 *  devices send a person's data. */
export function createCutter<F>(options: CutterOptions<F>): Cutter<F> {
  let held: Uint8Array = new Uint8Array(0);
  let discardedBytes = 0;

  const drop = (cuts: Cut<F>[], bytes: Uint8Array): void => {
    discardedBytes += bytes.length;
    const last = cuts.at(-1);
    if (last?.kind === 'discarded') {
      cuts[cuts.length - 1] = { kind: 'discarded', bytes: concatBytes(last.bytes, bytes) };
      last.bytes.fill(0);
    } else cuts.push({ kind: 'discarded', bytes: Uint8Array.from(bytes) });
  };

  const cutFront = (bytes: Uint8Array, cuts: Cut<F>[]): Uint8Array => {
    let rest = bytes;
    let badBytes = 0;
    while (rest.length > badBytes) {
      const looked = options.look(rest.subarray(badBytes));
      const waits = looked.see === 'more' && rest.length - badBytes < options.limitBytes;
      if (looked.see !== 'frame' && !waits) {
        badBytes += 1;
        continue;
      }
      if (badBytes > 0) drop(cuts, rest.subarray(0, badBytes));
      rest = rest.subarray(badBytes);
      badBytes = 0;
      if (looked.see !== 'frame') return rest;
      cuts.push({ kind: 'frame', frame: looked.frame });
      rest = rest.subarray(looked.length);
    }
    if (badBytes > 0) drop(cuts, rest.subarray(0, badBytes));
    return rest.subarray(badBytes);
  };

  return {
    push(chunk) {
      const cuts: Cut<F>[] = [];
      const isJoined = held.length > 0;
      const bytes = isJoined ? concatBytes(held, chunk) : chunk;
      const rest = cutFront(bytes, cuts);
      // Copied, so that the (possibly large) chunk behind the view is free again and no caller's buffer is kept.
      const kept = Uint8Array.from(rest);
      held.fill(0);
      if (isJoined) bytes.fill(0);
      held = kept;
      return cuts;
    },
    flush() {
      const cuts: Cut<F>[] = [];
      if (held.length === 0) return cuts;
      // The first byte began the frame that never came; behind it a whole one may wait.
      const given = held;
      held = new Uint8Array(0);
      for (let rest = given; rest.length > 0;) {
        drop(cuts, rest.subarray(0, 1));
        rest = cutFront(rest.subarray(1), cuts);
      }
      given.fill(0);
      return cuts;
    },
    get heldBytes() {
      return held.length;
    },
    get discardedBytes() {
      return discardedBytes;
    },
  };
}
