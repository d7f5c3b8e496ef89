import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import type { ManualClock } from '@yimen/contracts/testing';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { runFor } from '../run-until.ts';
import type { SimulatedDevice } from '../simulated-device.ts';
import { deviceFrame, FrameEar, type DeviceFrame } from './frame.ts';
import { DeviceFields, packFields, type DeviceField } from './fields.ts';

/** One frame from the device, taken apart for a test to look at. */
export interface HeardFrame {
  readonly seq: number;
  readonly command: number;
  /** Hex of each field, by tag in hex: `{'02': ['00']}`. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** A host that only says bytes and notes what comes back: for tests of the simulators, beneath any driver. */
export class BareHost {
  readonly heard: HeardFrame[] = [];
  /** Every byte that came. */
  bytes: Uint8Array = new Uint8Array(0);
  readonly #clock: ManualClock;
  readonly #channel: ByteChannel;
  readonly #ear: FrameEar;
  #seq = 0;

  constructor(clock: ManualClock, device: Pick<SimulatedDevice, 'attach'>) {
    const [host, end] = memoryChannelPair();
    this.#clock = clock;
    this.#channel = host;
    this.#ear = new FrameEar(clock, (frame) => this.heard.push(takenApart(frame)));
    device.attach(end);
    void this.#listen();
  }

  /** Sends a command and lets `ms` pass. */
  async say(command: number, fields: readonly DeviceField[] = [], ms = 600): Promise<readonly HeardFrame[]> {
    this.#seq += 1;
    await this.raw(deviceFrame(this.#seq, command, packFields(fields)));
    await this.pass(ms);
    return this.answersTo(this.#seq);
  }

  /** Sends bytes as they are. */
  async raw(bytes: Uint8Array | string): Promise<void> {
    await this.#channel.write(typeof bytes === 'string' ? fromHex(bytes) : bytes);
    await this.pass(20);
  }

  pass(ms: number): Promise<void> {
    return runFor(this.#clock, ms, 50);
  }

  /** Accepted and completed of one command; status changes carry other numbers of their own. */
  answersTo(seq: number): readonly HeardFrame[] {
    return this.heard.filter((frame) => frame.seq === seq && frame.command !== 0xf0);
  }

  get changes(): readonly HeardFrame[] {
    return this.heard.filter((frame) => frame.command === 0xf0);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  async #listen(): Promise<void> {
    for await (const chunk of this.#channel.chunks) {
      this.bytes = concatBytes(this.bytes, chunk);
      this.#ear.push(chunk);
    }
  }
}

/** An operation id that grows with `n`, as the field of a command. */
export function idField(n: number): DeviceField {
  return { tag: 0x01, value: fromHex(`0198${n.toString(16).padStart(8, '0')}70008000000000000000`) };
}

/** A frame as a test looks at it. */
export function takenApart({ seq, command, data }: DeviceFrame): HeardFrame {
  const unpacked = DeviceFields.unpack(data);
  const tags = Array.from({ length: 256 }, (_, tag) => tag);
  const present = tags.filter((tag) => (unpacked?.all(tag).length ?? 0) > 0);
  const fields = present.map(
    (tag) => [tag.toString(16).padStart(2, '0'), unpacked?.all(tag).map(toHex) ?? []] as const,
  );
  return { seq, command, fields: Object.fromEntries(fields) };
}
