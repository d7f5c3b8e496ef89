import { err, ok, type Result } from '@yimen/contracts/base';
import type { CardPosition, Description, DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { deviceFault, unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import { COMMANDS } from './protocol.ts';
import { faultOfError } from './status.ts';
import { Crt591Unit } from './unit.ts';
import { acceptCard, captureCard, ejectCard, moveCard, resetUnit, selfTest, type Until } from './verbs.ts';

const ID = 'card-unit-creator-crt591';
const NEVER = new AbortController().signal;

/** Options: `binCapacity` (cards), `checkCardType` (see README.md, reversed cards). */
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
    const { binCapacity, checkCardType } = context.options;
    this.#at = context.at;
    this.#checkCardType = checkCardType !== false;
    this.#unit = new Crt591Unit({
      ...context,
      driver: ID,
      binCapacity: typeof binCapacity === 'number' ? binCapacity : CRT591_LIMITS.binCapacity,
    });
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
        return this.#motion(op, signal, () => moveCard(this.#unit, (args as { to: 'readPosition' | 'gate' }).to));
      default:
        // dispenseCard: this unit has no stack.
        return Promise.resolve({ outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) });
    }
  }

  async read(verb: string, _deadlineMs: number, _args: unknown, _signal: AbortSignal): Promise<Result<unknown, Fault>> {
    if (verb === 'position') return this.#position();
    if (verb === 'openChip') return this.#openChip();
    return err(unsupportedFault(verb));
  }

  close(): Promise<void> {
    return this.#unit.close();
  }

  async #position(): Promise<Result<{ position: CardPosition; binCount: number }, Fault>> {
    const told = (): Result<{ position: CardPosition; binCount: number }, Fault> =>
      ok({ position: this.#unit.position, binCount: this.#unit.binCount });
    // The running motion looks at the sensors itself, more often than anyone may ask.
    if (this.#isMoving) return told();
    return this.#calls.run(async () => {
      const ready = await this.#unit.ready();
      if (!ready.ok) return ready;
      const seen = await this.#unit.look();
      if (seen.seen === 'silent') return err(seen.fault);
      await this.#unit.countBin();
      return told();
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

  async #motion(
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
