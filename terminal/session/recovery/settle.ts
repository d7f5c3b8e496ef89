import { caseStateSchema, reservationSchema } from '@yimen/contracts/back-office';
import type { Outcome } from '@yimen/contracts/device';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Facts } from '../machine/facts.ts';
import type { Input } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { factsOf, isBegin, isReserve, type OpenOperation } from './past.ts';

interface Settle {
  readonly left: readonly OpenOperation[];
  readonly giveUpAt: number;
}

/** First thing of a recovery: every effect whose end is not known is asked for by its id, at whoever carried it out.
 *  The device and the gateway remember; what they cannot prove stays `unknown` and leads to a named state. */
export function settleStep(open: readonly OpenOperation[]): StepMachine<Settle> {
  return {
    enter(env) {
      const state: Settle = { left: open, giveUpAt: env.monoMs + settleMsOf(env) };
      return next(state, {});
    },
    on(state, input, env) {
      if (input.kind === 'timer' && input.name === 'poll') return next(state, {});
      if (input.kind === 'settled' && input.key === 'past') return settled(state, input, env);
      return { state };
    },
    view: (_state, env) => ({
      kind: 'recovery',
      body: { phase: 'settling', incident: env.facts.stop === null ? null : env.facts.incident },
      waits: null,
      canBack: false,
      canLeave: false,
    }),
  };
}

/** How long what nobody has answered is asked for here. */
export function settleMsOf({ assignment }: StepEnv): number {
  return assignment.purpose === 'recovery' ? SESSION_LIMITS.recoverySettleMs : SESSION_LIMITS.officeSettleMs;
}

function next(state: Settle, facts: Partial<Facts>): Turn<Settle> {
  const first = state.left[0];
  if (first === undefined) return { state, facts, end: { end: 'done' } };
  const ask: Effect = { do: 'settle', key: 'past', operationId: first.operationId, target: first.target };
  return { state, facts, effects: [ask] };
}

function settled(state: Settle, input: Extract<Input, { kind: 'settled' }>, env: StepEnv): Turn<Settle> {
  const [first, ...left] = state.left;
  if (first === undefined) return { state };
  const outcome = outcomeOf(input);
  // An office that works on it is asked again for a while; the citizen's card does not wait longer than that.
  if (outcome === 'unknown' && first.target === 'gateway' && env.monoMs < state.giveUpAt) {
    return { state, effects: [{ do: 'timer', name: 'poll', ms: SESSION_LIMITS.pollMs }] };
  }
  const evidence =
    input.end === null
      ? input.known
      : input.end.evidence
          .map((seen) => `${seen.kind}:${seen.detail}`)
          .join(' ')
          .slice(0, 200);
  const fault = input.end?.fault?.code ?? '';
  const facts = {
    // What the office was told before the goods went out is not its last word.
    ...(first.isOutdated === true ? {} : factsOf({ target: first.target, verb: first.verb, outcome, evidence, fault })),
    ...caseOf(first, input),
    ...blankOf(first, input, env.facts.evidence),
  };
  return next({ ...state, left }, facts);
}

function outcomeOf(input: Extract<Input, { kind: 'settled' }>): Outcome {
  // Never seen: the order did not reach its device or the gateway, so it certainly was not carried out.
  if (input.known === 'neverSeen') return 'notDone';
  return input.end?.outcome ?? input.office?.outcome ?? 'unknown';
}

/** A case whose opening was not yet journaled is known only to the gateway: its answer names it. */
function caseOf(operation: OpenOperation, input: Extract<Input, { kind: 'settled' }>): Partial<Facts> {
  if (!isBegin(operation.verb) || input.office?.outcome !== 'done') return {};
  const parsed = caseStateSchema.safeParse(input.office.answer);
  return parsed.success ? { case: parsed.data } : {};
}

/** The number of the blank that was reserved, and nothing of what is printed on it: that is personal, and nobody needs it.
 *  @param evidence what the maker said of its last work: a blank in the reject bin is spoiled */
function blankOf(
  operation: OpenOperation,
  input: Extract<Input, { kind: 'settled' }>,
  evidence: string,
): Partial<Facts> {
  if (!isReserve(operation.verb) || input.office?.outcome !== 'done') return {};
  const { data } = reservationSchema.safeParse(input.office.answer);
  if (data?.goods?.kind !== 'licence') return {};
  const spoiled = evidence.includes('reject') ? { spoiledSerial: data.goods.blankSerial } : {};
  return { reservation: { ...data, goods: { ...data.goods, fields: {} } }, ...spoiled };
}
