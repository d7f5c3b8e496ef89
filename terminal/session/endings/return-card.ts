import { z } from 'zod';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import { hasPropertyInside, type CardPlace, type Facts } from '../machine/facts.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';

type Phase = 'where' | 'handBack' | 'eject' | 'capture' | 'look';
interface ReturnCard {
  readonly phase: Phase;
  readonly reminder: number;
  /** Motions tried; a card that does not come is not pulled about for ever (ladder step L2: at most twice). */
  readonly tries: number;
}
const positionSchema = z.object({ position: z.enum(['none', 'gate', 'readPosition', 'bin', 'jammed', 'unknown']) });

/** Gives the citizen's own card back: from the printer if it is there, out of the gate, and into the bin when nobody
 *  takes it. Runs at every end, and as the step `hand-over`. The sensors are asked, never guessed. */
export const returnCard: StepMachine<ReturnCard> = {
  enter(env) {
    if (!hasPropertyInside(env.facts)) return { state: start(), end: { end: 'skipped' } };
    // A card that would carry a wrong endorsement is never presented (F18): it is kept for staff.
    if (env.facts.production === 'mismatch')
      return withCard({ ...start(), phase: 'handBack' }, env.facts.card, 'capture');
    if (env.facts.card === 'printer') return { state: { ...start(), phase: 'handBack' }, effects: [handBack()] };
    return { state: start(), effects: [look()] };
  },
  on(state, input, env) {
    if (input.kind === 'read' && input.key === 'where') return placed(state, input, env);
    if (input.kind === 'operated') return operated(state, input.key, input.end, env);
    if (input.kind === 'timer' && input.name === 'reminder' && state.phase === 'eject') {
      return { state: { ...state, reminder: state.reminder + 1 }, effects: [remind()] };
    }
    return { state };
  },
  view(state, env) {
    if (state.phase !== 'eject') {
      return {
        kind: 'produce',
        body: { phase: 'returning', phases: ['returning'], elapsedMs: 0, usualMs: 5_000 },
        waits: null,
        canBack: false,
        canLeave: false,
      };
    }
    return {
      kind: 'take',
      body: { what: 'card', why: whyOf(env.facts), reminder: state.reminder },
      waits: null,
      canBack: false,
      canLeave: false,
    };
  },
};

function start(): ReturnCard {
  return { phase: 'where', reminder: 0, tries: 0 };
}

function whyOf(facts: Facts): 'finished' | 'leaving' | 'refused' | 'stopped' {
  if (facts.stop !== null) return 'stopped';
  if (facts.refusal !== null) return 'refused';
  return facts.production === 'done' ? 'finished' : 'leaving';
}

function operate(key: string, device: 'card-unit' | 'endorsement-printer', verb: string, deadlineMs: number): Effect {
  return { do: 'operate', key, device, verb, args: {}, deadlineMs, evenUnjournaled: true };
}
function handBack(): Effect {
  return operate('handBack', 'endorsement-printer', 'handBack', 20_000);
}
function eject(): Effect {
  return operate('eject', 'card-unit', 'ejectCard', SESSION_LIMITS.takeCardMs);
}
function capture(): Effect {
  return operate('capture', 'card-unit', 'captureCard', 20_000);
}
function look(): Effect {
  return { do: 'read', key: 'where', device: 'card-unit', verb: 'position', args: {}, deadlineMs: 8_000 };
}
function remind(): Effect {
  return { do: 'timer', name: 'reminder', ms: SESSION_LIMITS.takeReminderMs };
}

function withCard(state: ReturnCard, card: CardPlace, then: 'capture'): Turn<ReturnCard> {
  if (card === 'printer') return { state: { ...state, phase: 'handBack' }, effects: [handBack()] };
  return { state: { ...state, phase: then }, effects: [capture()] };
}

