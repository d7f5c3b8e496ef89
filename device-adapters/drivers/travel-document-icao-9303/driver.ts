import { err, ok, sleep, type Result } from '@yimen/contracts/base';
import { changedAxes, type Description, type DeviceStatus, type Fault, type TravelDocument, travelDocumentPort } from '@yimen/contracts/device';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { ApduCarrier, type ReaderAnswer } from '../../transport/apdu-carrier.ts';
import { ChipSession } from './chip-session.ts';
import { chipLimits } from './limits.table.ts';
import { readDocumentFiles } from './document.ts';
import { fieldStatus, linkStatus, readerAnswerFault } from './status.ts';

const ID = 'travel-document-icao-9303';

/** Driver of a travel-document chip behind a reader that carries APDUs (README.md has its wire). Every verb is a
 *  read; a read is whole or nothing. Access is by Basic Access Control.
 *  Faults of `readDocument`: noMedia, atrNotObtained, cardCollision, securityFail (access refused, secure messaging
 *  broken), verifyMismatch (the chip names another document than the printed page that opened it), invalidMedia,
 *  protocolNotSupported, timeOut, canceled, offline, deviceBusy. */
export const createIcao9303: CreateDriver = (context) => new Icao9303Driver(context);

class Icao9303Driver implements Driver {
  readonly id = ID;
  readonly kind = 'travel-document';
  readonly #context: DriverContext;
  readonly #listeners = new Set<(changed: Partial<DeviceStatus>) => void>();
  #status: DeviceStatus;
  #askedMs = Number.NEGATIVE_INFINITY;
  #carrier: ApduCarrier | undefined;
  #access: 'none' | 'BAC' = 'none';
  #busy = false;
  #isClosed = false;

  constructor(context: DriverContext) {
    this.#context = context;
    this.#status = { device: 'offline', supplies: {}, units: {}, since: context.clock.wallMs(), source: 'stale' };
  }

