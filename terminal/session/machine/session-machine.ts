import type { OfficeRefusal } from '@yimen/contracts/back-office';
import type { JournalEvent, StopState } from '@yimen/contracts/journal';
import {
  EXTENSIONS_MAX,
  STEPS,
  TIMEOUT_WARNING_MS,
  type Guard,
  type Phase,
  type StepKind,
} from '@yimen/contracts/service';
import type { Language, Mode } from '@yimen/contracts/ui';
import type { Effect } from './effect.ts';
import { hasPropertyInside, type Facts, type Refusal } from './facts.ts';
import type { Input } from './input.ts';
import type { AnyStep, StepEnd, StepEnv, StepView, Turn } from './step-machine.ts';

/** A place in a session's plan: a workflow step, or one of the ends. */
export interface PlanItem {
  readonly id: string;
  readonly kind: string;
  readonly settings: StepEnv['settings'];
  /** All must hold, else the step is passed over. */
  readonly when?: readonly Guard[];
}

export interface StepRecord {
  readonly step: string;
  readonly outcome: 'done' | 'notDone' | 'unknown' | 'skipped';
  readonly ms: number;
}

/** A session, whole. `at` points into `plan`; the plan is replaced when a session turns to its end. */
export interface SessionState {
  readonly plan: readonly PlanItem[];
  readonly at: number;
  readonly inner: unknown;
  readonly enteredMono: number;
  readonly facts: Facts;
  readonly records: readonly StepRecord[];
  readonly lang: Language;
  readonly mode: Mode;
  readonly overlay: 'none' | 'timeout' | 'help';
  readonly extensionsLeft: number;
  readonly service: string | null;
  readonly ending: 'none' | 'refused' | 'abandoned' | 'stopped' | 'done';
  readonly how: 'finished' | 'timeout' | 'cancelled';
  readonly journalGone: boolean;
  /** Nobody is before it and no device is its own: it only tells offices. */
  readonly isBehind: boolean;
  readonly over: boolean;
  /** The calendar date (Asia/Shanghai) whose policy rows this session keeps: a fee that changes at midnight does not
   *  change for a citizen who has begun. */
  readonly policyDate: string;
}

/** What the engine needs from outside: the catalogue of step machines and how to see the world. */
export interface SessionWorld {
  readonly step: (kind: string) => AnyStep;
  readonly env: (state: SessionState, item: PlanItem) => StepEnv;
  readonly sessionId: string;
  /** Whether a guard of the workflow holds now. */
  readonly holds: (state: SessionState, guard: Guard) => boolean;
  /** Steps of a chosen service, in order. */
  readonly plan: (service: string) => readonly PlanItem[];
  readonly release: (service: string) => number;
}

export interface Move {
  readonly state: SessionState;
  readonly effects: readonly Effect[];
}

const PROMPT = 'prompt';
const WARNING = 'warning';
/** Phases in which a step ends by itself when the citizen leaves. */
const WINDS_DOWN: readonly Phase[] = ['open', 'read', 'identify', 'decide'];
const END_PLANS: Readonly<Record<'refused' | 'abandoned' | 'stopped' | 'done', readonly string[]>> = {
  refused: [
    'return-card',
    'clear-goods',
    'release-case',
    'result',
    'refused',
    'refund-receipt',
    'lift-card',
    'farewell',
  ],
  abandoned: ['return-card', 'clear-goods', 'release-case', 'result', 'refund-receipt', 'lift-card', 'farewell'],
  stopped: ['return-card', 'clear-goods', 'report-stop', 'result', 'stopped', 'lift-card', 'farewell'],
  done: ['lift-card', 'farewell'],
};

/** What of an end is left where there is no page, no device and nobody. */
const BEHIND: readonly string[] = ['release-case', 'report-stop', 'money-back', 'result'];

/** The pure session: `(state, input) → {state, effects}`. Nothing in here waits, reads a clock or touches a device. */
export class SessionMachine {
  readonly #world: SessionWorld;

