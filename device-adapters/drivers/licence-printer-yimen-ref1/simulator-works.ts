import { toHex } from '@yimen/contracts/base';
import { z } from 'zod';
import type { Completion, DeviceEvidence } from '../../testing/ref1-device/effect-memory.ts';
import { text, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { RESULT } from '../../testing/ref1-device/model.ts';
import type { Motion } from '../../testing/ref1-device/motion.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import { ofAnother, printDigest, type AskedLicence } from './simulator-form.ts';
import { ACCESS, EVIDENCE, MAKER_RESULT, MAKER_TIMES } from './simulator-results.table.ts';
import { FORMS, UNIT } from './simulator-stock.table.ts';

const TENTHS = 10;
/** Of the time of a make: blank drawn, first and last tenth printed, laminated; where ribbon, transport and power fail. */
const AT = { draw: 0.03, print: 0.1, printed: 0.6, ribbon: 0.34, power: 0.38, jam: 0.45, laminate: 0.8 } as const;
/** Where in a transport the licence leaves its place, and where it can jam. */
const LEAVES_AT = 0.3;

const licenceSchema = z.strictObject({
  serial: z.string().max(24),
  form: z.union([z.literal(1), z.literal(2)]),
  /** What is printed on it, as far as it is. */
  fields: z.array(z.tuple([z.string().max(255), z.string().max(200)])).max(24),
  printed: z.int().min(0).max(TENTHS),
  isLaminated: z.boolean(),
  /** Looked at by the camera and found good: it may be presented. */
  isFinished: z.boolean(),
  place: z.enum(['works', 'verify', 'exit']),
});
/** The blank or licence that is inside. */
type SimulatedLicence = z.infer<typeof licenceSchema>;

export const worksSchema = z.strictObject({
  licence: licenceSchema.nullable(),
  isJammed: z.boolean(),
  isStopped: z.boolean(),
  isLaminateOut: z.boolean(),
  made: z.int().min(0),
});

/** What the works need of the device around them. */
interface Surroundings {
  readonly faults: Set<string>;
  powerDip(): void;
  /** A blank was drawn from this unit: alone, or together with another. */
  fed(unit: number, isDouble: boolean): void;
}

/** Feeder, printer, laminator and camera, over the one licence inside. */
export class LicenceWorks {
  licence: SimulatedLicence | undefined;
  isJammed = false;
  /** Something else was made than was asked: nothing more is made until a technician resets it. */
  isStopped = false;
  isLaminateOut = false;
  /** Licences that were found good. */
  made = 0;
  /** Whether the motion under way has changed anything yet. */
  hasTouched = false;
  readonly #units: Units;
  readonly #around: Surroundings;

  constructor(units: Units, around: Surroundings) {
    this.#units = units;
    this.#around = around;
  }

  making(asked: AskedLicence): Motion {
    const print = (tenth: number) => () => this.#print(tenth, asked);
    const step = (AT.printed - AT.print) / TENTHS;
    const moments = [
      { at: AT.draw, run: () => this.#draw(asked) },
      ...Array.from({ length: TENTHS }, (_, i) => ({ at: AT.print + i * step, run: print(i + 1) })),
      { at: AT.ribbon, run: () => (this.#has('F17') ? this.#breakRibbon(asked) : undefined) },
      { at: AT.power, run: () => (this.#around.faults.delete('F11') ? this.#around.powerDip() : undefined) },
      { at: AT.jam, run: () => (this.#has('F27') ? this.jam() : undefined) },
      { at: AT.laminate, run: () => this.#laminate(asked) },
    ].map(({ at, run }) => ({ at, run: () => run() ?? undefined }));
    return { name: 'make', ms: MAKER_TIMES.make, moments, end: () => this.#look(asked) };
  }

  /** To the exit; `arrived` goes on there. */
  presenting(arrived: () => Completion | undefined): Motion {
    const end = (): Completion | undefined => {
      this.#place('exit');
      return arrived();
    };
    return { name: 'present', ms: MAKER_TIMES.present, moments: this.#leaving(), end };
  }

  retracting(): Motion {
    return { name: 'retract', ms: MAKER_TIMES.retract, moments: this.#leaving(), end: () => this.#intoBin() };
  }

  /** @param destination 1 exit, 2 retain, 3 stay. What is not finished is never presented. */
  resetting(destination: number): Motion {
    const end = (): Completion => {
      if (this.isJammed) return { result: MAKER_RESULT.jam, motion: 0 };
      this.isStopped = false;
      const { licence } = this;
      if (licence === undefined) return done([position('none')]);
      if (destination === 3) return done([position(licence.place)]);
      if (destination === 2 || !licence.isFinished) return this.#intoBin();
      this.#place('exit');
      return done([presented()]);
    };
    return { name: 'reset', ms: MAKER_TIMES.reset, end };
  }

  jam(): Completion {
    this.isJammed = true;
    return { result: MAKER_RESULT.jam, motion: 1 };
  }

  /** Staff free what is stuck: a finished licence goes back to the verify position, anything else into the reject bin. */
  free(): void {
    const { licence } = this;
    if (this.isJammed && licence !== undefined) {
      if (licence.isFinished) licence.place = 'verify';
      else this.#drop(UNIT.reject);
    }
    this.isJammed = false;
    this.isStopped = false;
    this.isLaminateOut = false;
  }

  /** A hand takes what is at the exit. */
  take(): string | undefined {
    const { licence } = this;
    if (licence === undefined || licence.place !== 'exit') return undefined;
    this.#units.take(licence.serial);
    this.licence = undefined;
    return FORMS[licence.form].thing;
  }

  /** Fields of 11: what the camera sees at the verify position. */
  look(): readonly DeviceField[] | undefined {
    const { licence } = this;
    if (licence === undefined || licence.place !== 'verify') return undefined;
    return [text(0x41, licence.serial), { tag: 0x45, value: printDigest(licence) }];
  }

  save(): z.infer<typeof worksSchema> {
    const { licence = null, isJammed, isStopped, isLaminateOut, made } = this;
    return { licence: licence === null ? null : { ...licence }, isJammed, isStopped, isLaminateOut, made };
  }

  restore({ licence, ...saved }: z.infer<typeof worksSchema>): void {
    Object.assign(this, saved, { licence: licence ?? undefined });
  }

  #has(fault: string): boolean {
    return this.#around.faults.has(fault);
  }

  #draw({ form, serial }: AskedLicence): Completion | undefined {
    const { unit, other } = FORMS[form];
    const from = this.#has('F35') && this.#units.count(other) > 0 ? other : unit;
    const isDouble = this.#has('F16') && this.#units.count(from) > 1;
    const drawn = this.#units.draw(from);
    if (drawn === undefined) return { result: MAKER_RESULT.otherBlank, motion: 0 };
    this.hasTouched = true;
    this.licence = {
      serial: drawn,
      form: from === unit ? form : form === 1 ? 2 : 1,
      fields: [],
      printed: 0,
      isLaminated: false,
      isFinished: false,
      place: 'works',
    };
    const second = isDouble ? this.#units.draw(from) : undefined;
    this.#around.fed(from, isDouble);
    if (second === undefined) return undefined;
    this.#units.drop(second, UNIT.reject);
    return this.#rejected(MAKER_RESULT.doubleFeed, serial, [], [second]);
  }

  #print(tenth: number, { fields }: AskedLicence): undefined {
    const { licence } = this;
    if (licence === undefined) return;
    if (tenth === 1) this.#units.use(UNIT.ribbon);
    const isOther = this.#has('F18') || this.#has('F19');
    licence.printed = tenth;
    const lines = isOther ? ofAnother(fields) : fields;
    licence.fields = lines.slice(0, Math.ceil((lines.length * tenth) / TENTHS)).map(([name, line]) => [name, line]);
  }

  #breakRibbon({ serial }: AskedLicence): Completion {
    this.#units.set(UNIT.ribbon, 0);
    return this.#rejected(MAKER_RESULT.ribbonOut, serial);
  }

  #laminate({ serial }: AskedLicence): Completion | undefined {
    if (this.#has('laminate-out')) {
      this.isLaminateOut = true;
      return this.#rejected(MAKER_RESULT.laminateOut, serial);
    }
    if (this.licence !== undefined) this.licence.isLaminated = true;
    return undefined;
  }

  /** The camera reads what was made, and compares it with what was asked. */
  #look(asked: AskedLicence): Completion {
    const { licence } = this;
    if (licence === undefined) return { result: RESULT.hardware, motion: 2 };
    const [seen, wanted] = [printDigest(licence), printDigest(asked)];
    const isGood = licence.serial === asked.serial && toHex(seen) === toHex(wanted);
    const digests = [
      { tag: 0x45, value: seen },
      { tag: 0x4c, value: wanted },
    ];
    if (!isGood && !this.#has('F19')) {
      this.isStopped = true;
      return this.#rejected(MAKER_RESULT.mismatch, asked.serial, digests);
    }
    licence.isFinished = true;
    licence.place = 'verify';
    this.made += 1;
    const evidence = { kind: EVIDENCE.readBack, access: ACCESS.none, detail: toHex(seen) };
    return { ...done([evidence]), fields: digests };
  }

  /** What was begun and is not good lies in the reject bin; field 43 when it is the blank that was asked for, and then
   *  once more for each that came with it. */
  #rejected(
    result: number,
    asked: string,
    fields: readonly DeviceField[] = [],
    others: readonly string[] = [],
  ): Completion {
    const serial = this.#drop(UNIT.reject);
    const evidence = [{ kind: EVIDENCE.countDelta, access: ACCESS.none, detail: 'reject +1' }];
    const spoiled = serial === asked ? [asked, ...others] : [];
    return { result, motion: 1, evidence, fields: [...fields, ...spoiled.map((one) => text(0x43, one))] };
  }

  #intoBin(): Completion {
    const isGood = this.licence?.isFinished === true;
    const bin = isGood ? UNIT.retract : UNIT.reject;
    if (!this.#units.takes(bin)) return { result: MAKER_RESULT.binFull, motion: 0 };
    this.hasTouched = true;
    this.#drop(bin);
    const delta = { kind: EVIDENCE.countDelta, access: ACCESS.none, detail: isGood ? 'retract +1' : 'reject +1' };
    return done([{ kind: EVIDENCE.retracted, access: ACCESS.none, detail: '' }, delta]);
  }

  #drop(bin: number): string | undefined {
    const { licence } = this;
    if (licence === undefined) return undefined;
    this.#units.drop(licence.serial, bin);
    this.licence = undefined;
    return licence.serial;
  }

  #place(place: SimulatedLicence['place']): void {
    this.hasTouched = true;
    if (this.licence !== undefined) this.licence.place = place;
  }

  #leaving(): NonNullable<Motion['moments']> {
    const leave = (): undefined => this.#place('works') as undefined;
    return [
      { at: LEAVES_AT, run: leave },
      { at: LEAVES_AT + 0.1, run: () => (this.#has('F27') ? this.jam() : undefined) },
    ];
  }
}

export function presented(): DeviceEvidence {
  return { kind: EVIDENCE.presented, access: ACCESS.customer, detail: '' };
}

function done(evidence: readonly DeviceEvidence[]): Completion {
  return { result: RESULT.well, motion: 1, evidence };
}

function position(detail: string): DeviceEvidence {
  return { kind: EVIDENCE.position, access: ACCESS.none, detail };
}
