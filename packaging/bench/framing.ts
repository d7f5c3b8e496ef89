import {
  collectGarbage,
  framerCases,
  streamOf,
  type FramerCase,
  type StreamKind,
} from '@yimen/device-adapters/benches';

import { spreadOf, takeTurns, timed } from './measure.ts';
import type { BenchContext, Figure } from './report.ts';

const STREAM_BYTES = 8_000_000;
const GOAL_MB_PER_S = 50;
const MB = 1_000_000;
/** More than this and a framer keeps what it should have let go. */
const GROWTH_MB = 8;
const KINDS: readonly StreamKind[] = ['clean', 'split', 'garbage'];

/** Every framer on every kind of stream, beside one plain pass over the same bytes. */
export async function benchFraming({ rounds, say }: BenchContext): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const framer of framerCases())
    for (const kind of KINDS) {
      if (kind === 'garbage' && !framer.canResynchronise) continue;
      say(`${framer.framer}, ${kind}`);
      figures.push(await measure(framer, kind, rounds));
    }
  return figures;
}

async function measure(framer: FramerCase, kind: StreamKind, rounds: number): Promise<Figure> {
  const stream = streamOf(kind, framer.frame, STREAM_BYTES);
  const ours = (): number => timed(() => cut(framer, kind, stream));
  const peer = (): number => timed(() => passOnce(stream.chunks));
  ours();
  peer();
  const before = await collectGarbage();
  const times = await takeTurns(rounds, ours, peer);
  const grownMb = ((await collectGarbage()) - before) / MB;
  const speed = (ms: number): number => stream.bytes / MB / (ms / 1000);
  const speeds = { ours: times.ours.map(speed), peer: times.peer.map(speed) };
  const reached = spreadOf(speeds.ours);
  return {
    name: `${framer.framer}, ${kind}`,
    unit: 'MB/s',
    ours: reached,
    peer: spreadOf(speeds.peer),
    ratio: spreadOf(speeds.ours.map((own, round) => own / (speeds.peer[round] ?? own))),
    goal: `≥ ${GOAL_MB_PER_S} MB/s, heap flat (${grownMb >= 0 ? '+' : ''}${grownMb.toFixed(1)} MB)`,
    isReached: reached.median >= GOAL_MB_PER_S && grownMb <= GROWTH_MB,
  };
}

/** @throws Error when frames are missing: a fast framer that loses some is none */
function cut(framer: FramerCase, kind: StreamKind, stream: ReturnType<typeof streamOf>): void {
  const cutter = framer.create();
  let found = 0;
  for (const chunk of stream.chunks) found += cutter.push(chunk);
  // Noise may look like the front of a frame and swallow what follows until it is known better; or like a whole short one.
  const isWhole = kind === 'garbage' ? found >= stream.frames * 0.99 : found === stream.frames;
  if (!isWhole) throw new Error(`${framer.framer}, ${kind}: ${found} of ${stream.frames} frames`);
}

let sink = 0;

/** What no framer can be faster than: every byte copied once and added once. */
function passOnce(chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) {
    const copy = Uint8Array.from(chunk);
    for (let at = 0; at < copy.length; at += 1) sink ^= copy[at] ?? 0;
  }
}
