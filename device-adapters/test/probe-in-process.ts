import type { Clock } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { openerOf } from '../registry/discover.ts';
import { systemClock } from '../host/system-clock.ts';
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
export function probeLine(args: readonly string[], makeEnd: (clock: Clock) => LineEnd): Promise<Probed> {
  const clock = new ManualClock();
  return runUntil(
    clock,
    probe(args, clock, () => cableTo(makeEnd(clock))),
    NEVER_MS,
    STEP_MS,
  );
}

/** The same where the carrier never says anything, not even that it does not open. */
export function probeNowhere(args: readonly string[]): Promise<Probed> {
  const clock = new ManualClock();
  const never: OpenChannel = () => new Promise(() => undefined);
  return runUntil(
    clock,
    probe(args, clock, () => never),
    NEVER_MS,
    STEP_MS,
  );
}

/** The probe in this process on the real carrier, in real time. */
export function probeReally(args: readonly string[]): Promise<Probed> {
  return probe(args, systemClock);
}

async function probe(args: readonly string[], clock: Clock, makeOpen?: () => OpenChannel): Promise<Probed> {
  const parsed = parseProbe(args);
  if (!parsed.ok) return { status: 2, out: '', err: `probe: ${parsed.error}\n`, ms: 0 };
  if (parsed.value.call !== 'run') throw new Error('not a run');
  const said = { out: '', err: '' };
  const began = clock.monoMs();
  const status = await runProbe(parsed.value.options, {
    open: makeOpen?.() ?? openerOf(parsed.value.options.where, clock),
    clock,
    driverRandom: seededRandom(7),
    log: { debug: () => undefined, info: () => undefined },
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    signal: new AbortController().signal,
  });
  return { status, ...said, ms: clock.monoMs() - began };
}
