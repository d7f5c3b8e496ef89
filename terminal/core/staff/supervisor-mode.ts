import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { SupervisorMode } from '@yimen/contracts/terminal';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import type { SignedIn } from './sign-in.ts';
import { superviseStep, type SupervisorEffect, type SupervisorInput } from './supervisor-machine.ts';

export interface SupervisorModeOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** `there`: a session runs; `settling`: something of one that ended is still being settled. */
  readonly citizen: () => 'none' | 'settling' | 'there';
  readonly isClosedUp: () => boolean;
  /** Asks the citizen's side to bring property out and end; asked again at every look until it has. */
  readonly wrapUp: () => void;
  /** The act that runs has ended, and every device was looked at. */
  readonly inspect: () => Promise<unknown>;
  /** Citizens may be served again. */
  readonly rest: () => void;
  readonly onChange: () => void;
}

export interface Person extends SignedIn {
  readonly workOrder: string | null;
}

/** Performs what the pure machine says, keeps the time, and records every change with who it was. */
export class SupervisorModeRunner {
  readonly #options: SupervisorModeOptions;
  #mode: SupervisorMode = 'inactive';
  #person: Person | undefined;
  #endsAt = 0;
  #askedAt = 0;
  #isExtended = false;
  #cancelEnd: CancelTimer = () => undefined;
  #cancelLook: CancelTimer = () => undefined;
  #isStopped = false;

  constructor(options: SupervisorModeOptions) {
    this.#options = options;
  }

  get mode(): SupervisorMode {
    return this.#mode;
  }

  get person(): Person | undefined {
    return this.#person;
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - this.#options.clock.monoMs());
  }

  get canExtend(): boolean {
    return this.#mode === 'active' && !this.#isExtended;
  }

  signedIn(person: Person): void {
    if (this.#mode !== 'inactive') return;
    this.#person = person;
    this.#askedAt = this.#options.clock.monoMs();
    this.#isExtended = false;
    this.#limit(CORE_LIMITS.staffMs);
    this.#take('signedIn');
    this.look();
  }

  signedOut(): void {
    this.#take('signedOut');
  }

  /** Once, by the person who is there. */
  extend(): boolean {
    if (!this.canExtend) return false;
    this.#isExtended = true;
    this.#limit(this.leftMs + CORE_LIMITS.staffExtendMs);
    this.#options.onChange();
    return true;
  }

  /** Something changed at the cabinet or with the citizen. */
  look(): void {
    if (this.#isStopped || this.#mode === 'inactive' || this.#mode === 'exitPending') return;
    const { clock, citizen, isClosedUp } = this.#options;
    if (isClosedUp()) this.#take('closedUp');
    if (this.#mode !== 'enterPending') return;
    const there = citizen();
    // One that was just beginning when staff signed in is asked as soon as it is there.
    if (there === 'there') this.#perform('wrapUp');
    const isOutOfPatience = clock.monoMs() - this.#askedAt > CORE_LIMITS.staffPatienceMs;
    if (there === 'none' || (there === 'settling' && isOutOfPatience)) this.#take('citizenFinished');
    this.#cancelLook();
    if (this.#mode === 'enterPending')
      this.#cancelLook = clock.after(CORE_LIMITS.staffLookMs, () => {
        this.look();
      });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelEnd();
    this.#cancelLook();
  }

  #take(input: SupervisorInput): void {
    const { mode, effects } = superviseStep(this.#mode, input);
    if (mode === this.#mode) return;
    this.#mode = mode;
    const person = this.#person;
    this.#options.journal.note([
      {
        kind: 'supervisor-mode',
        fields: {
          state: mode,
          who: person?.who ?? null,
          level: person?.level ?? null,
          workOrder: person?.workOrder ?? null,
          why: input,
        },
      },
    ]);
    for (const effect of effects) this.#perform(effect);
    this.#options.onChange();
  }

  #perform(effect: SupervisorEffect): void {
    switch (effect) {
      case 'wrapUp':
        this.#options.wrapUp();
        return;
      case 'begin':
        this.#limit(CORE_LIMITS.staffMs);
        return;
      case 'inspect':
        this.#cancelEnd();
        // A host that is away looks at everything by itself when it is back; until then nobody is served.
        void this.#options.inspect().finally(() => {
          if (!this.#isStopped) this.#take('inspected');
        });
        return;
      case 'rest':
        this.#cancelEnd();
        this.#cancelLook();
        this.#person = undefined;
        this.#options.rest();
        return;
    }
  }

  #limit(ms: number): void {
    const { clock } = this.#options;
    this.#cancelEnd();
    this.#endsAt = clock.monoMs() + ms;
    this.#cancelEnd = clock.after(ms, () => {
      this.#take('timeOver');
    });
  }
}
