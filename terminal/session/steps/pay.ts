import type { Bill } from '@yimen/contracts/back-office';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Intent } from '@yimen/contracts/ui';
import type { Facts } from '../machine/facts.ts';
import type { Input, OfficeResult, OperationEnd } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, StepView, Turn } from '../machine/step-machine.ts';
import { answerOf, ask, settleOffice } from './ask.ts';
import { itemLabel } from './review.ts';

type Phase = 'bill' | 'changed' | 'waiting' | 'checking' | 'declined' | 'cancelling' | 'closing';
interface Pay {
  readonly phase: Phase;
  readonly tries: number;
  readonly unanswered: string | null;
  /** Monotonic moment after which an unproved payment is no longer asked about but closed. */
  readonly settleBy: number | null;
}

/** bill → charge → the office's word on the bill. The device's answer alone proves nothing either way: the provider's
 *  state of the bill decides, and what cannot be decided is `unknown`, never charged again. */
export const payStep: StepMachine<Pay> = {
  enter(env) {
    const fee = env.facts.fee;
    if (fee === null || fee.amountFen === 0) return { state: fresh(), end: { end: 'skipped' } };
    return {
      state: fresh(),
      effects: [ask('bill', 'payment.bill.create', { caseRef: env.facts.case?.caseRef ?? '', items: [...fee.items] })],
    };
  },
  on(state, input, env) {
    if (input.kind === 'answered') return answered(state, input.key, input.result, env);
    if (input.kind === 'settled' && input.key === 'unanswered') return settled(state, input, env);
    if (input.kind === 'operated' && input.key === 'charge') return charged(state, input.end, env);
    if (input.kind === 'timer' && input.name === 'poll') return polled(state, env);
    if (input.kind === 'leave')
      return state.phase === 'waiting'
        ? cancel(state, env)
        : state.phase === 'declined' || state.phase === 'changed'
          ? close(state, env)
          : { state };
    if (input.kind !== 'intent') return { state };
    if (state.phase === 'changed') return answeredChange(state, input.intent, env);
    if (input.intent.kind === 'cancelPay' && state.phase === 'waiting') return cancel(state, env);
    if (input.intent.kind === 'cancelPay' && state.phase === 'declined') return close(state, env);
    if (input.intent.kind === 'again' && state.phase === 'declined')
      return { state: { ...state, phase: 'waiting', tries: state.tries + 1 }, effects: [charge(env)] };
    return { state };
  },
  view(state, env) {
    const bill = env.facts.bill;
    if (bill === null) {
      return {
        kind: 'approval-wait',
        body: { what: 'reservation', elapsedMs: 0, usualMs: 2_000, receiptNo: env.facts.case?.receiptNo ?? null },
        waits: null,
        canBack: false,
        canLeave: false,
      };
    }
    if (state.phase === 'changed') return changedView(env);
    const shown =
      state.phase === 'waiting'
        ? 'waiting'
        : state.phase === 'declined'
          ? 'declined'
          : state.phase === 'cancelling' || state.phase === 'closing'
            ? 'cancelling'
            : 'checking';
    return {
      kind: 'pay',
      body: {
        amountFen: bill.amountFen,
        items: bill.items.map((item) => ({
          label: item.count === 1 ? itemLabel(env, item.variant) : `${itemLabel(env, item.variant)} × ${item.count}`,
          amountFen: item.amountFen,
        })),
        payee: bill.payee,
        billNo: bill.billNo,
        qrText: bill.qrText,
        state: shown,
      },
      // The payment device's own deadline ends the waiting; the screen counts the same time.
      waits: shown === 'declined' || shown === 'waiting' ? { ms: env.deadlineMs, extendable: false } : null,
      canBack: false,
      canLeave: false,
    };
  },
};

function fresh(): Pay {
  return { phase: 'bill', tries: 1, unanswered: null, settleBy: null };
}

function charge(env: StepEnv): Effect {
  const bill = env.facts.bill;
  return {
    do: 'operate',
    key: 'charge',
    device: 'payment-terminal',
    verb: 'charge',
    args: { billRef: bill?.billRef ?? '', amountFen: bill?.amountFen ?? 0, qrText: bill?.qrText ?? '' },
    deadlineMs: env.deadlineMs,
  };
}

