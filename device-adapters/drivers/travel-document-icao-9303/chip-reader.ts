import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, offlineFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { pause } from '../../driver-kit/pause.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { ApduCarrier, type ReaderAnswer } from '../../transport/apdu-carrier.ts';
import { chipLimits } from './limits.table.ts';
import { decodeIdentity, type ReaderIdentity } from './protocol.ts';
import { fieldStatus, strangerStatus } from './status.ts';

/** When a call must have ended, and the lease behind it. */
export interface Until {
  /** Monotonic milliseconds. */
  readonly endMs: number;
  readonly signal: AbortSignal;
}

/** The reader behind the driver: its line, who it is, what is in its field. A line that was lost is made anew by the
 *  next call; nothing is replayed. Callers take turns. */
export class ChipReader {
  readonly watcher: StatusWatcher;
  readonly #driver: string;
  readonly #context: DriverContext;
  #carrier: ApduCarrier | undefined;
  #identity: ReaderIdentity | undefined;
  #isClosed = false;

  constructor(driver: string, context: DriverContext) {
    this.#driver = driver;
    this.#context = context;
    this.watcher = new StatusWatcher(context.clock);
  }

  /** A line to the right reader: opened and identified when there was none.
   *  @fault offline, timeOut: no line or no answer; configuration: another reader than the one installed. */
  async ready(until: Until): Promise<Result<{ carrier: ApduCarrier; identity: ReaderIdentity }, Fault>> {
    if (this.#carrier !== undefined && this.#identity !== undefined)
      return ok({ carrier: this.#carrier, identity: this.#identity });
    const opened = await this.#open(until);
    if (!opened.ok) return opened;
    const answer = await this.#heard(await opened.value.askIdentity(this.#leftMs(until, chipLimits.readerMs)));
    if (!answer.ok) return answer;
    const identity = decodeIdentity(answer.value.kind === 'bytes' ? answer.value.bytes : new Uint8Array(0));
    const stranger = identityFault(
      { driver: this.#driver, ...identity },
      { driver: this.#driver, serial: this.#context.expectSerial },
    );
    if (stranger !== undefined) {
      this.watcher.report(strangerStatus(stranger));
      await this.#drop();
      return err(stranger);
    }
    this.#identity = identity;
    return ok({ carrier: opened.value, identity });
  }

  /** Asks for the ATR: what is in the field, and that the reader lives. */
  async look(until: Until): Promise<Result<ReaderAnswer, Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    const answer = await this.#heard(await ready.value.carrier.askAtr(this.#leftMs(until, chipLimits.readerMs)));
    if (!answer.ok) return answer;
    const seen = fieldStatus(answer.value);
    // A reader has nothing inside to inspect: identity and field are all there is, and both were just asked.
    if (this.watcher.report(seen) === 'inspect') this.watcher.inspected(seen);
    return answer;
  }

  /** Looks; a chip that is there and mute gets its cold resets before it counts as mute (F09). */
  async lookUntilHeard(until: Until): Promise<Result<ReaderAnswer, Fault>> {
    let answer = await this.look(until);
    for (let resets = 0; resets < chipLimits.coldResets && answer.ok && answer.value.kind === 'mute'; resets += 1) {
      const cold = await this.coldReset(until);
      if (!cold.ok) return cold;
      answer = await this.look(until);
    }
    return answer;
  }

  /** Field off, a moment, field on. */
  async coldReset(until: Until): Promise<Result<void, Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    const off = await ready.value.carrier.order('powerOff');
    if (!off.ok) return off;
    await pause(this.#context.clock, chipLimits.fieldOffMs, until.signal);
    return until.signal.aborted ? err(canceledFault()) : ready.value.carrier.order('powerOn');
  }

  /** Switches the field off when there is a line; without one there is no session to end. */
  async powerOff(): Promise<Result<void, Fault>> {
    return (await this.#carrier?.order('powerOff')) ?? ok(undefined);
  }

  /** A fault that a conversation with a chip met, for the status: only the line's and an empty field's concern it. */
  async met(fault: Fault): Promise<void> {
    if (fault.code === 'timeOut' && fault.action === 'reset') await this.#giveUp(fault);
    if (fault.code === 'noMedia') this.watcher.report(fieldStatus({ kind: 'noChip' }));
  }

  /** Gives the line up: an answer may still be under way on it. */
  async drop(): Promise<void> {
    await this.#drop();
    this.watcher.starting();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drop();
  }

  #leftMs(until: Until, longestMs: number): number {
    return Math.max(1, Math.min(longestMs, until.endMs - this.#context.clock.monoMs()));
  }

  async #open(until: Until): Promise<Result<ApduCarrier, Fault>> {
    if (this.#isClosed) return err(offlineFault('the driver is closed'));
    const opened = await this.#context.open(this.#leftMs(until, chipLimits.openMs));
    if (!opened.ok) {
      this.watcher.lost('offline', opened.error);
      return opened;
    }
    const carrier = new ApduCarrier(opened.value, {
      clock: this.#context.clock,
      messageBytes: chipLimits.messageBytes,
    });
    if (this.#isClosed) {
      await carrier.close();
      return err(offlineFault('the driver is closed'));
    }
    this.#carrier = carrier;
    void carrier.closed.then((reason) => {
      if (this.#carrier !== carrier) return;
      const detail = reason.why === 'lost' ? reason.detail : 'closed';
      // A silent or babbling reader is told as such, not as the close that it led to.
      this.#lost(carrier.gaveUpFor ?? offlineFault(`line to the chip reader: ${detail}`));
    });
    return ok(carrier);
  }

  /** A question that went unanswered has cost the line: the carrier closed it. */
  async #heard<T>(answer: Result<T, Fault>): Promise<Result<T, Fault>> {
    if (!answer.ok) await this.#giveUp(answer.error);
    return answer;
  }

  async #giveUp(fault: Fault): Promise<void> {
    const carrier = this.#carrier;
    if (carrier === undefined) return;
    this.#lost(fault);
    await carrier.close();
  }

  #lost(fault: Fault): void {
    this.#carrier = undefined;
    this.#identity = undefined;
    this.watcher.lost('offline', fault);
  }

  async #drop(): Promise<void> {
    const carrier = this.#carrier;
    this.#carrier = undefined;
    this.#identity = undefined;
    await carrier?.close();
  }
}
