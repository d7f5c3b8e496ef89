import { PORTS, type DeviceKind, type Verb } from '@yimen/contracts/device';
import { EVENTS } from '@yimen/contracts/journal';
import { STEPS, type PolicyRow, type StepKind } from '@yimen/contracts/service';
import { STANDARD_MODE, viewSchema, type Intent } from '@yimen/contracts/ui';
import type { Effect } from '../machine/effect.ts';
import { noFacts, type Facts } from '../machine/facts.ts';
import type { Input } from '../machine/input.ts';
import type { StepEnd, StepEnv, StepMachine, StepView, Turn } from '../machine/step-machine.ts';
import { SESSION_TEXTS } from '../texts/index.ts';

/** What a test says of the world around the step; the rest is as in a hall where everything works. */
export interface StepWorld {
  readonly settings?: StepEnv['settings'];
  readonly facts?: Partial<Facts>;
  readonly texts?: StepEnv['texts'];
  readonly policy?: readonly Pick<PolicyRow, 'id' | 'kind' | 'variant' | 'value' | 'source'>[];
  readonly matcher?: StepEnv['matcher'];
  readonly domain?: 'exit-entry' | 'vehicle' | 'household';
  /** Devices that cannot be used now. */
  readonly away?: readonly DeviceKind[];
  /** Devices that this terminal does not have. */
  readonly unfitted?: readonly DeviceKind[];
  readonly today?: string;
}

type Wish = Intent extends infer One ? (One extends Intent ? Omit<One, 'view'> : never) : never;

/** Drives one step machine and keeps what it wanted. Every view must be one that the page knows and that the catalogue
 *  gives this step; every question to a device one that its port knows; every row one that the journal takes. */
export class StepDrive<S> {
  readonly #kind: StepKind;
  readonly #step: StepMachine<S>;
  readonly #world: StepWorld;
  #state: S;
  facts: Facts;
  end: StepEnd | null = null;
  code: string | null = null;
  /** Of the last input. */
  effects: readonly Effect[] = [];
  /** Since the step was entered. */
  readonly all: Effect[] = [];

  constructor(kind: StepKind, step: StepMachine<S>, world: StepWorld = {}) {
    this.#kind = kind;
    this.#step = step;
    this.#world = world;
    this.facts = { ...noFacts('ABCD-2345', 'ABC-234'), ...world.facts };
    const entered = step.enter(this.#env());
    this.#state = entered.state;
    this.#take(entered);
  }

  /** What the citizen sees; null when the step is over or has no screen. */
  get view(): StepView | null {
    const view = this.end === null ? this.#step.view(this.#state, this.#env()) : null;
    if (view === null) return null;
    if (!(STEPS[this.#kind].views as readonly string[]).includes(view.kind))
      throw new Error(`${this.#kind} has no ${view.kind}`);
    const frame = { view: 1, lang: 'zh-CN', mode: STANDARD_MODE, hall: { zh: '大良', en: 'Daliang' }, step: null };
    viewSchema.parse({ ...frame, ...view, service: null, left: null, demo: true });
    return view;
  }

  /** The body of the view, loosely: tests compare members. */
  get body(): Readonly<Record<string, unknown>> {
    return { ...this.view?.body };
  }

  /** Verbs asked of a device by the last input, `abort` among them, in order. */
  get asked(): readonly string[] {
    return this.effects.flatMap((effect) => {
      if (effect.do === 'abort') return ['abort'];
      return effect.do === 'read' || effect.do === 'operate' ? [effect.verb] : [];
    });
  }

  on(input: Input): this {
    if (this.end !== null) throw new Error(`${this.#kind} is over; nothing comes after that`);
    this.#take(this.#step.on(this.#state, input, this.#env()));
    return this;
  }

  /** A wish of the page. `back` and `leave` come only where the view offers them, as the engine has it. */
  touch(wish: Wish): this {
    if (wish.kind === 'leave') return this.view?.canLeave === true ? this.leave('cancelled') : this.#nothing();
    if (wish.kind === 'back' && this.view?.canBack !== true) return this.#nothing();
    if (!(STEPS[this.#kind].intents as readonly string[]).includes(wish.kind))
      throw new Error(`${this.#kind} never hears ${wish.kind}`);
    return this.on({ kind: 'intent', intent: { ...wish, view: 1 } as Intent });
  }

  leave(how: 'cancelled' | 'timeout'): this {
    return this.on({ kind: 'leave', how });
  }

  answer(key: string, value: unknown): this {
    return this.on({ kind: 'read', key, result: { ok: true, value } });
  }

  fault(key: string, code: string): this {
    return this.on({ kind: 'read', key, result: { ok: false, error: { code, message: '', action: 'suspend' } } });
  }

  /** The pause between two questions is over. */
  again(): this {
    return this.on({ kind: 'timer', name: 'look-again' });
  }

  #nothing(): this {
    this.effects = [];
    return this;
  }

  #take(turn: Turn<S>): void {
    this.#state = turn.state;
    this.facts = { ...this.facts, ...turn.facts };
    this.effects = turn.effects ?? [];
    this.all.push(...this.effects);
    this.end = turn.end ?? null;
    this.code = turn.code ?? null;
    for (const effect of this.effects) {
      if (effect.do === 'read') checkQuestion(effect);
      if (effect.do === 'journal') this.#checkRows(effect);
    }
  }

  #checkRows({ events }: Extract<Effect, { do: 'journal' }>): void {
    for (const { kind, fields } of events) {
      if (!(STEPS[this.#kind].journals as readonly string[]).includes(kind))
        throw new Error(`${this.#kind} journals no ${kind}`);
      EVENTS[kind].fields.parse(fields);
    }
  }

  #env(): StepEnv {
    const { settings = {}, texts = {}, policy = [], matcher = 'simulated', away = [], unfitted = [] } = this.#world;
    const env: Partial<StepEnv> = {
      assignment: { sessionId: 'session-0001' } as StepEnv['assignment'],
      pkg: { manifest: { id: 'test.service', domain: this.#world.domain ?? 'exit-entry' } } as StepEnv['pkg'],
      policy: (kind, variant) =>
        policy.find((row) => row.kind === kind && row.variant === variant) as PolicyRow | undefined,
      today: this.#world.today ?? '2026-11-27',
      lang: 'zh-CN',
      facts: this.facts,
      texts,
      say: SESSION_TEXTS['zh-CN'],
      settings,
      matcher,
      hasDevice: (kind) => ![...away, ...unfitted].some((one) => one === kind),
      isFitted: (kind) => !unfitted.some((one) => one === kind),
      deadlineMs: STEPS[this.#kind].deadlineMs,
    };
    return env as StepEnv;
  }
}

function checkQuestion({ device, verb, args, deadlineMs }: Extract<Effect, { do: 'read' }>): void {
  const verbs: Readonly<Record<string, Verb>> = PORTS[device].verbs;
  const known = verbs[verb];
  if (known?.nature !== 'read') throw new Error(`${device} has no read ${verb}`);
  known.args.parse(args);
  if (!(deadlineMs > 0)) throw new Error(`${device} ${verb} without a deadline`);
}
