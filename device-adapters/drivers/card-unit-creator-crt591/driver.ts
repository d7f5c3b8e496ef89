import { err, ok, type Result } from '@yimen/contracts/base';
import type { cardUnitPort, CardPosition, Description, DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import type { z } from 'zod';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { deviceFault, unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { acceptCard } from './accept.ts';
import { dispenseCard } from './dispense.ts';
import { faultOfError } from './errors.table.ts';
import { endExchange, exchangeActive, setUnits, startExchange } from './exchange.ts';
import { readOptions } from './options.ts';
import { COMMANDS } from './protocol.ts';
import { Crt591Unit } from './unit.ts';
import { captureCard, ejectCard, moveCard, resetUnit, selfTest, type Until } from './verbs.ts';

const ID = 'card-unit-creator-crt591';
const NEVER = new AbortController().signal;

type ArgsOf<V extends 'moveCard' | 'setUnits'> = z.infer<(typeof cardUnitPort)['verbs'][V]['args']>;

/** Options: README.md. */
class Crt591Driver implements Driver {
  readonly id = ID;
  readonly kind = 'card-unit';
  readonly #unit: Crt591Unit;
  readonly #at: string;
  readonly #checkCardType: boolean;
  /** One public call at a time: a motion and the questions about it belong together. */
  readonly #calls = new CommandQueue();
  #isMoving = false;

  constructor(context: DriverContext) {
    const settings = readOptions(context.options);
    this.#at = context.at;
    this.#checkCardType = !settings.ok || settings.value.checkCardType;
    this.#unit = new Crt591Unit({ ...context, driver: ID, settings });
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#calls.run(async () => {
      const ready = await this.#unit.ready();
      if (!ready.ok) return ready;
      return ok({
        driver: this.id,
        kind: this.kind,
        model: 'CRT-591',
        serial: this.#unit.serial,
        firmware: this.#unit.version,
        at: this.#at,
        mediaAtPowerOff: 'stay',
        evidence: ['presented', 'taken', 'position', 'countDelta'],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    // A question can interrupt a physical grab: while a motion runs the last known answer has to do.
    if (!this.#isMoving && this.#unit.watcher.ageMs() > maxAgeMs) {
      // What came of it, the watcher knows.
      const looking = this.#calls.run(async () => {
        const ready = await this.#unit.ready();
        if (ready.ok && this.#unit.watcher.ageMs() > maxAgeMs) await this.#unit.look();
        return ok(undefined);
      });
      void (await looking);
    }
    return this.#unit.watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#unit.watcher.onStatus(fn);
  }

  reset(op: Op, to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    return this.#motion(op, NEVER, (until) => resetUnit(this.#unit, until, to), true);
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#motion(op, NEVER, () => selfTest(this.#unit), true);
  }

  perform(verb: string, op: Op, args: unknown, signal: AbortSignal): Promise<EffectResult> {
    switch (verb) {
      case 'acceptCard':
        return this.#motion(op, signal, (until) => acceptCard(this.#unit, until, this.#checkCardType));
      case 'ejectCard':
        return this.#motion(op, signal, (until) => ejectCard(this.#unit, until));
      case 'captureCard':
        return this.#motion(op, signal, () => captureCard(this.#unit));
      case 'moveCard':
        return this.#motion(op, signal, () => moveCard(this.#unit, (args as ArgsOf<'moveCard'>).to));
      case 'dispenseCard':
        return this.#motion(op, signal, () => dispenseCard(this.#unit));
      case 'startExchange':
        return this.#exclusive(op, signal, () => startExchange(this.#unit));
      case 'setUnits':
        return this.#exclusive(op, signal, () => setUnits(this.#unit, (args as ArgsOf<'setUnits'>).units));
      case 'endExchange':
        return this.#exclusive(op, signal, () => endExchange(this.#unit));
      default:
        return Promise.resolve({ outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) });
    }
  }

  async read(verb: string, _deadlineMs: number, _args: unknown, _signal: AbortSignal): Promise<Result<unknown, Fault>> {
    if (verb === 'position') return this.#position();
    if (verb === 'units') return this.#units();
    if (verb === 'openChip') return this.#openChip();
    return err(unsupportedFault(verb));
  }

  close(): Promise<void> {
    return this.#unit.close();
  }

  #position(): Promise<Result<{ position: CardPosition; binCount: number }, Fault>> {
    return this.#looked(() => ({ position: this.#unit.position, binCount: this.#unit.units.binCount }));
  }

  #units(): Promise<Result<unknown, Fault>> {
    const { units } = this.#unit;
    return this.#looked(() => ({ units: units.told(), exchange: units.isExchange ? 'active' : 'inactive' }));
  }

  /** What the unit says of itself now, or what was seen last while a motion runs. */
  async #looked<T>(told: () => T): Promise<Result<T, Fault>> {
    // The running motion looks at the sensors itself, more often than anyone may ask.
    if (this.#isMoving) return ok(told());
    return this.#calls.run(async () => {
      const ready = await this.#unit.ready();
      if (!ready.ok) return ready;
      await this.#unit.countBin();
      const seen = await this.#unit.look();
      return seen.seen === 'silent' ? err(seen.fault) : ok(told());
    });
  }

  async #openChip(): Promise<Result<{ chip: boolean }, Fault>> {
    if (this.#isMoving) return err(deviceFault('deviceBusy', 'the card is in motion', 'suspend'));
    return this.#calls.run(async () => {
      const ready = await this.#unit.ready();
      if (!ready.ok) return ready;
      const seen = await this.#unit.look();
      if (seen.seen !== 'card') return err(seen.fault);
      if (seen.position !== 'readPosition')
        return err(deviceFault('noMedia', 'no card at the read position', 'suspend'));
      const opened = await this.#unit.ask(COMMANDS.openChip);
      if (opened.seen !== 'reply') return err(opened.fault);
      return opened.reply.kind === 'positive' ? ok({ chip: true }) : err(faultOfError(opened.reply.errorCode));
    });
  }

  /** A verb that moves something: never while staff have their hands inside. */
  #motion(
    op: Op,
    signal: AbortSignal,
    run: (until: Until) => Promise<EffectResult>,
    force = false,
  ): Promise<EffectResult> {
    const { units } = this.#unit;
    const unlessExchange = async (until: Until): Promise<EffectResult> =>
      units.isExchange ? { outcome: 'notDone', evidence: [], fault: exchangeActive() } : run(until);
    return this.#exclusive(op, signal, unlessExchange, force);
  }

  async #exclusive(
    op: Op,
    signal: AbortSignal,
    run: (until: Until) => Promise<EffectResult>,
    force = false,
  ): Promise<EffectResult> {
    const deadlineAt = this.#unit.clock.monoMs() + op.deadlineMs;
    const result = await this.#calls.run(async () => {
      this.#isMoving = true;
      try {
        const ready = await this.#unit.ready(force);
        if (!ready.ok) return ready;
        return ok(await run({ deadlineAt, signal }));
      } finally {
        this.#isMoving = false;
      }
    });
    // Not ready: nothing was asked of the unit, so nothing moved.
    return result.ok ? result.value : { outcome: 'notDone', evidence: [], fault: result.error };
  }
}

/** The CRT-591 on whatever channel the host hands in. */
export const createCrt591: CreateDriver = (context) => new Crt591Driver(context);
