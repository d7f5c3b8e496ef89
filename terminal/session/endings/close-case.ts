import type { JournalEvent } from '@yimen/contracts/journal';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Facts } from '../machine/facts.ts';
import type { Input, OfficeResult } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { settleMsOf } from '../recovery/settle.ts';
import { answerOf, ask, settleOffice } from '../steps/ask.ts';

type Phase = 'query' | 'closeBill' | 'cancel' | 'confirm';
interface CloseCase {
  readonly phase: Phase;
  readonly unanswered: string | null;
  readonly giveUpAt: number;
}

/** Tells the office how the case ended here, whatever the facts are: delivered → confirm done; paid and not produced →
 *  confirm notDone (the case stays open for another attempt); unproved → confirm unknown; unpaid → the bill is closed
 *  and the case cancelled. Runs as the step `confirm` and at every end; a case that is already closed is passed over.
 *  What cannot be told now stays an open case in the journal and is told before the next citizen. */
export const closeCase: StepMachine<CloseCase> = {
  enter(env) {
    const state: CloseCase = {
      phase: 'confirm',
      unanswered: null,
      giveUpAt: env.monoMs + settleMsOf(env),
    };
    if (env.facts.case === null || env.facts.caseClosed) return { state, end: { end: 'skipped' } };
    // Told before; what was not written down any more is that, and what is owed since.
    if (env.facts.caseTold) return told(state, env, 'told', {});
    // The office goes on with it, and this terminal owes it nothing: the citizen follows it by the receipt number.
    if (env.facts.stop === 'approval-pending') return told(state, env, 'left-pending', {});
    if (env.facts.case.decision === 'refused') return told(state, env, 'refused', {});
    return begin(state, env);
  },
  on(state, input, env) {
    if (input.kind === 'answered') return answered(state, input.key, input.result, env);
    if (input.kind === 'settled' && input.key === 'unanswered') return settled(state, input, env);
    if (input.kind === 'timer' && input.name === 'poll') {
      if (env.monoMs >= state.giveUpAt) return giveUp(state, env);
      return state.unanswered === null
        ? begin(state, env)
        : { state, effects: [settleOffice('unanswered', state.unanswered)] };
    }
    return { state };
  },
  view: (_state, env) =>
    env.facts.card === 'returned'
      ? {
          kind: 'approval-wait',
          body: { what: 'reservation', elapsedMs: 0, usualMs: 2_000, receiptNo: env.facts.case?.receiptNo ?? null },
          waits: null,
          canBack: false,
          canLeave: false,
        }
      : {
          kind: 'produce',
          body: { phase: 'returning', phases: ['returning'], elapsedMs: 0, usualMs: 2_000 },
          waits: null,
          canBack: false,
          canLeave: false,
        },
};

function begin(state: CloseCase, env: StepEnv): Turn<CloseCase> {
  const { facts } = env;
  if (facts.money === 'unknown' && facts.production === 'none') {
    return {
      state: { ...state, phase: 'query' },
      effects: [ask('query', 'payment.bill.query', { billRef: facts.bill?.billRef ?? '' })],
    };
  }
  const unpaid = facts.money === 'none' || facts.money === 'open' || facts.money === 'voided';
  const free = (facts.fee?.amountFen ?? 0) === 0;
  if (unpaid && !(free && facts.production !== 'none')) {
    if (facts.money === 'open' && facts.bill !== null) {
      return {
        state: { ...state, phase: 'closeBill' },
        effects: [ask('closeBill', 'payment.bill.close', { billRef: facts.bill.billRef })],
      };
    }
    const reason = facts.refusal?.code ?? 'citizen-left';
    return {
      state: { ...state, phase: 'cancel' },
      effects: [ask('cancel', `${env.office}.case.cancel`, { caseRef: facts.case?.caseRef ?? '', reason })],
    };
  }
  return { state: { ...state, phase: 'confirm' }, effects: [confirm(env)] };
}

function confirm(env: StepEnv): Effect {
  const { facts } = env;
  return ask('confirm', `${env.office}.case.confirm`, {
    caseRef: facts.case?.caseRef ?? '',
    outcome: outcomeOf(env),
    evidence: facts.evidence === '' ? (facts.stop ?? 'none') : facts.evidence,
    handedOver: facts.handedOver && facts.production === 'done',
    chipCounter: facts.chipCounter,
    imageDigest: facts.panelDigest,
    serial: serialOf(facts),
    oldRecovered: facts.oldRecovered,
    sheets: facts.sheets,
  });
}

