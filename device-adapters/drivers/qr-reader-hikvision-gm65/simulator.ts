import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import type { SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import type { PrintedCode } from './simulator-codes.table.ts';
import { GM65_FAULTS, gm65Fault, type Gm65Fault } from './simulator-faults.table.ts';
import { gm65Answer, Gm65Ear, type Gm65Command } from './simulator-frames.ts';
import { Gm65Registers, REGISTER } from './simulator-registers.ts';
import { ScanWindow } from './simulator-window.ts';

const BITS_PER_BYTE = 10;
const BAUD = 9_600;
const TYPE = { read: 0x07, write: 0x08, save: 0x09 } as const;
const OK = Uint8Array.of(0);
/** AIM: QR code, model 2. */
const AIM_QR = new TextEncoder().encode(']Q1');

/** The reader's side of the wire, written from README.md; shares no code with the driver. Its power comes through the
 *  cable: plugged in again, it is set as it was saved. */
class SimulatedGm65 implements SimulatedDevice {
  readonly id = 'qr-reader-hikvision-gm65';
  readonly kind = 'qr-reader';
  readonly faults: readonly string[] = [...GM65_FAULTS, ...WIRE_FAULTS];
  readonly #context: SimulatorContext;
  readonly #wire: SimulatedWire;
  readonly #ear: Gm65Ear;
  readonly #registers = new Gm65Registers();
  readonly #on = new Set<Gm65Fault>();
  readonly #listeners = new Set<() => void>();
  readonly #window: ScanWindow;
  /** The answer to a trigger that waits for the code around it. */
  #lateAnswer: Uint8Array | undefined;
  /** Counts hosts and power-ons: what was under way before is not sent. */
  #line = 0;
  #busyUntilMs = 0;

  constructor(context: SimulatorContext) {
    this.#context = context;
    this.#ear = new Gm65Ear(context.clock, (command) => this.#obey(command));
    this.#wire = new SimulatedWire(
      context,
      (chunk) => this.#ear.push(chunk),
      () => this.#tell(),
    );
    this.#window = new ScanWindow({
      clock: context.clock,
      registers: this.#registers,
      hasPower: () => this.#wire.isPlugged,
      isStorming: () => this.#on.has('F44'),
      scanned: (code) => this.#tellCode(code),
      ended: () => this.#sendLate(),
      changed: () => this.#tell(),
    });
  }

  attach(channel: ByteChannel): void {
    this.#beginLine();
    this.#wire.attach(channel);
  }

  put(thing: string): Result<void, string> {
    return this.#window.put(thing);
  }

  take(): Result<{ thing: string }, string> {
    return this.#window.take();
  }

  fault(name: string): Result<void, string> {
    const wire = WIRE_FAULTS.find((fault) => fault === name);
    const own = gm65Fault(name);
    if (name === 'F12') this.#wire.faults.add('silent');
    else if (wire !== undefined) this.#wire.faults.add(wire);
    else if (own !== undefined) this.#on.add(own);
    else return err(`no such fault: ${name}`);
    if (own === 'F44') this.#window.storm();
    this.#tell();
    return ok(undefined);
  }

  clear(): void {
    this.#on.clear();
    this.#wire.faults.clear();
    this.#window.calm();
    this.#tell();
  }

  unplug(): void {
    this.#powerOff();
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
    this.#window.act();
  }

  state(): Readonly<Record<string, unknown>> {
    return {
      lit: this.#window.isLit,
      mode: this.#registers.mode,
      holds: this.#window.holds,
      scans: this.#window.scans,
      saves: this.#registers.saves,
      faults: [...this.#on, ...this.#wire.faults],
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }

  /** What was under way to another host is not said to this one. */
  #beginLine(): void {
    this.#ear.forget();
    this.#line += 1;
    this.#busyUntilMs = 0;
    this.#lateAnswer = undefined;
  }

  #powerOff(): void {
    this.#beginLine();
    this.#window.dark();
    this.#window.calm();
    this.#registers.powerOn();
  }

  #obey(command: Gm65Command): void {
    const answer = this.#answerTo(command);
    if (answer !== undefined) this.#send(gm65Answer(answer));
    this.#tell();
  }

  /** @returns `undefined` where silence is the refusal. */
  #answerTo({ type, address, data }: Gm65Command): Uint8Array | undefined {
    if (type === TYPE.read) {
      const count = data[0] === 0 ? 256 : (data[0] ?? 0);
      return data.length === 1 ? this.#registers.read(address, count, this.#on.has('wrong-model')) : undefined;
    }
    if (type === TYPE.write) return this.#write(address, data);
    if (type !== TYPE.save) return undefined;
    this.#registers.save();
    return OK;
  }

  #write(address: number, data: Uint8Array): Uint8Array | undefined {
    const order = data[REGISTER.trigger - address];
    if (order !== undefined && this.#on.has('hardware-broken')) return undefined;
    const before = this.#registers.mode;
    this.#registers.write(address, data);
    if (this.#registers.mode !== before) this.#changeMode();
    if (order === undefined) return OK;
    return (order & 1) === 1 ? this.#trigger() : this.#obeyDark();
  }

  #changeMode(): void {
    this.#window.dark();
    this.#window.act();
  }

  #obeyDark(): Uint8Array {
    this.#window.dark();
    return OK;
  }

  /** Only command mode obeys a trigger; in any other the bit falls back at once. */
  #trigger(): Uint8Array | undefined {
    if (this.#on.delete('power-dip')) {
      this.#powerOff();
      this.#window.act();
      return undefined;
    }
    if (this.#registers.mode !== 'command') {
      this.#registers.write(REGISTER.trigger, OK);
      return OK;
    }
    this.#window.begin();
    if (!this.#on.has('answer-inside-code') || this.#window.holds === null) return OK;
    this.#lateAnswer = gm65Answer(OK);
    return undefined;
  }

  /** No code came around it after all. */
  #sendLate(): void {
    const late = this.#lateAnswer;
    this.#lateAnswer = undefined;
    if (late !== undefined) this.#send(late);
  }

  /** A code comes without a frame: its bytes and the tail. */
  #tellCode(code: PrintedCode): void {
    const aim = this.#registers.hasAim ? AIM_QR : new Uint8Array(0);
    const bytes = concatBytes(aim, code, Uint8Array.from(this.#registers.tail));
    const late = this.#lateAnswer ?? new Uint8Array(0);
    this.#lateAnswer = undefined;
    const middle = Math.floor(bytes.length / 2);
    if (!this.#registers.isKeyboard) this.#send(concatBytes(bytes.slice(0, middle), late, bytes.slice(middle)));
    this.#tell();
  }

  /** One after the other, each as long under way as its bytes take. */
  #send(bytes: Uint8Array): void {
    if (this.#context.speed === 'fast') return this.#wire.send(bytes);
    const { clock } = this.#context;
    const line = this.#line;
    const ms = Math.ceil((bytes.length * BITS_PER_BYTE * 1_000) / BAUD);
    this.#busyUntilMs = Math.max(this.#busyUntilMs, clock.monoMs()) + ms;
    clock.after(this.#busyUntilMs - clock.monoMs(), () => {
      if (line === this.#line) this.#wire.send(bytes);
    });
  }
}

/** The simulated QR reader. The bench keeps nothing of it: its settings are its driver's business. */
export function createSimulatedGm65(context: SimulatorContext): SimulatedDevice {
  return new SimulatedGm65(context);
}
