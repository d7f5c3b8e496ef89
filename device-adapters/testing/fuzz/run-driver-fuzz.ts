import { ContractBench } from '../contract-bench.ts';
import { onDamagedCable } from './damaged-cable.ts';
import type { DriverSubject } from './driver-subjects.ts';
import { CaseRandom } from './random.ts';
import { promise } from './target.ts';

const EFFECT_MS = 30_000;
const READ_MS = 20_000;
const LOOKS = 3;

/** How one case ended, for the counts of a report. */
export type DriverCaseEnd = 'done' | 'notDone' | 'unknown' | 'refused';

/** Looks at a device over a damaging cable, lets it do its effect once, and compares what is told with what was done.
 *  @throws FuzzFinding, or whatever the driver threw */
export async function runDriverCase(subject: DriverSubject, seed: number, number: number): Promise<DriverCaseEnd> {
  const random = new CaseRandom(seed, number);
  const bench = new ContractBench({
    createDriver: subject.createDriver,
    createSimulator: (context) => onDamagedCable(subject.createSimulator(context), random),
  });
  try {
    subject.prepare(bench.device);
    const times = (): number => subject.effect?.times(bench.device) ?? 0;
    const before = times();
    for (let look = 0; look < LOOKS; look += 1) {
      await bench.status();
      await bench.run(bench.slot.describe());
    }
    promise(times() === before, 'an effect happened while it was only looked at');
    return subject.effect === undefined ? await read(bench, subject) : await act(bench, subject.effect, before);
  } finally {
    await bench.end();
  }
}

async function read(bench: ContractBench, { read: asked }: DriverSubject): Promise<DriverCaseEnd> {
  if (asked === undefined) return 'refused';
  const began = bench.clock.monoMs();
  const got = await bench.run(bench.slot.read(await bench.claim(), READ_MS, asked.verb, asked.args));
  promise(bench.clock.monoMs() - began <= READ_MS + 1_000, 'a read went on after its deadline');
  return got.ok ? 'done' : 'notDone';
}

async function act(
  bench: ContractBench,
  effect: NonNullable<DriverSubject['effect']>,
  before: number,
): Promise<DriverCaseEnd> {
  const began = bench.clock.monoMs();
  const record = await bench.run(bench.slot.effect(await bench.claim(), bench.op(EFFECT_MS), effect.verb, effect.args));
  promise(bench.clock.monoMs() - began <= EFFECT_MS + 1_000, 'an effect went on after its deadline');
  const happened = effect.times(bench.device) - before;
  promise(happened === 0 || happened === 1, `the effect happened ${happened} times`);
  if (!record.ok) {
    promise(happened === 0, 'an effect that never became an operation happened');
    return 'refused';
  }
  const outcome = record.value.outcome ?? 'unknown';
  promise(outcome !== 'notDone' || happened === 0, 'told notDone, and it happened');
  promise(outcome !== 'done' || happened === 1, 'told done, and it did not happen');
  return outcome;
}
