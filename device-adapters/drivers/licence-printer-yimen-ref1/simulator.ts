import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { countedUnits, type CountedUnit } from '../../testing/ref1-device/counted-units.ts';
import { Ref1Device, unknownFault } from '../../testing/ref1-device/device.ts';
import { effectMemorySchema, type Completion } from '../../testing/ref1-device/effect-memory.ts';
import { u8, type DeviceField, type DeviceFields } from '../../testing/ref1-device/fields.ts';
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
import { MAKER_FAULTS, SAME_FAULT } from './simulator-faults.table.ts';
import { askedLicence } from './simulator-form.ts';
import { MAKER_BINS, MakerGate } from './simulator-gate.ts';
import { ACCESS, EVIDENCE, MAKER_RESULT, MAKER_TIMES } from './simulator-results.table.ts';
import { OldLicenceSlot } from './simulator-slot.ts';
import { Stock, stockSchema } from './simulator-stock.ts';
import { FORMS, PACKS, UNIT, UNIT_ROWS } from './simulator-stock.table.ts';
import { LicenceWorks, presented, worksSchema } from './simulator-works.ts';

const POSITION = { works: 1, verify: 2, exit: 3 } as const;
const MEDIA = { notPresent: 0, present: 1, jammed: 2 } as const;
const LEVEL = { full: 0, low: 1, out: 2 } as const;
const MEDIUM_STAYS = 3;
const MOST_UNITS = 8;

const savedSchema = z.strictObject({
  effects: effectMemorySchema,
  bootCount: z.int().min(0).max(0xffff),
  units: unitsSchema,
  stock: stockSchema,
  works: worksSchema,
  old: z.string().max(60).nullable(),
});

/** The licence maker's side of the wire, written from README.md; shares no code with the driver. It keeps its own blanks,
 *  bins and ribbon, and each serial number in exactly one place. */
class SimulatedLicencePrinter implements SimulatedDevice, DeviceMemory {
  readonly id = 'licence-printer-yimen-ref1';
  readonly kind = 'licence-printer';
  readonly faults = MAKER_FAULTS;
  readonly #device: Ref1Device;
  readonly #motor: MotionRunner;
  readonly #person: PersonWait;
  readonly #units = new Units(UNIT_ROWS);
  readonly #stock = new Stock(this.#units);
  readonly #works: LicenceWorks;
  #cooling: CancelTimer | undefined;
  readonly #slot: OldLicenceSlot;
  readonly #gate: MakerGate;

