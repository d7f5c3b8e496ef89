import { err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { countedUnits, isSerial } from '../../testing/ref1-device/counted-units.ts';
import { Ref1Device, unknownFault } from '../../testing/ref1-device/device.ts';
import { effectMemorySchema, type Completion, type DeviceEvidence } from '../../testing/ref1-device/effect-memory.ts';
import { text, u8, type DeviceField, type DeviceFields } from '../../testing/ref1-device/fields.ts';
import {
  RESULT,
  type ReadVerdict,
  type Ref1Model,
  type RunningEffect,
  type Verdict,
} from '../../testing/ref1-device/model.ts';
import { MotionRunner, type Motion } from '../../testing/ref1-device/motion.ts';
import { PersonWait, secondsOf } from '../../testing/ref1-device/person-wait.ts';
import { Units, unitsSchema } from '../../testing/ref1-device/units.ts';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { armSchema, LockerArm } from './simulator-arm.ts';
import { LOCKER_FAULTS, SAME_FAULT } from './simulator-faults.table.ts';
import { LockerGate, LOCKER_BINS } from './simulator-gate.ts';
import { Places, placesSchema } from './simulator-places.ts';
import { ACCESS, EVIDENCE, LOCKER_RESULT, LOCKER_TIMES } from './simulator-results.table.ts';
import { DOCUMENTS, FIRST_DOCUMENTS, UNIT, UNIT_ROWS } from './simulator-stock.table.ts';

const POSITION = { none: 0, works: 1, exit: 3 } as const;
const MEDIA = { notPresent: 0, present: 1, jammed: 2 } as const;
const TO_EXIT = 1;
const MEDIUM_STAYS = 3;
const MOST_UNITS = 4;

const savedSchema = z.strictObject({
  effects: effectMemorySchema,
  bootCount: z.int().min(0).max(0xffff),
  units: unitsSchema,
  places: placesSchema,
  arm: armSchema,
  shelved: z.array(z.string().max(24)).max(1_000),
});

/** The locker's side of the wire, written from README.md; shares no code with the driver. It keeps its own documents, each
 *  serial number in exactly one place. */
class SimulatedDocumentLocker implements SimulatedDevice, DeviceMemory {
  readonly id = 'document-locker-yimen-ref1';
  readonly kind = 'document-locker';
  readonly faults = LOCKER_FAULTS;
  readonly #device: Ref1Device;
  readonly #motor: MotionRunner;
  readonly #person: PersonWait;
  readonly #units = new Units(UNIT_ROWS);
  readonly #places = new Places(this.#units);
  readonly #arm: LockerArm;
  readonly #gate: LockerGate;
  /** The serial number of the present that goes on, as it was received. */
  #asked = '';
  /** Documents that staff took out for as long as the fault lasts. */
  #shelved: readonly string[] = [];

  constructor(context: SimulatorContext) {
    this.#device = new Ref1Device(context, this.#model());
    this.#motor = new MotionRunner(this.#device);
    this.#person = new PersonWait(this.#device);
    this.#arm = new LockerArm(this.#units, this.#places, {
      faults: this.#device.faults,
      powerDip: () => this.#device.powerDip(),
    });
    this.#gate = new LockerGate(this.#units, this.#arm, this.#device.faults);
    this.#places.lay(FIRST_DOCUMENTS.map(({ serial }) => serial));
  }

  attach(channel: ByteChannel): void {
    this.#device.attach(channel);
  }

  /** Staff lay a finished document into the first free place, while they have the door open. */
  put(thing: string): Result<void, string> {
    const document = DOCUMENTS.find((candidate) => candidate.thing === thing);
    if (document === undefined) return err(`the locker does not take ${thing}`);
    if (!this.#units.isExchange) return err('the door to the places is locked: staff open it first');
    if (this.#units.holds(document.serial)) return err(`${thing} lies in the locker already`);
    if (this.#units.room(UNIT.stack) === 0) return err('every place is taken');
    this.#places.lay([document.serial]);
    this.#device.changed();
    return ok(undefined);
  }

  take(): Result<{ thing: string }, string> {
    if (this.#arm.atExit === undefined) return err('no document is at the exit');
    if (this.#device.faults.has('F32')) return err('nobody takes the document');
    const evidence = [...this.#seen(), { kind: EVIDENCE.taken, access: ACCESS.customer, detail: '' }];
    const fields = this.#serials();
    const thing = thingOf(this.#arm.take() ?? '');
    this.#person.end({ result: RESULT.well, motion: 1, evidence, fields });
    this.#device.changed();
    return ok({ thing });
  }

  fault(name: string): Result<void, string> {
    const fault = SAME_FAULT.get(name) ?? name;
    if (!LOCKER_FAULTS.includes(fault)) return unknownFault(name);
    if (fault === 'F05') this.#units.pull(UNIT.retract);
    if (fault === 'F15') this.#shelved = [...this.#shelved, ...this.#places.empty()];
    if (fault === 'F34') this.#units.fill(UNIT.retract);
    if (fault === 'label-unreadable') this.#places.dirtyFirst();
    if (fault === 'twin-serial') this.#places.twinFirst();
    const switched = this.#device.switchOn(fault);
    if (fault === 'F31') this.#break(LOCKER_RESULT.coverOpen);
    if (fault === 'hardware-broken') this.#break(RESULT.hardware);
    return switched;
  }

  /** Staff: cover shut, jam freed, full bins emptied, what was pulled or taken out put back, labels cleaned. */
  clear(): void {
    for (const bin of LOCKER_BINS) if (this.#units.room(bin) === 0) this.#units.empty(bin);
    this.#units.putBack(UNIT.retract);
    if (this.#places.mend()) this.#places.look();
    this.#arm.free();
    const back = this.#shelved.filter((serial) => !this.#units.holds(serial));
    this.#places.lay(back.slice(0, this.#units.room(UNIT.stack)));
    this.#shelved = [];
    this.#device.switchOff();
  }

  unplug(): void {
    this.#device.unplug();
  }

  plug(): void {
    this.#device.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    const { atExit } = this.#arm;
    return {
      position: this.#position === 'works' ? 'inWorks' : this.#position,
      media: this.#media,
      atExit: atExit === undefined ? null : { thing: thingOf(atExit), serial: atExit, read: this.#arm.read },
      waitsAt: this.#person.at ?? null,
      stopped: this.#arm.isStopped,
      exchange: this.#units.isExchange,
      units: this.#units.view(),
      documents: this.#places.placed.map((placed) => ({ ...placed, thing: thingOf(placed.serial) })),
      /** Things that are in no hand: in a place, under way or in a bin. */
      keeps: DOCUMENTS.filter(({ serial }) => this.#units.holds(serial)).map(({ thing }) => thing),
      handedOut: this.#arm.handedOut,
      progress: this.#motor.progress,
      ...this.#device.state(),
    };
  }

  onChange(fn: () => void): () => void {
    return this.#device.onChange(fn);
  }

  save(): z.infer<typeof savedSchema> {
    return {
      effects: this.#device.saveEffects(),
      bootCount: this.#device.bootCount,
      units: this.#units.save(),
      places: this.#places.save(),
      arm: this.#arm.save(),
      shelved: [...this.#shelved],
    };
  }

  /** As after a power cut: everything lies where it lay. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    const { effects, bootCount, units, places, arm, shelved } = saved.data;
    this.#device.comeBack(effects, bootCount);
    this.#units.restore(units);
    this.#places.restore(places);
    this.#arm.restore(arm);
    this.#shelved = shelved;
  }

  get #position(): keyof typeof POSITION {
    return this.#arm.carried.length === 0 ? 'none' : this.#arm.place;
  }

  get #media(): keyof typeof MEDIA {
    if (this.#arm.isJammed) return 'jammed';
    return this.#arm.carried.length === 0 ? 'notPresent' : 'present';
  }

  #model(): Ref1Model {
    return {
      id: this.id,
      kind: this.kind,
      model: 'YM-DL1',
      serial: 'YMDL-000019',
      mediaAtPowerOff: MEDIUM_STAYS,
      evidenceKinds: Object.values(EVIDENCE),
      condition: () => ({ ...this.#gate.trouble(), media: MEDIA[this.#media] }),
      statusFields: () => [u8(0x47, POSITION[this.#position]), ...this.#units.fields()],
      reads: new Map<number, (fields: DeviceFields) => ReadVerdict>([
        [0x10, (fields) => this.#inventory(fields)],
        [0x14, () => this.#readBack()],
        [0x15, () => ({ ms: 60, answer: () => this.#told() })],
      ]),
      effects: new Map<number, (fields: DeviceFields) => Verdict>([
        [0x11, () => this.#gate.shut() ?? this.#gate.blocked() ?? this.#gate.empty() ?? this.#move(this.#looking())],
        [0x12, (fields) => this.#present(fields)],
        [0x13, () => this.#retract()],
        [0x16, () => this.#gate.shut() ?? this.#move(this.#opening())],
        [0x17, (fields) => this.#setUnits(fields)],
        [0x18, () => this.#gate.open() ?? this.#move(this.#closing())],
      ]),
      besides: new Set(),
      losable: new Set([0x11, 0x12, 0x13, 0x16, 0x17, 0x18]),
      selfTest: () => this.#gate.shut() ?? this.#gate.blocked() ?? this.#gate.empty() ?? this.#move(selfTest()),
      reset: (destination) => this.#reset(destination),
      stop: (effect) => this.#person.stop(effect),
      interrupt: (effect) => {
        if (!this.#person.interrupt(effect)) effect.interrupt(this.#brokenOff(RESULT.stopped));
      },
      powerLost: () => {
        this.#motor.forget();
        this.#person.forget();
      },
    };
  }

  #brokenOff(result: number): Completion {
    return { result, motion: this.#arm.hasTouched ? 1 : 0 };
  }

  /** Trouble in the middle: what runs or waits ends. */
  #break(result: number): void {
    this.#person.fail(result);
    this.#motor.stop(this.#brokenOff(result));
  }

  /** A motion, or what looks like one: the device that lies takes its time and does nothing. */
  #move(motion: Motion): (effect: RunningEffect) => void {
    return (effect) => {
      this.#arm.hasTouched = false;
      const end = (): Completion => ({ result: RESULT.well, motion: 1 });
      this.#motor.run(effect, this.#device.faults.has('F28') ? { name: motion.name, ms: motion.ms, end } : motion);
    };
  }

  #inventory(fields: DeviceFields): ReadVerdict {
    const page = fields.number(0x40, 2);
    const told = page === undefined ? undefined : this.#places.inventory(page);
    return told === undefined ? RESULT.doesNotFit : { ms: 60, answer: () => ({ result: RESULT.well, fields: told }) };
  }

  #readBack(): ReadVerdict {
    if (this.#device.faults.has('hardware-broken')) return RESULT.hardware;
    const answer = (): Completion => {
      const fields = this.#arm.atExit === undefined ? [] : [this.#arm.readField()];
      return { result: RESULT.well, fields };
    };
    return this.#gate.blocked() ?? { ms: LOCKER_TIMES.read, answer };
  }

  #told(): Completion {
    return { result: RESULT.well, fields: [...this.#units.fields(), this.#units.exchangeField()] };
  }

  #looking(): Motion {
    const end = (): Completion => {
      this.#places.look();
      return { result: RESULT.well, motion: 1 };
    };
    return { name: 'look', ms: this.#lookMs, end };
  }

  get #lookMs(): number {
    return LOCKER_TIMES.lock + LOCKER_TIMES.look * this.#places.placed.length;
  }

  #present(fields: DeviceFields): Verdict {
    const serial = fields.text(0x44, 24);
    const seconds = secondsOf(fields.number(0x45, 2));
    if (!isSerial(serial) || seconds === undefined) return RESULT.doesNotFit;
    const stopped = this.#arm.isStopped ? LOCKER_RESULT.mismatch : undefined;
    const refused = this.#gate.shut() ?? this.#gate.blocked() ?? stopped ?? this.#gate.empty() ?? this.#gate.room();
    if (refused !== undefined) return refused;
    const [from, ...twins] = this.#places.find(serial);
    return (effect) => {
      if (from === undefined || twins.length > 0) return effect.finish({ result: LOCKER_RESULT.noDocument, motion: 0 });
      this.#asked = serial;
      this.#move(this.#arm.fetching(serial, from, () => this.#awaitTaken(effect, seconds)))(effect);
    };
  }

  /** What is proved of the document at the open exit. */
  #seen(): readonly DeviceEvidence[] {
    return [
      { kind: EVIDENCE.readBack, access: ACCESS.none, detail: this.#arm.read },
      { kind: EVIDENCE.presented, access: ACCESS.customer, detail: '' },
    ];
  }

  /** Fields 46 and 4C. */
  #serials(): readonly DeviceField[] {
    return [this.#arm.readField(), text(0x4c, this.#asked)];
  }

  #awaitTaken(effect: RunningEffect, seconds: number): undefined {
    const [evidence, fields] = [this.#seen(), this.#serials()];
    const ended = (result: number): Completion => ({ result, motion: 1, evidence, fields });
    this.#person.begin(effect, seconds, {
      at: 'exit',
      timeOver: () => ended(LOCKER_RESULT.notTaken),
      ended,
      atOnce: () => void this.take(),
    });
  }

  #retract(): Verdict {
    const there = this.#arm.atExit === undefined ? LOCKER_RESULT.noDocument : undefined;
    const full = this.#units.takes(UNIT.retract) ? undefined : LOCKER_RESULT.binFull;
    return this.#gate.shut() ?? this.#gate.blocked() ?? there ?? full ?? this.#move(this.#arm.retracting());
  }

  #opening(): Motion {
    const end = (): Completion => {
      this.#units.isExchange = true;
      this.#units.tell(UNIT.stack, this.#units.count(UNIT.stack));
      return { result: RESULT.well, motion: 1 };
    };
    return { name: 'unlock', ms: LOCKER_TIMES.lock, end };
  }

  /** Locks and reads every place; what staff counted must be what lies there. */
  #closing(): Motion {
    const end = (): Completion => {
      this.#places.look();
      if (this.#units.told(UNIT.stack) !== this.#units.count(UNIT.stack))
        return { result: LOCKER_RESULT.countsDiffer, motion: 1 };
      this.#places.count();
      this.#units.isExchange = false;
      return { result: RESULT.well, motion: 1 };
    };
    return { name: 'lock', ms: this.#lookMs, end };
  }

  #setUnits(fields: DeviceFields): Verdict {
    const counted = countedUnits(fields, MOST_UNITS, false);
    if (counted === undefined) return RESULT.doesNotFit;
    const refused = this.#gate.open();
    if (refused !== undefined) return refused;
    const isFit = counted.every(({ id, count }) => UNIT_ROWS.some((row) => row.id === id && count <= row.capacity));
    if (!isFit) return LOCKER_RESULT.countedWrongly;
    return (effect) => {
      const isLie = this.#device.faults.has('F28');
      for (const { id, count } of isLie ? [] : counted) {
        if (id === UNIT.stack) this.#units.tell(id, count);
        else this.#units.set(id, count);
      }
      effect.finish({ result: RESULT.well, motion: 1 });
    };
  }

  #reset(destination: number): Verdict {
    // A document is handed out by 12 only.
    if (destination === TO_EXIT) return RESULT.unsupported;
    const refused = this.#gate.shut() ?? (this.#device.faults.has('F31') ? LOCKER_RESULT.coverOpen : undefined);
    // What is carried when it begins decides: the effect that it ended may have moved it.
    return refused ?? ((effect) => this.#move(this.#arm.resetting(destination))(effect));
  }
}

function thingOf(serial: string): string {
  return DOCUMENTS.find((document) => document.serial === serial)?.thing ?? serial;
}

function selfTest(): Motion {
  return { name: 'self-test', ms: LOCKER_TIMES.selfTest, end: () => ({ result: RESULT.well, motion: 1 }) };
}

/** The simulated stack of finished documents. It remembers its effects, its documents and where each of them is. */
export function createSimulatedDocumentLocker(context: SimulatorContext): SimulatedDevice & DeviceMemory {
  return new SimulatedDocumentLocker(context);
}
