import { errorRow } from '@yimen/contracts/base';
import { STOPPED_SCREEN_MS } from '@yimen/contracts/service';
import { SESSION_LIMITS } from '../limits.table.ts';
import { hasPropertyInside, type Why } from '../machine/facts.ts';
import type { StepEnv, StepMachine, StepView } from '../machine/step-machine.ts';
import { nextSteps } from './next-steps.ts';
import { stopQr, stopSlip } from '../documents/slips.ts';

/** Why it could not be done, that nothing was charged, and a next step that exists. */
export const refusedScreen: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown' }),
  on(state, input) {
    if (
      input.kind === 'leave' ||
      (input.kind === 'intent' && (input.intent.kind === 'confirm' || input.intent.kind === 'noted'))
    )
      return { state, end: { end: 'done' } };
    return { state };
  },
  view(_state, env) {
    const refusal = env.facts.refusal;
    const row = errorRow(refusal?.code ?? 'refused');
    const office = env.lang === 'en' ? refusal?.office?.textEn : refusal?.office?.textZh;
    const told = office ?? (env.lang === 'en' ? row?.citizen?.en : row?.citizen?.zh) ?? env.say.refusedAnyhow;
    const detail = env.texts[`refused.${refusal?.code ?? ''}`] ?? null;
    const dated = refusal?.date == null ? detail : `${detail ?? ''} ${refusal.date}`.trim();
    return {
      kind: 'refused',
      body: {
        code: refusal?.code ?? 'refused',
        told,
        detail: dated,
        why: refusal?.why === undefined ? null : whyOf(refusal.why, env),
        charged: false,
        next: nextSteps(refusal?.code ?? 'refused', env),
      },
      waits: { ms: SESSION_LIMITS.refusedScreenMs, extendable: true },
      canBack: false,
      canLeave: true,
    };
  },
};

/** The published rule, in the citizen's language; its source as it is published. */
function whyOf(why: Why, env: StepEnv): { rule: string; value: string; source: string } {
  return { rule: env.texts[`rule.${why.rule}`] ?? env.say.rule(why.rule), value: why.value, source: why.source };
}

type Slip = 'printed' | 'failed' | 'absent' | 'printing';

/** What happened, where the card is, what was charged, what to do, and the incident number; on paper or as a QR code.
 *  Waits at most five minutes, then clears: the case is found again by its number. */
export const stoppedScreen: StepMachine<Slip> = {
  enter(env) {
    if (!env.hasDevice('receipt-printer')) return { state: 'absent' };
    return {
      state: 'printing',
      effects: [
        {
          do: 'operate',
          key: 'slip',
          device: 'receipt-printer',
          verb: 'printReceipt',
          args: { slip: stopSlip(env) },
          deadlineMs: 20_000,
          evenUnjournaled: true,
        },
      ],
    };
  },
  on(state, input) {
    if (input.kind === 'operated' && input.key === 'slip')
      return { state: input.end.outcome === 'done' ? 'printed' : 'failed' };
    if (
      input.kind === 'leave' ||
      (input.kind === 'intent' && (input.intent.kind === 'noted' || input.intent.kind === 'confirm'))
    ) {
      // A slip still in the printer is the citizen's: the screen stays until it is out.
      return state === 'printing' ? { state } : { state, end: { end: 'done' } };
    }
    return { state };
  },
  view: stoppedView,
};

function stoppedView(slip: Slip, env: StepEnv): StepView {
  const { facts, say } = env;
  const state = facts.stop ?? 'unknown';
  const amount = facts.bill?.amountFen ?? facts.fee?.amountFen ?? 0;
  return {
    kind: 'stopped',
    body: {
      state,
      happened: say.stopHappened[state],
      property: say.property(facts),
      money: say.money(facts.money, amount, facts.production === 'done'),
      next: nextSteps(state, env),
      incident: facts.incident,
      receiptNo: facts.case?.receiptNo ?? null,
      qrText: stopQr(env),
      slip,
    },
    waits: slip === 'printing' ? null : { ms: STOPPED_SCREEN_MS, extendable: false },
    canBack: false,
    canLeave: false,
  };
}

/** The doors close: your data are gone, is anything left behind? */
export const farewell: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown', effects: [{ do: 'timer', name: 'farewell', ms: SESSION_LIMITS.farewellMs }] }),
  on(state, input) {
    if (
      input.kind === 'leave' ||
      (input.kind === 'timer' && input.name === 'farewell') ||
      (input.kind === 'intent' && input.intent.kind === 'confirm')
    ) {
      return { state, effects: [{ do: 'stopTimer', name: 'farewell' }], end: { end: 'done' } };
    }
    return { state };
  },
  view: (_state, env) => ({
    kind: 'end',
    body: { leftBehind: hasPropertyInside(env.facts) || env.facts.idCard === 'onReader' },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};