/** The one serial that the office must hear of: of a document, or of the blank that something was, or may have been, made
 *  of, or that was spoiled. A blank that nobody touched lies in the stack still: one that is named here is void. */
function serialOf({ reservation, spoiledSerial, production }: Facts): string | null {
  const goods = reservation?.goods;
  if (goods?.kind === 'document') return goods.serial;
  if (goods?.kind !== 'licence') return spoiledSerial;
  const isUsed = production !== 'none' && production !== 'notDone';
  return isUsed || spoiledSerial === goods.blankSerial ? goods.blankSerial : null;
}

function outcomeOf(env: StepEnv): 'done' | 'notDone' | 'unknown' {
  const { production, handedOver, money } = env.facts;
  if (production === 'done') return handedOver ? 'done' : 'notDone';
  if (production === 'unknown' || production === 'mismatch' || money === 'unknown') return 'unknown';
  return 'notDone';
}

function answered(state: CloseCase, key: string, result: OfficeResult, env: StepEnv): Turn<CloseCase> {
  // Nothing can be recorded, so nothing can be asked for: what is owed is told after the disk is well.
  if (result.fault?.code === 'JOURNAL_IO') return giveUp(state, env);
  if (result.outcome === 'unknown' && key !== 'query')
    return { state: { ...state, unanswered: result.operationId }, effects: [poll()] };
  switch (key) {
    case 'query':
      return queried(state, result, env);
    case 'closeBill':
      return billClosed(state, result, env);
    case 'cancel':
      return cancelled(state, result, env);
    case 'confirm':
      return confirmed(state, result, env);
    default:
      return { state };
  }
}

function poll(): Effect {
  return { do: 'timer', name: 'poll', ms: SESSION_LIMITS.pollMs };
}

function queried(state: CloseCase, result: OfficeResult, env: StepEnv): Turn<CloseCase> {
  const bill = answerOf('payment.bill.query', result);
  if (bill === undefined) return env.monoMs >= state.giveUpAt ? giveUp(state, env) : { state, effects: [poll()] };
  if (bill.state === 'held' || bill.state === 'captured') {
    return { state, facts: { bill, money: 'taken' }, end: { end: 'stop', state: 'paid-not-produced' } };
  }
  if (bill.state === 'open')
    return {
      state: { ...state, phase: 'closeBill' },
      facts: { bill, money: 'open' },
      effects: [ask('closeBill', 'payment.bill.close', { billRef: bill.billRef })],
    };
  return cancelNow({ ...state }, env, { bill, money: 'voided' });
}

function billClosed(state: CloseCase, result: OfficeResult, env: StepEnv): Turn<CloseCase> {
  const bill = answerOf('payment.bill.close', result);
  if (bill === undefined) return env.monoMs >= state.giveUpAt ? giveUp(state, env) : { state, effects: [poll()] };
  // Paid after all, while we were leaving: the money is the citizen's until goods are made.
  if (bill.state === 'held' || bill.state === 'captured')
    return { state, facts: { bill, money: 'taken' }, end: { end: 'stop', state: 'paid-not-produced' } };
  return cancelNow(state, env, { bill, money: 'voided' });
}

function cancelNow(state: CloseCase, env: StepEnv, facts: Turn<CloseCase>['facts']): Turn<CloseCase> {
  const reason = env.facts.refusal?.code ?? 'citizen-left';
  return {
    state: { ...state, phase: 'cancel', unanswered: null },
    ...(facts === undefined ? {} : { facts }),
    effects: [ask('cancel', `${env.office}.case.cancel`, { caseRef: env.facts.case?.caseRef ?? '', reason })],
  };
}

function cancelled(state: CloseCase, result: OfficeResult, env: StepEnv): Turn<CloseCase> {
  const answer = answerOf(`${env.office}.case.cancel`, result);
  if (answer === undefined) return env.monoMs >= state.giveUpAt ? giveUp(state, env) : { state, effects: [poll()] };
  return told(state, env, 'cancelled', { refundedFen: answer.refundedFen });
}

/** The case has come to another end meanwhile (a window cancelled it, the money went back): asking again changes nothing. */
const OTHER_END: ReadonlySet<string> = new Set(['case-cancelled', 'out-of-order', 'receipt-unknown', 'serial-differs']);

function confirmed(state: CloseCase, result: OfficeResult, env: StepEnv): Turn<CloseCase> {
  const answer = answerOf(`${env.office}.case.confirm`, result);
  // What staff gave out is out: that the office does not take it is for people to clear, and shows in the closing.
  if (env.facts.handedOut && result.outcome === 'notDone' && OTHER_END.has(result.fault?.code ?? ''))
    return told(state, env, 'handed-out-refused', {});
  if (answer === undefined) return env.monoMs >= state.giveUpAt ? giveUp(state, env) : { state, effects: [poll()] };
  return told(state, env, `confirmed-${outcomeOf(env)}`, { capturedFen: answer.capturedFen });
}

