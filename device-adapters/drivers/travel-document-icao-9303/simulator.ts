import { err, ok, type Result } from '@yimen/contracts/base';
import type { CardPath, SimulatedPermit } from '../../testing/card-path.ts';
import type { SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS, type WireFault } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { SimulatedChip } from './simulated-chip.ts';
import { CHIP_FAULTS, type ChipFault } from './simulated-chip-faults.ts';
import { chipMemory } from './simulated-chip-keys.ts';

/** Faults of the reader and of what happens in its field; those of the chip itself are in `CHIP_FAULTS`, those of the
 *  cable in `WIRE_FAULTS`. */
const OWN_FAULTS = [
  /** Two chips in the field. */
  'F08',
  /** The chip is there and mute. */
  'F09',
  /** Port alive, reader dead. */
  'F12',
  /** Another reader hangs on this cable. */
  'F22',
  /** The MAC of every protected answer is wrong. */
  'wrong-mac',
  /** The card is pulled before the tenth command from now. */
  'pulled-mid-read',
  /** The card is pulled between the two key agreements of PACE. */
  'pulled-mid-pace',
  /** The field fails for a moment before the tenth command from now: the chip forgets everything, once. */
  'power-dip',
] as const;
type OwnFault = (typeof OWN_FAULTS)[number];

/** Pace of a contactless chip at 424 kbit/s with 3DES in hardware (assumed). */
const APDU_MS = 15;
const STRIKES_AT = 10;
const LONGEST_COMMAND = 261;
/** TS, T0 and historical bytes as a reader makes them up for a contactless chip (PC/SC part 3 §3.1.3.2.3.1). */
const ATR = Buffer.from('3b8880014a434f503331563233', 'hex');
/** A chip reader behind the card unit, and in its field the chip of the card that stands at the read position.
 *  Written from README.md's wire and the standard; shares no code with the driver. */
class SimulatedChipReader implements SimulatedDevice {
  readonly id = 'travel-document-icao-9303';
  readonly kind = 'travel-document';
  readonly faults: readonly string[] = [...OWN_FAULTS, ...CHIP_FAULTS, ...WIRE_FAULTS];
  readonly #context: SimulatorContext;
  readonly #path: CardPath;
  readonly #wire: SimulatedWire;
  readonly #on = new Set<OwnFault>();
  readonly #chipFaults = new Set<ChipFault>();
  readonly #listeners = new Set<() => void>();
  #held = Buffer.alloc(0);
  /** Counts the hosts that came. */
  #line = 0;
  #isPowered = false;
  #chip: SimulatedChip | undefined;
  #commands = 0;
  #untilStrike = 0;
  #isPulled = false;

  constructor(context: SimulatorContext, path: CardPath) {
    this.#context = context;
    this.#path = path;
    this.#wire = new SimulatedWire(
      context,
      (chunk) => this.#hear(chunk),
      () => this.#tell(),
    );
    path.onChange(() => {
      this.#isPulled = false;
      // A chip lives from the field alone: what it knew is gone when its card leaves, and a field that is still on
      // wakes the next one.
      if (this.#isPowered) this.#powerOn();
      this.#tell();
    });
  }

  attach(channel: ByteChannel): void {
    this.#held = Buffer.alloc(0);
    this.#line += 1;
    this.#powerOff();
    this.#wire.attach(channel);
  }

  put(): Result<void, string> {
    return err('a card goes into the card unit; the chip reader sits behind it');
  }

  take(): Result<{ thing: string }, string> {
    return err('a card comes out of the card unit');
  }

  fault(name: string): Result<void, string> {
    const own = OWN_FAULTS.find((fault) => fault === name);
    const chip = CHIP_FAULTS.find((fault) => fault === name);
    const wire = WIRE_FAULTS.find((fault) => fault === name);
    if (own === 'F12') this.#wire.faults.add('silent');
    else if (own !== undefined) this.#on.add(own);
    else if (chip !== undefined) this.#chipFaults.add(chip);
    else if (wire !== undefined) this.#wire.faults.add(wire satisfies WireFault);
    else return err(`no such fault: ${name}`);
    this.#untilStrike = STRIKES_AT;
    this.#tell();
    return ok(undefined);
  }

  clear(): void {
    this.#on.clear();
    this.#chipFaults.clear();
    this.#wire.faults.clear();
    this.#isPulled = false;
    this.#tell();
  }

