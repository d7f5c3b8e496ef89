import { err, type CancelTimer, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import type { CardPath } from '../../testing/card-path.ts';
import { Ref1Device, unknownFault } from '../../testing/ref1-device/device.ts';
import { effectMemorySchema, type Completion } from '../../testing/ref1-device/effect-memory.ts';
import { u32, u8, type DeviceFields } from '../../testing/ref1-device/fields.ts';
import { RESULT, STATE, type ReadVerdict, type Ref1Model, type Verdict } from '../../testing/ref1-device/model.ts';
import { MotionRunner, type Motion } from '../../testing/ref1-device/motion.ts';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { PRINTER_FAULTS, SAME_FAULT } from './simulator-faults.table.ts';
import { linesOf, Panel } from './simulator-panel.ts';
import { EVIDENCE, PRINTER_RESULT, PRINTER_TIMES } from './simulator-results.table.ts';
import { CardTransport } from './simulator-transport.ts';

const POSITION = { none: 0, printPath: 1, between: 2 } as const;
const MEDIA = { notPresent: 0, present: 1, jammed: 2 } as const;
const DESTINATION = { exit: 1, retain: 2 } as const;
const MEDIUM_STAYS = 3;
/** Prints of its life before this bench. */
const LIFETIME_PRINTS = 18_204;

const savedSchema = z.strictObject({
  effects: effectMemorySchema,
  bootCount: z.int().min(0).max(0xffff),
  prints: z.int().min(0),
  isBetween: z.boolean(),
  isJamHere: z.boolean(),
});

/** The printer's side of the wire, written from README.md; shares no code with the driver. The card it works on is the
 *  one on the card path; it moves it between the read position and the printer only. */
class SimulatedEndorsementPrinter implements SimulatedDevice, DeviceMemory {
  readonly id = 'endorsement-printer-yimen-ref1';
  readonly kind = 'endorsement-printer';
  readonly faults = PRINTER_FAULTS;
  readonly #device: Ref1Device;
  readonly #motor: MotionRunner;
  readonly #transport: CardTransport;
  readonly #panel: Panel;
  #cooling: CancelTimer | undefined;

  constructor(context: SimulatorContext, path: CardPath) {
    this.#device = new Ref1Device(context, this.#model());
    this.#motor = new MotionRunner(this.#device);
    this.#transport = new CardTransport(path, this.#device.faults);
    this.#panel = new Panel(this.#transport, this.#device.faults);
    path.onChange(() => this.#device.changed());
  }

  attach(channel: ByteChannel): void {
    this.#device.attach(channel);
  }

  put(): Result<void, string> {
    return err('a card goes into the card unit; the printer sits behind it');
  }

  take(): Result<{ thing: string }, string> {
    return err('a card comes out of the card unit');
  }

  fault(name: string): Result<void, string> {
    const fault = SAME_FAULT.get(name) ?? name;
    if (!PRINTER_FAULTS.includes(fault)) return unknownFault(name);
    const switched = this.#device.switchOn(fault);
    if (fault === 'F30') this.#cool();
    if (fault === 'F31') this.#motor.stop(this.#brokenOff(PRINTER_RESULT.coverOpen));
    if (fault === 'hardware-broken') this.#motor.stop(this.#brokenOff(RESULT.hardware));
    return switched;
  }

  /** Hall staff close the cover and free a jammed card to the read position. */
  clear(): void {
    this.#cooling?.();
    this.#transport.unjam();
    this.#device.switchOff();
  }

  unplug(): void {
    this.#device.unplug();
  }

  plug(): void {
    this.#device.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    return {
      position: this.#transport.position,
      media: this.#transport.media,
      panel: [...this.#panel.lines],
      progress: this.#motor.progress,
      prints: this.#panel.prints,
      lifetimePrints: LIFETIME_PRINTS + this.#panel.prints,
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
      prints: this.#panel.prints,
      ...this.#transport.save(),
    };
  }

  /** As after a power cut: what ran then was interrupted. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    const { effects, bootCount, prints, ...transport } = saved.data;
    this.#device.comeBack(effects, bootCount);
    this.#panel.prints = prints;
    this.#transport.restore(transport);
  }

  #model(): Ref1Model {
    return {
      id: this.id,
      kind: this.kind,
      model: 'YM-EP1',
      serial: 'YMEP-000031',
      mediaAtPowerOff: MEDIUM_STAYS,
      evidenceKinds: [EVIDENCE.position, EVIDENCE.readBack],
      condition: () => ({ ...this.#trouble(), media: MEDIA[this.#transport.media] }),
      statusFields: () => [
        u8(0x44, POSITION[this.#transport.position]),
        u32(0x45, LIFETIME_PRINTS + this.#panel.prints),
      ],
      reads: new Map([[0x13, () => this.#readBack()]]),
      effects: new Map<number, (fields: DeviceFields) => Verdict>([
        [0x10, () => this.#empty() ?? this.#move(this.#transport.taking())],
        [0x11, () => this.#loaded() ?? this.#move(this.#panel.erasing())],
        [0x12, (fields) => this.#print(fields)],
        [0x14, () => this.#loaded() ?? this.#move(this.#transport.handingBack())],
      ]),
      besides: new Set(),
      losable: new Set([0x10, 0x11, 0x12, 0x14]),
      selfTest: () => this.#empty() ?? this.#move(selfTest()),
      reset: (destination) => this.#reset(destination),
      // Nothing here waits for a person: a motion under way is finished.
      stop: () => undefined,
      interrupt: (effect) => effect.interrupt(this.#brokenOff(RESULT.stopped)),
      powerLost: () => {
        this.#motor.forget();
        if (this.#device.faults.has('F30')) this.#cool();
      },
    };
  }

  #trouble(): { readonly state: number; readonly fault: number } {
    const { faults } = this.#device;
    if (this.#transport.isJammed) return { state: STATE.hardwareError, fault: PRINTER_RESULT.jam };
    if (faults.has('F31')) return { state: STATE.hardwareError, fault: PRINTER_RESULT.coverOpen };
    return { state: STATE.online, fault: faults.has('F30') ? PRINTER_RESULT.headHot : 0 };
  }

  /** What refuses any motion at once. */
  #blocked(): number | undefined {
    if (this.#device.faults.has('F31')) return PRINTER_RESULT.coverOpen;
    return this.#transport.isJammed ? PRINTER_RESULT.jam : undefined;
  }

  /** What refuses a motion that needs a card inside. */
  #loaded(): number | undefined {
    return this.#blocked() ?? (this.#transport.card === undefined ? PRINTER_RESULT.noCard : undefined);
  }

  /** What refuses a motion that needs the path free. */
  #empty(): number | undefined {
    return this.#blocked() ?? (this.#transport.card === undefined ? undefined : PRINTER_RESULT.cardInside);
  }

  #brokenOff(result: number): Completion {
    return { result, motion: this.#transport.hasTouched ? 1 : 0 };
  }

  #cool(): void {
    this.#cooling?.();
    this.#cooling = this.#device.wait(PRINTER_TIMES.cooling, () => {
      this.#device.faults.delete('F30');
      this.#device.changed();
    });
  }

  /** A motion, or what looks like one: the device that lies takes its time and does nothing. */
  #move(motion: Motion, pretended: () => Partial<Completion> = () => ({})): Verdict {
    return (effect) => {
      this.#transport.hasTouched = false;
      const isLie = this.#device.faults.has('F28');
      const end = (): Completion => ({ result: RESULT.well, motion: 1, ...pretended() });
      this.#motor.run(effect, isLie ? { name: motion.name, ms: motion.ms, end } : motion);
    };
  }

  #print(fields: DeviceFields): Verdict {
    const lines = linesOf(fields);
    if (lines === undefined) return RESULT.doesNotFit;
    const refused = this.#loaded() ?? (this.#device.faults.has('F30') ? PRINTER_RESULT.headHot : undefined);
    return refused ?? this.#move(this.#panel.printing(lines), () => this.#panel.readBackOf(lines));
  }

  #readBack(): ReadVerdict {
    const isBroken = this.#device.faults.has('hardware-broken');
    const refused = isBroken ? RESULT.hardware : this.#loaded();
    return refused ?? { ms: PRINTER_TIMES.scan, answer: () => this.#panel.scan() };
  }

  #reset(destination: number): Verdict {
    if (destination === DESTINATION.retain) return RESULT.unsupported;
    if (this.#device.faults.has('F31')) return PRINTER_RESULT.coverOpen;
    return (effect) => {
      // What stands in the path when it begins decides: the effect that it ended may have moved the card.
      const begin = this.#move(this.#transport.resetting(destination === DESTINATION.exit));
      if (typeof begin !== 'number') begin(effect);
    };
  }
}

function selfTest(): Motion {
  return { name: 'self-test', ms: PRINTER_TIMES.selfTest, end: () => ({ result: RESULT.well, motion: 1 }) };
}

/** The simulated endorsement printer on one card path. It remembers its effects and its prints. */
export function createSimulatedEndorsementPrinter(
  context: SimulatorContext,
  path: CardPath,
): SimulatedDevice & DeviceMemory {
  return new SimulatedEndorsementPrinter(context, path);
}