function query(env: StepEnv): Effect {
  return ask('query', 'payment.bill.query', { billRef: env.facts.bill?.billRef ?? '' });
}

function poll(): Effect {
  return { do: 'timer', name: 'poll', ms: SESSION_LIMITS.pollMs };
}

function answered(state: Pay, key: string, result: OfficeResult, env: StepEnv): Turn<Pay> {
  if (key === 'bill') return billed(state, result, env);
  if (key === 'query') return queried(state, result, env);
  if (key === 'close') return closed(state, result, env);
  return { state };
}

function billed(state: Pay, result: OfficeResult, env: StepEnv): Turn<Pay> {
  if (result.outcome === 'unknown') {
    return {
      state: {
        ...state,
        unanswered: result.operationId,
        settleBy: state.settleBy ?? env.monoMs + SESSION_LIMITS.officeSettleMs,
      },
      effects: [poll()],
    };
  }
  const bill = answerOf('payment.bill.create', result);
  if (bill === undefined)
    return { state, end: refusal('office-away'), code: result.fault?.code ?? 'GATEWAY_MALFORMED' };
  const fields = {
    sessionId: env.assignment.sessionId,
    caseRef: bill.caseRef,
    billRef: bill.billRef,
    amountFen: bill.amountFen,
  };
  const effects: Effect[] = [{ do: 'journal', events: [{ kind: 'bill-opened', fields }] }];
  if (bill.amountFen !== env.facts.fee?.amountFen) return differs(state, bill, effects, env);
  return {
    state: { ...state, phase: 'waiting', unanswered: null, settleBy: null },
    facts: { bill, money: 'open' },
    effects: [
      ...effects,
      { ...charge(env), args: { billRef: bill.billRef, amountFen: bill.amountFen, qrText: bill.qrText } } as Effect,
    ],
  };
}

/** The office asks for another amount than was shown. When the published rows have changed since (at midnight), he is asked
 *  again; anything else is a mistake that nobody pays for. */
function differs(state: Pay, bill: Bill, effects: readonly Effect[], env: StepEnv): Turn<Pay> {
  const facts = { bill, money: 'open' } as const;
  if (feeNow(env)?.amountFen !== bill.amountFen) return { state, facts, effects, end: refusal('fee-mismatch') };
  return { state: { ...state, phase: 'changed', unanswered: null, settleBy: null }, facts, effects };
}

/** What the same items cost by the rows in force at this moment; null when one has none. */
function feeNow(env: StepEnv): Facts['fee'] {
  const before = env.facts.fee?.items ?? [];
  const items = before.flatMap((item) => {
    const row = env.policyNow('fee', item.variant);
    return typeof row?.value === 'number' ? [{ ...item, feeRow: row.id, amountFen: row.value * item.count }] : [];
  });
  if (items.length === 0 || items.length < before.length) return null;
  return {
    amountFen: items.reduce((sum, item) => sum + item.amountFen, 0),
    items,
    rows: items.map((item) => item.feeRow),
  };
}

const NEW_FEE = 'newFee';

function answeredChange(state: Pay, intent: Intent, env: StepEnv): Turn<Pay> {
  if (intent.kind !== 'choose' || intent.question !== NEW_FEE) return { state };
  if (intent.value !== 'agree') return close(state, env);
  return { state: { ...state, phase: 'waiting' }, facts: { fee: feeNow(env) }, effects: [charge(env)] };
}

function changedView(env: StepEnv): StepView {
  const [before, now] = [env.facts.fee?.amountFen ?? 0, env.facts.bill?.amountFen ?? 0];
  const option = (value: string, label: string, feeFen: number | null): ChooseOption => ({
    value,
    label,
    detail: null,
    feeFen,
    warning: null,
  });
  return {
    kind: 'choose',
    body: {
      question: NEW_FEE,
      prompt: env.say.feeChanged(before, now),
      facts: [],
      options: [option('agree', env.say.payNew, now), option('decline', env.say.payNot, null)],
    },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: false,
    canLeave: true,
  };
}
type ChooseOption = Extract<StepView, { kind: 'choose' }>['body']['options'][number];