  constructor(world: SessionWorld) {
    this.#world = world;
  }

  step(state: SessionState, input: Input): Move {
    if (state.over) return { state, effects: [] };
    if (input.kind === 'begin') return this.#enter(state, state.at, []);
    if (input.kind === 'journalFailed') return this.#journalFailed(state);
    if (input.kind === 'wrapUp') return this.#inner(state, { kind: 'leave', how: 'cancelled' });
    if (input.kind === 'timer' && (input.name === PROMPT || input.name === WARNING))
      return this.#timeOver(state, input.name);
    if (input.kind === 'intent') return this.#intent(state, input);
    return this.#inner(state, input);
  }

  /** What the citizen sees now. */
  view(state: SessionState): StepView | null {
    const item = state.plan[state.at];
    if (item === undefined) return null;
    if (state.overlay === 'timeout') {
      return {
        kind: 'timeout',
        body: { leftMs: TIMEOUT_WARNING_MS, extensionsLeft: state.extensionsLeft },
        waits: { ms: TIMEOUT_WARNING_MS, extendable: true },
        canBack: false,
        canLeave: true,
      };
    }
    const env = this.#world.env(state, item);
    if (state.overlay === 'help') {
      return {
        kind: 'help',
        body: { hotline: env.assignment.terminal.hotline },
        waits: { ms: 60_000, extendable: true },
        canBack: true,
        canLeave: true,
      };
    }
    return this.#world.step(item.kind).view(state.inner, env);
  }

  #intent(state: SessionState, input: Extract<Input, { kind: 'intent' }>): Move {
    const { intent } = input;
    const view = this.view(state);
    if (intent.kind === 'language') return { state: { ...state, lang: intent.lang }, effects: this.#prompt(state) };
    if (intent.kind === 'mode') return { state: { ...state, mode: intent.mode }, effects: this.#prompt(state) };
    if (state.overlay === 'timeout') {
      if (intent.kind === 'leave')
        return this.#inner({ ...state, overlay: 'none' }, { kind: 'leave', how: 'cancelled' });
      if (intent.kind !== 'extend') return { state, effects: [] };
      const next = { ...state, overlay: 'none' as const, extensionsLeft: state.extensionsLeft - 1 };
      return { state: next, effects: [{ do: 'stopTimer', name: WARNING }, ...this.#prompt(next)] };
    }
    if (intent.kind === 'help' && view?.waits != null) return this.#overlay(state, 'help');
    if (state.overlay === 'help') {
      if (intent.kind === 'closeHelp' || intent.kind === 'back') return this.#overlay(state, 'none');
      if (intent.kind !== 'leave') return { state, effects: [] };
    }
    if (intent.kind === 'leave') {
      if (view?.canLeave !== true) return { state, effects: [] };
      return this.#inner({ ...state, overlay: 'none' }, { kind: 'leave', how: 'cancelled' });
    }
    if (intent.kind === 'back' && view?.canBack !== true) return { state, effects: [] };
    if (intent.kind === 'service') return this.#choose(state, intent.service);
    const moved = this.#inner(state, input);
    // A touch shows that somebody is there: the waiting time starts again. A picture shows nobody; the page takes one by
    // itself every few seconds, also of an empty hall or a black wall.
    const touched = intent.kind === 'picture' ? [] : this.#prompt(moved.state);
    return { state: moved.state, effects: [...moved.effects, ...touched] };
  }

  #overlay(state: SessionState, overlay: SessionState['overlay']): Move {
    const next = { ...state, overlay };
    return { state: next, effects: this.#prompt(next) };
  }

  #choose(state: SessionState, service: string): Move {
    const item = state.plan[state.at];
    if (item?.kind !== 'menu') return { state, effects: [] };
    const steps = this.#world.plan(service);
    if (steps.length === 0) return { state, effects: [] };
    const next = {
      ...state,
      plan: [
        ...state.plan.slice(0, state.at + 1),
        ...steps,
        { id: 'result', kind: 'result', settings: {} },
        ...ends('done'),
      ],
      service,
    };
    const started = this.#event('service-started', {
      sessionId: this.#world.sessionId,
      service,
      release: this.#world.release(service),
    });
    return this.#enter(next, state.at + 1, [{ do: 'journal', events: [started] }]);
  }