  constructor(context: SimulatorContext) {
    this.#device = new Ref1Device(context, this.#model());
    this.#motor = new MotionRunner(this.#device);
    this.#person = new PersonWait(this.#device);
    this.#slot = new OldLicenceSlot(this.#units, this.#person, this.#motor);
    this.#works = new LicenceWorks(this.#units, {
      faults: this.#device.faults,
      powerDip: () => this.#device.powerDip(),
      fed: (unit, isDouble) => this.#stock.fed(unit, isDouble),
    });
    this.#gate = new MakerGate(this.#units, this.#works, this.#slot, this.#device.faults);
  }

  attach(channel: ByteChannel): void {
    this.#device.attach(channel);
  }

  /** An old licence goes into the open slot; a pack of blanks into its stack, while staff have the units open. */
  put(thing: string): Result<void, string> {
    const form = PACKS.get(thing);
    const done = form === undefined ? this.#slot.give(thing) : this.#stock.bring(form);
    if (done.ok) this.#device.changed();
    return done;
  }

  take(): Result<{ thing: string }, string> {
    if (this.#works.licence?.place !== 'exit') return err('no licence is at the exit');
    if (this.#device.faults.has('F32')) return err('nobody takes the licence');
    const thing = this.#works.take() ?? '';
    if (this.#person.at === 'exit')
      this.#person.end({ result: RESULT.well, motion: 1, evidence: [presented(), taken()] });
    this.#device.changed();
    return ok({ thing });
  }

  fault(name: string): Result<void, string> {
    const fault = SAME_FAULT.get(name) ?? name;
    if (!MAKER_FAULTS.includes(fault)) return unknownFault(name);
    if (fault === 'F05') this.#units.pull(UNIT.retract);
    if (fault === 'F15') this.#stock.takeOut();
    if (fault === 'F34') this.#units.fill(UNIT.retract);
    const switched = this.#device.switchOn(fault);
    if (fault === 'F30') this.#cool();
    if (fault === 'F31') this.#break(MAKER_RESULT.coverOpen);
    if (fault === 'hardware-broken') this.#break(RESULT.hardware);
    return switched;
  }

  /** Hall staff: cover shut, jam freed, ribbon and laminate renewed, full bin emptied, what was pulled put back. */
  clear(): void {
    this.#cooling?.();
    for (const bin of MAKER_BINS) if (this.#units.room(bin) === 0) this.#units.empty(bin);
    this.#units.putBack(UNIT.retract);
    this.#stock.putBack();
    this.#works.free();
    if (this.#units.count(UNIT.ribbon) === 0) this.#stock.newRibbon();
    this.#device.switchOff();
  }

  unplug(): void {
    this.#device.unplug();
  }

  plug(): void {
    this.#device.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    const { licence, made, isStopped } = this.#works;
    return {
      position: licence?.place === 'works' ? 'inWorks' : (licence?.place ?? 'none'),
      media: this.#media,
      licence:
        licence === undefined ? null : { ...licence, form: FORMS[licence.form].name, thing: FORMS[licence.form].thing },
      waitsAt: this.#person.at ?? null,
      slot: this.#slot.shows,
      stopped: isStopped,
      ribbon: this.#gate.levels.ribbon,
      laminate: this.#gate.levels.laminate,
      exchange: this.#units.isExchange,
      units: this.#units.view(),
      made,
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
      stock: this.#stock.save(),
      works: this.#works.save(),
      old: this.#slot.old,
    };
  }

  /** As after a power cut: everything lies where it lay. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    const { effects, bootCount, units, stock, works, old } = saved.data;
    this.#device.comeBack(effects, bootCount);
    this.#units.restore(units);
    this.#stock.restore(stock);
    this.#works.restore(works);
    this.#slot.old = old;
  }

  get #media(): keyof typeof MEDIA {
    if (this.#works.isJammed) return 'jammed';
    return this.#works.licence === undefined && this.#slot.old === null ? 'notPresent' : 'present';
  }

  #model(): Ref1Model {
    return {
      id: this.id,
      kind: this.kind,
      model: 'YM-LP1',
      serial: 'YMLP-000073',
      mediaAtPowerOff: MEDIUM_STAYS,
      evidenceKinds: Object.values(EVIDENCE),
      condition: () => ({ ...this.#gate.trouble(), media: MEDIA[this.#media] }),
      statusFields: () => this.#statusFields(),
      reads: new Map<number, (fields: DeviceFields) => ReadVerdict>([
        [0x11, () => this.#verify()],
        [0x15, () => ({ ms: 60, answer: () => ({ result: RESULT.well, fields: this.#unitFields() }) })],
      ]),
      effects: new Map<number, (fields: DeviceFields) => Verdict>([
        [0x10, (fields) => this.#make(fields)],
        [0x12, (fields) => this.#present(fields)],
        [0x13, () => this.#retract()],
        [0x14, (fields) => this.#acceptOld(fields)],
        [0x16, () => this.#gate.shut() ?? this.#move(this.#locking('unlock', true))],
        [0x17, (fields) => this.#setUnits(fields)],
        [0x18, () => this.#gate.open() ?? this.#move(this.#locking('lock', false))],
      ]),
      besides: new Set(),
      losable: new Set([0x10, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18]),
      selfTest: () => this.#gate.shut() ?? this.#gate.blocked() ?? this.#gate.empty() ?? this.#move(selfTest()),
      reset: (destination) => this.#reset(destination),
      stop: (effect) => this.#person.stop(effect),
      interrupt: (effect) => {
        if (!this.#person.interrupt(effect)) effect.interrupt(this.#brokenOff(RESULT.stopped));
      },
      powerLost: () => {
        this.#motor.forget();
        this.#person.forget();
        if (this.#device.faults.has('F30')) this.#cool();
      },
    };
  }

  #statusFields(): readonly DeviceField[] {
    const place = this.#works.licence?.place;
    const { ribbon, laminate } = this.#gate.levels;
    return [
      u8(0x47, place === undefined ? 0 : POSITION[place]),
      { tag: 0x13, value: Uint8Array.of(0, LEVEL[ribbon]) },
      { tag: 0x13, value: Uint8Array.of(1, LEVEL[laminate]) },
      ...this.#units.fields(),
    ];
  }

  #unitFields(): readonly DeviceField[] {
    const serials = [UNIT.driving, UNIT.vehicle].flatMap((id) => this.#units.serialFields(id));
    return [...this.#units.fields(), this.#units.exchangeField(), ...serials];
  }

  #brokenOff(result: number): Completion {
    const hasMoved = this.#works.hasTouched || this.#slot.old !== null;
    return { result, motion: hasMoved ? 1 : 0 };
  }

  /** Trouble in the middle: what runs or waits ends. */
  #break(result: number): void {
    this.#person.fail(result);
    this.#motor.stop(this.#brokenOff(result));
  }

  #cool(): void {
    this.#cooling?.();
    this.#cooling = this.#device.wait(MAKER_TIMES.cooling, () => {
      this.#device.faults.delete('F30');
      this.#device.changed();
    });
  }

  /** A motion, or what looks like one: the device that lies takes its time and does nothing. */
  #move(motion: Motion): (effect: RunningEffect) => void {
    return (effect) => {
      this.#works.hasTouched = false;
      const end = (): Completion => ({ result: RESULT.well, motion: 1 });
      this.#motor.run(effect, this.#device.faults.has('F28') ? { name: motion.name, ms: motion.ms, end } : motion);
    };
  }

  #make(fields: DeviceFields): Verdict {
    const asked = askedLicence(fields);
    if (asked === undefined) return RESULT.doesNotFit;
    const { unit } = FORMS[asked.form];
    const stopped = this.#works.isStopped ? MAKER_RESULT.mismatch : undefined;
    const refused = this.#gate.shut() ?? this.#gate.blocked() ?? stopped ?? this.#gate.empty() ?? this.#gate.needs();
    if (refused !== undefined) return refused;
    if (this.#units.status(unit) === 'inoperative') return MAKER_RESULT.doubleFeed;
    const isFirst = this.#units.serials(unit)[0] === asked.serial;
    return isFirst ? this.#move(this.#works.making(asked)) : MAKER_RESULT.otherBlank;
  }

  #verify(): ReadVerdict {
    if (this.#device.faults.has('hardware-broken')) return RESULT.hardware;
    if (this.#motor.progress !== null) return RESULT.busy;
    const refused = this.#gate.blocked() ?? (this.#works.look() === undefined ? MAKER_RESULT.nothingThere : undefined);
    const answer = (): Completion => {
      const seen = this.#works.look();
      return seen === undefined ? { result: MAKER_RESULT.nothingThere } : { result: RESULT.well, fields: seen };
    };
    return refused ?? { ms: MAKER_TIMES.verify, answer };
  }

  #present(fields: DeviceFields): Verdict {
    const seconds = secondsOf(fields.number(0x46, 2));
    if (seconds === undefined) return RESULT.doesNotFit;
    const { licence } = this.#works;
    const isThere = licence?.isFinished === true && licence.place !== 'works';
    const refused = this.#gate.shut() ?? this.#gate.blocked() ?? (isThere ? undefined : MAKER_RESULT.nothingThere);
    if (refused !== undefined) return refused;
    return (effect) => this.#move(this.#works.presenting(() => this.#awaitTaken(effect, seconds)))(effect);
  }

  #awaitTaken(effect: RunningEffect, seconds: number): undefined {
    const ended = (result: number): Completion => ({ result, motion: 1, evidence: [presented()] });
    this.#person.begin(effect, seconds, {
      at: 'exit',
      timeOver: () => ended(MAKER_RESULT.notTaken),
      ended,
      atOnce: () => void this.take(),
    });
  }

  #retract(): Verdict {
    const { licence } = this.#works;
    const isThere = licence?.isFinished === true && licence.place !== 'works';
    const refused = this.#gate.shut() ?? this.#gate.blocked() ?? (isThere ? undefined : MAKER_RESULT.nothingThere);
    if (refused !== undefined) return refused;
    return this.#units.takes(UNIT.retract) ? this.#move(this.#works.retracting()) : MAKER_RESULT.binFull;
  }

  #acceptOld(fields: DeviceFields): Verdict {
    const seconds = secondsOf(fields.number(0x46, 2));
    if (seconds === undefined) return RESULT.doesNotFit;
    const lies = this.#slot.old === null ? undefined : MAKER_RESULT.licenceInside;
    const full = this.#units.takes(UNIT.recovery) ? undefined : MAKER_RESULT.binFull;
    const refused = this.#gate.shut() ?? this.#gate.blocked() ?? lies ?? full;
    if (refused !== undefined) return refused;
    return (effect) => this.#move(this.#slot.opening(effect, seconds))(effect);
  }

  #locking(name: string, isExchange: boolean): Motion {
    const end = (): Completion => {
      this.#units.isExchange = isExchange;
      return { result: RESULT.well, motion: 1 };
    };
    return { name, ms: MAKER_TIMES.lock, end };
  }

  #setUnits(fields: DeviceFields): Verdict {
    const counted = countedUnits(fields, MOST_UNITS, true);
    if (counted === undefined) return RESULT.doesNotFit;
    const refused = this.#gate.open();
    if (refused !== undefined) return refused;
    if (!this.#stock.canSet(counted)) return MAKER_RESULT.countedWrongly;
    return (effect) => effect.finish(this.#counted(counted));
  }

  #counted(counted: readonly CountedUnit[]): Completion {
    if (!this.#device.faults.has('F28')) this.#stock.set(counted);
    return { result: RESULT.well, motion: 1 };
  }

  #reset(destination: number): Verdict {
    const refused = this.#gate.shut() ?? (this.#device.faults.has('F31') ? MAKER_RESULT.coverOpen : undefined);
    if (refused !== undefined) return refused;
    // What lies in the works when it begins decides: the effect that it ended may have moved the licence.
    return (effect) => {
      const motion = this.#works.resetting(destination);
      const end = (): Completion | undefined => {
        const recovered = this.#slot.old === null ? undefined : this.#slot.recovered();
        const ended = motion.end();
        if (ended === undefined || recovered === undefined) return ended;
        return { ...ended, evidence: [...(ended.evidence ?? []), ...(recovered.evidence ?? [])] };
      };
      this.#move({ ...motion, end })(effect);
    };
  }
}

function taken() {
  return { kind: EVIDENCE.taken, access: ACCESS.customer, detail: '' };
}

function selfTest(): Motion {
  return { name: 'self-test', ms: MAKER_TIMES.selfTest, end: () => ({ result: RESULT.well, motion: 1 }) };
}

/** The simulated licence maker. It remembers its effects, its blanks and bins, and what lies inside. */
export function createSimulatedLicencePrinter(context: SimulatorContext): SimulatedDevice & DeviceMemory {
  return new SimulatedLicencePrinter(context);
}
