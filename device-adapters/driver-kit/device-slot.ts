import { err, ok, type Clock, type OperationId, type RandomBytes, type Result } from '@yimen/contracts/base';
import {
  changedAxes,
  opSchema,
  PORTS,
  sealedSchema,
  type Description,
  type DeviceBase,
  type DeviceStatus,
  type Fault,
  type Lease,
  type LeaseOwner,
  type Op,
  type OperationRecord,
  type Verb,
} from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import { callerFault, deviceFault, offlineFault, silentFault, unsupportedFault } from './device-faults.ts';
import type { Driver, EffectResult } from './driver.ts';
import { BESIDE_EFFECT } from './evidence-rules.table.ts';
import { identityFault } from './identity.ts';
import { LeaseBook, type HeldLease, type LeaseEnd } from './lease-book.ts';
import { OperationDesk } from './operation-desk.ts';
import type { OperationFile } from './operation-file.ts';
import { within } from './within.ts';

export interface DeviceSlotOptions {
  /** The device's id in this terminal; today its kind. */
  readonly device: string;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly hostEpoch: string;
  readonly file: OperationFile;
  /** Serial number pinned at installation. */
  readonly expectSerial?: string | undefined;
  /** Firmware versions that may run here; absent: any. */
  readonly allowFirmware?: readonly string[] | undefined;
  /** One line per effect: the way to follow an operation through the logs. */
  readonly log: (line: string, fields: Readonly<Record<string, string | number>>) => void;
  readonly onLeaseEnded?: (lease: Lease, why: LeaseEnd) => void;
  /** Gives the way to the device up, so that the next question makes a new one. Absent: this carrier cannot. */
  readonly giveUpWay?: (() => Promise<Result<void, Fault>>) | undefined;
}

interface Running {
  readonly preempt: AbortController;
  readonly settled: Promise<unknown>;
}

/** Turns a driver into the whole port contract: leases, argument schemas, the pinned identity, one effect at a time,
 *  duplicate ids, the operation file. Once for all drivers, so that a driver is only order, deadlines and evidence. */
export class DeviceSlot implements DeviceBase {
  readonly #options: DeviceSlotOptions;
  readonly #book: LeaseBook;
  readonly #desk: OperationDesk;
  #running: Running | undefined;
  #description: Description | undefined;
  #identity: 'unchecked' | 'right' | Fault = 'unchecked';
  /** What was told last, as a whole: a driver tells changes only. */
  #told: DeviceStatus;
  readonly #listeners = new Set<(changed: Partial<DeviceStatus>) => void>();
  readonly #stopWatching: () => void;