function operated(state: ReturnCard, key: string, end: OperationEnd, env: StepEnv): Turn<ReturnCard> {
  if (key === 'handBack') {
    if (end.outcome === 'done') {
      if (env.facts.production === 'mismatch')
        return { state: { ...state, phase: 'capture' }, facts: { card: 'inside' }, effects: [capture()] };
      return { state: { ...state, phase: 'eject' }, facts: { card: 'inside' }, effects: [eject(), remind()] };
    }
    // Not handed back for certain, or not known: the card unit's sensors tell whether the card has arrived.
    return { state: { ...state, phase: 'look', tries: state.tries + 1 }, effects: [look()] };
  }
  if (key === 'eject') {
    if (end.outcome === 'done') return given(state, env);
    return {
      state: { ...state, phase: 'look', tries: state.tries + 1 },
      effects: [{ do: 'stopTimer', name: 'reminder' }, look()],
    };
  }
  if (key === 'capture') {
    if (end.outcome === 'done') return kept(state, env, 'held');
    return kept(state, env, 'stuck');
  }
  return { state };
}

function placed(state: ReturnCard, input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<ReturnCard> {
  const parsed = input.result.ok ? positionSchema.safeParse(input.result.value) : undefined;
  const position = parsed?.success === true ? parsed.data.position : 'unknown';
  // Still in the unit: a motion out of it that could not say so did not happen, and is not proved by the next one.
  if (position === 'readPosition' && state.tries < 2)
    return {
      state: { ...state, phase: 'eject' },
      facts: { card: 'inside' },
      effects: [proved('ejectCard', 'notDone'), eject(), remind()],
    };
  if (position === 'gate') {
    // Already presented and not taken: it is drawn in, so that the next citizen does not find it.
    if (state.tries > 0)
      return { state: { ...state, phase: 'capture' }, facts: { card: 'gate' }, effects: [capture()] };
    return { state: { ...state, phase: 'eject' }, facts: { card: 'gate' }, effects: [eject(), remind()] };
  }
  if (position === 'readPosition') return { state: { ...state, phase: 'capture' }, effects: [capture()] };
  if (position === 'none') return absent(state, env);
  if (position === 'bin') return kept(state, env, 'held');
  return kept(state, env, 'stuck');
}

/** No card at the unit's sensors: taken, if it had been presented; in the printer, if that is where it was. */
function absent(state: ReturnCard, env: StepEnv): Turn<ReturnCard> {
  if (state.tries === 0 && env.facts.card === 'unknown') {
    return { state: { ...state, phase: 'handBack', tries: 1 }, effects: [handBack()] };
  }
  if (env.facts.card === 'printer' || env.facts.card === 'unknown') return kept(state, env, 'stuck');
  return given(state, env);
}

/** What the sensors say of an earlier motion whose own answer proved nothing. */
function proved(verb: string, outcome: 'done' | 'notDone'): Effect {
  return { do: 'resolve', verb, outcome, by: 'sensor' };
}

/** A card that was taken at the gate had been drawn in, was in the unit, and has left it. */
const OUT: readonly Effect[] = [
  proved('acceptCard', 'done'),
  proved('takeCard', 'notDone'),
  proved('handBack', 'done'),
  proved('ejectCard', 'done'),
];

function given(state: ReturnCard, env: StepEnv): Turn<ReturnCard> {
  const produced = env.facts.production === 'done' ? 1 : 0;
  return {
    state,
    facts: { card: 'returned', handedOver: true },
    effects: [
      { do: 'stopTimer', name: 'reminder' },
      ...OUT,
      { do: 'remember', produced, handedOver: produced, retained: 0 },
    ],
    end: { end: 'done' },
  };
}

function kept(state: ReturnCard, env: StepEnv, card: 'held' | 'stuck'): Turn<ReturnCard> {
  const produced = env.facts.production === 'done';
  return {
    state,
    facts: { card },
    effects: [
      { do: 'stopTimer', name: 'reminder' },
      proved('ejectCard', 'notDone'),
      ...(card === 'held' ? [proved('captureCard', 'done')] : []),
      { do: 'remember', produced: produced ? 1 : 0, handedOver: 0, retained: card === 'held' ? 1 : 0 },
    ],
    end: { end: 'stop', state: produced ? 'produced-not-taken' : 'card-held' },
    code: card === 'held' ? 'notTaken' : 'mediaJam',
  };
}
