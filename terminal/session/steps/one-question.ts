import { errorRow, type Result } from '@yimen/contracts/base';
import type { DeviceKind, Fault } from '@yimen/contracts/device';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input } from '../machine/input.ts';
import type { StepEnd, Turn } from '../machine/step-machine.ts';

const LOOK_AGAIN = 'look-again';

/** How a step stands with a device that it only reads: one question is open at a time, and whoever wants to go elsewhere
 *  meanwhile waits for the answer to it. `Verb`: what is asked; `To`: where the step may turn. */
export interface OneQuestion<Verb extends string, To> {
  readonly asks: Verb | null;
  /** Asked again once a pause is over. */
  readonly pausedFor: Verb | null;
  readonly to: To | null;
}
export const NO_QUESTION = { asks: null, pausedFor: null, to: null } as const;

type Asking = OneQuestion<string, unknown>;
type VerbOf<S> = S extends { readonly asks: infer V } ? NonNullable<V> : never;
type ToOf<S> = S extends { readonly to: infer T } ? NonNullable<T> : never;

/** Asks; what was paused for is asked no more. */
export function asking<S extends Asking>(
  state: S,
  device: DeviceKind,
  verb: VerbOf<S> & string,
  wish: { readonly args: Readonly<Record<string, unknown>>; readonly deadlineMs: number },
): Turn<S> {
  const effect: Effect = { do: 'read', key: `${device}.${verb}`, device, verb, ...wish };
  return { state: { ...state, asks: verb, pausedFor: null }, effects: [...pauseOver(state), effect] };
}

/** The answer to the open question, and to no other. */
export function answerTo(state: Asking, device: DeviceKind, input: Input): Result<unknown, Fault> | undefined {
  const isIt = input.kind === 'read' && state.asks !== null && input.key === `${device}.${state.asks}`;
  return isIt ? input.result : undefined;
}

/** Nobody came: the same is asked once more after a moment. */
export function pausing<S extends Asking>(state: S, verb: VerbOf<S> & string): Turn<S> {
  return {
    state: { ...state, asks: null, pausedFor: verb },
    effects: [{ do: 'timer', name: LOOK_AGAIN, ms: SESSION_LIMITS.lookAgainMs }],
  };
}

/** What is to be asked now that the pause is over. */
export function pausedFor<S extends Asking>(state: S, input: Input): S['pausedFor'] {
  return input.kind === 'timer' && input.name === LOOK_AGAIN ? state.pausedFor : null;
}

/** Turns elsewhere: at once, or when the open question, which is called off, has been answered. The newest wish counts,
 *  but nothing keeps whoever leaves. */
export function turning<S extends Asking>(
  state: S,
  device: DeviceKind,
  to: ToOf<S>,
  arrive: (state: S, to: ToOf<S>) => Turn<S>,
): Turn<S> {
  if (state.asks === null) return arrive(state, to);
  if (state.to === null) return { state: { ...state, to }, effects: [{ do: 'abort', device }] };
  return isLeave(state.to) ? { state } : { state: { ...state, to } };
}

/** The step is over: the pause too, and the device is given back. */
export function over<S extends Asking>(state: S, device: DeviceKind, end: StepEnd): Turn<S> {
  return { state, effects: [...pauseOver(state), { do: 'abort', device }], end };
}

/** The timer of a pause that somebody ended. */
export function pauseOver(state: Asking): readonly Effect[] {
  return state.pausedFor === null ? [] : [{ do: 'stopTimer', name: LOOK_AGAIN }];
}

/** A code whose citizen text says what happened; a device's own word may have none. */
export function toldCode(code: string): string {
  return errorRow(code)?.citizen == null ? 'userError' : code;
}

function isLeave(to: unknown): boolean {
  return typeof to === 'object' && to !== null && (to as { end?: unknown }).end === 'leave';
}