function charged(state: Pay, end: OperationEnd, env: StepEnv): Turn<Pay> {
  const settleBy = env.monoMs + SESSION_LIMITS.billSettleMs;
  if (end.outcome === 'notDone' && state.phase === 'cancelling')
    return { state: { ...state, phase: 'closing' }, effects: [closeBill(env)] };
  if (end.outcome === 'notDone' && end.fault?.code === 'paymentDeclined' && state.tries < SESSION_LIMITS.payTries) {
    return { state: { ...state, phase: 'declined' } };
  }
  // "Not paid" by the device's word is still asked at the provider before anything is closed.
  if (end.outcome === 'notDone') return { state: { ...state, phase: 'closing' }, effects: [closeBill(env)] };
  return {
    state: { ...state, phase: 'checking', settleBy },
    facts: end.outcome === 'unknown' ? { money: 'unknown' } : {},
    effects: [query(env)],
  };
}

function queried(state: Pay, result: OfficeResult, env: StepEnv): Turn<Pay> {
  const bill = answerOf('payment.bill.query', result);
  if (bill !== undefined && isPaid(bill)) return paid(state, bill);
  if (state.settleBy !== null && env.monoMs >= state.settleBy)
    return bill === undefined ? unproved(state) : close(state, env);
  return { state, effects: [poll()] };
}

function polled(state: Pay, env: StepEnv): Turn<Pay> {
  if (state.unanswered !== null) return { state, effects: [settleOffice('unanswered', state.unanswered)] };
  return { state, effects: [query(env)] };
}

function settled(state: Pay, input: Extract<Input, { kind: 'settled' }>, env: StepEnv): Turn<Pay> {
  const late = state.settleBy !== null && env.monoMs >= state.settleBy;
  if (input.office !== null && input.office.outcome !== 'unknown') {
    return state.phase === 'closing' ? closed(state, input.office, env) : billed(state, input.office, env);
  }
  if (state.phase === 'bill' && (late || input.known === 'neverSeen')) return { state, end: refusal('office-away') };
  if (late) return unproved(state);
  return { state, effects: [poll()] };
}

function cancel(state: Pay, _env: StepEnv): Turn<Pay> {
  // Giving the lease back makes the device end the waiting; its answer to `charge` still tells what really happened.
  return { state: { ...state, phase: 'cancelling' }, effects: [{ do: 'abort', device: 'payment-terminal' }] };
}

function closeBill(env: StepEnv): Effect {
  return ask('close', 'payment.bill.close', { billRef: env.facts.bill?.billRef ?? '' });
}

function close(state: Pay, env: StepEnv): Turn<Pay> {
  return {
    state: { ...state, phase: 'closing', settleBy: env.monoMs + SESSION_LIMITS.officeSettleMs },
    effects: [closeBill(env)],
  };
}

function closed(state: Pay, result: OfficeResult, env: StepEnv): Turn<Pay> {
  if (result.outcome === 'unknown') {
    const settleBy = state.settleBy ?? env.monoMs + SESSION_LIMITS.officeSettleMs;
    if (env.monoMs >= settleBy) return unproved(state);
    return { state: { ...state, unanswered: result.operationId, settleBy }, effects: [poll()] };
  }
  const bill = answerOf('payment.bill.close', result);
  if (bill === undefined) return unproved(state);
  if (isPaid(bill)) return paid(state, bill);
  return {
    state,
    facts: { bill, money: 'voided' },
    effects: [{ do: 'resolve', verb: 'charge', outcome: 'notDone', by: 'gateway' }],
    end: refusal('pay-failed'),
  };
}

function isPaid(bill: Bill): boolean {
  return bill.state === 'held' || bill.state === 'captured';
}

function paid(state: Pay, bill: Bill): Turn<Pay> {
  return {
    state,
    facts: { bill, money: 'taken' },
    effects: [
      { do: 'stopTimer', name: 'poll' },
      { do: 'resolve', verb: 'charge', outcome: 'done', by: 'gateway' },
    ],
    end: { end: 'done' },
  };
}

function unproved(state: Pay): Turn<Pay> {
  return {
    state,
    facts: { money: 'unknown' },
    effects: [{ do: 'stopTimer', name: 'poll' }],
    end: { end: 'stop', state: 'unknown' },
    code: 'pay-unknown',
  };
}
