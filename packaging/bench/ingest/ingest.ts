import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePorts } from '../../start/ports.ts';
import { spreadOf, type Spread } from '../measure.ts';
import type { BenchContext, Figure } from '../report.ts';
import { benchTrust, loadNames } from './bench-trust.ts';
import { mosquittoMissing, startMosquitto } from './mosquitto.ts';
import { cpuSeconds, Program } from './programs.ts';

const TERMINALS = 500;
const GOAL_RATIO = 3;
const GOAL_ROWS = 300_000;
const GOAL_P50_MS = 1;
const GOAL_P99_MS = 5;
/** Payloads of each terminal in a round. */
const SINGLE = { messages: 40, events: 1 };
const BATCHES = { messages: 4, events: 100 };
const PACED_SECONDS = 10;

const doneSchema = z.object({ events: z.number(), ms: z.number(), p50: z.number(), p99: z.number() });
type Done = z.output<typeof doneSchema> & { readonly cores: string };
type Target = 'ours' | 'peer';

/** Both sides with the same terminals linked to each, in processes of their own. */
class Bench {
  readonly #stops: (() => Promise<void>)[] = [];
  #load: Program | undefined;
  #pids: Record<Target, readonly number[]> = { ours: [], peer: [] };

  async start(say: (line: string) => void, terminals: number): Promise<void> {
    const missing = mosquittoMissing();
    if (missing !== null) throw new Error(missing);
    const dir = mkdtempSync(join(tmpdir(), 'yimen-bench-'));
    this.#stops.push(() => Promise.resolve(rmSync(dir, { recursive: true, force: true })));
    const tids = loadNames(terminals);
    const trustDir = join(dir, 'trust');
    const dataDir = join(dir, 'fleet');
    const peerDir = join(dir, 'peer');
    mkdirSync(peerDir);
    say(`${terminals} certificates`);
    const trust = await benchTrust(trustDir, tids);
    const { ours = 0, peer = 0 } = await freePorts(['ours', 'peer']);
    const ports = { ours, peer };
    const fleet = this.#program('fleet', 'fleet-program.ts', { trustDir, trust, dataDir, tids, port: ports.ours });
    await fleet.line();
    const mosquitto = await startMosquitto(dir, ports.peer, trust);
    this.#stops.push(() => mosquitto.stop());
    const consumer = this.#program('consumer', 'peer-consumer.ts', { trustDir, dataDir: peerDir, port: ports.peer });
    await consumer.line();
    this.#pids = { ours: [fleet.pid], peer: [mosquitto.pid, consumer.pid] };
    say(`${terminals} links to each side`);
    this.#load = this.#program('load', 'generator.ts', { dir: trustDir, tids, ports }, ['--expose-gc']);
    await this.#load.line();
  }

  /** One round on one side, with how much of a core each part took. */
  async round(target: Target, what: { messages: number; events: number; perSecond?: number }): Promise<Done> {
    const load = this.#load;
    if (load === undefined) throw new Error('not started');
    const used = (): number[] => [
      this.#pids[target].reduce((sum, pid) => sum + cpuSeconds(pid), 0),
      cpuSeconds(load.pid),
    ];
    const before = used();
    const done = doneSchema.parse(JSON.parse(await load.ask({ target, ...what })));
    const [server = 0, generator = 0] = used().map((now, i) => ((now - (before[i] ?? 0)) * 1_000) / done.ms);
    return { ...done, cores: `server ${server.toFixed(2)}, load ${generator.toFixed(2)} cores` };
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).toReversed()) await stop();
  }

  #program(name: string, file: string, argument: object, flags: readonly string[] = []): Program {
    const program = new Program(name, [...flags, join(import.meta.dirname, file), JSON.stringify(argument)]);
    this.#stops.push(() => program.stop());
    return program;
  }
}

/** Acknowledged events a second, one to a payload and a hundred to a payload, beside Mosquitto → mqtt.js → SQLite. */
export async function benchIngest(context: BenchContext): Promise<readonly Figure[]> {
  const bench = new Bench();
  try {
    await bench.start(context.say, TERMINALS);
    const single = await compare(bench, context, SINGLE);
    const batches = await compare(bench, context, BATCHES);
    const perSecond = ({ events, ms }: Done): number => (events * 1_000) / ms;
    const one = figureOf('events, one to a payload', '/s', single, perSecond);
    const many = figureOf('rows, a hundred to a payload', '/s', batches, perSecond);
    return [
      { ...one, goal: `≥ ${GOAL_RATIO} × the peer`, isReached: one.ratio.median >= GOAL_RATIO },
      { ...many, goal: `≥ ${GOAL_ROWS} rows/s`, isReached: many.ours.median >= GOAL_ROWS },
    ];
  } finally {
    await bench.stop();
  }
}

/** How long an acknowledgement takes at a steady rate, all terminals together. */
export async function benchIngestRate(context: BenchContext, rate: number): Promise<readonly Figure[]> {
  const bench = new Bench();
  try {
    await bench.start(context.say, TERMINALS);
    const messages = Math.max(1, Math.round((rate * PACED_SECONDS) / TERMINALS));
    const rounds = await compare(bench, context, { messages, events: 1, perSecond: rate });
    const p50 = figureOf(`ack at ${rate}/s, p50`, 'ms', rounds, (done) => done.p50);
    const p99 = figureOf(`ack at ${rate}/s, p99`, 'ms', rounds, (done) => done.p99);
    return [
      { ...p50, goal: `≤ ${GOAL_P50_MS} ms`, isReached: p50.ours.median <= GOAL_P50_MS },
      { ...p99, goal: `≤ ${GOAL_P99_MS} ms`, isReached: p99.ours.median <= GOAL_P99_MS },
    ];
  } finally {
    await bench.stop();
  }
}

interface Rounds {
  readonly ours: readonly Done[];
  readonly peer: readonly Done[];
}

/** In turns, which side first changing with each round; a first pair that counts for nothing warms both. */
async function compare(
  bench: Bench,
  { rounds, say }: BenchContext,
  what: { messages: number; events: number; perSecond?: number },
): Promise<Rounds> {
  const done: { ours: Done[]; peer: Done[] } = { ours: [], peer: [] };
  for (let round = -1; round < rounds; round += 1) {
    const order: readonly Target[] = round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
    for (const target of order) {
      const one = await bench.round(target, what);
      if (round >= 0) done[target].push(one);
      const rate = ((one.events * 1_000) / one.ms).toFixed(0);
      say(
        `${round < 0 ? 'warm-up' : `round ${round + 1}`}, ${target}: ${rate}/s, ack p50 ${one.p50.toFixed(2)} ms, p99 ${one.p99.toFixed(2)} ms, ${one.cores}`,
      );
    }
  }
  return done;
}

function figureOf(
  name: string,
  unit: string,
  { ours, peer }: Rounds,
  of: (done: Done) => number,
): { name: string; unit: string; ours: Spread; peer: Spread; ratio: Spread } {
  const own = ours.map(of);
  const other = peer.map(of);
  const ratio = spreadOf(own.map((value, i) => value / (other[i] ?? value)));
  return { name, unit, ours: spreadOf(own), peer: spreadOf(other), ratio };
}
