import { err, ok, toHex, type CancelTimer, type Result } from '@yimen/contracts/base';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import type { SimulatorContext } from '../simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS, type WireFault } from '../simulated-wire.ts';
import { EffectDesk } from './effect-desk.ts';
import type { Completion, SavedEffects } from './effect-memory.ts';
import { DeviceFields, packFields, text, u16, u8, type DeviceField } from './fields.ts';
import { deviceFrame, FrameEar, type DeviceFrame } from './frame.ts';
import { RESULT, STATE, type ReadVerdict, type Ref1Model } from './model.ts';
import { WaitDesk } from './wait-desk.ts';

/** Milliseconds, inside the bounds of README.md "Timing". */
const TIMES = { accept: 15, read: 40, off: 1_500, start: 1_000 } as const;

/** Who answers with the fault `wrong-model`: never the kind itself. */
const OTHER_KINDS = { maker: ['licence-printer', 'YM-LP1'], locker: ['document-locker', 'YM-DL1'] } as const;

const IDENTIFY = 0x01;
const STATUS = 0x02;
const LAST_OPERATION = 0x04;
const STOP = 0x06;
const STATUS_CHANGE = 0xf0;
const ACCEPTED = 0x40;
const COMPLETED = 0x80;

/** What every device of the reference protocol does alike, seen from the device: frames, accepted and completed, the
 *  memory of effects, status changes, power. Written from README.md; shares no code with any driver. */
export class Ref1Device {
  readonly faults = new Set<string>();
  readonly #desk: EffectDesk;
  readonly #waits: WaitDesk;
  bootCount = 1;
  readonly #context: SimulatorContext;
  readonly #model: Ref1Model;
  readonly #wire: SimulatedWire;
  readonly #ear: FrameEar;
  readonly #listeners = new Set<() => void>();
  #last: { readonly raw: string; readonly seq: number; readonly answers: Uint8Array[] } | undefined;
  #power: 'on' | 'off' | 'starting' = 'on';
  /** Counts power-ons of this life: what was planned before the last one is void. */
  #epoch = 0;
  #changeNumber = 0;
  /** The status as the host was last told of it; the first one of a life is no change. */
  #told: string | undefined;

