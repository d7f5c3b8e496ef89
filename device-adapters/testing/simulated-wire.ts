import { concatBytes } from '@yimen/contracts/base';
import type { ByteChannel } from '../transport/byte-channel.ts';
import type { SimulatorContext } from './simulated-device.ts';

/** What can go wrong on any wire, whatever is spoken over it. */
export const WIRE_FAULTS = [
  /** Hears nothing, says nothing; the port stays open. */
  'silent',
  /** Every answer stops in the middle. */
  'half-frame',
  /** Every answer comes twice. */
  'duplicate',
  /** Every answer comes a minute too late. */
  'late-answer',
  /** The last byte of every answer is wrong. */
  'wrong-checksum',
  /** Noise before every answer. */
  'garbage',
  /** 200 KB of noise before every answer. */
  'flood',
  /** One byte per second. */
  'slow-bytes',
] as const;
export type WireFault = (typeof WIRE_FAULTS)[number];

const LATE_MS = 60_000;
const FLOOD_BYTES = 204_800;
/** Bytes that begin no frame of any protocol here, and are no control byte. */
const NOISE = Uint8Array.of(0xff, 0x00, 0x81, 0x7f, 0xff);

/** The device's end of a cable, with the faults of cables. One host at a time. */
export class SimulatedWire {
  readonly faults = new Set<WireFault>();
  readonly #context: SimulatorContext;
  readonly #onBytes: (chunk: Uint8Array) => void;
  readonly #onChange: () => void;
  #channel: ByteChannel | undefined;
  #isPlugged = true;

  constructor(context: SimulatorContext, onBytes: (chunk: Uint8Array) => void, onChange: () => void) {
    this.#context = context;
    this.#onBytes = onBytes;
    this.#onChange = onChange;
  }

  get isPlugged(): boolean {
    return this.#isPlugged;
  }

  get isConnected(): boolean {
    return this.#channel !== undefined;
  }

  attach(channel: ByteChannel): void {
    if (!this.#isPlugged) {
      void channel.close();
      return;
    }
    void this.#channel?.close();
    this.#channel = channel;
    void this.#pump(channel);
    this.#onChange();
  }

  unplug(): void {
    this.#isPlugged = false;
    void this.#channel?.close();
    this.#channel = undefined;
    this.#onChange();
  }

  plug(): void {
    this.#isPlugged = true;
    this.#onChange();
  }

  /** Sends one answer, bent by whatever faults are on. Without a host it goes nowhere. */
  send(answer: Uint8Array): void {
    if (this.faults.has('silent')) return;
    const bytes = this.#bent(answer);
    if (this.faults.has('slow-bytes')) {
      bytes.forEach((byte, i) => this.#context.clock.after(i * 1_000, () => this.#write(Uint8Array.of(byte))));
    } else if (this.faults.has('late-answer')) {
      this.#context.clock.after(LATE_MS, () => this.#write(bytes));
    } else {
      this.#write(bytes);
    }
  }

  #bent(answer: Uint8Array): Uint8Array {
    let bytes = Uint8Array.from(answer);
    if (this.faults.has('wrong-checksum') && bytes.length > 1) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x55;
    if (this.faults.has('half-frame')) bytes = bytes.slice(0, Math.ceil(bytes.length / 2));
    if (this.faults.has('duplicate')) bytes = concatBytes(bytes, bytes);
    if (this.faults.has('garbage')) bytes = concatBytes(NOISE, bytes);
    if (this.faults.has('flood')) bytes = concatBytes(new Uint8Array(FLOOD_BYTES).fill(0xff), bytes);
    return bytes;
  }

  #write(bytes: Uint8Array): void {
    void this.#channel?.write(bytes);
  }

  async #pump(channel: ByteChannel): Promise<void> {
    for await (const chunk of channel.chunks) {
      if (this.#channel === channel && !this.faults.has('silent')) this.#onBytes(chunk);
    }
    if (this.#channel === channel) {
      this.#channel = undefined;
      this.#onChange();
    }
  }
}
