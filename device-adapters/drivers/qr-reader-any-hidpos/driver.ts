import { err, ok, type Result } from '@yimen/contracts/base';
import { qrReaderPort, type Description, type DeviceStatus, type Fault, type Op } from '@yimen/contracts/device';
import { unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { HIDPOS_LIMITS } from './limits.table.ts';
import { HidposReader, type Until } from './reader.ts';
import { settingsOf } from './settings.ts';
import { firmwareOf, modelOf, statusOf } from './status.ts';

const ID = 'qr-reader-any-hidpos';

class HidposDriver implements Driver {
  readonly id = ID;
  readonly kind = 'qr-reader';
  readonly #context: DriverContext;
  readonly #reader: HidposReader;
  readonly #wrongOption: Fault | undefined;

  constructor(context: DriverContext) {
    const settings = settingsOf(context.options);
    this.#context = context;
    this.#wrongOption = settings.ok ? undefined : settings.error;
    this.#reader = new HidposReader(ID, context, settings.ok ? settings.value : {});
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#turn(async () => {
      const ready = await this.#reader.ready(this.#until(HIDPOS_LIMITS.lookMs));
      if (!ready.ok) return ready;
      const { identity } = this.#reader;
      return ok({
        driver: ID,
        kind: this.kind,
        model: identity === undefined ? '' : modelOf(identity),
        serial: identity?.serial ?? '',
        firmware: identity === undefined ? null : firmwareOf(identity),
        at: this.#context.at,
        mediaAtPowerOff: 'none',
        evidence: [],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#reader;
    if (watcher.ageMs() >= maxAgeMs) {
      const looking = this.#turn<unknown>(async () => {
        // Another call may have looked while this one waited its turn.
        if (watcher.ageMs() < maxAgeMs) return ok(undefined);
        return this.#reader.look(this.#until(HIDPOS_LIMITS.lookMs));
      });
      // What came of it, the watcher knows.
      void (await looking);
    }
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#reader.watcher.onStatus(fn);
  }

  /** The reader holds no medium, so every destination is the same. */
  reset(op: Op): Promise<EffectResult> {
    return this.#inspected(op);
  }

  /** A reader has no test of its own that it could be asked for: identified and stopped. */
  selfTest(op: Op): Promise<EffectResult> {
    return this.#inspected(op);
  }

  async perform(verb: string): Promise<EffectResult> {
    return { outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) };
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    const until = this.#until(deadlineMs);
    switch (verb) {
      case 'start': {
        const { windowMs } = qrReaderPort.verbs.start.args.parse(args);
        return this.#nothing(() => this.#reader.start(windowMs, until, signal));
      }
      case 'waitForCode':
        // Takes no turn: whoever wants it stopped must not wait for a code.
        return this.#reader.desk.next(until.endMs, signal);
      case 'stop':
        return this.#nothing(() => this.#reader.stop(until));
      default:
        return err(unsupportedFault(verb));
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #until(deadlineMs: number): Until {
    return { endMs: this.#context.clock.monoMs() + deadlineMs };
  }

  #turn<T>(act: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    const { turns, watcher } = this.#reader;
    const wrong = this.#wrongOption;
    if (wrong === undefined) return turns.run(act);
    watcher.report(statusOf(wrong));
    return Promise.resolve(err(wrong));
  }

  async #nothing(act: () => Promise<Result<void, Fault>>): Promise<Result<Record<string, never>, Fault>> {
    const done = await this.#turn(act);
    return done.ok ? ok({}) : done;
  }

  /** Nothing here moves: without an answer the reader simply did not do it. */
  async #inspected(op: Op): Promise<EffectResult> {
    const until = this.#until(op.deadlineMs);
    const done = await this.#turn(() => this.#reader.inspect(until));
    const completedAt = this.#context.clock.wallMs();
    if (!done.ok) return { outcome: 'notDone', completedAt, evidence: [], fault: done.error };
    const { identity } = this.#reader;
    return {
      outcome: 'done',
      completedAt,
      evidence: [],
      ...(identity && { value: { model: modelOf(identity), firmware: firmwareOf(identity) } }),
    };
  }
}

/** Driver of a HID-POS QR and barcode reader (README.md). Every verb is a read.
 *  Faults: noMedia, invalidMedia (what was shown); deviceNotReady, deviceBusy (stopped, taken); timeOut, offline, canceled,
 *  configuration. Options `vendorId`, `productId`, `startReport`, `stopReport`, `feature`: README.md. */
export const createHidpos: CreateDriver = (context) => new HidposDriver(context);
