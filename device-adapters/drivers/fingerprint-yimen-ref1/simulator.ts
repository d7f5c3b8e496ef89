import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { Ref1Device, unknownFault } from '../../testing/ref1-device/device.ts';
import { effectMemorySchema } from '../../testing/ref1-device/effect-memory.ts';
import { u16, u8, type DeviceField, type DeviceFields } from '../../testing/ref1-device/fields.ts';
import {
  RESULT,
  STATE,
  type ReadVerdict,
  type Ref1Model,
  type Verdict,
  type WaitingRead,
  type WaitVerdict,
} from '../../testing/ref1-device/model.ts';
import { MotionRunner } from '../../testing/ref1-device/motion.ts';
import { ObjectShelf } from '../../testing/ref1-device/object-shelf.ts';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { COLLECTOR_FAULTS, collectorFault } from './simulator-faults.table.ts';
import { FINGERS, LIFTED, STAINED, type SyntheticFinger } from './simulator-fingers.table.ts';
import { ridgeImage } from './simulator-ridges.ts';

/** Milliseconds. An image is the best one of a finger's first second. */
const TIMES = { halfImage: 500, clear: 40, selfTest: 1_000, reset: 500 } as const;
const COLLECTOR_RESULT = { noMedia: 0x20, fingerLies: 0x21, gone: 0x22, dirty: 0x23 } as const;
const MEDIA = { none: 0, present: 1, unknown: 3 } as const;
const NO_MEDIUM = 4;
const IMAGE = { width: 256, height: 288, dpi: 500 } as const;

const savedSchema = z.strictObject({ effects: effectMemorySchema, bootCount: z.int().min(0).max(0xffff) });

/** The collector's side of the wire, written from README.md; shares no code with the driver. */
class SimulatedFingerprint implements SimulatedDevice, DeviceMemory {
  readonly id = 'fingerprint-yimen-ref1';
  readonly kind = 'fingerprint';
  readonly faults = COLLECTOR_FAULTS;
  readonly #context: SimulatorContext;
  readonly #device: Ref1Device;
  readonly #motor: MotionRunner;
  readonly #shelf: ObjectShelf;
  #finger: { readonly thing: string; readonly skin: SyntheticFinger; cancelLeave: CancelTimer } | undefined;
  /** The read that waits for a finger; the light is on. */
  #wait: WaitingRead | undefined;
  /** The finger whose image is being taken. */
  #taking: SyntheticFinger | undefined;
  #captures = 0;

  constructor(context: SimulatorContext) {
    this.#context = context;
    this.#device = new Ref1Device(context, this.#model());
    this.#motor = new MotionRunner(this.#device);
    this.#shelf = new ObjectShelf(this.#device, COLLECTOR_RESULT.gone);
  }

  attach(channel: ByteChannel): void {
    this.#device.attach(channel);
  }