  /** The carrier has no command for identity: model and serial are those of the configuration. */
  async describe(): Promise<Result<Description, Fault>> {
    const looked = await this.#exclusive(chipLimits.openMs + chipLimits.replyMs, (endMs) => this.#look(endMs));
    if (!looked.ok && looked.error.code !== 'deviceBusy') return looked;
    return ok({
      driver: ID,
      kind: this.kind,
      model: 'APDU carrier',
      serial: this.#context.expectSerial ?? 'not reported',
      firmware: null,
      at: this.#context.at,
      mediaAtPowerOff: 'none',
      evidence: [],
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const isOld = this.#context.clock.monoMs() - this.#askedMs > maxAgeMs;
    if (isOld && !this.#busy && !this.#isClosed) {
      await this.#exclusive(chipLimits.openMs + chipLimits.replyMs, (endMs) => this.#look(endMs));
    }
    return this.#status;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** The reader holds no medium, so every destination is the same: the field goes off and on again. */
  async reset(op: { readonly deadlineMs: number }): Promise<EffectResult> {
    const looked = await this.#exclusive(op.deadlineMs, async (endMs) => {
      const connected = await this.#connect(endMs);
      if (!connected.ok) return connected;
      const cold = await this.#coldReset(connected.value);
      return cold.ok ? this.#look(endMs) : cold;
    });
    return this.#effect(looked);
  }

  async selfTest(op: { readonly deadlineMs: number }): Promise<EffectResult> {
    return this.#effect(await this.#exclusive(op.deadlineMs, (endMs) => this.#look(endMs)));
  }

  async perform(verb: string): Promise<EffectResult> {
    return { outcome: 'notDone', evidence: [], fault: unsupported(verb) };
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    switch (verb) {
      case 'waitForChip':
        return this.#exclusive(deadlineMs, (endMs) => this.#waitForChip(endMs, signal));
      case 'readDocument':
        return this.#exclusive(deadlineMs, (endMs) => this.#readDocument(endMs, args, signal));
      case 'accessUsed':
        return ok({ access: this.#access });
      case 'release':
        return this.#exclusive(deadlineMs, () => this.#release());
      default:
        return err(unsupported(verb));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#access = 'none';
    await this.#carrier?.close();
    this.#carrier = undefined;
  }

  /** One user of the wire at a time; a status poll never interrupts a read. */
  async #exclusive<T>(deadlineMs: number, act: (endMs: number) => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    if (this.#isClosed) return err({ code: 'offline', message: 'the driver is closed', action: 'reset' });
    if (this.#busy) return err({ code: 'deviceBusy', message: 'the chip reader is in use', action: 'suspend' });
    this.#busy = true;
    try {
      return await act(this.#context.clock.monoMs() + deadlineMs);
    } finally {
      this.#busy = false;
    }
  }

  async #connect(endMs: number): Promise<Result<ApduCarrier, Fault>> {
    if (this.#carrier !== undefined) return ok(this.#carrier);
    const opened = await this.#context.open(Math.max(1, Math.min(chipLimits.openMs, endMs - this.#context.clock.monoMs())));
    if (!opened.ok) {
      this.#show(linkStatus(opened.error), 'stale');
      return opened;
    }
    if (this.#isClosed) {
      await opened.value.close();
      return err({ code: 'offline', message: 'the driver is closed', action: 'reset' });
    }
    const carrier = new ApduCarrier(opened.value, { clock: this.#context.clock, messageBytes: chipLimits.messageBytes });
    this.#carrier = carrier;
    this.#show({ device: 'starting', media: 'unknown' }, 'stale');
    void carrier.closed.then((reason) => this.#lost(carrier, reason.why === 'lost' ? reason.detail : 'closed'));
    return ok(carrier);
  }

  #lost(carrier: ApduCarrier, detail: string): void {
    if (this.#carrier !== carrier) return;
    this.#carrier = undefined;
    this.#access = 'none';
    this.#askedMs = Number.NEGATIVE_INFINITY;
    this.#show(linkStatus({ code: 'offline', message: `the line to the reader is gone: ${detail}`.slice(0, 200), action: 'reset' }), 'stale');
  }

  /** Asks for the ATR: what is in the field, and that the reader lives. */
  async #look(endMs: number): Promise<Result<ReaderAnswer, Fault>> {
    const connected = await this.#connect(endMs);
    if (!connected.ok) return connected;
    const leftMs = endMs - this.#context.clock.monoMs();
    const answer = await connected.value.askAtr(Math.max(1, Math.min(leftMs, chipLimits.replyMs)));
    if (!answer.ok) {
      this.#failed(answer.error);
      return answer;
    }
    this.#askedMs = this.#context.clock.monoMs();
    this.#show(fieldStatus(answer.value), 'reported');
    return answer;
  }

  async #waitForChip(endMs: number, signal: AbortSignal): Promise<Result<{ present: boolean }, Fault>> {
    while (!signal.aborted) {
      const leftMs = endMs - this.#context.clock.monoMs();
      if (leftMs <= 0) return ok({ present: false });
      const answer = await this.#lookUntilHeard(endMs);
      if (!answer.ok) return answer;
      if (answer.value.kind === 'bytes') return ok({ present: true });
      if (answer.value.kind !== 'noChip') return err(readerAnswerFault(answer.value));
      await sleep(this.#context.clock, Math.min(chipLimits.pollMs, leftMs));
    }
    return err(canceled());
  }

  /** A mute chip gets its cold resets before it counts as mute. */
  async #lookUntilHeard(endMs: number): Promise<Result<ReaderAnswer, Fault>> {
    let answer = await this.#look(endMs);
    for (let resets = 0; resets < chipLimits.coldResets && answer.ok && answer.value.kind === 'mute'; resets += 1) {
      const carrier = this.#carrier;
      if (carrier === undefined) return err({ code: 'offline', message: 'the line to the reader is gone', action: 'reset' });
      const cold = await this.#coldReset(carrier);
      if (!cold.ok) return cold;
      answer = await this.#look(endMs);
    }
    return answer;
  }

  async #coldReset(carrier: ApduCarrier): Promise<Result<void, Fault>> {
    const off = await carrier.order('powerOff');
    if (!off.ok) return off;
    await sleep(this.#context.clock, chipLimits.fieldOffMs);
    return carrier.order('powerOn');
  }

  async #readDocument(endMs: number, args: unknown, signal: AbortSignal): Promise<Result<TravelDocument, Fault>> {
    const { access } = travelDocumentPort.verbs.readDocument.args.parse(args);
    this.#access = 'none';
    const answer = await this.#lookUntilHeard(endMs);
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'bytes') return err(readerAnswerFault(answer.value));
    const carrier = this.#carrier;
    if (carrier === undefined || signal.aborted) return err(canceled());
    // A lease that ends in the middle of a read leaves an answer under way; only a new channel is clean again.
    const onAbort = (): void => void carrier.close();
    signal.addEventListener('abort', onAbort, { once: true });
    const read = await this.#readFresh(carrier, endMs, access);
    signal.removeEventListener('abort', onAbort);
    if (signal.aborted) return err(canceled());
    if (!read.ok) this.#failed(read.error);
    return read;
  }

  async #readFresh(carrier: ApduCarrier, endMs: number, access: Parameters<ChipSession['open']>[0]): Promise<Result<TravelDocument, Fault>> {
    // An earlier conversation may have left the chip inside secure messaging.
    const on = await carrier.order('reset');
    if (!on.ok) return on;
    const { clock, random } = this.#context;
    const session = new ChipSession({ carrier, clock, random, endMs });
    const opened = await session.open(access);
    if (opened.ok) this.#access = 'BAC';
    const read = opened.ok ? await readDocumentFiles(session, access) : opened;
    session.forget();
    return read;
  }

  async #release(): Promise<Result<Record<string, never>, Fault>> {
    this.#access = 'none';
    const off = await this.#carrier?.order('powerOff');
    return off === undefined || off.ok ? ok({}) : off;
  }

  /** A fault of the link or of an absent chip changes what the status says; a document's own fault does not. */
  #failed(fault: Fault): void {
    if (fault.code === 'timeOut' && fault.action === 'reset') this.#show(linkStatus(fault), 'stale');
    if (fault.code === 'noMedia') this.#show({ device: 'online', media: 'notPresent' }, 'reported');
  }

  #effect(looked: Result<ReaderAnswer, Fault>): EffectResult {
    const completedAt = this.#context.clock.wallMs();
    if (looked.ok) return { outcome: 'done', completedAt, evidence: [] };
    // Nothing here moves a medium: without an answer the reader simply did not do it.
    return { outcome: 'notDone', completedAt, evidence: [], fault: looked.error };
  }

  #show(axes: Pick<DeviceStatus, 'device' | 'media' | 'fault' | 'action'>, source: DeviceStatus['source']): void {
    const since = axes.device === this.#status.device ? this.#status.since : this.#context.clock.wallMs();
    const after: DeviceStatus = { ...axes, supplies: {}, units: {}, since, source };
    const changed = changedAxes(this.#status, after);
    this.#status = after;
    if (changed !== undefined) for (const fn of this.#listeners) fn(changed);
  }
}

function unsupported(verb: string): Fault {
  return { code: 'unsupportedCommand', message: `a chip reader has no ${verb}`.slice(0, 200), action: 'softwareError' };
}

function canceled(): Fault {
  return { code: 'canceled', message: 'the lease ended', action: 'suspend' };
}