  #timeOver(state: SessionState, name: string): Move {
    if (name === WARNING) {
      if (state.overlay !== 'timeout') return { state, effects: [] };
      return this.#inner({ ...state, overlay: 'none', how: 'timeout' }, { kind: 'leave', how: 'timeout' });
    }
    const view = this.view(state);
    if (view?.waits == null) return { state, effects: [] };
    if (!view.waits.extendable || state.extensionsLeft <= 0) {
      return this.#inner({ ...state, overlay: 'none', how: 'timeout' }, { kind: 'leave', how: 'timeout' });
    }
    return {
      state: { ...state, overlay: 'timeout' },
      effects: [{ do: 'timer', name: WARNING, ms: TIMEOUT_WARNING_MS }],
    };
  }

  /** The journal cannot be written: nothing that changes state begins any more, property is still returned. */
  #journalFailed(state: SessionState): Move {
    if (state.journalGone) return { state, effects: [] };
    // A bill that is out may be paid by now, and the office is asked nothing any more that would change it.
    const money = state.facts.money === 'open' ? 'unknown' : state.facts.money;
    const next: SessionState = { ...state, journalGone: true, overlay: 'none', facts: { ...state.facts, money } };
    if (next.ending !== 'none') return { state: next, effects: [] };
    if (money === 'taken' || money === 'unknown') return this.#turn(next, { end: 'stop', state: 'unknown' });
    // A step that only reads and asks winds its device down itself: a reader goes dark, a collector is emptied.
    const kind = next.plan[next.at]?.kind ?? '';
    const phase = Object.hasOwn(STEPS, kind) ? STEPS[kind as StepKind].phase : null;
    return phase !== null && WINDS_DOWN.includes(phase)
      ? this.#inner(next, { kind: 'leave', how: 'cancelled' })
      : this.#turn(next, { end: 'leave', how: 'cancelled' });
  }

  #inner(state: SessionState, input: Input): Move {
    const item = state.plan[state.at];
    if (item === undefined) return { state, effects: [] };
    const turn = this.#world.step(item.kind).on(state.inner, input, this.#world.env(state, item));
    return this.#take(state, turn, input.kind === 'read' || input.kind === 'operated');
  }

  #take(state: SessionState, turn: Turn<unknown>, isDeviceAnswer = false): Move {
    const before = this.view(state);
    const facts = turn.facts === undefined ? state.facts : { ...state.facts, ...turn.facts };
    const next: SessionState = { ...state, inner: turn.state, facts };
    const effects = turn.effects ?? [];
    const finish = effects.some((effect) => effect.do === 'finish');
    if (finish) return { state: { ...next, over: true }, effects };
    if (turn.end === undefined) {
      const now = this.view(next);
      // Another question, or the same one that begins to wait (or stops waiting) because a device has ended its part.
      const isNew =
        now?.kind !== before?.kind ||
        (now?.waits == null) !== (before?.waits == null) ||
        // A device that moved the question on (the second finger) shows that somebody is there.
        (isDeviceAnswer && JSON.stringify(now?.body) !== JSON.stringify(before?.body));
      return { state: next, effects: [...effects, ...(isNew ? this.#prompt(next) : [])] };
    }
    const ended = this.#ended(next, turn);
    const moved = this.#turn(ended.state, turn.end);
    return { state: moved.state, effects: [...effects, ...ended.effects, ...moved.effects] };
  }

  /** Records that the present step ended. */
  #ended(state: SessionState, turn: Turn<unknown>): Move {
    const item = state.plan[state.at];
    if (item === undefined || turn.end === undefined) return { state, effects: [] };
    const ms = Math.max(0, this.#world.env(state, item).monoMs - state.enteredMono);
    const outcome = outcomeOf(turn.end);
    const isStep = Object.hasOwn(STEPS, item.kind);
    const fields = {
      sessionId: this.#world.sessionId,
      step: item.id,
      outcome,
      ms,
      code: turn.code ?? codeOf(turn.end),
    };
    return {
      state: isStep ? { ...state, records: [...state.records, { step: item.id, outcome, ms }].slice(-64) } : state,
      effects: [
        { do: 'stopTimer', name: PROMPT },
        { do: 'stopTimer', name: WARNING },
        ...stepRow(state, this.#event('step-ended', fields)),
      ],
    };
  }

  /** Goes where a step's end leads. */
  #turn(state: SessionState, end: StepEnd): Move {
    switch (end.end) {
      case 'done':
      case 'skipped':
        return this.#enter(state, state.at + 1, []);
      case 'back':
        return this.#enter(state, this.#previous(state), []);
      case 'goto': {
        const at = state.plan.findIndex((item) => item.id === end.step);
        return this.#enter(state, at < 0 ? state.at : at, []);
      }
      case 'refuse':
        return this.#end({ ...state, facts: { ...state.facts, refusal: end.refusal } }, 'refused');
      case 'leave':
        return this.#leave(state, end.how);
      case 'stop':
        return this.#stop(state, end.state);
      default:
        return end satisfies never;
    }
  }

  #leave(state: SessionState, how: 'cancelled' | 'timeout'): Move {
    if (state.ending !== 'none') return this.#enter(state, state.at + 1, []);
    // Before a service is chosen nothing has begun: there is nothing to return and no result to record.
    if (state.service === null && !hasPropertyInside(state.facts)) {
      return this.#enter({ ...state, how, plan: ends('done'), ending: 'abandoned' }, 0, []);
    }
    return this.#end({ ...state, how }, 'abandoned');
  }

  #stop(state: SessionState, stop: StopState): Move {
    // The first trouble names the case; a card that then stays inside is told in the same breath.
    const facts = { ...state.facts, stop: state.facts.stop ?? stop };
    if (state.ending === 'stopped') return this.#enter({ ...state, facts }, state.at + 1, []);
    return this.#end({ ...state, facts }, 'stopped');
  }

  #end(state: SessionState, ending: 'refused' | 'abandoned' | 'stopped'): Move {
    // An end that meets worse trouble (a refused citizen's card jams) goes on as the worse one; steps of the end
    // already walked are not walked again.
    const walked = state.ending === 'none' ? [] : state.plan.slice(0, state.at + 1).map((item) => item.kind);
    const plan = ends(ending).filter(
      (item) => !walked.includes(item.kind) && (!state.isBehind || BEHIND.includes(item.kind)),
    );
    return this.#enter({ ...state, plan, ending, overlay: 'none' }, 0, []);
  }

  #previous(state: SessionState): number {
    for (let at = state.at - 1; at >= 0; at -= 1) {
      const item = state.plan[at];
      if (item === undefined || item.kind === 'start') break;
      if (item.kind === 'menu') return at;
      const row = Object.hasOwn(STEPS, item.kind) ? STEPS[item.kind as StepKind] : null;
      const phase = row?.phase ?? null;
      // What has been read and proved is not read again; only questions are asked again.
      if (phase !== 'decide' && phase !== 'open') break;
      // A step without a question (a fee), or one that was passed over, is no place to go back to.
      if (row !== null && row.intents.length > 0 && this.#isWalked(state, item)) return at;
    }
    return state.at;
  }

  #isWalked(state: SessionState, item: PlanItem): boolean {
    return (item.when ?? []).every((guard) => this.#world.holds(state, guard));
  }

  #enter(state: SessionState, from: number, effects: readonly Effect[]): Move {
    const at = this.#nextWalked(state, from);
    const item = state.plan[at];
    if (item === undefined) {
      const propertyOut = !hasPropertyInside(state.facts);
      return { state: { ...state, over: true }, effects: [...effects, { do: 'finish', how: state.how, propertyOut }] };
    }
    const here: SessionState = { ...state, at, inner: undefined, overlay: 'none', extensionsLeft: EXTENSIONS_MAX };
    const env = this.#world.env(here, item);
    const turn = this.#world.step(item.kind).enter(env);
    const started = this.#event('step-started', { sessionId: this.#world.sessionId, step: item.id });
    const entered: SessionState = {
      ...here,
      enteredMono: env.monoMs,
      service: item.kind === 'menu' ? null : here.service,
    };
    const taken = this.#take({ ...entered, inner: turn.state }, turn);
    const prompt = turn.end === undefined ? this.#prompt(taken.state) : [];
    return {
      state: taken.state,
      effects: [...effects, ...stepRow(entered, started), ...taken.effects, ...prompt],
    };
  }

  /** The first place from `from` on whose guards hold. */
  #nextWalked(state: SessionState, from: number): number {
    for (let at = from; ; at += 1) {
      const item = state.plan[at];
      if (item === undefined || this.#isWalked(state, item)) return at;
    }
  }

  /** The timer of the screen that is shown now. */
  #prompt(state: SessionState): readonly Effect[] {
    const view = state.over ? null : this.view(state);
    if (view?.waits == null)
      return [
        { do: 'stopTimer', name: PROMPT },
        { do: 'stopTimer', name: WARNING },
      ];
    if (state.overlay === 'timeout') return [];
    return [
      { do: 'stopTimer', name: WARNING },
      { do: 'timer', name: PROMPT, ms: view.waits.ms },
    ];
  }

  #event<K extends JournalEvent['kind']>(
    kind: K,
    fields: Extract<JournalEvent, { kind: K }>['fields'] | object,
  ): JournalEvent {
    return { kind, fields } as JournalEvent;
  }
}