  unplug(): void {
    this.#powerOff();
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    return {
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected,
      chip: this.#liveCard()?.thing ?? null,
      powered: this.#isPowered,
      commands: this.#commands,
      wrongTries: this.#path.card === undefined ? 0 : chipMemory(this.#path.card).own.wrongTries,
      faults: [...this.#on, ...this.#chipFaults, ...this.#wire.faults],
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }

  #hear(chunk: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    while (this.#held.length >= 2 && this.#held.length >= 2 + this.#held.readUInt16BE(0)) {
      const end = 2 + this.#held.readUInt16BE(0);
      const message = this.#held.subarray(2, end);
      this.#held = this.#held.subarray(end);
      this.#handle(message);
    }
    // No command is that long: whoever sends it does not speak this wire, and gets no memory for it.
    if (this.#held.length > LONGEST_COMMAND + 2) this.#held = Buffer.alloc(0);
  }

  #handle(message: Buffer): void {
    if (message.length > 1) {
      this.#later(APDU_MS, () => this.#command(message));
      return;
    }
    if (message[0] === 0) this.#powerOff();
    if (message[0] === 1 || message[0] === 2) this.#powerOn();
    if (message[0] === 4) this.#send(this.#readerWord() ?? (this.#liveCard() === undefined ? Buffer.alloc(0) : ATR));
    if (message[0] === 5)
      this.#send(Buffer.from(`Simulated chip reader;CHIP-${this.#on.has('F22') ? '999999' : '000204'};1.0`));
  }

  /** What a host asked that is gone is not answered to the next one. */
  #later(ms: number, act: () => void): void {
    const line = this.#line;
    if (this.#context.speed === 'fast') act();
    else this.#context.clock.after(ms, () => line === this.#line && act());
  }

  #command(command: Buffer): void {
    this.#commands += 1;
    this.#strike(command);
    const chip = this.#chip;
    const word = this.#readerWord();
    if (word !== undefined || chip === undefined) {
      this.#send(word ?? Buffer.alloc(0));
      this.#tell();
      return;
    }
    const answer = this.#spoiled(chip.answer(command));
    if (chip.penaltyMs === 0) this.#send(answer);
    // A card that left while its chip still thought answers nothing.
    else this.#later(chip.penaltyMs, () => this.#send(this.#chip === chip ? answer : Buffer.alloc(0)));
    this.#tell();
  }

  /** What the reader says itself, in one byte: 1 more than one chip, 2 a chip without an answer. */
  #readerWord(): Buffer | undefined {
    if (this.#cardInField() === undefined) return undefined;
    if (this.#on.has('F08')) return Buffer.from([1]);
    return this.#isMute() ? Buffer.from([2]) : undefined;
  }

  /** Faults that happen to the chip at one moment of a read. */
  #strike(command: Buffer): void {
    if (this.#on.has('pulled-mid-pace') && isKeyAgreement(command)) this.#pull();
    this.#untilStrike -= 1;
    if (this.#untilStrike > 0) return;
    if (this.#on.delete('power-dip')) this.#powerOn();
    if (this.#on.has('pulled-mid-read')) this.#pull();
  }

  #pull(): void {
    this.#isPulled = true;
    this.#chip = undefined;
  }

  /** Changes the MAC of a protected answer: `… 8E 08 MAC(8) SW1 SW2`. */
  #spoiled(answer: Buffer): Buffer {
    const isProtected = answer.length >= 12 && answer.readUInt16BE(answer.length - 12) === 0x8e08;
    if (this.#on.has('wrong-mac') && isProtected)
      answer.writeUInt8(answer.readUInt8(answer.length - 3) ^ 0x01, answer.length - 3);
    return answer;
  }

  #send(payload: Buffer): void {
    this.#wire.send(Buffer.concat([Buffer.from([payload.length >> 8, payload.length & 0xff]), payload]));
  }

  /** The card whose antenna is over the coupler, whether or not its chip works. */
  #cardInField(): SimulatedPermit | undefined {
    return this.#path.place === 'readPosition' && !this.#isPulled ? this.#path.card : undefined;
  }

  #isMute(): boolean {
    return this.#on.has('F09') || this.#path.card?.chip === 'mute';
  }

  #liveCard(): SimulatedPermit | undefined {
    return this.#isMute() ? undefined : this.#cardInField();
  }

  #powerOn(): void {
    const card = this.#liveCard();
    this.#isPowered = true;
    const { random } = this.#context;
    this.#chip = card && new SimulatedChip({ card, random, faults: this.#chipFaults });
  }

  #powerOff(): void {
    this.#isPowered = false;
    this.#chip = undefined;
  }
}

/** GENERAL AUTHENTICATE, chained, with the terminal's ephemeral key: 7C { 83 … }. */
function isKeyAgreement(command: Buffer): boolean {
  return command[0] === 0x10 && command[1] === 0x86 && command[5] === 0x7c && command[7] === 0x83;
}

/** The simulated chip reader on one card path. */
export function createSimulatedChip(context: SimulatorContext, path: CardPath): SimulatedDevice {
  return new SimulatedChipReader(context, path);
}