  put(thing: string): Result<void, string> {
    const skin = FINGERS.get(thing);
    if (skin === undefined) return err(`no such finger: ${thing}`);
    if (this.#finger !== undefined) return err('a finger lies on the glass already');
    const { leavesMs } = skin;
    // A person's time: it goes on whatever the power does.
    const cancelLeave =
      leavesMs === undefined ? () => undefined : this.#context.clock.after(leavesMs, () => this.#lift());
    this.#finger = { thing, skin, cancelLeave };
    this.#device.changed();
    if (this.#wait !== undefined) this.#takeImage(this.#wait, skin);
    return ok(undefined);
  }

  take(): Result<{ thing: string }, string> {
    if (this.#finger === undefined) return err('no finger lies on the glass');
    if (this.#device.faults.has('F43')) return err('the person does not lift the finger');
    const { thing } = this.#finger;
    this.#lift();
    return ok({ thing });
  }

  fault(name: string): Result<void, string> {
    const fault = collectorFault(name);
    if (fault === undefined) return unknownFault(name);
    const switched = this.#device.switchOn(fault);
    if (fault === 'hardware-broken') this.#device.endWait({ result: RESULT.hardware });
    return switched;
  }

  clear(): void {
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
      lit: this.#wait !== undefined,
      finger: this.#finger?.thing ?? null,
      captures: this.#captures,
      holdsImage: this.#shelf.holds,
      progress: this.#motor.progress,
      ...this.#device.state(),
    };
  }

  onChange(fn: () => void): () => void {
    return this.#device.onChange(fn);
  }

  save(): z.infer<typeof savedSchema> {
    return { effects: this.#device.saveEffects(), bootCount: this.#device.bootCount };
  }

  /** As after a power cut; no finger waited through it. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (saved.success) this.#device.comeBack(saved.data.effects, saved.data.bootCount);
  }

  #model(): Ref1Model {
    return {
      id: this.id,
      kind: this.kind,
      model: 'YM-FP1',
      serial: 'YMFP-000031',
      mediaAtPowerOff: NO_MEDIUM,
      evidenceKinds: [],
      condition: () => this.#condition(),
      statusFields: () => [],
      reads: new Map([
        [0x11, (fields: DeviceFields) => this.#shelf.fetch(fields)],
        [0x12, () => this.#clearMemory()],
      ]),
      waits: new Map([[0x10, (fields: DeviceFields) => this.#capture(fields)]]),
      effects: new Map(),
      besides: new Set(),
      losable: new Set([0x10]),
      selfTest: () => this.#motion('self-test', TIMES.selfTest),
      reset: () => this.#reset(),
      stop: () => undefined,
      interrupt: (effect) => effect.interrupt({ result: RESULT.stopped, motion: 1 }),
      powerLost: () => {
        this.#motor.forget();
        this.#shelf.overwrite();
      },
    };
  }

  /** A broken sensor cannot tell whether somebody is there. */
  #condition(): { readonly state: number; readonly fault: number; readonly media: number } {
    const seen = this.#finger === undefined ? MEDIA.none : MEDIA.present;
    const media = this.#device.faults.has('hardware-broken') ? MEDIA.unknown : seen;
    return { state: STATE.online, fault: this.#device.faults.has('F42') ? COLLECTOR_RESULT.dirty : 0, media };
  }

  #capture(fields: DeviceFields): WaitVerdict {
    const position = fields.number(0x40, 1);
    if (position === undefined || position < 1 || position > 10) return RESULT.doesNotFit;
    if (this.#finger !== undefined) return COLLECTOR_RESULT.fingerLies;
    return {
      begin: (wait) => {
        this.#shelf.overwrite();
        this.#wait = wait;
        wait.whenOver(() => {
          this.#wait = undefined;
          this.#taking = undefined;
        });
      },
      timeOver: (wait) => {
        if (this.#taking === undefined) wait.end({ result: COLLECTOR_RESULT.noMedia });
      },
    };
  }

  #takeImage(wait: WaitingRead, skin: SyntheticFinger): void {
    this.#taking = skin;
    this.#device.pace(TIMES.halfImage, () => {
      if (wait.isOver) return;
      if (this.#device.faults.delete('power-dip')) return this.#device.powerDip();
      this.#device.pace(TIMES.halfImage, () => this.#give(wait, skin));
    });
  }

  #lift(): void {
    this.#finger?.cancelLeave();
    this.#finger = undefined;
    this.#device.changed();
    if (this.#wait !== undefined && this.#taking !== undefined) this.#give(this.#wait, { ...this.#taking, ...LIFTED });
  }

  #give(wait: WaitingRead, skin: SyntheticFinger): void {
    if (wait.isOver) return;
    this.#captures += 1;
    const isDirty = this.#device.faults.has('F42');
    const seen = isDirty ? { quality: Math.min(skin.quality, STAINED.quality), hint: STAINED.hint } : skin;
    const object = this.#shelf.keep(ridgeImage(IMAGE, { seed: skin.seed, look: skin.look, isDirty }));
    wait.end({ result: RESULT.well, fields: [...object, ...imageFields(seen.quality, seen.hint)] });
  }

  #clearMemory(): ReadVerdict {
    const answer = () => {
      this.#shelf.overwrite();
      this.#device.changed();
      return { result: RESULT.well };
    };
    return { ms: TIMES.clear, answer };
  }

  #reset(): Verdict {
    const run = this.#motion('reset', TIMES.reset);
    return (effect) => {
      this.#device.endWait({ result: RESULT.stopped });
      this.#shelf.overwrite();
      run(effect);
    };
  }

  #motion(name: string, ms: number): Exclude<Verdict, number> {
    return (effect) => this.#motor.run(effect, { name, ms, end: () => ({ result: RESULT.well, motion: 1 }) });
  }
}

function imageFields(quality: number, hint: number): readonly DeviceField[] {
  return [u16(0x41, IMAGE.width), u16(0x42, IMAGE.height), u16(0x43, IMAGE.dpi), u8(0x44, quality), u8(0x45, hint)];
}

/** The simulated fingerprint collector. It remembers its effects, and no image longer than its README says. */
export function createSimulatedFingerprint(context: SimulatorContext): SimulatedDevice & DeviceMemory {
  return new SimulatedFingerprint(context);
}
