import type { Evidence, Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import type { RawJob } from './protocol.ts';
import { plainReason } from './status.ts';

/** IPP's job states (RFC 8011 §5.3.7) in the port's words. */
const STATES = {
  3: 'pending',
  4: 'pending-held',
  5: 'processing',
  6: 'processing-stopped',
  7: 'canceled',
  8: 'aborted',
  9: 'completed',
} as const;
export type JobState = (typeof STATES)[keyof typeof STATES] | 'unknown';

/** The state in the port's word; a number that RFC 8011 does not have is `unknown`. */
export function stateOf({ state }: RawJob): JobState {
  const states: Readonly<Record<number, JobState>> = STATES;
  return (state !== undefined && states[state]) || 'unknown';
}

/** No more will come of this job. */
export function hasEnded(job: RawJob): boolean {
  return ['canceled', 'aborted', 'completed'].includes(stateOf(job));
}

/** It is, or was, at the printer. */
export function isAtPrinter(job: RawJob): boolean {
  return ['processing', 'processing-stopped'].includes(stateOf(job));
}

/** What is known beside the job itself. */
export interface JobFacts {
  /** The model counts what its exit sensor saw. */
  readonly hasExitSensor: boolean;
  /** Sheets of the whole document; `undefined` after a restart. */
  readonly sheets: number | undefined;
  /** It was seen at the printer. */
  readonly wasAtPrinter: boolean;
  /** Why it was cancelled, or what the printer said last. */
  readonly fault: Fault | undefined;
  readonly nowMs: number;
}

/** How a job that has ended is judged: README.md, "In which order". */
export function verdictOf(job: RawJob, facts: JobFacts): Omit<EffectResult, 'acceptedAt'> {
  const state = stateOf(job);
  const value = { jobId: job.id, jobState: state, sheets: job.sheets };
  const judged = { evidence: [], completedAt: facts.nowMs, value };
  if (state === 'completed') {
    const evidence = presented(job, facts);
    if (evidence !== undefined) return { ...judged, outcome: 'done', evidence: [evidence] };
    return { ...judged, outcome: 'unknown', fault: unseenFault() };
  }
  return { ...judged, outcome: hasNotMoved(job, facts) ? 'notDone' : 'unknown', fault: facts.fault ?? endFault(job) };
}

/** All sheets went past the exit sensor, onto the tray where the citizen's hand is. */
function presented({ sheets }: RawJob, facts: JobFacts): Evidence | undefined {
  if (!facts.hasExitSensor || facts.sheets === undefined || sheets === null || sheets < facts.sheets) return undefined;
  return { kind: 'presented', customerAccess: 'customer', detail: `sheets ${sheets}`, at: facts.nowMs };
}

/** Without an exit sensor a count of 0 says nothing: CUPS counts at the end. */
function hasNotMoved(job: RawJob, facts: JobFacts): boolean {
  if (facts.hasExitSensor && job.sheets !== null) return job.sheets === 0;
  return job.hasBegun === false && !facts.wasAtPrinter;
}

function unseenFault(): Fault {
  return deviceFault('exitNotSensed', 'the server says completed; no sensor saw all sheets come out', 'suspend');
}

function endFault(job: RawJob): Fault {
  const reason = job.reasons.map(plainReason).find((one) => one !== 'none');
  const says = reason === undefined ? '' : `: ${reason}`;
  return stateOf(job) === 'canceled'
    ? deviceFault('canceled', `the job was cancelled at the server${says}`, 'suspend', reason?.slice(0, 48))
    : deviceFault('hardwareError', `the server gave the job up${says}`, 'maintenance', reason?.slice(0, 48));
}
