import { CORE_LIMITS } from '../limits.table.ts';
import type { Rung, RungRow } from './recovery-ladder.table.ts';

/** What a device's newest status calls for. `starting`: it is being looked at, nothing is decided; `suspend`: it heals
 *  itself; `person`: somebody must come, it is not hammered. */
export type Call = 'nothing' | 'starting' | 'suspend' | 'person' | 'climb';

/** Where one device stands. `asking` and `doing`: a step is under way, its end is an input. */
export type LadderState =
  | { readonly at: 'well' }
  | { readonly at: 'healing' }
  | { readonly at: 'climbing'; readonly row: number; readonly times: number; readonly step: 'pausing' | 'doing' }
  | { readonly at: 'held'; readonly step: 'pausing' | 'asking' }
  | { readonly at: 'out'; readonly step: 'pausing' | 'asking' };

export type LadderInput =
  | { readonly input: 'status' }
  | { readonly input: 'due' }
  | { readonly input: 'ended'; readonly outcome: StepOutcome };

/** `unsupported`: this machine has nothing that could do it. */
export type StepOutcome = 'done' | 'notDone' | 'unsupported';

/** Whether a rung may be taken now. */
export type Verdict = 'may' | { readonly skip: string } | { readonly wait: string };

export interface LadderFacts {
  readonly call: Call;
  readonly ladder: readonly RungRow[];
  readonly verdict: (row: RungRow) => Verdict;
}

export type LadderEffect =
  | { readonly effect: 'pause'; readonly ms: number }
  | { readonly effect: 'endPause' }
  | { readonly effect: 'do'; readonly rung: Rung }
  | { readonly effect: 'skip'; readonly rung: Rung; readonly why: string }
  | { readonly effect: 'goOut' }
  | { readonly effect: 'comeBack' };

export interface LadderStep {
  readonly state: LadderState;
  readonly effects: readonly LadderEffect[];
}

export const WELL: LadderState = { at: 'well' };

/** The ladder as a pure machine: a device that is not well climbs rung by rung, each as often as its row says, skipping
 *  what is spent, forbidden or not there, until it is well or out of service. */
export function climb(state: LadderState, input: LadderInput, facts: LadderFacts): LadderStep {
  if (facts.call === 'nothing') return cameBack(state);
  switch (input.input) {
    case 'status':
      return statusChanged(state, facts);
    case 'due':
      return due(state, facts);
    case 'ended':
      return ended(state, input.outcome, facts);
  }
}

function cameBack(state: LadderState): LadderStep {
  if (state.at === 'well') return same(state);
  return {
    state: WELL,
    effects: [{ effect: 'endPause' }, ...(state.at === 'out' ? [{ effect: 'comeBack' } as const] : [])],
  };
}

function statusChanged(state: LadderState, { call }: LadderFacts): LadderStep {
  // A step under way is judged by what the device says after it; who is out stays out until it is well.
  if (isBusy(state) || state.at === 'out' || call === 'starting') return same(state);
  if (call === 'suspend')
    return state.at === 'healing' ? same(state) : { state: { at: 'healing' }, effects: [{ effect: 'endPause' }] };
  if (call === 'person')
    return state.at === 'held' ? same(state) : pausing({ at: 'held', step: 'pausing' }, CORE_LIMITS.ladderFirstMs);
  return state.at === 'climbing' ? same(state) : pausing(FIRST, CORE_LIMITS.ladderFirstMs);
}

const FIRST: LadderState = { at: 'climbing', row: 0, times: 0, step: 'pausing' };

function due(state: LadderState, facts: LadderFacts): LadderStep {
  if (state.at === 'climbing' && state.step === 'pausing') {
    if (facts.call === 'starting') return pausing(state, CORE_LIMITS.ladderWaitMs);
    if (facts.call !== 'climb') return statusChanged(state, facts);
    return nextRung(state.row, state.times, facts, []);
  }
  if ((state.at === 'held' || state.at === 'out') && state.step === 'pausing') {
    const [ask] = facts.ladder;
    if (ask === undefined || facts.verdict(ask) !== 'may') return pausing(state, CORE_LIMITS.ladderAskMs);
    return { state: { ...state, step: 'asking' }, effects: [{ effect: 'do', rung: ask.rung }] };
  }
  return same(state);
}

function ended(state: LadderState, outcome: StepOutcome, facts: LadderFacts): LadderStep {
  if (state.at === 'held' || state.at === 'out') {
    const isHeldStill = state.at === 'out' || facts.call === 'person' || facts.call === 'starting';
    if (isHeldStill) return pausing({ ...state, step: 'pausing' }, CORE_LIMITS.ladderAskMs);
    return statusChanged({ at: 'well' }, facts);
  }
  if (state.at !== 'climbing' || state.step !== 'doing') return same(state);
  if (facts.call === 'suspend' || facts.call === 'person') return statusChanged({ at: 'well' }, facts);
  const row = facts.ladder[state.row];
  // What is not there has had all its times.
  if (outcome === 'unsupported' || row === undefined) return nextRung(state.row + 1, 0, facts, []);
  return pausing({ ...state, times: state.times + 1, step: 'pausing' }, row.pauseMs);
}

/** The first rung from here that may be taken now. Skipped ones are told, in order. */
function nextRung(from: number, taken: number, facts: LadderFacts, skipped: readonly LadderEffect[]): LadderStep {
  const row = facts.ladder[from];
  if (row === undefined) {
    const { state, effects } = pausing({ at: 'out', step: 'pausing' }, CORE_LIMITS.ladderAskMs);
    return { state, effects: [...skipped, { effect: 'goOut' }, ...effects] };
  }
  if (taken >= row.times) return nextRung(from + 1, 0, facts, skipped);
  const verdict = facts.verdict(row);
  if (verdict === 'may')
    return {
      state: { at: 'climbing', row: from, times: taken, step: 'doing' },
      effects: [...skipped, { effect: 'do', rung: row.rung }],
    };
  if ('wait' in verdict) {
    const { state, effects } = pausing(
      { at: 'climbing', row: from, times: taken, step: 'pausing' },
      CORE_LIMITS.ladderWaitMs,
    );
    return { state, effects: [...skipped, ...effects] };
  }
  return nextRung(from + 1, 0, facts, [...skipped, { effect: 'skip', rung: row.rung, why: verdict.skip }]);
}

function isBusy(state: LadderState): boolean {
  return (state.at === 'climbing' && state.step === 'doing') || ('step' in state && state.step === 'asking');
}

function pausing(state: LadderState, ms: number): LadderStep {
  return { state, effects: [{ effect: 'pause', ms }] };
}

function same(state: LadderState): LadderStep {
  return { state, effects: [] };
}
