import { err, ok, type Result } from '@yimen/contracts/base';
import type { Completion } from '../../testing/ref1-device/effect-memory.ts';
import { RESULT, type RunningEffect } from '../../testing/ref1-device/model.ts';
import type { Motion, MotionRunner } from '../../testing/ref1-device/motion.ts';
import type { PersonWait } from '../../testing/ref1-device/person-wait.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import { ACCESS, EVIDENCE, MAKER_RESULT, MAKER_TIMES } from './simulator-results.table.ts';
import { OLD_LICENCES, UNIT } from './simulator-stock.table.ts';

/** The slot for old licences, and the way into the recovery bin. */
export class OldLicenceSlot {
  /** An old licence in the slot, not yet in its bin. */
  old: string | null = null;
  readonly #units: Units;
  readonly #person: PersonWait;
  readonly #motor: MotionRunner;

  constructor(units: Units, person: PersonWait, motor: MotionRunner) {
    this.#units = units;
    this.#person = person;
    this.#motor = motor;
  }

  get shows(): 'closed' | 'open' | 'drawing' {
    if (this.old !== null) return 'drawing';
    return this.#person.at === 'slot' ? 'open' : 'closed';
  }

  /** Opens, and waits for a hand. */
  opening(effect: RunningEffect, seconds: number): Motion {
    const nothing = (result: number): Completion => ({ result, motion: 0 });
    const end = (): undefined => {
      this.#person.begin(effect, seconds, {
        at: 'slot',
        timeOver: () => nothing(MAKER_RESULT.nothingThere),
        ended: nothing,
        atOnce: () => void this.give(OLD_LICENCES[0] ?? ''),
      });
    };
    return { name: 'open slot', ms: MAKER_TIMES.slot, end };
  }

  /** A hand pushes something in. */
  give(thing: string): Result<void, string> {
    if (!OLD_LICENCES.includes(thing)) return err(`the slot does not take ${thing}`);
    const effect = this.shows === 'open' ? this.#person.leave() : undefined;
    if (effect === undefined) return err('the slot for old licences is closed');
    this.old = thing;
    this.#motor.run(effect, { name: 'draw in', ms: MAKER_TIMES.drawIn, end: () => this.recovered() });
    return ok(undefined);
  }

  /** The old licence falls into its bin. */
  recovered(): Completion {
    this.old = null;
    this.#units.dropLoose(UNIT.recovery);
    const evidence = { kind: EVIDENCE.countDelta, access: ACCESS.none, detail: 'recovery +1' };
    return { result: RESULT.well, motion: 1, evidence: [evidence] };
  }
}