function settled(state: CloseCase, input: Extract<Input, { kind: 'settled' }>, env: StepEnv): Turn<CloseCase> {
  if (input.office !== null && input.office.outcome !== 'unknown')
    return answered({ ...state, unanswered: null }, state.phase, input.office, env);
  if (env.monoMs >= state.giveUpAt) return giveUp(state, env);
  // The gateway has never seen it: the request did not arrive, so sending it is not a repetition.
  if (input.known === 'neverSeen') return begin({ ...state, unanswered: null }, env);
  return { state, effects: [poll()] };
}

function told(state: CloseCase, env: StepEnv, word: string, facts: Turn<CloseCase>['facts']): Turn<CloseCase> {
  const closed = { kind: 'case-closed', fields: { caseRef: env.facts.case?.caseRef ?? '', state: word } } as const;
  const owed = owedOf(env);
  const settled = owed === null ? servedOf(word, env) : null;
  const events = [closed, ...(owed === null ? [] : [owed]), ...(settled === null ? [] : [settled])];
  return {
    state,
    facts: { ...facts, caseClosed: true, compensationFen: owed?.fields.amountFen ?? 0 },
    effects: [
      { do: 'stopTimer', name: 'poll' },
      { do: 'journal', events },
    ],
    ...ends(env),
  };
}

/** Money that stays with us although its purpose is not met: nothing made, or made and not taken, or an officer still has
 *  to review (services contract §5). What closes it is the gateway's to know. */
function owedOf(env: StepEnv): Extract<JournalEvent, { kind: 'compensation' }> | null {
  const { facts } = env;
  if (facts.money !== 'taken') return null;
  const isMet = facts.production === 'done' && facts.handedOver;
  if (isMet && !isReviewAhead(env)) return null;
  const why = isMet ? 'review' : facts.production === 'done' ? 'produced-not-taken' : 'paid-not-produced';
  const fields = {
    sessionId: env.assignment.sessionId,
    caseRef: facts.case?.caseRef ?? '',
    amountFen: facts.bill?.amountFen ?? facts.fee?.amountFen ?? 0,
    state: 'opened',
    why,
  } as const;
  return { kind: 'compensation', fields };
}

/** What was owed since an earlier end of this case has served its purpose: the goods are with their holder. */
function servedOf(
  word: string,
  { assignment, facts }: StepEnv,
): Extract<JournalEvent, { kind: 'compensation' }> | null {
  const isServed = facts.production === 'done' && facts.handedOver && word !== 'handed-out-refused';
  if (facts.compensationFen === 0 || !isServed) return null;
  const caseRef = facts.case?.caseRef ?? '';
  const { sessionId } = assignment;
  const fields = { sessionId, caseRef, amountFen: facts.compensationFen, state: 'closed', why: 'handed-out' } as const;
  return { kind: 'compensation', fields };
}

/** An officer still decides. A recovery knows the decision no more, only whether the service is paid for before one. */
function isReviewAhead({ assignment, facts, pkg }: StepEnv): boolean {
  return assignment.purpose !== 'citizen' ? pkg.manifest.chargeOn === 'accepted' : facts.case?.decision === 'accepted';
}

/** A case that ended paid without goods is a stop, also when the citizen thought that he had left. */
function ends(env: StepEnv): Pick<Turn<CloseCase>, 'end'> {
  const { facts } = env;
  if (facts.stop === null && facts.money === 'taken' && facts.production !== 'done') {
    return { end: { end: 'stop', state: facts.production === 'unknown' ? 'unknown' : 'paid-not-produced' } };
  }
  return { end: { end: 'done' } };
}

function giveUp(state: CloseCase, env: StepEnv): Turn<CloseCase> {
  const effects: Effect[] = [{ do: 'stopTimer', name: 'poll' }];
  // Goods and card are out; only the office does not know yet. The open case is told before the next citizen.
  if (env.facts.handedOver && env.facts.production === 'done')
    return { state, effects, end: { end: 'done' }, code: 'GATEWAY_UNREACHABLE' };
  if (env.facts.money === 'unknown')
    return { state, effects, end: { end: 'stop', state: 'unknown' }, code: 'GATEWAY_UNREACHABLE' };
  return { state, effects, ...ends(env), code: 'GATEWAY_UNREACHABLE' };
}
