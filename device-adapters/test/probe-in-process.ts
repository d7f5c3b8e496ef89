import type { Clock } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { parseProbe } from '../tools/probe-options.ts';
import { runProbe } from '../tools/run-probe.ts';
import { seededRandom } from '../testing/contract-bench.ts';
import { runUntil } from '../testing/run-until.ts';
import { cableTo } from '../testing/simulated-cable.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import type { LineEnd } from './bad-lines.ts';

/** What a person, and what a program, sees of one run. */
export interface Probed {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Milliseconds of its clock. */
  readonly ms: number;
}

/** Simulated time after which a run without an end is a failure of the test. */
const NEVER_MS = 200_000;
const STEP_MS = 50;

/** The probe in this process, on a line in memory, with a clock that the test moves. */
export function probeLine(args: readonly string[], makeEnd: (clock: ManualClock) => LineEnd): Promise<Probed> {
  const clock = new ManualClock();
  return runUntil(clock, probe(args, clock, cableTo(makeEnd(clock))), NEVER_MS, STEP_MS);
}

async function probe(args: readonly string[], clock: Clock, open: OpenChannel): Promise<Probed> {
  const parsed = parseProbe(args);
  if (!parsed.ok) return { status: 2, out: '', err: parsed.error, ms: 0 };
  if (parsed.value.call !== 'run') throw new Error('no run');
  const said = { out: '', err: '' };
  const began = clock.monoMs();
  const status = await runProbe(parsed.value.options, {
    open,
    clock,
    driverRandom: seededRandom(7),
    log: { debug: () => undefined, info: () => undefined },
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    signal: new AbortController().signal,
  });
  return { status, ...said, ms: clock.monoMs() - began };
}
