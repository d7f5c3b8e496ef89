import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { Ref1Device, unknownFault } from '../../testing/ref1-device/device.ts';
import { effectMemorySchema } from '../../testing/ref1-device/effect-memory.ts';
import { decodeText, u16, type DeviceFields } from '../../testing/ref1-device/fields.ts';
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
import { PAD_FAULTS } from './simulator-faults.table.ts';
import { SIGNING_THINGS, strokesOf, type PenPoint } from './simulator-strokes.ts';

/** Milliseconds: from the last stroke to *done*, until somebody presses *cancel*, and of the machine. */
const TIMES = { toDone: 300, toCancel: 800, answer: 40, selfTest: 1_000, reset: 500 } as const;
const PAD_RESULT = { noMedia: 0x20, cancelled: 0x21, gone: 0x22, empty: 0x23 } as const;
const NO_MEDIUM = 4;
const AREA = { widthMm: 100, heightMm: 50 } as const;
const PROMPT = { bytes: 180, characters: 60 } as const;

const savedSchema = z.strictObject({ effects: effectMemorySchema, bootCount: z.int().min(0).max(0xffff) });

/** One read that waits, and what the citizen sees of it. */
interface Shown {
  readonly wait: WaitingRead;
  readonly prompt: string;
  /** The signing that goes on; another one when the pad was emptied in between. */
  signing: object | undefined;
}

/** The pad's side of the wire, written from README.md; shares no code with the driver. */
class SimulatedSignaturePad implements SimulatedDevice, DeviceMemory {
  readonly id = 'signature-pad-yimen-ref1';
  readonly kind = 'signature-pad';
  readonly faults = PAD_FAULTS;
  readonly #device: Ref1Device;
  readonly #motor: MotionRunner;
  readonly #shelf: ObjectShelf;
  #shown: Shown | undefined;
  #signatures = 0;

  constructor(context: SimulatorContext) {
    this.#device = new Ref1Device(context, this.#model());
    this.#motor = new MotionRunner(this.#device);
    this.#shelf = new ObjectShelf(this.#device, PAD_RESULT.gone);
  }

  attach(channel: ByteChannel): void {
    this.#device.attach(channel);
  }

  put(thing: string): Result<void, string> {
    if (!SIGNING_THINGS.includes(thing)) return err(`no such signature: ${thing}`);
    if (this.#shown === undefined) return err('nothing to sign: the pad does not wait');
    if (this.#shown.signing !== undefined) return err('somebody is signing already');
    this.#sign(this.#shown, thing);
    return ok(undefined);
  }

  take(): Result<{ thing: string }, string> {
    return err('the pad keeps nothing that a hand could take');
  }

  fault(name: string): Result<void, string> {
    if (!PAD_FAULTS.includes(name)) return unknownFault(name);
    const switched = this.#device.switchOn(name);
    if (name === 'hardware-broken') this.#device.endWait({ result: RESULT.hardware });
    if (name === 'customer-cancels' && this.#shown !== undefined) this.#pressCancel(this.#shown.wait);
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
      shows: this.#shows(),
      prompt: this.#shown?.prompt ?? null,
      waiting: this.#shown !== undefined,
      signatures: this.#signatures,
      holdsSignature: this.#shelf.holds,
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

  /** As after a power cut: nothing waits, and no ink is left. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (saved.success) this.#device.comeBack(saved.data.effects, saved.data.bootCount);
  }

  #shows(): 'dark' | 'prompt' | 'ink' {
    if (this.#shown === undefined) return 'dark';
    return this.#shown.signing === undefined ? 'prompt' : 'ink';
  }

  #model(): Ref1Model {
    return {
      id: this.id,
      kind: this.kind,
      model: 'YM-SP1',
      serial: 'YMSP-000044',
      mediaAtPowerOff: NO_MEDIUM,
      evidenceKinds: [],
      condition: () => ({ state: STATE.online, fault: 0 }),
      statusFields: () => [],
      reads: new Map([
        [0x11, (fields: DeviceFields) => this.#shelf.fetch(fields)],
        [0x12, () => this.#answering(() => this.#empty())],
        [0x13, () => this.#answering(() => this.#cancel())],
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

  #capture(fields: DeviceFields): WaitVerdict {
    const prompt = promptOf(fields);
    if (prompt === undefined) return RESULT.doesNotFit;
    return {
      begin: (wait) => {
        this.#shelf.overwrite();
        this.#shown = { wait, prompt, signing: undefined };
        wait.whenOver(() => {
          this.#shown = undefined;
        });
        if (this.#device.faults.has('customer-cancels'))
          this.#device.pace(TIMES.toCancel, () => this.#pressCancel(wait));
      },
      // Ink that was never done is no signature: the time is over for whoever is still writing, too.
      timeOver: (wait) => wait.end({ result: PAD_RESULT.noMedia }),
    };
  }

  /** Each press is one: the fault is used up. */
  #pressCancel(wait: WaitingRead): void {
    if (wait.isOver || !this.#device.faults.delete('customer-cancels')) return;
    wait.end({ result: PAD_RESULT.cancelled });
  }

  /** Writes and presses *done*; whoever empties the pad in between makes it nothing. */
  #sign(shown: Shown, thing: string): void {
    const strokes = strokesOf(thing, AREA.widthMm, AREA.heightMm);
    const signing = {};
    shown.signing = signing;
    const isOn = (): boolean => !shown.wait.isOver && shown.signing === signing;
    this.#device.changed();
    const half = Math.ceil(((strokes.at(-1)?.at(-1)?.ms ?? 0) + TIMES.toDone) / 2);
    this.#device.pace(half, () => {
      if (!isOn()) return;
      if (this.#device.faults.delete('power-dip')) return this.#device.powerDip();
      this.#device.pace(half, () => {
        if (isOn()) this.#pressDone(shown.wait, strokes);
      });
    });
  }

