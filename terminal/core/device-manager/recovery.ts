import type { Clock } from '@yimen/contracts/base';
import { CORE_LIMITS } from '../limits.table.ts';
import type { OperationDeps } from './core-operation.ts';
import type { DeviceHostPort } from './device-host-port.ts';
import { hasMedia } from './device-problem.ts';
import { putAwayDocument } from './found-documents.ts';
import { CARD_UNIT, putAwayFound } from './found-media.ts';
import { refusalOf, type Known } from './known-device.ts';
import { binUnfit, goesToBin, type Surroundings } from './ladder-conditions.ts';
import type { StepOutcome } from './recovery-ladder.ts';
import { BINS_AT_RESET, LADDER, type Rung } from './recovery-ladder.table.ts';
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
  /** Jams that a reset did not free: what is left of the resets is kept for when hands have. */
  readonly #stuck = new Set<string>();
  #isHostOrderedDown = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** The device host was told to end (L4): from the order on nobody begins anything with it. */
  get isHostOrderedDown(): boolean {
    return this.#isHostOrderedDown;
  }

  isBlocked(device: string): boolean {
    return this.#blocked.has(device);
  }

  /** A device has told how it is: one that is empty now was cleared by hand. */
  seen(device: string): void {
    const raw = this.#options.devices.get(device)?.raw;
    if (raw === undefined || raw.source === 'stale') return;
    if (!hasMedia(raw)) this.#blocked.delete(device);
    if (raw.media !== 'jammed') this.#stuck.delete(device);
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
        return this.#restartHost(restartHost);
      case 'L5':
        return byHand(clock, resetUsbPort && (() => resetUsbPort(device)));
      case 'L6':
        return byHand(clock, cyclePower && (() => cyclePower(device)));
      case 'L7':
        return byHand(clock, reboot);
    }
  }

  async #restartHost(hand: RecoveryHands['restartHost']): Promise<StepOutcome> {
    // Between the ladder's look and this moment a citizen may have begun.
    if (this.#options.isSessionRunning()) return 'notDone';
    this.#isHostOrderedDown = true;
    try {
      return await byHand(this.#options.clock, hand);
    } finally {
      this.#isHostOrderedDown = false;
    }
  }

  async #reset(host: DeviceHostPort, device: string): Promise<StepOutcome> {
    if (!(await this.#isRight(device))) return 'notDone';
    const known = this.#options.devices.get(device);
    if (known === undefined) return 'notDone';
    if (goesToBin({ kind: known.kind, status: known.raw })) {
      const { cleared } = await this.#toBin(host, [device]);
      return cleared ? 'done' : 'notDone';
    }
    const outcome = await resetInPlace(this.#options, host, device);
    if (outcome !== 'done') return outcome;
    await this.#options.ask(device);
    // It works again and holds a card of nobody who is here.
    if (this.#options.holders().length > 0) await this.#putAway();
    return outcome;
  }

  /** One way out after the other: the cards' common path, then each device of documents by itself. */
  async #putAway(): Promise<boolean> {
    for (const unit of [CARD_UNIT, ...this.#options.holders().filter((device) => this.#hasOwnBin(device))])
      await this.#putAwayAt(unit);
    const left = this.#options.holders();
    for (const device of left) this.#blocked.add(device);
    return left.length === 0;
  }

  /** @param unit whose bin it goes into */
  async #putAwayAt(unit: string): Promise<void> {
    const { holders, host: connected, log, inspect, budget } = this.#options;
    const isOfUnit = (device: string): boolean => (this.#hasOwnBin(device) ? device : CARD_UNIT) === unit;
    for (let attempt = 0; attempt < CORE_LIMITS.putAwayTries; attempt += 1) {
      const found = holders().filter(isOfUnit);
      const host = connected();
      if (found.length === 0 || host === undefined || found.some((device) => this.#stuck.has(device))) return;
      if (!(await this.#mayRetain(unit, found))) return;
      const { cleared, incident } = await this.#toBin(host, found);
      budget.note('L2', unit, cleared ? 'done' : 'notDone');
      log.warn({ holders: found, cleared, incident }, 'something was found in the machine');
      await inspect();
      for (const device of found)
        if (this.#options.devices.get(device)?.raw.media === 'jammed') this.#stuck.add(device);
    }
  }

  /** @param found devices of one bin that may hold something */
  #toBin(host: DeviceHostPort, found: readonly string[]): ReturnType<typeof putAwayFound> {
    const seen = found.some((device) => {
      const media = this.#options.devices.get(device)?.raw.media;
      return media !== undefined && media !== 'unknown';
    });
    const [device] = found;
    if (device !== undefined && this.#hasOwnBin(device)) return putAwayDocument(this.#options, host, { device, seen });
    return putAwayFound(this.#options, host, { holders: found, seen });
  }

  /** Not a card: what is found here has its own bin. */
  #hasOwnBin(device: string): boolean {
    const kind = this.#options.devices.get(device)?.kind ?? '';
    return device !== CARD_UNIT && Object.hasOwn(BINS_AT_RESET, kind);
  }

  /** Nothing is moved by another device than the pinned one. A sick one that cannot say who it is gets the benefit of the
   *  doubt: it has answered to its own driver, and nothing else would bring the card out of the next citizen's way. */
  async #isRight(device: string): Promise<boolean> {
    await this.#options.identify(device);
    const known = this.#options.devices.get(device);
    return known !== undefined && refusalOf(known) === undefined;
  }

  /** What was found goes into the bin only where that is the right unit's, has room, and was not tried too often. */
  async #mayRetain(unit: string, found: readonly string[]): Promise<boolean> {
    const { devices, budget, log } = this.#options;
    const row = LADDER.find(({ rung }) => rung === 'L2');
    const right = await Promise.all([unit, ...found].map((device) => this.#isRight(device)));
    const known = devices.get(unit);
    const reason = (): string | undefined => {
      if (known === undefined || right.includes(false)) return 'notIdentified';
      if (binUnfit({ kind: known.kind, status: known.raw })) return 'noDestination';
      return row === undefined || budget.isSpent(row, unit) ? 'spent' : undefined;
    };
    const why = reason();
    if (why === undefined) return budget.spend('L2', unit);
    log.warn({ why }, 'what was found stays where it is');
    budget.note('L2', unit, `skipped.${why}`);
    return false;
  }
}
