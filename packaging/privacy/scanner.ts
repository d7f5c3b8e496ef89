import type { Canary } from './canary.ts';
import { PatternSet, type Pattern } from './pattern-set.ts';
import { unpackAll } from './unpack.ts';

/** Something of a citizen where nothing should be. */
export interface Hit {
  /** Where: `memory core (pid)`, `file core/journal.sqlite`. */
  readonly place: string;
  /** Inside it: an address or offset, and through which packing. */
  readonly at: string;
  /** `canary / encoding`, each that these bytes are. */
  readonly labels: readonly string[];
  /** What stands around it, for whoever has to find who left it there. */
  readonly around: string;
}

const AROUND = 48;
/** Packed inside packed inside packed: a document in a log that was rotated. */
const DEPTH = 3;

/** Looks for every form of every canary in what it is given, and in what is packed in there. */
export class Scanner {
  readonly #patterns: PatternSet;
  readonly #hits: Hit[] = [];
  bytes = 0;

  constructor(canaries: readonly Canary[]) {
    this.#patterns = new PatternSet(canaries);
  }

  get patterns(): readonly Pattern[] {
    return this.#patterns.patterns;
  }

  get hits(): readonly Hit[] {
    return this.#hits;
  }

  /** A place that is read piece by piece; what lies across two pieces is found too. */
  open(place: string): Stream {
    return new Stream(this, this.#patterns.longest, place);
  }

  /** @param from what ends before it was looked at already */
  look(place: string, bytes: Uint8Array, from: number, nameOf: (at: number) => string, depth = 0): void {
    this.#patterns.scan(bytes, from, (pattern, at) => {
      this.#hits.push({
        place,
        at: nameOf(at),
        labels: pattern.labels,
        around: around(bytes, at, pattern.bytes.length),
      });
    });
    if (depth === DEPTH) return;
    for (const piece of unpackAll(bytes, from === 0 ? 0 : from - 1)) {
      const name = `${nameOf(piece.at)} (${piece.kind})`;
      this.look(place, piece.bytes, 0, (at) => `${name} +${at}`, depth + 1);
    }
  }

  /** Something short that is there whole: an environment, a name. */
  whole(place: string, bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.look(place, bytes, 0, (at) => `+${at}`);
  }
}

class Stream {
  readonly #scanner: Scanner;
  readonly #place: string;
  readonly #keep: number;
  #tail: Uint8Array = new Uint8Array(0);
  #next = -1;

  constructor(scanner: Scanner, longest: number, place: string) {
    this.#scanner = scanner;
    this.#place = place;
    this.#keep = longest - 1;
  }

  /** @param offset where the piece stands; a piece that does not follow the last one begins anew */
  push(piece: Uint8Array, offset: number): void {
    const isNext = offset === this.#next;
    const tail = isNext ? this.#tail : new Uint8Array(0);
    const bytes = tail.length === 0 ? piece : Buffer.concat([tail, piece]);
    const base = offset - tail.length;
    this.#scanner.bytes += piece.length;
    this.#scanner.look(this.#place, bytes, tail.length, (at) => `+0x${(base + at).toString(16)}`);
    this.#tail = Uint8Array.from(bytes.subarray(Math.max(0, bytes.length - this.#keep)));
    this.#next = offset + piece.length;
  }
}

function around(bytes: Uint8Array, at: number, length: number): string {
  const text = Buffer.from(bytes.subarray(Math.max(0, at - AROUND), at + length + AROUND)).toString('latin1');
  return text.replaceAll(
    /[^\x20-\x7e]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