  #pressDone(wait: WaitingRead, strokes: readonly (readonly PenPoint[])[]): void {
    if (strokes.length === 0) return wait.end({ result: PAD_RESULT.empty });
    this.#signatures += 1;
    const object = this.#shelf.keep(concatBytes(...strokes.map(strokeBytes)));
    const size = [u16(0x41, AREA.widthMm), u16(0x42, AREA.heightMm), u16(0x43, strokes.length)];
    wait.end({ result: RESULT.well, fields: [...object, ...size] });
  }

  /** 12: ink and object are gone, and whoever waits waits anew. */
  #empty(): void {
    this.#shelf.overwrite();
    if (this.#shown === undefined) return;
    this.#shown.signing = undefined;
    this.#shown.wait.renew();
  }

  #cancel(): void {
    this.#shelf.overwrite();
    this.#device.endWait({ result: RESULT.stopped });
  }

  #answering(act: () => void): ReadVerdict {
    const answer = () => {
      act();
      this.#device.changed();
      return { result: RESULT.well };
    };
    return { ms: TIMES.answer, answer };
  }

  #reset(): Verdict {
    const run = this.#motion('reset', TIMES.reset);
    return (effect) => {
      this.#cancel();
      run(effect);
    };
  }

  #motion(name: string, ms: number): Exclude<Verdict, number> {
    return (effect) => this.#motor.run(effect, { name, ms, end: () => ({ result: RESULT.well, motion: 1 }) });
  }
}

/** Exactly one prompt; an empty one is one. */
function promptOf(fields: DeviceFields): string | undefined {
  const [value, ...more] = fields.all(0x40);
  if (value === undefined || more.length > 0) return undefined;
  if (value.length === 0) return '';
  const prompt = decodeText(value, PROMPT.bytes);
  return prompt !== undefined && prompt.length <= PROMPT.characters ? prompt : undefined;
}

/** `count u16 | count × (x u16 | y u16 | pressure u16 | time u32)` */
function strokeBytes(points: readonly PenPoint[]): Uint8Array {
  const bytes = Buffer.alloc(2 + points.length * 10);
  bytes.writeUInt16BE(points.length, 0);
  points.forEach(({ x, y, pressure, ms }, i) => {
    const at = 2 + i * 10;
    bytes.writeUInt16BE(x, at);
    bytes.writeUInt16BE(y, at + 2);
    bytes.writeUInt16BE(pressure, at + 4);
    bytes.writeUInt32BE(ms, at + 6);
  });
  return Uint8Array.from(bytes);
}

/** The simulated signature pad. It remembers its effects, and no signature longer than its README says. */
export function createSimulatedSignaturePad(context: SimulatorContext): SimulatedDevice & DeviceMemory {
  return new SimulatedSignaturePad(context);
}
