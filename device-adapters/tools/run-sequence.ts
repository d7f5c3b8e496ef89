import type { Fault, Lease, Op, Outcome } from '@yimen/contracts/device';
import type { DeviceSlot } from '../driver-kit/device-slot.ts';
import type { ProbeStep } from './probe-card-unit.ts';

export interface SequenceRun {
  readonly slot: DeviceSlot;
  readonly lease: Lease;
  readonly steps: readonly ProbeStep[];
  /** Read at the end, however it went: where the card is. */
  readonly last: { readonly verb: string; readonly args: unknown };
  /** A fresh operation for each effect. */
  readonly newOperation: () => Op;
  readonly readMs: number;
  readonly onStep: (line: string) => void;
}

interface StepReport {
  readonly step: string;
  readonly outcome: Outcome;
  readonly operationId?: string;
}

/** The whole, its steps, and under the name of the last read what it gave. */
type SequenceReport = { readonly outcome: Outcome; readonly fault?: Fault } & Readonly<Record<string, unknown>>;

/** One step after the other; the first that is not done ends it, and its outcome is the whole's. Nothing is undone: what
 *  is inside is told. */
export async function runSequence(run: SequenceRun): Promise<SequenceReport> {
  const done: StepReport[] = [];
  for (const [n, step] of run.steps.entries()) {
    run.onStep(`${n + 1}/${run.steps.length}  ${step.says}`);
    const { report, fault } = await runStep(run, step);
    done.push(report);
    if (report.outcome === 'done') continue;
    return { outcome: report.outcome, ...(fault && { fault }), steps: done, stoppedAt: step.says, ...(await end(run)) };
  }
  return { outcome: 'done', steps: done, ...(await end(run)) };
}

async function runStep(
  { slot, lease, newOperation, readMs }: SequenceRun,
  { nature, verb, args, says }: ProbeStep,
): Promise<{ readonly report: StepReport; readonly fault?: Fault | undefined }> {
  if (nature === 'read') {
    const read = await slot.read(lease, readMs, verb, args);
    if (!read.ok) return { report: { step: says, outcome: 'notDone' }, fault: read.error };
    return { report: { step: says, outcome: 'done' } };
  }
  const op = newOperation();
  const result = await slot.effect(lease, op, verb, args);
  const { operationId } = op;
  if (!result.ok) return { report: { step: says, outcome: 'notDone', operationId }, fault: result.error };
  const { outcome = 'unknown', fault } = result.value;
  return { report: { step: says, outcome, operationId }, fault };
}

async function end({ slot, lease, last, readMs }: SequenceRun): Promise<Readonly<Record<string, unknown>>> {
  const read = await slot.read(lease, readMs, last.verb, last.args);
  return { [last.verb]: read.ok ? read.value : `not known: ${read.error.code}` };
}
