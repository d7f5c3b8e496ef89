import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { canceledFault, offlineFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import type { ScanReader, ScanUntil as Until } from '../../driver-kit/scan-driver.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { HIDPOS_LIMITS } from './limits.table.ts';
import { HidposLink } from './link.ts';
import { decodeIdentity, type RawIdentity } from './protocol.ts';
import { ScanDesk } from './scan-desk.ts';
import type { HidposSettings } from './settings.ts';
import { firmwareOf, idsFault, lateFault, modelOf, noCarrierFault, statusOf, usageFault } from './status.ts';

/** Between `start` and `stop`. */
interface Started {
  readonly signal: AbortSignal;
  readonly onLeaseEnded: () => void;
}

/** The reader behind the driver: identified, started and stopped; its status. Whoever calls takes a turn first. */
export class HidposReader implements ScanReader {
  readonly watcher: StatusWatcher;
  readonly turns = new CommandQueue();
  readonly desk: ScanDesk;
  readonly #driver: string;
  readonly #context: DriverContext;
  readonly #settings: HidposSettings;
  readonly #link: HidposLink;
  #identity: RawIdentity | undefined;
  #isUp = false;
  #isInspected = false;
  #started: Started | undefined;
  #cancelAgain: CancelTimer = () => undefined;

  constructor(driver: string, context: DriverContext, settings: HidposSettings) {
    this.#driver = driver;
    this.#context = context;
    this.#settings = settings;
    this.watcher = new StatusWatcher(context.clock);
    this.desk = new ScanDesk({ ...context, onRead: () => this.#againIn(HIDPOS_LIMITS.nextReadingMs) });
    this.#link = new HidposLink({
      ...context,
      onScan: (scan) => this.desk.push(scan),
      onLost: (detail) => this.#lost(offlineFault(detail)),
    });
  }

  get who(): ScanReader['who'] {
    const identity = this.#identity;
    return identity && { model: modelOf(identity), serial: identity.serial, firmware: firmwareOf(identity) };
  }

  /** A line to the right reader: opened, inspected when that is needed.
   *  @returns whether it has been inspected just now.
   *  @fault offline, timeOut; deviceBusy; configuration. */
  async ready(until: Until): Promise<Result<'inspected' | 'same', Fault>> {
    const up = await this.#open(until);
    if (!up.ok) return up;
    return this.#isInspected ? ok('same') : this.inspect(until);
  }

  /** Asks who it is and stops it. The only way to `online`. */
  async inspect(until: Until): Promise<Result<'inspected', Fault>> {
    this.#forget(canceledFault());
    const up = await this.#open(until);
    if (!up.ok) return up;
    const known = await this.#identify(until);
    if (!known.ok) return this.#met(known.error);
    const stopped = await this.#send(this.#settings.stopOrder, until);
    if (!stopped.ok) return this.#met(stopped.error);
    this.#isInspected = true;
    this.watcher.inspected(statusOf());
    return ok('inspected');
  }

  /** Asks who it is. That it is there and the same is all that can be known: the status is inferred. */
  async look(until: Until): Promise<Result<void, Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok || ready.value === 'inspected') return ready.ok ? ok(undefined) : ready;
    const known = await this.#identify(until);
    if (!known.ok) return this.#met(known.error);
    if (this.watcher.report(statusOf(), 'inferred') === 'inspect') this.watcher.inspected(statusOf());
    return ok(undefined);
  }

  /** Codes are someone's until `dark`, or until `signal`, the lease's, aborts.
   *  @param windowMs equal codes within it are one */
  async light(windowMs: number, until: Until, signal: AbortSignal): Promise<Result<void, Fault>> {
    this.#end(canceledFault());
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    if (signal.aborted) return err(canceledFault());
    const onLeaseEnded = (): void => this.#leaseEnded();
    signal.addEventListener('abort', onLeaseEnded, { once: true });
    this.#started = { signal, onLeaseEnded };
    this.desk.open(windowMs);
    const sent = await this.#send(this.#settings.startOrder, until);
    if (!sent.ok) {
      this.#end(sent.error);
      return this.#met(sent.error);
    }
    this.#againIn(HIDPOS_LIMITS.againMs);
    // Its end in between is told to nobody else.
    return signal.aborted ? err(canceledFault()) : ok(undefined);
  }

  /** What was scanned and not asked for is gone, and what comes from now on is nobody's. */
  async dark(until: Until): Promise<Result<void, Fault>> {
    this.#end(canceledFault());
    const ready = await this.ready(until);
    if (!ready.ok || ready.value === 'inspected') return ready.ok ? ok(undefined) : ready;
    const sent = await this.#send(this.#settings.stopOrder, until);
    return sent.ok ? ok(undefined) : this.#met(sent.error);
  }

  /** A reader has no test of its own that it could be asked for: identified and stopped. */
  test(until: Until): Promise<Result<'inspected', Fault>> {
    return this.inspect(until);
  }

  /** Stopped if it can still be told, and the line closed. */
  async close(): Promise<void> {
    const wasStarted = this.#started !== undefined;
    this.#forget(canceledFault());
    this.desk.forget();
    if (wasStarted && this.#isUp && this.#settings.stopOrder !== undefined)
      void (await this.#link.send(this.#settings.stopOrder));
    this.#isUp = false;
    await this.#link.close();
  }

  async #open(until: Until): Promise<Result<void, Fault>> {
    const leftMs = until.endMs - this.#context.clock.monoMs();
    if (leftMs <= 0) return err(lateFault());
    const up = await this.#link.up(Math.min(HIDPOS_LIMITS.openMs, leftMs));
    this.#isUp = up.ok;
    if (!up.ok) {
      this.#lost(up.error);
      return up;
    }
    if (up.value === 'fresh') {
      this.#isInspected = false;
      this.desk.forget();
    }
    return ok(undefined);
  }

  async #identify(until: Until): Promise<Result<void, Fault>> {
    const leftMs = until.endMs - this.#context.clock.monoMs();
    if (leftMs <= 0) return this.#givenUp();
    const answer = await this.#link.askIdentity(Math.min(HIDPOS_LIMITS.answerMs, leftMs));
    if (!answer.ok) {
      if (answer.error.code === 'timeOut' && leftMs < HIDPOS_LIMITS.answerMs) return this.#givenUp();
      await this.#drop();
      this.#lost(answer.error);
      return answer;
    }
    const identity = decodeIdentity(answer.value);
    if (identity === undefined) return err(noCarrierFault());
    this.#identity = identity;
    const fault =
      usageFault(identity) ??
      idsFault(identity, this.#settings) ??
      identityFault(
        { driver: this.#driver, serial: identity.serial, model: modelOf(identity) },
        { driver: this.#driver, serial: this.#context.expectSerial },
      );
    return fault === undefined ? ok(undefined) : err(fault);
  }

  /** @param order `undefined`: this reader has none */
  async #send(order: Uint8Array | undefined, until: Until): Promise<Result<void, Fault>> {
    if (order === undefined) return ok(undefined);
    if (until.endMs <= this.#context.clock.monoMs()) return err(lateFault());
    return this.#link.send(order);
  }

  /** The next reading, in a turn of its own. */
  #againIn(ms: number): void {
    this.#cancelAgain();
    if (this.#started === undefined || this.#settings.startOrder === undefined) return;
    this.#cancelAgain = this.#context.clock.after(ms, () => {
      void this.turns
        .run(() => this.#again())
        .then((again) => {
          if (!again.ok || this.#started !== undefined) this.#againIn(HIDPOS_LIMITS.againMs);
        });
    });
  }

  async #again(): Promise<Result<void, Fault>> {
    if (this.#started === undefined) return ok(undefined);
    const sent = await this.#send(this.#settings.startOrder, this.#within(HIDPOS_LIMITS.orderTriesMs));
    return sent.ok ? sent : this.#met(sent.error);
  }

  #leaseEnded(): void {
    this.#end(canceledFault());
    // What came of it, the watcher knows.
    void this.turns.run(() => this.dark(this.#within(HIDPOS_LIMITS.orderTriesMs)));
  }

  /** Tells the watcher of a fault that somebody must set right; until then the reader is not used, and the next call
   *  begins from the cable. What became of the line was told already. */
  async #met(fault: Fault): Promise<Result<never, Fault>> {
    if (fault.code === 'configuration') {
      this.#forget(fault);
      this.watcher.report(statusOf(fault));
      await this.#drop();
    }
    return err(fault);
  }

  /** The caller's time was over, not the reader's. Its answer may still come, so the line is made anew. */
  async #givenUp(): Promise<Result<never, Fault>> {
    await this.#drop();
    this.#forget(lateFault());
    this.watcher.starting();
    return err(lateFault());
  }

  #lost(fault: Fault): void {
    this.#isUp = false;
    this.#forget(fault);
    this.watcher.lost('offline', fault);
  }

  async #drop(): Promise<void> {
    this.#isUp = false;
    await this.#link.drop();
  }

  #forget(why: Fault): void {
    this.#isInspected = false;
    this.#end(why);
  }

  /** No code is anyone's any more. The reader itself is told elsewhere. */
  #end(why: Fault): void {
    this.#cancelAgain();
    this.#started?.signal.removeEventListener('abort', this.#started.onLeaseEnded);
    this.#started = undefined;
    this.desk.close(why);
  }

  #within(ms: number): Until {
    return { endMs: this.#context.clock.monoMs() + ms };
  }
}
