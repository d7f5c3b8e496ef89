import type { CaseOffice } from '@yimen/contracts/back-office';
import type { StopState } from '@yimen/contracts/journal';
import type { PolicyRow, ServiceTexts } from '@yimen/contracts/service';
import type { Language, ViewBody, ViewKind } from '@yimen/contracts/ui';
import type { Assignment } from '@yimen/contracts/terminal';
import type { ServicePackage } from '../service-package.ts';
import type { SessionTexts } from '../texts/index.ts';
import type { Effect } from './effect.ts';
import type { Facts, Refusal } from './facts.ts';
import type { Input } from './input.ts';

/** What a step may look at. Times are handed in, so that the same inputs give the same session. */
export interface StepEnv {
  readonly assignment: Assignment;
  readonly pkg: ServicePackage;
  /** The office that the service's cases belong to. */
  readonly office: CaseOffice;
  readonly packages: ReadonlyMap<string, ServicePackage>;
  /** Policy rows of this case, resolved once when the service began. */
  readonly policy: (kind: PolicyRow['kind'], variant: string | null) => PolicyRow | undefined;
  /** Rows as they are in force at this moment, where the case keeps those of the day on which it began. */
  readonly policyNow: (kind: PolicyRow['kind'], variant: string | null) => PolicyRow | undefined;
  readonly policyFor: (pkg: ServicePackage, kind: PolicyRow['kind'], variant: string | null) => PolicyRow | undefined;
  /** Calendar date of the case in Asia/Shanghai, `YYYY-MM-DD`. */
  readonly today: string;
  readonly wallMs: number;
  readonly monoMs: number;
  readonly lang: Language;
  readonly facts: Facts;
  readonly texts: ServiceTexts;
  readonly say: SessionTexts;
  readonly settings: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly matcher: 'simulated' | 'installed' | 'none';
  /** Devices that can be used now, by kind. */
  readonly hasDevice: (kind: string) => boolean;
  /** Devices that this terminal has, usable or not, by kind. */
  readonly isFitted: (kind: string) => boolean;
  readonly deadlineMs: number;
}

/** How a step ends. */
export type StepEnd =
  | { readonly end: 'done' }
  | { readonly end: 'skipped' }
  | { readonly end: 'back' }
  | { readonly end: 'goto'; readonly step: string }
  | { readonly end: 'refuse'; readonly refusal: Refusal }
  | { readonly end: 'leave'; readonly how: 'cancelled' | 'timeout' }
  | { readonly end: 'stop'; readonly state: StopState };

export interface Turn<S> {
  readonly state: S;
  readonly effects?: readonly Effect[];
  readonly facts?: Partial<Facts>;
  readonly end?: StepEnd;
  /** Code of the trouble a step met, for its `step-ended` row. */
  readonly code?: string;
}

/** What is drawn while a step stands where it stands. */
export type StepView = {
  [K in ViewKind]: {
    readonly kind: K;
    readonly body: ViewBody<K>;
    /** How long the citizen is waited for; `null`: nobody is waited for, a machine or an office works. */
    readonly waits: { readonly ms: number; readonly extendable: boolean } | null;
    readonly canBack: boolean;
    readonly canLeave: boolean;
  };
}[ViewKind];

/** One step as a pure machine: no clock, no device, no randomness. */
export interface StepMachine<S> {
  enter(env: StepEnv): Turn<S>;
  /** An input the step does not know changes nothing: `{ state }`. */
  on(state: S, input: Input, env: StepEnv): Turn<S>;
  view(state: S, env: StepEnv): StepView | null;
}

/** A step whose inner state nobody outside may see. */
export interface AnyStep {
  enter(env: StepEnv): Turn<unknown>;
  on(state: unknown, input: Input, env: StepEnv): Turn<unknown>;
  view(state: unknown, env: StepEnv): StepView | null;
}

/** Hides a step's own state type from the engine, which only carries it from one call to the next. */
export function hideState<S>(step: StepMachine<S>): AnyStep {
  return {
    enter: (env) => step.enter(env),
    on: (state, input, env) => step.on(state as S, input, env),
    view: (state, env) => step.view(state as S, env),
  };
}
