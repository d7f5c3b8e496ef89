import { err, ok, type Result } from '@yimen/contracts/base';
import { cabinetIoPort, type Description, type DeviceStatus, type Fault, type Op } from '@yimen/contracts/device';
import { unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { Cabinet, type CabinetSettings } from './cabinet.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import type { Until } from './link.ts';
import { lightOrder, lockOrder, type Order } from './outputs.ts';
import { settingsOf } from './settings.ts';
import { powerOf, sensorsOf } from './status.ts';

const ID = 'cabinet-io-modbus-any';
const KIND = 'cabinet-io';

class CabinetDriver implements Driver {
  readonly id = ID;
  readonly kind = KIND;
  readonly #context: DriverContext;
  readonly #settings: CabinetSettings;
  readonly #cabinet: Cabinet;

  constructor(context: DriverContext, settings: CabinetSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#cabinet = new Cabinet(ID, context, settings);
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#turn(async () => {
      const ready = await this.#cabinet.ready(this.#until(CABINET_LIMITS.inspectMs));
      if (!ready.ok) return ready;
      return ok({
        driver: ID,
        kind: KIND,
        model: this.#settings.model.model,
        ...this.#cabinet.identity,
        at: this.#context.at,
        mediaAtPowerOff: 'none',
        evidence: ['readBack'],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#cabinet;
    if (watcher.ageMs() >= maxAgeMs) {
      const looking = this.#turn<unknown>(async () => {
        // Another call, or a poll, may have looked while this one waited its turn.
        if (watcher.ageMs() < maxAgeMs) return ok(undefined);
        return this.#cabinet.look(this.#until(CABINET_LIMITS.inspectMs));
      });
      // What came of it, the watcher knows.
      void (await looking);
    }
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#cabinet.watcher.onStatus(fn);
  }

  /** `stay` is a technician's word that tampering is over; the others only look anew. Nothing moves. */
  reset(op: Op, to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    return this.#checked(op, (until) => (to === 'stay' ? this.#cabinet.forgive(until) : this.#cabinet.inspect(until)));
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#checked(op, (until) => this.#cabinet.test(until));
  }

  async perform(verb: string, op: Op, args: unknown, signal: AbortSignal): Promise<EffectResult> {
    const { model, unit } = this.#settings;
    const { setLight, setLock } = cabinetIoPort.verbs;
    switch (verb) {
      case 'setLight': {
        const { light, state } = setLight.args.parse(args);
        const order = lightOrder(model, unit, light, state);
        return this.#order(op, order, (one, until) => this.#cabinet.outputs.light(one, until));
      }
      case 'setLock': {
        const { door, locked } = setLock.args.parse(args);
        const order = lockOrder(model, unit, door, locked);
        return this.#order(op, order, (one, until) => this.#cabinet.outputs.lock(one, until, signal));
      }
      default:
        return notDone(unsupportedFault(verb));
    }
  }

  read(verb: string, deadlineMs: number): Promise<Result<unknown, Fault>> {
    const { model } = this.#settings;
    const until = this.#until(deadlineMs);
    const read = verb === 'sensors' ? sensorsOf : verb === 'power' ? powerOf : undefined;
    if (read === undefined) return Promise.resolve(err(unsupportedFault(verb)));
    return this.#turn(async () => {
      const seen = await this.#cabinet.look(until);
      return seen.ok ? ok(read(model, seen.value)) : seen;
    });
  }

  close(): Promise<void> {
    return this.#cabinet.close();
  }

  #until(deadlineMs: number): Until {
    return { endMs: this.#context.clock.monoMs() + deadlineMs };
  }

  #turn<T>(act: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    return this.#cabinet.turns.run(act);
  }

  async #order(
    op: Op,
    order: Result<Order, Fault>,
    act: (order: Order, until: Until) => Promise<EffectResult>,
  ): Promise<EffectResult> {
    if (!order.ok) return notDone(order.error);
    const until = this.#until(op.deadlineMs);
    const ended = await this.#turn(async () => {
      const ready = await this.#cabinet.ready(until);
      return ready.ok ? ok(await act(order.value, until)) : ready;
    });
    return ended.ok ? ended.value : notDone(ended.error);
  }

  async #checked(op: Op, act: (until: Until) => Promise<Result<unknown, Fault>>): Promise<EffectResult> {
    const until = this.#until(op.deadlineMs);
    const done = await this.#turn(() => act(until));
    const completedAt = this.#context.clock.wallMs();
    if (!done.ok) return { ...notDone(done.error), completedAt };
    const { serial, firmware } = this.#cabinet.identity;
    const value = { model: this.#settings.model.model, serial, firmware };
    return { outcome: 'done', completedAt, evidence: [], value };
  }
}

/** A driver whose options are wrong: it says so, and never opens the line. */
class MisconfiguredDriver implements Driver {
  readonly id = ID;
  readonly kind = KIND;
  readonly #fault: Fault;
  readonly #watcher: StatusWatcher;

  constructor(context: DriverContext, fault: Fault) {
    this.#fault = fault;
    this.#watcher = new StatusWatcher(context.clock);
  }

  async describe(): Promise<Result<Description, Fault>> {
    return err(this.#fault);
  }

  async status(): Promise<DeviceStatus> {
    const fault = this.#fault;
    this.#watcher.report({ device: 'hardwareError', supplies: {}, units: {}, fault, action: fault.action });
    return this.#watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#watcher.onStatus(fn);
  }

  async reset(): Promise<EffectResult> {
    return notDone(this.#fault);
  }

  async selfTest(): Promise<EffectResult> {
    return notDone(this.#fault);
  }

  async perform(): Promise<EffectResult> {
    return notDone(this.#fault);
  }

  async read(): Promise<Result<unknown, Fault>> {
    return err(this.#fault);
  }

  async close(): Promise<void> {
    // Nothing was opened.
  }
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}

/** Driver of a cabinet's inputs and outputs behind Modbus RTU (README.md).
 *  Faults: fraudAttempt (tampered, until a technician's reset); hardwareError (an output that does not follow, a block
 *  that cannot be read); unsupportedCommand (names that the model does not have); timeOut, offline, canceled,
 *  configuration. Options `unit`, `model`, `modelFile`: README.md. */
export const createCabinetIo: CreateDriver = (context) => {
  const settings = settingsOf(context.options);
  return settings.ok ? new CabinetDriver(context, settings.value) : new MisconfiguredDriver(context, settings.error);
};
