import type { CaseRandom } from './random.ts';

type Mutation = (bytes: number[], random: CaseRandom, seeds: readonly Uint8Array[]) => void;

/** Values that fields break on: edges of lengths, signs, ASCII, control bytes of the protocols here. */
const EDGES = [
  0, 1, 2, 3, 4, 6, 7, 0x0f, 0x10, 0x15, 0x1b, 0x1d, 0x30, 0x43, 0x59, 0x7e, 0x7f, 0x80, 0xaa, 0xf2, 0xfe, 0xff,
];
const MOST_STEPS = 4;
const MOST_INSERTED = 24;

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  },
  function setEdge(bytes, random) {
    bytes[random.below(bytes.length)] = random.pick(EDGES);
  },
  function setAny(bytes, random) {
    bytes[random.below(bytes.length)] = random.below(256);
  },
  function largeLength(bytes, random) {
    const at = random.below(bytes.length);
    bytes.splice(at, 2, random.pick(EDGES), random.pick(EDGES));
  },
  function insert(bytes, random) {
    const noise = Array.from({ length: 1 + random.below(MOST_INSERTED) }, () => random.below(256));
    bytes.splice(random.below(bytes.length + 1), 0, ...noise);
  },
  function remove(bytes, random) {
    bytes.splice(random.below(bytes.length), 1 + random.below(4));
  },
  function truncate(bytes, random) {
    bytes.length = random.below(bytes.length);
  },
  function repeatPart(bytes, random) {
    const at = random.below(bytes.length);
    const part = bytes.slice(at, at + 1 + random.below(16));
    bytes.splice(at, 0, ...part);
  },
  function repeatFront(bytes, random) {
    const front = bytes.slice(0, 1 + random.below(8));
    for (let times = random.below(32); times > 0; times -= 1) bytes.unshift(...front);
  },
  function splice(bytes, random, seeds) {
    const other = random.pick(seeds);
    const at = random.below(bytes.length + 1);
    bytes.splice(at, bytes.length - at, ...other.subarray(random.below(other.length)));
  },
];

/** One seed, damaged in one to four ways. May come out whole again by chance. */
export function mutate(seeds: readonly Uint8Array[], random: CaseRandom): Uint8Array {
  const bytes = [...random.pick(seeds)];
  for (let steps = 1 + random.below(MOST_STEPS); steps > 0 && bytes.length > 0; steps -= 1) {
    random.pick(MUTATIONS)(bytes, random, seeds);
  }
  return Uint8Array.from(bytes);
}

/** `bytes` in chunks of random size: whole, in large or small pieces, or one by one. */
export function inPieces(bytes: Uint8Array, random: CaseRandom): Uint8Array[] {
  const largest = random.pick([bytes.length + 1, 64, 7, 1]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(largest);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
