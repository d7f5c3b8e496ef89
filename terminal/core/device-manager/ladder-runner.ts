import { spokenId, type CancelTimer, type Clock, type RandomBytes } from '@yimen/contracts/base';
import { moduleOf } from '@yimen/contracts/device';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';
import { callOf, conditionsOf, verdictOf, type Patient, type Surroundings } from './ladder-conditions.ts';
import {
  climb,
  WELL,
  type LadderEffect,
  type LadderInput,
  type LadderState,
  type StepOutcome,
  type Verdict,
} from './recovery-ladder.ts';
import { LADDER, type Rung, type RungRow } from './recovery-ladder.table.ts';
import type { StepBudget } from './step-budget.ts';

export interface LadderRunnerOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly budget: StepBudget;
  readonly patient: (device: string) => Patient | undefined;
  readonly surroundings: (device: string) => Surroundings;
  /** Whether the device host is there to be asked. */
  readonly isHostThere: () => boolean;
  /** Whether this machine has anything that could do it. */
  readonly isSupported: (rung: Rung) => boolean;
  readonly perform: (rung: Rung, device: string) => Promise<StepOutcome>;
}

export interface OutOfService {
  readonly device: string;
  /** Incident number under which staff find it. */
  readonly incident: string;
}

/** Takes sick devices up the ladder, one machine each: performs what it says, journals every step before it is taken,
 *  and feeds back how it went. */
export interface LadderRunner {
  /** The device's status has changed. */
  look(device: string): void;
  outOfService(): readonly OutOfService[];
  stop(): void;
}

interface Climber {
  state: LadderState;
  isBusy: boolean;
  incident: string | undefined;
  cancelPause: CancelTimer;
}

export function ladderRunner(options: LadderRunnerOptions): LadderRunner {
  return new Runner(options);
}

class Runner implements LadderRunner {
  readonly #options: LadderRunnerOptions;
  /** By module, which is how the journal names a device. */
  readonly #known = new Map<string, string>();
  readonly #climbers = new Map<string, Climber>();
  #isStopped = false;

  constructor(options: LadderRunnerOptions) {
    this.#options = options;
    for (const { fields } of options.journal.reader.deviceRows('device-held', 0)) {
      if (fields.why !== 'ladder') continue;
      // Who was out of service when core ended is so still, under the same number.
      if (fields.state === 'begun' && fields.number !== null) this.#known.set(fields.module, fields.number);
      else this.#known.delete(fields.module);
    }
  }

  look(device: string): void {
    this.#feed(device, { input: 'status' });
  }

  outOfService(): readonly OutOfService[] {
    return [...this.#climbers].flatMap(([device, { incident }]) =>
      incident === undefined ? [] : [{ device, incident }],
    );
  }

  stop(): void {
    this.#isStopped = true;
    for (const climber of this.#climbers.values()) climber.cancelPause();
  }

  #climber(device: string): Climber {
    const known = this.#climbers.get(device);
    if (known !== undefined) return known;
    const incident = this.#known.get(moduleOf(device));
    const state: LadderState = incident === undefined ? WELL : { at: 'out', step: 'pausing' };
    const climber: Climber = { state, isBusy: false, incident, cancelPause: () => undefined };
    this.#climbers.set(device, climber);
    if (incident !== undefined) this.#act(device, climber, { effect: 'pause', ms: CORE_LIMITS.ladderFirstMs });
    return climber;
  }

  #feed(device: string, input: LadderInput): void {
    const patient = this.#options.patient(device);
    if (this.#isStopped || patient === undefined) return;
    const climber = this.#climber(device);
    // Without a host every device is merely unheard; the look after its return says how each of them is.
    const call = this.#options.isHostThere() ? callOf(patient) : 'starting';
    const holds = conditionsOf(patient, this.#options.surroundings(device));
    const verdict = (row: RungRow): Verdict => {
      // The last step of this device is still under way (it became well in between, and fell again).
      if (climber.isBusy) return { wait: 'busy' };
      // Costs nothing of a budget that a later build may need.
      if (!this.#options.isSupported(row.rung)) return { skip: 'unsupported' };
      return verdictOf(row, patient.kind, this.#options.budget.isSpent(row, device), holds);
    };
    const { state, effects } = climb(climber.state, input, { call, ladder: LADDER, verdict });
    climber.state = state;
    for (const effect of effects) this.#act(device, climber, effect);
  }

  #act(device: string, climber: Climber, effect: LadderEffect): void {
    const { budget, clock, log } = this.#options;
    switch (effect.effect) {
      case 'pause':
        climber.cancelPause();
        climber.cancelPause = clock.after(effect.ms, () => {
          this.#feed(device, { input: 'due' });
        });
        return;
      case 'endPause':
        climber.cancelPause();
        return;
      case 'skip':
        log.info({ device, rung: effect.rung, why: effect.why }, 'a rung of the recovery ladder is skipped');
        budget.note(effect.rung, device, `skipped.${effect.why}`);
        return;
      case 'do':
        void this.#perform(device, climber, effect.rung);
        return;
      case 'goOut':
        this.#goOut(device, climber);
        return;
      case 'comeBack':
        this.#comeBack(device, climber);
    }
  }

  async #perform(device: string, climber: Climber, rung: Rung): Promise<void> {
    const { budget, log, perform } = this.#options;
    climber.isBusy = true;
    let outcome: StepOutcome = 'notDone';
    if (budget.spend(rung, device)) {
      outcome = await perform(rung, device);
      log.info({ device, rung, outcome }, 'a rung of the recovery ladder');
      if (!this.#isStopped) budget.note(rung, device, outcome);
    }
    climber.isBusy = false;
    this.#feed(device, { input: 'ended', outcome });
  }

  #goOut(device: string, climber: Climber): void {
    const incident = spokenId(this.#options.random, 3);
    climber.incident = incident;
    this.#options.log.error({ device, incident }, 'a device is out of service');
    this.#tell(device, 'begun', incident);
  }

  #comeBack(device: string, climber: Climber): void {
    const incident = climber.incident ?? null;
    climber.incident = undefined;
    this.#options.log.info({ device, incident }, 'a device that was out of service is well again');
    this.#tell(device, 'ended', incident);
  }

  #tell(device: string, state: 'begun' | 'ended', number: string | null): void {
    this.#options.journal.note([
      { kind: 'device-held', fields: { module: moduleOf(device), why: 'ladder', state, number } },
    ]);
  }
}
