import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { pause } from '../../driver-kit/pause.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { CabinetBus } from './bus.ts';
import { rowsOf, type CabinetModel } from './cabinet-model.ts';
import { identityOf, identityPlaces, wrongMark, type CabinetIdentity } from './identity.ts';
import { Inputs, type CabinetSeen } from './inputs.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import type { Until } from './link.ts';
import { Outputs } from './outputs.ts';
import { writeRegisterRequest } from './protocol.ts';
import { blocksOf, Image, type Block, type Place } from './read-plan.ts';
import { axisOf, statusOf, tamperFault, tamperNames } from './status.ts';

export interface CabinetSettings {
  readonly model: CabinetModel;
  /** Of rows that name none. */
  readonly unit: number;
  readonly baud?: number | undefined;
}

const NEVER = new AbortController().signal;

/** One cabinet: identified, looked at, and looked at again while nobody asks. Its callers take turns. */
export class Cabinet {
  readonly turns = new CommandQueue();
  readonly watcher: StatusWatcher;
  readonly outputs: Outputs;
  readonly #driver: string;
  readonly #context: DriverContext;
  readonly #settings: CabinetSettings;
  readonly #bus: CabinetBus;
  readonly #inputs: Inputs;
  readonly #image = new Image();
  readonly #plan: Readonly<Record<'identity' | 'contacts' | 'values' | 'outputs', readonly Block[]>>;
  #identity: CabinetIdentity = { serial: '', firmware: null };
  #isInspected = false;
  #polls = 0;
  /** What the board does not let us read, of contacts and of values; they are not read together. */
  #contactsRefusal: Fault | undefined;
  #valuesRefusal: Fault | undefined;
  #cancelPoll: CancelTimer = () => undefined;

  constructor(driver: string, context: DriverContext, settings: CabinetSettings) {
    const { model, unit } = settings;
    const planOf = (places: readonly Place[]): readonly Block[] => blocksOf(places, unit, model.readGap);
    this.#driver = driver;
    this.#context = context;
    this.#settings = settings;
    this.watcher = new StatusWatcher(context.clock);
    this.#inputs = new Inputs(model, unit);
    this.#plan = {
      identity: planOf(identityPlaces(model)),
      contacts: planOf(
        rowsOf(
          model,
          'doorContact',
          'lockContact',
          'tamperContact',
          'tamperLatch',
          'keySwitch',
          'callButton',
          'upsContact',
        ),
      ),
      values: planOf(rowsOf(model, 'temperature', 'upsValue')),
      outputs: planOf(rowsOf(model, 'lockOutput', 'lockRegister', 'lightOutput', 'lightRegister')),
    };
    this.#bus = new CabinetBus(context, { baud: settings.baud, onLost: (fault) => this.#lost(fault) });
    this.outputs = new Outputs(this.#bus, context.clock);
  }

  get identity(): CabinetIdentity {
    return this.#identity;
  }

  get seen(): CabinetSeen {
    return this.#inputs;
  }

  /** A line to the right board, whose inputs are known.
   *  @returns whether it has been inspected just now.
   *  @fault offline, timeOut, configuration, deviceBusy */
  async ready(until: Until): Promise<Result<'inspected' | 'same', Fault>> {
    const up = await this.#bus.up(until);
    if (!up.ok) return up;
    return this.#isInspected && up.value === 'same' ? ok('same') : this.inspect(until);
  }

  /** From the line on: who it is, and all inputs twice.
   *  @fault as `ready` */
  async inspect(until: Until): Promise<Result<'inspected', Fault>> {
    const up = await this.#bus.up(until);
    if (!up.ok) return up;
    this.#isInspected = false;
    const identified = await this.#identify(until);
    if (!identified.ok) return identified;
    const read = await this.#readTwice(until);
    if (!read.ok) return read;
    this.#isInspected = true;
    const seen = this.#status();
    // Straight to what is wrong, and to `online` by way of `starting`.
    if (seen.device === 'online') this.watcher.inspected(seen);
    else this.watcher.report(seen);
    this.#pollLater();
    return ok('inspected');
  }

  /** All inputs, asked anew and debounced.
   *  @fault as `ready` */
  async look(until: Until): Promise<Result<CabinetSeen, Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    if (ready.value === 'same') {
      const read = await this.#readTwice(until);
      const told = read.ok ? await this.#tell(until) : read;
      if (!told.ok) return told;
    }
    return ok(this.#inputs);
  }

  /** A technician says that it is over. Only of what the status says now: a reset that was meant to bring a lost line back
   *  must not end what nobody has heard of.
   *  @fault fraudAttempt something is still not good, or is only known now; as `ready` */
  async forgive(until: Until): Promise<Result<void, Fault>> {
    const told = this.#toldTampers();
    const inspected = await this.inspect(until);
    if (!inspected.ok) return inspected;
    const cleared = await this.#clearLatches(told, until);
    if (!cleared.ok) return cleared;
    const read = await this.#readTwice(until);
    if (!read.ok) return read;
    this.#inputs.forgive(told);
    const settled = await this.#tell(until);
    if (!settled.ok) return settled;
    const left = tamperFault(this.#settings.model, this.#inputs) ?? this.#refusal;
    return left === undefined ? ok(undefined) : err(left);
  }

  /** Everything there is to read, outputs too. Nothing is switched.
   *  @fault hardwareError a block cannot be read; as `ready` */
  async test(until: Until): Promise<Result<void, Fault>> {
    const inspected = await this.inspect(until);
    if (!inspected.ok) return inspected;
    const outputs = await this.#bus.read(this.#plan.outputs, new Image(), until);
    if (!outputs.ok) return outputs;
    const refusal = this.#refusal ?? outputs.value;
    return refusal === undefined ? ok(undefined) : err(refusal);
  }

  async close(): Promise<void> {
    this.#isInspected = false;
    this.#cancelPoll();
    await this.#bus.close();
    this.#context.log.debug('bus closed', { ...this.#bus.counters });
  }

  get #refusal(): Fault | undefined {
    return this.#contactsRefusal ?? this.#valuesRefusal;
  }

