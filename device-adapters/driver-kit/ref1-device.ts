import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Description, DeviceKind, Fault } from '@yimen/contracts/device';
import { CommandQueue } from './command-queue.ts';
import { deviceFault, offlineFault, silentFault } from './device-faults.ts';
import type { DriverContext } from './driver.ts';
import { identityFault } from './identity.ts';
import type { Ref1Field, Ref1Fields } from './ref1-fields.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { Ref1Link, type Ref1Change, type Ref1Sent } from './ref1-link.ts';
import {
  rawEndOf,
  rawIdentityOf,
  rawStatusOf,
  REF1_COMMAND,
  REF1_EDITION,
  REF1_RESULT,
  type RawEnd,
  type RawRef1Identity,
  type RawRef1Status,
} from './ref1-protocol.ts';
import { ref1EvidenceKinds, ref1Fault, ref1MediaAtPowerOff, type FaultRows } from './ref1-status.ts';
import { StatusWatcher, type SeenStatus } from './status-watcher.ts';

/** What tells one kind of reference device from another, at rest. */
export interface Ref1Facts {
  /** The driver id. */
  readonly driver: string;
  /** The port's kind; the device calls itself by the same word. */
  readonly kind: DeviceKind;
  readonly faults: FaultRows;
  /** Raw status → the port's words, the kind's own fields included. Pure. */
  readonly axes: (raw: RawRef1Status) => SeenStatus;
}

/** A reference device as its driver knows it: identified, looked at, its status; and the questions that one may ask it
 *  at any time. Effects are `ref1-effect`'s. */
export class Ref1Device {
  readonly watcher: StatusWatcher;
  readonly clock: Clock;
  readonly facts: Ref1Facts;
  readonly #context: DriverContext;
  readonly #link: Ref1Link;
  /** One look at a time; answers to commands do not wait for it. */
  readonly #looks = new CommandQueue();
  #identity: RawRef1Identity | undefined;
  #isInspected = false;
  #changeNumber = 0;
  #bootCount: number | undefined;
  #missedChanges = 0;
  #lookedSoonAt = Number.NEGATIVE_INFINITY;
  /** A status change came while nobody could be believed yet. */
  #hasChangedEarly = false;
  #waits = 0;

