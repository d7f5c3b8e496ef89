import type { JournalEvent } from '@yimen/contracts/journal';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Facts } from '../machine/facts.ts';
import type { Input, OfficeResult } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { answerOf, ask, settleOffice } from './ask.ts';
import { ITEMS } from './begin-bodies.table.ts';

type Phase = 'begin' | 'review' | 'reserve';
interface Approve {
  readonly phase: Phase;
  /** The effect that got no answer, asked for by its id until it has one. */
  readonly unanswered: string | null;
  readonly startedMono: number;
}

/** begin → (review) → reserve. No decision by the deadline, or no answer that can be proved: approval-pending, the
 *  card goes back and the case can be followed by its receipt number. */
export const approveStep: StepMachine<Approve> = {
  enter: (env) => ({
    state: { phase: 'begin', unanswered: null, startedMono: env.monoMs },
    effects: [begin(env), { do: 'timer', name: 'approve-deadline', ms: env.deadlineMs }],
  }),
  on(state, input, env) {
    if (input.kind === 'answered') return answered(state, input.key, input.result, env);
    if (input.kind === 'settled' && input.key === 'unanswered') return settled(state, input, env);
    if (input.kind === 'timer' && input.name === 'poll')
      return { state, effects: [state.unanswered === null ? find(env) : settleOffice('unanswered', state.unanswered)] };
    if (input.kind === 'timer' && input.name === 'approve-deadline') return pending(state);
    // Leaving while the office decides does not undo anything: the case stays pending and is told so.
    if (input.kind === 'leave') return pending(state);
    return { state };
  },
  view: (state, env) => ({
    kind: 'approval-wait',
    body: {
      what: state.phase === 'reserve' ? 'reservation' : 'approval',
      elapsedMs: Math.max(0, env.monoMs - state.startedMono),
      usualMs: 5_000,
      receiptNo: env.facts.case?.receiptNo ?? null,
    },
    waits: null,
    canBack: false,
    canLeave: state.phase === 'review',
  }),
};

function begin(env: StepEnv): Effect {
  const item = String(env.settings['item'] ?? '');
  const { faceScore, consentAt, receiptId } = env.facts;
  const common = { item, faceScore, consentAt, traceNo: receiptId };
  return ask('begin', `${env.office}.case.begin`, { ...common, ...ITEMS[item]?.body(env) } as never);
}

function find(env: StepEnv): Effect {
  return ask('find', `${env.office}.case.state`, { caseRef: env.facts.case?.caseRef ?? '' });
}

function pending(state: Approve): Turn<Approve> {
  return {
    state,
    effects: [
      { do: 'stopTimer', name: 'poll' },
      { do: 'stopTimer', name: 'approve-deadline' },
    ],
    end: { end: 'stop', state: 'approval-pending' },
  };
}

function poll(): Effect {
  return { do: 'timer', name: 'poll', ms: SESSION_LIMITS.pollMs };
}

function answered(state: Approve, key: string, result: OfficeResult, env: StepEnv): Turn<Approve> {
  if (key === 'begin') return decided(state, result, env);
  if (key === 'reserve') return reserved(state, result, env);
  if (key !== 'find') return { state };
  const found = answerOf(`${env.office}.case.state`, result);
  if (found === undefined) return { state, effects: [poll()] };
  return follow(state, found, {}, env);
}

function decided(state: Approve, result: OfficeResult, env: StepEnv): Turn<Approve> {
  if (result.outcome === 'unknown') return { state: { ...state, unanswered: result.operationId }, effects: [poll()] };
  const answer = answerOf(`${env.office}.case.begin`, result);
  if (answer === undefined) {
    const code = result.fault?.code === 'report-last-first' ? 'report-last-first' : 'office-away';
    return over(state, {
      end: { end: 'refuse', refusal: { code, date: null, office: null } },
      code: result.fault?.code ?? 'GATEWAY_MALFORMED',
    });
  }
  const opened: JournalEvent = {
    kind: 'case-opened',
    fields: {
      sessionId: env.assignment.sessionId,
      service: env.pkg.manifest.id,
      caseRef: answer.caseRef,
      receiptId: env.facts.receiptId,
      policyRows: [...(env.facts.fee?.rows ?? [])],
      amountFen: env.facts.fee?.amountFen ?? 0,
    },
  };
  return follow({ ...state, unanswered: null }, answer, { effects: [{ do: 'journal', events: [opened] }] }, env);
}

function follow(
  state: Approve,
  answer: NonNullable<Facts['case']>,
  more: Pick<Turn<Approve>, 'effects'>,
  env: StepEnv,
): Turn<Approve> {
  const effects = more.effects ?? [];
  const facts = { case: answer };
  switch (answer.decision) {
    case 'approved':
    case 'accepted':
      return {
        state: { ...state, phase: 'reserve' },
        facts,
        effects: [
          ...effects,
          ask('reserve', `${env.office}.case.reserve`, { caseRef: answer.caseRef, spoiledSerial: null }),
        ],
      };
    case 'pending':
      return { state: { ...state, phase: 'review' }, facts, effects: [...effects, poll()] };
    case 'refused':
      return over(state, {
        facts,
        effects,
        end: {
          end: 'refuse',
          refusal: {
            code: answer.refusal?.code ?? 'refused',
            date: answer.refusal?.date ?? null,
            office: answer.refusal,
          },
        },
      });
    default:
      return answer.decision satisfies never;
  }
}

function reserved(state: Approve, result: OfficeResult, env: StepEnv): Turn<Approve> {
  if (result.outcome === 'unknown') return { state: { ...state, unanswered: result.operationId }, effects: [poll()] };
  const answer = answerOf(`${env.office}.case.reserve`, result);
  if (answer === undefined)
    return over(state, {
      end: { end: 'refuse', refusal: { code: 'office-away', date: null, office: null } },
      code: result.fault?.code ?? 'GATEWAY_MALFORMED',
    });
  if (answer.decision === 'pending')
    return { state: { ...state, phase: 'review', unanswered: null }, effects: [poll()] };
  if (answer.decision === 'refused') {
    return over(state, {
      end: {
        end: 'refuse',
        refusal: {
          code: answer.refusal?.code ?? 'refused',
          date: answer.refusal?.date ?? null,
          office: answer.refusal,
        },
      },
    });
  }
  // Approved without the right goods to make: nothing that this service could do with it.
  if (answer.goods?.kind !== ITEMS[String(env.settings['item'] ?? '')]?.goods)
    return over(state, {
      end: { end: 'refuse', refusal: { code: 'office-away', date: null, office: null } },
      code: 'GATEWAY_MALFORMED',
    });
  return over(state, { facts: { reservation: answer }, end: { end: 'done' } });
}

function settled(state: Approve, input: Extract<Input, { kind: 'settled' }>, env: StepEnv): Turn<Approve> {
  if (input.office === null || input.office.outcome === 'unknown') {
    // Never seen by the gateway: the request did not arrive, so nothing was opened and nothing is owed.
    if (input.known === 'neverSeen' && state.phase === 'begin')
      return over(state, { end: { end: 'refuse', refusal: { code: 'office-away', date: null, office: null } } });
    return { state, effects: [poll()] };
  }
  return state.phase === 'begin'
    ? decided(state, input.office, env)
    : reserved({ ...state, unanswered: null }, input.office, env);
}

function over(state: Approve, turn: Omit<Turn<Approve>, 'state'>): Turn<Approve> {
  return {
    ...turn,
    state,
    effects: [
      { do: 'stopTimer', name: 'poll' },
      { do: 'stopTimer', name: 'approve-deadline' },
      ...(turn.effects ?? []),
    ],
  };
}