  async #identify(until: Until): Promise<Result<void, Fault>> {
    const { model, unit } = this.#settings;
    const image = new Image();
    const read = await this.#bus.read(this.#plan.identity, image, until);
    if (!read.ok) return read;
    const identity = identityOf(model, image, unit);
    // A board that refuses to say who it is, is not the one that was installed.
    const stranger = identityFault(
      { driver: this.#driver, model: model.model, serial: identity.serial },
      { driver: this.#driver, serial: this.#context.expectSerial },
    );
    const fault = wrongMark(model, image, unit) ?? read.value ?? stranger;
    if (fault !== undefined) return this.#refused(fault);
    this.#identity = identity;
    return ok(undefined);
  }

  /** Not to be used until somebody has set it right; the next call begins from the cable. */
  async #refused(fault: Fault): Promise<Result<never, Fault>> {
    this.#forget();
    const sensors = axisOf(this.#settings.model, this.#inputs);
    this.watcher.report({ device: 'hardwareError', supplies: {}, units: {}, sensors, fault, action: fault.action });
    await this.#bus.drop();
    return err(fault);
  }

  async #readContacts(until: Until): Promise<Result<void, Fault>> {
    const read = await this.#bus.read(this.#plan.contacts, this.#image, until);
    if (!read.ok) return read;
    this.#contactsRefusal = read.value;
    this.#inputs.takeContacts(this.#image);
    return ok(undefined);
  }

  async #readValues(until: Until): Promise<Result<void, Fault>> {
    const read = await this.#bus.read(this.#plan.values, this.#image, until);
    if (!read.ok) return read;
    this.#valuesRefusal = read.value;
    this.#inputs.takeValues(this.#image);
    return ok(undefined);
  }

  async #readTwice(until: Until): Promise<Result<void, Fault>> {
    for (let read = 0; read < CABINET_LIMITS.equalReads; read += 1) {
      if (read > 0) await pause(this.#context.clock, CABINET_LIMITS.lookAgainMs, NEVER);
      const contacts = await this.#readContacts(until);
      if (!contacts.ok) return contacts;
    }
    return this.#readValues(until);
  }

  /** Names that the status calls tampered. */
  #toldTampers(): readonly string[] {
    const { device, sensors = {} } = this.watcher.current;
    if (device !== 'fraudAttempt') return [];
    return tamperNames(this.#settings.model).filter((name) => sensors[`tamper.${name}`] === 'latched');
  }

  async #clearLatches(names: readonly string[], until: Until): Promise<Result<void, Fault>> {
    const registers = new Map<string, { unit: number; address: number; bits: number }>();
    for (const row of rowsOf(this.#settings.model, 'tamperClear')) {
      if (!names.includes(row.name)) continue;
      const unit = row.unit ?? this.#settings.unit;
      const key = `${unit}/${row.address}`;
      const bits = (registers.get(key)?.bits ?? 0) | (1 << row.bit);
      registers.set(key, { unit, address: row.address, bits });
    }
    for (const { unit, address, bits } of registers.values()) {
      const written = await this.#bus.write(unit, writeRegisterRequest(address, bits), until);
      // Without an answer the latch itself tells.
      if (written.seen === 'refused' || written.seen === 'unsent') return err(written.fault);
    }
    return ok(undefined);
  }

  #status(): ReturnType<typeof statusOf> {
    return statusOf(this.#settings.model, this.#inputs, this.#refusal);
  }

  /** Tells the watcher; a board that was not well is inspected before it is. */
  async #tell(until: Until): Promise<Result<unknown, Fault>> {
    return this.watcher.report(this.#status()) === 'inspect' ? this.inspect(until) : ok(undefined);
  }

  #pollLater(): void {
    this.#cancelPoll();
    if (!this.#isInspected) return;
    this.#cancelPoll = this.#context.clock.after(CABINET_LIMITS.pollMs, () => {
      // What came of it, the watcher knows.
      void this.turns.run(() => this.#poll()).then(() => this.#pollLater());
    });
  }

  async #poll(): Promise<Result<unknown, Fault>> {
    if (!this.#isInspected) return ok(undefined);
    const until = { endMs: this.#context.clock.monoMs() + CABINET_LIMITS.pollEndsMs };
    this.#polls += 1;
    const contacts = await this.#readContacts(until);
    if (!contacts.ok) return contacts;
    const values = this.#polls % CABINET_LIMITS.slowPolls === 0 ? await this.#readValues(until) : contacts;
    return values.ok ? this.#tell(until) : values;
  }

  #lost(fault: Fault): void {
    this.#forget();
    this.watcher.lost('offline', fault, { sensors: axisOf(this.#settings.model, this.#inputs) });
  }

  #forget(): void {
    this.#isInspected = false;
    this.#cancelPoll();
    this.#inputs.forget();
    this.#contactsRefusal = undefined;
    this.#valuesRefusal = undefined;
  }
}