  constructor(context: DriverContext, facts: Ref1Facts) {
    this.#context = context;
    this.facts = facts;
    this.clock = context.clock;
    this.watcher = new StatusWatcher(context.clock);
    this.#link = new Ref1Link({
      ...context,
      onChange: (change) => this.#changed(change),
      onLost: (detail) => this.#lost(offlineFault(detail)),
    });
  }

  /** Power-ons of the device, as it last told; `undefined` before it was first asked. */
  get bootCount(): number | undefined {
    return this.#bootCount;
  }

  /** Bytes in no frame, answers nobody waited for, status changes that were never seen. */
  get counters(): { readonly discardedBytes: number; readonly lateAnswers: number; readonly missedChanges: number } {
    return { ...this.#link.counters, missedChanges: this.#missedChanges };
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** A number for the next read that waits; none is given twice to this device. */
  nextWait(): number {
    this.#waits += 1;
    return this.#waits;
  }

  /** Opens, identifies and looks, when that is needed. A device that is broken is ready all the same: it refuses by
   *  itself, and can be asked.
   *  @param openMs how long opening the line may take.
   *  @fault offline, timeOut, configuration (another kind, edition or serial), deviceBusy. */
  async ready(openMs: number = REF1_LIMITS.openMs): Promise<Result<void, Fault>> {
    if (this.isReady) return ok(undefined);
    return this.#looks.run(() => this.#readied(openMs));
  }

  /** Asks for the status and tells the watcher. */
  look(): Promise<Result<void, Fault>> {
    return this.#looks.run(async () => {
      const wasInspected = this.isReady;
      const ready = await this.#readied(REF1_LIMITS.openMs);
      return ready.ok && wasInspected ? this.#looked() : ready;
    });
  }

  async describe(): Promise<Result<Description, Fault>> {
    const ready = await this.ready();
    if (!ready.ok) return ready;
    const identity = this.#identity;
    if (identity === undefined) return err(offlineFault('the line went away'));
    return ok({
      driver: this.facts.driver,
      kind: this.facts.kind,
      model: identity.model.slice(0, 60),
      serial: identity.serial.slice(0, 60),
      firmware: identity.firmware === '' ? null : identity.firmware.slice(0, 60),
      at: this.#context.at,
      mediaAtPowerOff: ref1MediaAtPowerOff(identity.mediaAtPowerOff),
      evidence: ref1EvidenceKinds(identity.evidenceKinds).slice(0, 16),
    });
  }

  /** The line is there, and who answers on it was asked. */
  get isReady(): boolean {
    return this.#isInspected && this.#link.isUp;
  }

  /** Asks something that moves nothing, on a device that is ready. Silence makes it stale: the port is alive and the
   *  device is not (fault F12).
   *  @param withinMs from sending to the second answer.
   *  @fault timeOut, offline: nothing was heard; else the device's own. */
  async ask(command: number, fields?: readonly Ref1Field[], withinMs?: number): Promise<Result<RawEnd, Fault>> {
    const answer = await this.askRaw(command, fields, withinMs);
    if (!answer.ok) return answer;
    const end = rawEndOf(answer.value);
    if (end === undefined) return err(unreadable('a second answer without a result'));
    return end.result === REF1_RESULT.ok ? ok(end) : err(this.faultOf(end.result));
  }

  /** As `ask`, for an answer whose result is not that of the question (command 04). */
  async askRaw(command: number, fields?: readonly Ref1Field[], withinMs?: number): Promise<Result<Ref1Fields, Fault>> {
    const answer = await this.#link.ask(command, fields, withinMs);
    if (answer.heard === 'completed') return ok(answer.fields);
    if (answer.heard === 'refused') return err(this.faultOf(answer.result));
    if (answer.heard === 'silent') this.#lost(answer.fault);
    return err(answer.fault);
  }

  /** Sends an effect, once; on a device that is ready.
   *  @fault offline, deviceBusy: nothing went out. */
  send(command: number, fields: readonly Ref1Field[], withinMs: number): Promise<Result<Ref1Sent, Fault>> {
    return this.#link.send(command, fields, withinMs);
  }

  /** The fault of a result code, in this kind's words. */
  faultOf(result: number): Fault {
    return ref1Fault(result, this.facts.faults);
  }

  async #readied(openMs: number): Promise<Result<void, Fault>> {
    const up = await this.#link.up(openMs);
    if (!up.ok) {
      this.#lost(up.error);
      return up;
    }
    if (this.#isInspected && up.value === 'same') return ok(undefined);
    return this.#inspect();
  }

  /** Who answers, and how is it? Asked before anything that could move a motor of some other device. */
  async #inspect(): Promise<Result<void, Fault>> {
    this.#isInspected = false;
    const identified = await this.#identify();
    if (!identified.ok) return identified;
    const raw = await this.#askStatus();
    if (!raw.ok) return raw;
    this.watcher.starting();
    this.#isInspected = true;
    this.#learnBoot(raw.value);
    const overtook = stepTo(this.#changeNumber, raw.value.changeNumber);
    this.#changeNumber = raw.value.changeNumber;
    this.watcher.inspected(this.facts.axes(raw.value));
    if (this.#hasChangedEarly && overtook !== 0) this.#lookSoon();
    this.#hasChangedEarly = false;
    return ok(undefined);
  }

  async #identify(): Promise<Result<void, Fault>> {
    const answer = await this.ask(REF1_COMMAND.identify);
    if (!answer.ok) return this.#unwell(answer.error);
    const identity = rawIdentityOf(answer.value.fields);
    const wrong = identity === undefined ? unreadable('an answer that names nobody') : this.#wrongIdentity(identity);
    this.#identity = wrong === undefined ? identity : undefined;
    if (wrong === undefined) return ok(undefined);
    // Whoever this is, it is asked again from the beginning, and told nothing until then.
    await this.#link.drop();
    return this.#unwell(wrong);
  }

  #wrongIdentity(identity: RawRef1Identity): Fault | undefined {
    const { driver, kind } = this.facts;
    if (identity.kind !== kind || identity.edition !== REF1_EDITION) {
      const told = `${identity.kind} of edition ${identity.edition}`;
      return deviceFault(
        'configuration',
        `${kind} of edition ${REF1_EDITION} expected, ${told} answers`,
        'configuration',
      );
    }
    return identityFault(
      { driver, serial: identity.serial, model: identity.model },
      { driver, serial: this.#context.expectSerial },
    );
  }

  async #askStatus(): Promise<Result<RawRef1Status, Fault>> {
    const answer = await this.ask(REF1_COMMAND.status);
    if (!answer.ok) return this.#unwell(answer.error);
    const raw = rawStatusOf(answer.value.fields);
    return raw === undefined ? this.#unwell(unreadable('a status without its state')) : ok(raw);
  }

  /** A look at a device that was inspected before. One that was restarted or is well again is inspected first. */
  async #looked(): Promise<Result<void, Fault>> {
    const raw = await this.#askStatus();
    if (!raw.ok) return raw;
    if (this.#learnBoot(raw.value) === 'restarted') return this.#inspect();
    // A status change that left the device after this answer was read before it.
    if (stepTo(this.#changeNumber, raw.value.changeNumber) > HALF) return ok(undefined);
    this.#changeNumber = raw.value.changeNumber;
    return this.watcher.report(this.facts.axes(raw.value)) === 'inspect' ? this.#inspect() : ok(undefined);
  }

  /** A status change that came by itself. */
  #changed(change: Ref1Change): void {
    const raw = change.fields && rawStatusOf(change.fields);
    const step = stepTo(this.#changeNumber, change.changeNumber);
    if (!this.#isInspected) {
      // Not believed before the inspection, but that there was one is remembered.
      this.#hasChangedEarly = true;
      this.#changeNumber = change.changeNumber;
      return;
    }
    if (raw === undefined) return this.#lookSoon();
    if (this.#learnBoot(raw) === 'restarted') return this.#inspectSoon();
    // Repeated, or overtaken by a newer one.
    if (step === 0 || step > HALF) return;
    this.#changeNumber = change.changeNumber;
    this.#missedChanges += step - 1;
    if (this.watcher.report(this.facts.axes(raw)) === 'inspect') return this.#inspectSoon();
    // What happened in the gap may have been more than the last message tells.
    if (step > 1) this.#lookSoon();
  }

  #inspectSoon(): void {
    this.#isInspected = false;
    this.watcher.starting();
    this.#lookSoon();
  }

  /** A look that the device itself gave reason for; what came of it, the watcher knows. Not more often than now and
   *  then, or a device that changes with every question would be asked for ever: the next poll looks anyway. */
  #lookSoon(): void {
    const now = this.clock.monoMs();
    if (now - this.#lookedSoonAt < REF1_LIMITS.askAgainMs) return;
    this.#lookedSoonAt = now;
    void this.look();
  }

  /** After a restart nothing that was asked before will be answered. */
  #learnBoot(raw: RawRef1Status): 'restarted' | 'same' {
    const before = this.#bootCount;
    this.#bootCount = raw.bootCount;
    if (before === undefined || before === raw.bootCount) return 'same';
    this.#link.forgetAnswers('the device was restarted');
    return 'restarted';
  }

  /** The device cannot be used as it is; the next call begins with the inspection. Silence was told already. */
  #unwell(fault: Fault): { readonly ok: false; readonly error: Fault } {
    this.#isInspected = false;
    if (fault.code === 'timeOut' || fault.code === 'offline') return err(fault);
    const device = fault.code === 'deviceNotReady' ? 'starting' : 'hardwareError';
    this.watcher.report({ device, supplies: {}, units: {}, fault, action: fault.action });
    return err(fault);
  }

  /** Told once: the same silence at every poll is no news. */
  #lost(fault: Fault): void {
    this.#isInspected = false;
    const { device, fault: before } = this.watcher.current;
    const isKnown = device === 'offline' && before?.code === fault.code;
    const told = fault.code === 'timeOut' ? silentFault('the device is silent') : fault;
    this.watcher.lost('offline', isKnown ? before : told);
  }
}

/** Half of the running numbers' circle: what lies further ahead lies behind. */
const HALF = 0x7fff;

function stepTo(before: number, after: number): number {
  return (after - before) & 0xffff;
}

function unreadable(what: string): Fault {
  return deviceFault('hardwareError', `The device gave ${what}`, 'reset');
}
