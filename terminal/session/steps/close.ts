import type { StepMachine } from '../machine/step-machine.ts';
import { finishedSlip, receiptLines, receiptQr } from '../documents/slips.ts';

type Paper = 'ready' | 'printing' | 'printed' | 'failed' | 'absent';
interface Receipt {
  readonly paper: Paper;
  readonly why: string | null;
  readonly leaving: boolean;
}

/** The slip, or the same as a QR code: a slip printer is never required. */
export const receiptStep: StepMachine<Receipt> = {
  enter: (env) => ({
    state: { paper: env.hasDevice('receipt-printer') ? 'ready' : 'absent', why: null, leaving: false },
  }),
  on(state, input, env) {
    if (input.kind === 'operated' && input.key === 'slip') {
      const next: Receipt = {
        ...state,
        paper: input.end.outcome === 'done' ? 'printed' : 'failed',
        why: input.end.fault?.code ?? null,
      };
      return state.leaving ? { state: next, end: { end: 'done' } } : { state: next };
    }
    if (input.kind === 'leave')
      return state.paper === 'printing' ? { state: { ...state, leaving: true } } : { state, end: { end: 'done' } };
    if (input.kind !== 'intent') return { state };
    if (input.intent.kind === 'confirm')
      return state.paper === 'printing' ? { state: { ...state, leaving: true } } : { state, end: { end: 'done' } };
    if (input.intent.kind === 'printReceipt' && (state.paper === 'ready' || state.paper === 'failed')) {
      return {
        state: { ...state, paper: 'printing' },
        effects: [
          {
            do: 'operate',
            key: 'slip',
            device: 'receipt-printer',
            verb: 'printReceipt',
            args: { slip: finishedSlip(env) },
            deadlineMs: 20_000,
          },
        ],
      };
    }
    return { state };
  },
  view: (state, env) => ({
    kind: 'receipt',
    body: { lines: receiptLines(env), qrText: receiptQr(env), printer: state.paper, why: state.why },
    waits: state.paper === 'printing' ? null : { ms: env.deadlineMs, extendable: true },
    canBack: false,
    canLeave: false,
  }),
};

/** At an end that is no receipt: money that was paid and went back at once is shown, and printed for whoever wants it. A
 *  recovery has nobody before it; who comes back finds the same by his receipt number. */
export const refundReceipt: StepMachine<Receipt> = {
  ...receiptStep,
  enter: (env) =>
    env.facts.refundedFen > 0 && env.assignment.purpose === 'citizen'
      ? receiptStep.enter(env)
      : { state: { paper: 'absent', why: null, leaving: false }, end: { end: 'skipped' } },
};

/** Five faces with words; no free text, and silence is an answer too. */
export const rateStep: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown' }),
  on(state, input, env) {
    if (input.kind === 'leave') return { state, end: { end: 'done' } };
    if (input.kind !== 'intent') return { state };
    if (input.intent.kind === 'skip') return { state, end: { end: 'done' } };
    if (input.intent.kind !== 'rate') return { state };
    const fields = { sessionId: env.assignment.sessionId, service: env.pkg.manifest.id, stars: input.intent.stars };
    return { state, effects: [{ do: 'journal', events: [{ kind: 'rating-given', fields }] }], end: { end: 'done' } };
  },
  view: (_state, env) => ({
    kind: 'rate',
    body: {},
    waits: { ms: env.deadlineMs, extendable: false },
    canBack: false,
    canLeave: false,
  }),
};
