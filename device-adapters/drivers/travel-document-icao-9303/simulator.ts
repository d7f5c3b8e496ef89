import { err, ok, sleep, type Result } from '@yimen/contracts/base';
import type { CardPath, SimulatedPermit } from '../../testing/card-path.ts';
import type { SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { SimulatedChip } from './simulated-chip.ts';
import type { ChipHolder } from './simulated-chip-files.ts';

/** Pace of a contactless chip at 424 kbit/s with 3DES in hardware (assumed). */
const APDU_MS = 15;
/** Later than any host waits for one answer. */
const LATE_MS = 8_000;
const LONGEST_COMMAND = 261;
/** TS T0 and historical bytes as a reader makes them up for a contactless chip (PC/SC part 3 §3.1.3.2.3.1). */
const ATR = Buffer.from('3b8880014a434f503331563233', 'hex');

const FAULTS = [
  'F08',
  'F09',
  'F12',
  'F47',
  'wrong-mac',
  'garbage',
  'half-answer',
  'duplicate-answer',
  'late-answer',
  'byte-by-byte',
  'pulled-mid-read',
  'power-dip',
] as const;
type ChipFaultName = (typeof FAULTS)[number];

/** Whose data a foreign chip bears (F47): nobody of the bench's people. */
const STRANGER: ChipHolder = { documentNumber: 'C59999998', mrzName: 'MO<<MINGSHENG', sex: 'M', birth: '700101', expiry: '391231' };

/** A chip reader behind the card unit, and in its field the chip of the card that stands at the read position.
 *  A card that leaves takes the chip's session with it. Faults: F08 two chips, F09 mute, F12 silent reader, F47 a
 *  chip that opens with the printed page but names a stranger, and those of `faults` by name; `pulled-mid-read` and
 *  `power-dip` strike at the tenth command after they are switched on. */
export function createSimulatedChip(context: SimulatorContext, path: CardPath): SimulatedDevice {
  return new SimulatedChipReader(context, path);
}

class SimulatedChipReader implements SimulatedDevice {
  readonly id = 'travel-document-icao-9303';
  readonly kind = 'travel-document';
  readonly faults: readonly string[] = FAULTS;
  readonly #context: SimulatorContext;
  readonly #path: CardPath;
  readonly #active = new Set<ChipFaultName>();
  readonly #listeners = new Set<() => void>();
  #host: ByteChannel | undefined;
  #isPlugged = true;
  #isPowered = false;
  #chip: SimulatedChip | undefined;
  #commands = 0;
  #untilStrike = 0;
  #isPulled = false;

  constructor(context: SimulatorContext, path: CardPath) {
    this.#context = context;
    this.#path = path;
    path.onChange(() => {
      // A chip lives from the field alone: whatever it knew is gone when its card leaves, and a field that is still
      // on wakes the next one.
      this.#isPulled = false;
      this.#chip = undefined;
      if (this.#isPowered) this.#powerOn();
      this.#changed();
    });
  }

  attach(channel: ByteChannel): void {
    if (!this.#isPlugged) {
      void channel.close();
      return;
    }
    void this.#host?.close();
    this.#host = channel;
    this.#powerOff();
    void this.#serve(channel);
  }

  put(): Result<void, string> {
    return err('a card goes into the card unit; the chip reader sits behind it');
  }

  take(): Result<{ thing: string }, string> {
    return err('a card comes out of the card unit');
  }

  fault(name: string): Result<void, string> {
    const known = FAULTS.find((fault) => fault === name);
    if (known === undefined) return err(`no fault ${name}; there are ${FAULTS.join(', ')}`);
    this.#active.add(known);
    this.#untilStrike = 10;
    this.#changed();
    return ok(undefined);
  }

  clear(): void {
    this.#active.clear();
    this.#isPulled = false;
    this.#changed();
  }

  unplug(): void {
    this.#isPlugged = false;
    this.#powerOff();
    void this.#host?.close();
    this.#host = undefined;
    this.#changed();
  }

  plug(): void {
    this.#isPlugged = true;
    this.#changed();
  }

  state(): Readonly<Record<string, unknown>> {
    return {
      plugged: this.#isPlugged,
      connected: this.#host !== undefined,
      chip: this.#cardInField()?.thing ?? null,
      powered: this.#isPowered,
      commands: this.#commands,
      faults: [...this.#active],
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  async #serve(channel: ByteChannel): Promise<void> {
    let held = Buffer.alloc(0);
    this.#changed();
    for await (const chunk of channel.chunks) {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        await this.#handle(channel, held.subarray(2, end));
        held = held.subarray(end);
      }
      if (held.length > LONGEST_COMMAND + 2) break;
    }
    await channel.close();
    if (this.#host !== channel) return;
    this.#host = undefined;
    this.#powerOff();
    this.#changed();
  }

  async #handle(channel: ByteChannel, message: Buffer): Promise<void> {
    if (message.length === 1) {
      if (message[0] === 0) this.#powerOff();
      if (message[0] === 1 || message[0] === 2) this.#powerOn();
      if (message[0] === 4) await this.#send(channel, this.#readerWord() ?? (this.#cardInField() === undefined ? Buffer.alloc(0) : ATR));
      return;
    }
    if (this.#context.speed === 'real') await sleep(this.#context.clock, APDU_MS);
    this.#commands += 1;
    this.#strike();
    const chip = this.#chip;
    await this.#send(channel, this.#readerWord() ?? (chip === undefined ? Buffer.alloc(0) : this.#spoil(chip.answer(message))));
  }

  /** What the reader says itself, in one byte: 1 more than one chip, 2 a chip without an answer. */
  #readerWord(): Buffer | undefined {
    if (this.#place() === undefined) return undefined;
    if (this.#active.has('F08')) return Buffer.from([1]);
    return this.#isMute() ? Buffer.from([2]) : undefined;
  }

  /** Faults that happen to the chip at one moment of a read. */
  #strike(): void {
    this.#untilStrike -= 1;
    if (this.#untilStrike > 0) return;
    if (this.#active.delete('power-dip')) this.#powerOn();
    if (this.#active.has('pulled-mid-read')) {
      this.#isPulled = true;
      this.#powerOff();
    }
  }

  /** Changes the MAC of a protected answer: its last byte before the status word. */
  #spoil(answer: Buffer): Buffer {
    const at = answer.length - 3;
    if (this.#active.has('wrong-mac') && at > 2) answer[at] = (answer[at] ?? 0) ^ 0x01;
    return answer;
  }

  async #send(channel: ByteChannel, payload: Buffer): Promise<void> {
    if (this.#active.has('F12')) return;
    if (this.#active.has('late-answer')) await sleep(this.#context.clock, LATE_MS);
    const message = Buffer.concat([Buffer.from([payload.length >> 8, payload.length & 0xff]), payload]);
    if (this.#active.has('garbage')) return void (await channel.write(Buffer.from('ffffdeadbeef', 'hex')));
    if (this.#active.has('half-answer')) return void (await channel.write(message.subarray(0, message.length >> 1)));
    if (!this.#active.has('byte-by-byte')) await channel.write(message);
    else for (const byte of message) await channel.write(Buffer.from([byte]));
    if (this.#active.has('duplicate-answer')) await channel.write(message);
  }

  /** The card whose antenna is over the coupler, whether or not its chip works. */
  #place(): SimulatedPermit | undefined {
    return this.#path.place === 'readPosition' && !this.#isPulled ? this.#path.card : undefined;
  }

  #isMute(): boolean {
    return this.#active.has('F09') || this.#path.card?.chip === 'mute';
  }

  #cardInField(): SimulatedPermit | undefined {
    return this.#isMute() ? undefined : this.#place();
  }

  #powerOn(): void {
    const card = this.#cardInField();
    this.#isPowered = true;
    this.#chip = card && new SimulatedChip(card, this.#active.has('F47') ? STRANGER : card, this.#context.random);
  }

  #powerOff(): void {
    this.#isPowered = false;
    this.#chip = undefined;
  }

  #changed(): void {
    for (const fn of this.#listeners) fn();
  }
}