function ends(ending: keyof typeof END_PLANS): readonly PlanItem[] {
  return END_PLANS[ending].map((kind) => ({ id: kind, kind, settings: {} }));
}

/** Behind, the same is tried for days and mostly nothing comes of it: only what comes of it is recorded. */
function stepRow({ isBehind }: SessionState, event: JournalEvent): readonly Effect[] {
  return isBehind ? [] : [{ do: 'journal', events: [event] }];
}

/** The plan of a session that recovers another one. */
export function recoveryPlan(): readonly PlanItem[] {
  return [{ id: 'settle', kind: 'settle', settings: {} }, ...ends('abandoned')];
}

/** The plan of what only tells offices. */
export function settlingPlan(): readonly PlanItem[] {
  return ['settle', 'release-case', 'money-back', 'result'].map((kind) => ({ id: kind, kind, settings: {} }));
}

export function firstPlan(): readonly PlanItem[] {
  return [
    { id: 'start', kind: 'start', settings: {} },
    { id: 'menu', kind: 'menu', settings: {} },
  ];
}

function outcomeOf(end: StepEnd): StepRecord['outcome'] {
  switch (end.end) {
    case 'done':
      return 'done';
    case 'skipped':
      return 'skipped';
    case 'stop':
      return end.state === 'unknown' ? 'unknown' : 'notDone';
    case 'back':
    case 'goto':
    case 'refuse':
    case 'leave':
      return 'notDone';
    default:
      return end satisfies never;
  }
}

function codeOf(end: StepEnd): string | null {
  if (end.end === 'refuse') return end.refusal.code;
  if (end.end === 'stop') return end.state;
  if (end.end === 'leave') return end.how;
  return null;
}

/** A refusal that only names its code. */
export function refusal(
  code: string,
  date: string | null = null,
): { readonly end: 'refuse'; readonly refusal: Refusal } {
  return { end: 'refuse', refusal: { code, date, office: null } };
}

/** A refusal of the office, with its own words. */
export function officeRefusal(refused: OfficeRefusal): { readonly end: 'refuse'; readonly refusal: Refusal } {
  return { end: 'refuse', refusal: { code: refused.code, date: refused.date, office: refused } };
}