  constructor(context: SimulatorContext, model: Ref1Model) {
    this.#context = context;
    this.#model = model;
    this.#desk = new EffectDesk(model, {
      faults: this.faults,
      isStarting: () => this.#power === 'starting',
      accept: (frame, result) => this.#accept(frame, result),
      complete: (seq, command, completion) => this.#complete(seq, command, completion),
      remembered: () => this.#tell(),
      changed: () => this.changed(),
    });
    this.#waits = new WaitDesk({
      accept: (frame, result) => this.#accept(frame, result),
      complete: (seq, command, completion) => {
        const isLost = this.faults.has('answer-lost') && model.losable.has(command);
        if (!isLost) this.#complete(seq, command, completion);
      },
      wait: (ms, fn) => this.wait(ms, fn),
      changed: () => this.changed(),
    });
    this.#ear = new FrameEar(context.clock, (frame) => this.pace(TIMES.accept, () => this.#frame(frame)));
    this.#wire = new SimulatedWire(
      context,
      (chunk) => this.#power !== 'off' && this.#ear.push(chunk),
      () => this.#tell(),
    );
  }

  get isPlugged(): boolean {
    return this.#wire.isPlugged;
  }

  get isConnected(): boolean {
    return this.#wire.isConnected;
  }

  get power(): 'on' | 'off' | 'starting' {
    return this.#power;
  }

  /** A new line: what the last host half said, and how it numbered, is forgotten. */
  attach(channel: ByteChannel): void {
    this.#ear.forget();
    this.#last = undefined;
    this.#waits.forget();
    this.#told ??= this.#fingerprint();
    this.#wire.attach(channel);
  }

  unplug(): void {
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** Switches a fault on. `name` is one that the simulator offers, already without its other names. */
  switchOn(name: string): Result<void, string> {
    if (name === 'silent' || name === 'F12') this.#wire.faults.add('silent');
    else if ((WIRE_FAULTS as readonly string[]).includes(name)) this.#wire.faults.add(name as WireFault);
    else this.faults.add(name);
    if (name === 'forgets') this.#desk.memory.loseEnded();
    this.changed();
    return ok(undefined);
  }

  switchOff(): void {
    this.faults.clear();
    this.#wire.faults.clear();
    this.changed();
  }

  /** What all kinds show alike. */
  state(): Readonly<Record<string, unknown>> {
    return {
      power: this.#power,
      busy: this.#desk.isBusy,
      bootCount: this.bootCount,
      faults: [...this.faults, ...this.#wire.faults],
      plugged: this.isPlugged,
      connected: this.isConnected,
    };
  }

  /** Something inside is another way: whoever watches is told, and the host when the status is another one. */
  changed(): void {
    const now = this.#fingerprint();
    if (this.#told !== undefined && this.#told !== now && this.#power !== 'off') {
      this.#told = now;
      this.#changeNumber = (this.#changeNumber + 1) & 0xffff;
      this.#write(this.#changeNumber, STATUS_CHANGE, this.#statusAnswer());
    }
    this.#tell();
  }

  /** Ends the read that waits, if one does. */
  endWait(completion: Completion): void {
    this.#waits.end(completion);
  }

  /** Goes on after the machine has taken its time; at once when the bench is fast. Void when the power goes. */
  pace(ms: number, fn: () => void): CancelTimer {
    if (this.#context.speed === 'fast') {
      fn();
      return () => undefined;
    }
    return this.wait(ms, fn);
  }

  /** Goes on after a time that does not depend on the machine: a person, heat. Void when the power goes. */
  wait(ms: number, fn: () => void): CancelTimer {
    const epoch = this.#epoch;
    return this.#context.clock.after(ms, () => {
      if (epoch === this.#epoch) fn();
    });
  }

  nowMs(): number {
    return this.#context.clock.monoMs();
  }

  /** Power gone and back: nobody is answered, whatever ran was interrupted, the memory stays. */
  powerDip(): void {
    this.#epoch += 1;
    this.#power = 'off';
    this.#desk.powerLost();
    this.#waits.forget();
    this.#ear.forget();
    this.#last = undefined;
    this.#model.powerLost();
    this.#tell();
    this.pace(TIMES.off, () => {
      this.#power = 'starting';
      this.bootCount = (this.bootCount + 1) & 0xffff;
      this.changed();
      this.pace(TIMES.start, () => {
        this.#power = 'on';
        this.changed();
      });
    });
  }

  /** What the memory holds, for whoever keeps it. */
  saveEffects(): SavedEffects {
    return this.#desk.memory.save();
  }

  /** Another start of the bench: as after a power cut, with what the memory held. */
  comeBack(effects: SavedEffects, bootCount: number): void {
    this.#desk.memory.restore(effects);
    this.#desk.memory.interruptAll();
    this.bootCount = (bootCount + 1) & 0xffff;
  }

  #fingerprint(): string {
    return toHex(packFields(this.#statusFields()));
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }

  #frame(frame: DeviceFrame): void {
    // From 40 on stand answers: an echo of our own words on a two-wire line is nobody's command.
    if (frame.command >= ACCEPTED || this.#power === 'off') return;
    const raw = toHex(frame.raw);
    if (this.#last?.raw === raw) {
      for (const answer of this.#last.answers) this.#wire.send(answer);
      return;
    }
    this.#last = { raw, seq: frame.seq, answers: [] };
    const fields = DeviceFields.unpack(frame.data);
    if (fields === undefined) return this.#accept(frame, RESULT.doesNotFit);
    const read = this.#readOf(frame.command);
    if (read !== undefined) return this.#read(frame, read(fields));
    const wait = this.#model.waits?.get(frame.command);
    if (wait !== undefined) return this.#waits.take(frame, fields, (asked) => this.#refusalOfWait() ?? wait(asked));
    if (frame.command === STOP) return this.#stop(frame, fields);
    this.#desk.take(frame, fields);
  }

  #readOf(command: number): ((fields: DeviceFields) => ReadVerdict) | undefined {
    const common = (answer: () => Completion): ReadVerdict => ({ ms: TIMES.read, answer });
    if (command === IDENTIFY) return () => common(() => ({ result: RESULT.well, fields: this.#identity() }));
    if (command === STATUS) return () => common(() => ({ result: RESULT.well, fields: this.#statusFields() }));
    if (command === LAST_OPERATION) {
      return (fields) => {
        const id = fields.bytes(0x01, 16);
        return id === undefined ? RESULT.doesNotFit : common(() => this.#desk.recall(toHex(id)));
      };
    }
    const own = this.#model.reads.get(command);
    return own === undefined || this.#power === 'on' ? own : () => RESULT.starting;
  }

  #read(frame: DeviceFrame, verdict: ReadVerdict): void {
    this.#accept(frame, typeof verdict === 'number' ? verdict : RESULT.well);
    if (typeof verdict === 'number') return;
    this.pace(verdict.ms, () => {
      const completion = verdict.answer();
      if (completion !== undefined) this.#complete(frame.seq, frame.command, completion);
    });
  }

  /** What refuses a read that waits, whatever the kind. */
  #refusalOfWait(): number | undefined {
    if (this.#power === 'starting') return RESULT.starting;
    if (this.faults.has('hardware-broken')) return RESULT.hardware;
    return this.#desk.isBusy || this.faults.has('stuck-busy') ? RESULT.busy : undefined;
  }

  #stop(frame: DeviceFrame, fields: DeviceFields): void {
    const id = fields.bytes(0x01, 16);
    const wait = this.#model.waits === undefined ? undefined : fields.number(0x35, 4);
    const isOne = (id === undefined) !== (wait === undefined);
    this.#accept(frame, isOne ? RESULT.well : RESULT.doesNotFit);
    if (!isOne) return;
    if (id !== undefined) this.#desk.stop(toHex(id));
    if (wait !== undefined) this.#waits.stop(wait);
    this.#complete(frame.seq, frame.command, { result: RESULT.well });
  }

  #identity(): readonly DeviceField[] {
    const isOther = this.faults.has('wrong-model');
    const { kind, model, serial, mediaAtPowerOff, evidenceKinds } = this.#model;
    const [otherKind, otherModel] = kind === 'licence-printer' ? OTHER_KINDS.locker : OTHER_KINDS.maker;
    return [
      text(0x20, isOther ? otherKind : kind),
      text(0x21, isOther ? otherModel : model),
      text(0x22, isOther || this.faults.has('F22') ? `${serial.slice(0, 4)}-OTHER-1` : serial),
      text(0x23, '1.4.2'),
      u8(0x24, mediaAtPowerOff),
      { tag: 0x25, value: Uint8Array.from(evidenceKinds) },
      u8(0x26, 1),
    ];
  }

  /** Everything of the status but the change number. */
  #statusFields(): readonly DeviceField[] {
    const own = this.#model.condition();
    const isBroken = this.faults.has('hardware-broken');
    const fault = isBroken ? RESULT.hardware : own.fault;
    return [
      u8(0x10, this.#stateOf(isBroken ? STATE.hardwareError : this.faults.has('F20') ? STATE.fraudAttempt : own.state)),
      ...(fault === 0 ? [] : [u8(0x11, fault)]),
      ...(own.media === undefined ? [] : [u8(0x12, own.media)]),
      u16(0x15, this.bootCount),
      ...this.#model.statusFields(),
    ];
  }

  #statusAnswer(): Uint8Array {
    return packFields([u8(0x02, RESULT.well), u16(0x14, this.#changeNumber), ...this.#statusFields()]);
  }

  #stateOf(trouble: number): number {
    if (this.#power === 'starting') return STATE.starting;
    if (trouble !== STATE.online) return trouble;
    return this.#desk.isBusy || this.faults.has('stuck-busy') ? STATE.busy : STATE.online;
  }

  #accept({ seq, command }: DeviceFrame, result: number): void {
    this.#write(seq, command + ACCEPTED, packFields([u8(0x02, result)]));
  }

  #complete(seq: number, command: number, { result, motion, evidence = [], fields = [] }: Completion): void {
    const data = packFields([
      u8(0x02, result),
      ...(motion === undefined ? [] : [u8(0x03, motion)]),
      ...evidence.map(({ kind, access, detail }) => ({
        tag: 0x04,
        value: Uint8Array.from([kind, access, ...new TextEncoder().encode(detail)]),
      })),
      ...(command === STATUS ? [u16(0x14, this.#changeNumber)] : []),
      ...fields,
    ]);
    this.#write(seq, command + COMPLETED, data);
  }

  #write(seq: number, command: number, data: Uint8Array): void {
    if (this.#power === 'off') return;
    const frame = deviceFrame(seq, command, data);
    if (this.#last?.seq === seq && command !== STATUS_CHANGE) this.#last.answers.push(frame);
    this.#wire.send(frame);
  }
}

/** The refusal of a name that a simulator does not offer. */
export function unknownFault(name: string): Result<never, string> {
  return err(`no such fault: ${name}`);
}