  constructor(options: DeviceSlotOptions) {
    this.#options = options;
    this.#told = { device: 'starting', supplies: {}, units: {}, since: options.clock.wallMs(), source: 'stale' };
    this.#desk = new OperationDesk(options);
    this.#book = new LeaseBook({
      ...options,
      isMoving: () => this.#running !== undefined,
      onEnded: (lease, why) => options.onLeaseEnded?.(lease, why),
    });
    this.#stopWatching = options.driver.onStatus((changed) => this.#driverChanged(changed));
  }

  get device(): string {
    return this.#options.device;
  }

  get kind(): Driver['kind'] {
    return this.#options.driver.kind;
  }

  /** The lease in force, for whoever must end it. */
  get lease(): Lease | undefined {
    return this.#book.current;
  }

  /** Who the device was when it was last asked, without asking. */
  get lastDescription(): Description | undefined {
    return this.#description;
  }

  /** The status as it was told last, without asking. */
  get lastStatus(): DeviceStatus {
    return this.#told;
  }

  async describe(): Promise<Result<Description, Fault>> {
    const described = await guarded('describe', this.#options.driver.describe());
    if (described.ok) this.#learn(described.value);
    return described;
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const status = await this.#askedStatus(maxAgeMs);
    const isUnknown = this.#identity === 'unchecked' && status.device === 'online' && this.#running === undefined;
    // Asked only for what it teaches about the identity; a failure shows as the status that it leaves behind.
    if (isUnknown) void (await this.describe());
    return this.#tell(status);
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  claim(owner: LeaseOwner, timeoutMs: number): Promise<Result<Lease, Fault>> {
    return this.#book.claim(owner, timeoutMs);
  }

  /** Ends a lease; a motion under way is told by its signal and keeps the device busy until it has settled. */
  release(lease: Lease, why: LeaseEnd = 'released'): void {
    this.#book.release(lease.leaseId, why);
  }

  /** Makes a new way to the device (recovery ladder L3). Nothing is sent again and no lease ends.
   *  @fault deviceBusy something moves: its answer would be lost; unsupportedCommand; what the device then says of itself
   *  when it cannot be heard on the new way either. */
  async reopen(): Promise<Result<void, Fault>> {
    if (this.#running !== undefined) {
      return err(deviceFault('deviceBusy', `${this.device} is in motion`, 'suspend'));
    }
    const { giveUpWay } = this.#options;
    const given = giveUpWay === undefined ? err(unsupportedFault('reopen')) : await giveUpWay();
    if (!given.ok) return given;
    // The first question may still find the old line; the second makes a new one.
    for (let asked = 0; asked < 2; asked += 1) {
      const status = await this.status(0);
      if (status.source !== 'stale' && status.device !== 'offline') return ok(undefined);
    }
    return err(this.lastStatus.fault ?? silentFault('reopen'));
  }

  getOperation(id: OperationId): Promise<OperationRecord | 'never-seen'> {
    return this.#desk.get(id);
  }

  /** Ends whatever effect runs, then brings the device to rest. Only a technician may end a told attempt at fraud: to
   *  `stay` is refused to others; a citizen's property is still given back or put away. */
  async reset(lease: Lease, op: Op, to: 'exit' | 'retain' | 'stay'): Promise<Result<OperationRecord, Fault>> {
    const running = this.#running;
    const held = this.#book.check(lease);
    const isFraud = this.#told.device === 'fraudAttempt' && to === 'stay';
    if (held.ok && isFraud && lease.owner.kind !== 'technician')
      return err(deviceFault('fraudAttempt', 'only a technician ends an attempt at fraud', 'maintenance'));
    if (held.ok && running !== undefined) {
      running.preempt.abort();
      const ended = await within(
        this.#options.clock,
        running.settled.then(() => true),
        op.deadlineMs,
        false,
      );
      if (!ended) return err(deviceFault('deviceBusy', 'the running motion does not end', 'suspend'));
    }
    return this.#effect(lease, op, 'reset', () => this.#options.driver.reset(op, to));
  }

  selfTest(lease: Lease, op: Op): Promise<Result<OperationRecord, Fault>> {
    return this.#effect(lease, op, 'selfTest', () => this.#options.driver.selfTest(op));
  }

  /** One effect verb of the kind's port table.
   *  @fault noLease, leaseEnded, unsupportedCommand, softwareError (arguments), configuration (wrong device),
   *  deviceBusy, DISK_FULL: it never became an operation, nothing moved. All else is in the record. */
  async effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>> {
    const row = this.#verb(verb);
    if (row?.nature !== 'effect') return err(unsupportedFault(verb));
    const checked = this.#argsOf(row, verb, args);
    if (!checked.ok) return checked;
    return this.#effect(lease, op, verb, (signal) => this.#options.driver.perform(verb, op, checked.value, signal));
  }

  /** One read verb. The value is checked by the table too: what a driver makes up does not leave the host.
   *  @fault as `effect`; timeOut when the driver does not settle. */
  async read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>> {
    const row = this.#verb(verb);
    if (row?.nature !== 'read') return err(unsupportedFault(verb));
    const checked = this.#argsOf(row, verb, args);
    if (!checked.ok) return checked;
    const held = await this.#admitted(lease);
    if (!held.ok) return held;
    const reading = guarded(verb, this.#options.driver.read(verb, deadlineMs, checked.value, held.value.signal));
    const late: Result<unknown, Fault> = err(silentFault(verb));
    const result = await within(this.#options.clock, reading, deadlineMs + LIMITS.driverGraceMs, late);
    // A sealed question has a sealed answer, which was checked where it was sealed.
    if (!result.ok || this.#isSealed(args)) return result;
    const value = row.result.safeParse(result.value);
    return value.success ? ok(value.data) : err(callerFault(`${verb} gave ${firstIssue(value.error)}`));
  }

  /** For which key a session seals what it asks of this device; `null` when its driver runs in this process.
   *  @fault offline the driver's process is not there: nothing is asked in the clear instead */
  async sealingKey(): Promise<Result<string | null, Fault>> {
    const { driver } = this.#options;
    if (driver.sealingKey === undefined) return ok(null);
    const key = await driver.sealingKey();
    return key === undefined ? err(this.lastStatus.fault ?? offlineFault('no driver process')) : ok(key);
  }

  /** Ends the lease and the driver; what was under way gets its outcome first, if it settles in time. */
  async close(): Promise<void> {
    const lease = this.#book.current;
    if (lease !== undefined) this.#book.release(lease.leaseId, 'hostStopping');
    this.#stopWatching();
    await within(this.#options.clock, this.#options.driver.close(), LIMITS.driverCloseMs, undefined);
    await within(this.#options.clock, this.#desk.idle(), LIMITS.driverCloseMs, undefined);
  }

  async #effect(
    lease: Lease,
    op: Op,
    verb: string,
    run: (signal: AbortSignal) => Promise<EffectResult>,
  ): Promise<Result<OperationRecord, Fault>> {
    if (!opSchema.safeParse(op).success) return err(callerFault(`${verb}: not an operation id and a deadline`));
    const early = this.#book.check(lease);
    if (!early.ok) return early;
    const repeated = await this.#desk.repeated(op.operationId, verb);
    if (!repeated.ok) return repeated;
    if (repeated.value !== undefined) return ok(repeated.value);
    const held = await this.#admitted(lease);
    if (!held.ok) return held;
    const isBeside = BESIDE_EFFECT[this.kind]?.includes(verb) === true;
    if (this.#running !== undefined && !isBeside) {
      // The same call may have been made twice at once: the other one became the operation.
      const other = await this.#desk.repeated(op.operationId, verb);
      if (!other.ok) return other;
      if (other.value !== undefined) return ok(other.value);
      return err(deviceFault('deviceBusy', `${this.device} is in motion`, 'suspend'));
    }
    return this.#started(op, verb, run, held.value, isBeside);
  }

  /** From here on the device may move. */
  async #started(
    op: Op,
    verb: string,
    run: (signal: AbortSignal) => Promise<EffectResult>,
    held: HeldLease,
    isBeside: boolean,
  ): Promise<Result<OperationRecord, Fault>> {
    const preempt = new AbortController();
    const begunAt = this.#options.clock.monoMs();
    const settled = Promise.withResolvers<void>();
    const fields = { operationId: op.operationId, device: this.device, verb, trace: traceOf(held.lease.owner) };
    if (!isBeside) this.#running = { preempt, settled: settled.promise };
    this.#options.log('effect begins', fields);
    const free = (): void => {
      settled.resolve();
      if (!isBeside) this.#running = undefined;
      this.#book.grantNext();
    };
    let wasRun = false;
    const record = await this.#desk.run({
      operationId: op.operationId,
      verb,
      deadlineMs: op.deadlineMs,
      abort: () => preempt.abort(),
      run: async () => {
        wasRun = true;
        // The device stays busy until the driver has really let go, also when the record says `unknown` before that.
        return run(AbortSignal.any([held.signal, preempt.signal])).finally(free);
      },
    });
    if (!wasRun) free();
    const outcome = record.ok ? (record.value.outcome ?? 'none') : record.error.code;
    const fault = record.ok && record.value.fault ? { fault: record.value.fault.code } : {};
    this.#options.log('effect ended', {
      ...fields,
      outcome,
      ...fault,
      ms: Math.round(this.#options.clock.monoMs() - begunAt),
    });
    return record;
  }

  /** The lease is in force and the right device answers. */
  async #admitted(lease: Lease): Promise<Result<HeldLease, Fault>> {
    const held = this.#book.check(lease);
    if (!held.ok) return held;
    const { expectSerial, allowFirmware } = this.#options;
    if (this.#identity === 'unchecked' && (expectSerial ?? allowFirmware) !== undefined) {
      const described = await this.describe();
      if (!described.ok) return described;
    }
    if (typeof this.#identity === 'object') return err(this.#identity);
    // Asked again: it may have ended while the device was identified.
    return this.#book.check(lease);
  }

  #learn(description: Description): void {
    const { driver, expectSerial, allowFirmware } = this.#options;
    const pinned = { driver: driver.id, serial: expectSerial, firmware: allowFirmware };
    this.#description = description;
    this.#identity = identityFault(description, pinned) ?? 'right';
  }

  #driverChanged(changed: Partial<DeviceStatus>): void {
    // Another device may answer after the line was gone.
    if (changed.device === 'offline' || changed.device === 'starting' || changed.device === 'noDevice') {
      this.#identity = 'unchecked';
    }
    this.#tell({ ...this.#told, ...changed });
  }

  /** Overlays "this is not the device that was installed", keeps the whole, tells what changed. */
  #tell(status: DeviceStatus): DeviceStatus {
    const before = this.#told;
    const wrong = typeof this.#identity === 'object' ? this.#identity : undefined;
    const judged: DeviceStatus =
      wrong === undefined ? status : { ...status, device: 'hardwareError', fault: wrong, action: 'configuration' };
    const since = judged.device === before.device ? before.since : this.#options.clock.wallMs();
    this.#told = { ...judged, since };
    const changed = changedAxes(before, this.#told);
    if (changed !== undefined) for (const fn of [...this.#listeners]) fn(changed);
    return this.#told;
  }

  async #askedStatus(maxAgeMs: number): Promise<DeviceStatus> {
    try {
      return await this.#options.driver.status(maxAgeMs);
    } catch (error) {
      const fault = callerFault(`status: driver failed: ${String(error)}`);
      return { ...this.#told, device: 'hardwareError', fault, action: fault.action, source: 'inferred' };
    }
  }

  #argsOf(row: Verb, verb: string, args: unknown): Result<unknown, Fault> {
    if (this.#isSealed(args)) return ok(args);
    const checked = row.args.safeParse(args);
    return checked.success ? ok(checked.data) : err(callerFault(`${verb}: ${firstIssue(checked.error)}`));
  }

  #isSealed(args: unknown): boolean {
    return this.#options.driver.sealingKey !== undefined && sealedSchema.safeParse(args).success;
  }

  #verb(verb: string): Verb | undefined {
    const verbs: Readonly<Record<string, Verb>> = PORTS[this.kind].verbs;
    return Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  }
}

/** A driver never throws for an expected reason. When it does all the same, its device fails and not the whole host,
 *  where a neighbour may be moving a card. */
async function guarded<T>(what: string, asked: Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
  try {
    return await asked;
  } catch (error) {
    return err(callerFault(`${what}: driver failed: ${String(error)}`));
  }
}

/** Whose doing it is, as every process writes it: the citizen's session, else the kind of owner. */
function traceOf(owner: LeaseOwner): string {
  return owner.kind === 'session' ? owner.id : owner.kind;
}

/** The place and kind of the first mistake; never the value, which may be a person's. */
function firstIssue(error: { issues: readonly { path: readonly PropertyKey[]; code?: string }[] }): string {
  const issue = error.issues[0];
  return `${issue?.path.map(String).join('.') || 'value'}: ${issue?.code ?? 'invalid'}`;
}
