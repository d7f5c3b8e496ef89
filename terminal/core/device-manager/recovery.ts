import type { Clock } from '@yimen/contracts/base';
import { CORE_LIMITS } from '../limits.table.ts';
import type { OperationDeps } from './core-operation.ts';
import type { DeviceHostPort } from './device-host-port.ts';
import { hasMedia } from './device-problem.ts';
import { CARD_UNIT, putAwayFound } from './found-media.ts';
import { refusalOf, type Known } from './known-device.ts';
import { binUnfit, goesToBin, type Surroundings } from './ladder-conditions.ts';
import type { StepOutcome } from './recovery-ladder.ts';
import { LADDER, type Rung } from './recovery-ladder.table.ts';
import { byHand, reopenWay, resetInPlace, type RecoveryHands } from './recovery-steps.ts';
import type { StepBudget } from './step-budget.ts';
import { Turns } from './turns.ts';

export interface RecoveryOptions extends OperationDeps {
  readonly clock: Clock;
  readonly hands: RecoveryHands;
  readonly budget: StepBudget;
  readonly devices: ReadonlyMap<string, Known>;
  readonly isSessionRunning: () => boolean;
  readonly host: () => DeviceHostPort | undefined;
  readonly holders: () => readonly string[];
  /** Asks one device how it is. */
  readonly ask: (device: string) => Promise<boolean>;
  /** Asks one device who it is, if that is not known. */
  readonly identify: (device: string) => Promise<void>;
  readonly inspect: () => Promise<boolean>;
}

/** What core itself does to devices: the steps of the ladder, and putting away a card that nobody owns. One motion at a
 *  time, every reset within the same budget. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #turns = new Turns();
  /** Devices with a medium that could not be put away: unfit until staff have taken it out. */
  readonly #blocked = new Set<string>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  isBlocked(device: string): boolean {
    return this.#blocked.has(device);
  }

  /** A device has told how it is: one that is empty now was cleared by hand. */
  seen(device: string): void {
    const raw = this.#options.devices.get(device)?.raw;
    if (raw !== undefined && raw.source !== 'stale' && !hasMedia(raw)) this.#blocked.delete(device);
  }

  surroundings(device: string): Surroundings {
    const { devices, isSessionRunning, journal } = this.#options;
    return {
      others: [...devices].flatMap(([other, known]) =>
        other === device ? [] : [{ kind: known.kind, status: known.raw }],
      ),
      isSessionRunning: isSessionRunning(),
      doesCoreMove: this.#turns.isTaken,
      isJournalSynced: journal.trouble() === undefined,
    };
  }

  /** @returns true when no medium is left */
  putAwayFound(): Promise<boolean> {
    return this.#turns.run(() => this.#putAway());
  }

  /** L1 to L3 are core's and the host's; the rest needs a hand. */
  isSupported(rung: Rung): boolean {
    const { restartHost, resetUsbPort, cyclePower, reboot } = this.#options.hands;
    const hands: Partial<Record<Rung, unknown>> = { L4: restartHost, L5: resetUsbPort, L6: cyclePower, L7: reboot };
    return rung in hands ? hands[rung] !== undefined : true;
  }

  /** One rung. Whatever it was, the device is asked afterwards how it is. */
  async perform(rung: Rung, device: string): Promise<StepOutcome> {
    if (rung === 'L1') return (await this.#isHeard(device)) ? 'done' : 'notDone';
    return this.#turns.run(async () => {
      const outcome = await this.#step(rung, device);
      await this.#options.ask(device);
      return outcome;
    });
  }

  async #isHeard(device: string): Promise<boolean> {
    const { ask, devices } = this.#options;
    return (await ask(device)) && devices.get(device)?.raw.source !== 'stale';
  }

  async #step(rung: Exclude<Rung, 'L1'>, device: string): Promise<StepOutcome> {
    const { clock, hands, host } = this.#options;
    const { restartHost, resetUsbPort, cyclePower, reboot } = hands;
    const there = host();
    switch (rung) {
      case 'L2':
        return there === undefined ? 'notDone' : this.#reset(there, device);
      case 'L3':
        return there === undefined ? 'notDone' : reopenWay(there, device);
      case 'L4':
        return byHand(clock, restartHost);
      case 'L5':
        return byHand(clock, resetUsbPort && (() => resetUsbPort(device)));
      case 'L6':
        return byHand(clock, cyclePower && (() => cyclePower(device)));
      case 'L7':
        return byHand(clock, reboot);
    }
  }

  async #reset(host: DeviceHostPort, device: string): Promise<StepOutcome> {
    if (!(await this.#isRight(device))) return 'notDone';
    const known = this.#options.devices.get(device);
    if (known === undefined) return 'notDone';
    if (goesToBin({ kind: known.kind, status: known.raw })) {
      const seen = known.raw.media !== undefined && known.raw.media !== 'unknown';
      const { cleared } = await putAwayFound(this.#options, host, { holders: [device], seen });
      return cleared ? 'done' : 'notDone';
    }
    const outcome = await resetInPlace(this.#options, host, device);
    if (outcome !== 'done') return outcome;
    await this.#options.ask(device);
    // It works again and holds a card of nobody who is here.
    if (this.#options.holders().length > 0) await this.#putAway();
    return outcome;
  }

  async #putAway(): Promise<boolean> {
    const { holders, host: connected, log, devices, inspect } = this.#options;
    for (let attempt = 0; attempt < CORE_LIMITS.putAwayTries; attempt += 1) {
      const found = holders();
      if (found.length === 0) return true;
      const host = connected();
      if (host === undefined) return false;
      if (!(await this.#mayRetain(found))) break;
      const seen = found.some((device) => devices.get(device)?.raw.media !== 'unknown');
      const { cleared, incident } = await putAwayFound(this.#options, host, { holders: found, seen });
      this.#options.budget.note('L2', CARD_UNIT, cleared ? 'done' : 'notDone');
      log.warn({ holders: found, cleared, incident }, 'a card was found in the machine');
      await inspect();
    }
    const left = holders();
    for (const device of left) this.#blocked.add(device);
    return left.length === 0;
  }

  /** Nothing is moved by another device than the pinned one. A sick one that cannot say who it is gets the benefit of the
   *  doubt: it has answered to its own driver, and nothing else would bring the card out of the next citizen's way. */
  async #isRight(device: string): Promise<boolean> {
    await this.#options.identify(device);
    const known = this.#options.devices.get(device);
    return known !== undefined && refusalOf(known) === undefined;
  }

  /** A found card goes into the bin only where that is the right unit's, has room, and was not tried too often. */
  async #mayRetain(found: readonly string[]): Promise<boolean> {
    const { devices, budget, log } = this.#options;
    const row = LADDER.find(({ rung }) => rung === 'L2');
    const right = await Promise.all([CARD_UNIT, ...found].map((device) => this.#isRight(device)));
    const unit = devices.get(CARD_UNIT);
    const reason = (): string | undefined => {
      if (unit === undefined || right.includes(false)) return 'notIdentified';
      if (binUnfit(unit.raw)) return 'noDestination';
      return row === undefined || budget.isSpent(row, CARD_UNIT) ? 'spent' : undefined;
    };
    const why = reason();
    if (why === undefined) return budget.spend('L2', CARD_UNIT);
    log.warn({ why }, 'a found card stays where it is');
    budget.note('L2', CARD_UNIT, `skipped.${why}`);
    return false;
  }
}
