import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { CreateRecordingMask, RecordingMask } from '../framing/frame-mask.ts';
import type { ByteChannel, OpenChannel } from '../transport/byte-channel.ts';
import { memoryChannelPair } from '../transport/memory-channel.ts';
import type { Recording } from './recording-text.ts';

/** Where driver and recording part. */
export interface Difference {
  /** Line of the file, from 1; the last one when the driver says more than the recording holds. */
  readonly line: number;
  /** Byte within that line, from 0, and within all that was sent. */
  readonly byte: number;
  readonly offset: number;
  /** Two hex digits; `null` when there is none on that side. */
  readonly recorded: string | null;
  readonly sent: string | null;
}

type Event = Recording['events'][number];

interface Expected {
  readonly value: number;
  readonly line: number;
  readonly byte: number;
}

/** The recorded device's end of the line. What the driver sends is compared byte by byte with what was sent then; what
 *  came back then is given when its turn comes. Masked recordings are compared masked. */
export class ReplayLine {
  /** How the driver gets its channels: each open is the next one of the recording. */
  readonly open: OpenChannel = (deadlineMs) => this.#open(deadlineMs);
  readonly #events: readonly Event[];
  readonly #createMask: CreateRecordingMask | undefined;
  readonly #expected: readonly Expected[];
  /** How many bytes must have been sent before the event at this place may happen. */
  readonly #sentBefore: readonly number[];
  #sent = 0;
  #next = 0;
  #opened = 0;
  #channel: ByteChannel | undefined;
  #difference: Difference | undefined;

  constructor(recording: Recording, createMask: CreateRecordingMask | undefined) {
    this.#events = recording.events;
    this.#createMask = createMask;
    const expected: Expected[] = [];
    const sentBefore: number[] = [];
    for (const event of recording.events) {
      sentBefore.push(expected.length);
      if (event.event === 'sent')
        event.bytes.forEach((value, byte) => expected.push({ value, line: event.line, byte }));
    }
    this.#expected = expected;
    this.#sentBefore = sentBefore;
  }

  get difference(): Difference | undefined {
    return this.#difference;
  }

  /** Bytes that were as recorded. */
  get sameBytes(): number {
    return this.#sent;
  }

  /** When the next event happened; `undefined` after the last. */
  get nextAtMs(): number | undefined {
    return this.#events[this.#next]?.atMs;
  }

  /** Lets the next event happen, or passes it when the driver has done its share.
   *  @returns `false`: the driver has first to send or to open what was sent or opened then. */
  async pass(): Promise<boolean> {
    const event = this.#events[this.#next];
    if (event === undefined || this.#sent < (this.#sentBefore[this.#next] ?? 0)) return false;
    switch (event.event) {
      case 'sent':
        if (this.#sent < (this.#sentBefore[this.#next] ?? 0) + event.bytes.length) return false;
        break;
      case 'opened':
      case 'refused':
        if (this.#opened <= this.#next) return false;
        break;
      case 'received':
        // A channel that the driver has given up takes nothing more; then neither did it.
        void (await this.#channel?.write(event.bytes));
        break;
      case 'lost':
        await this.#channel?.close();
        break;
      case 'closed':
        break;
    }
    this.#next += 1;
    return true;
  }

  /** The driver ought to send now, and does not. */
  missing(): Difference | undefined {
    const due = this.#expected[this.#sent];
    if (due === undefined) return undefined;
    return { line: due.line, byte: due.byte, offset: this.#sent, recorded: hex(due.value), sent: null };
  }

  async #open(_deadlineMs: number): Promise<Result<ByteChannel, Fault>> {
    const at = this.#events.findIndex(
      ({ event }, index) => index >= this.#opened && (event === 'opened' || event === 'refused'),
    );
    const event = this.#events[at];
    if (event === undefined) return err(offline('the recording has no further channel'));
    this.#opened = at + 1;
    if (event.event === 'refused') return err(offline(event.detail));
    const [host, device] = memoryChannelPair();
    this.#channel = device;
    void this.#listen(device, this.#createMask?.());
    return ok(host);
  }

  async #listen(device: ByteChannel, mask: RecordingMask | undefined): Promise<void> {
    for await (const chunk of device.chunks) {
      for (const bytes of mask === undefined ? [chunk] : mask.push('sent', chunk)) this.#compare(bytes);
    }
    for (const bytes of mask?.flush('sent') ?? []) this.#compare(bytes);
  }

  #compare(bytes: Uint8Array): void {
    for (const value of bytes) {
      if (this.#difference !== undefined) return;
      const due = this.#expected[this.#sent];
      if (due?.value === value) this.#sent += 1;
      else
        this.#difference = {
          line: due?.line ?? this.#expected.at(-1)?.line ?? 1,
          byte: due?.byte ?? (this.#expected.at(-1)?.byte ?? -1) + 1,
          offset: this.#sent,
          recorded: due === undefined ? null : hex(due.value),
          sent: hex(value),
        };
    }
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase();
}

function offline(message: string): Fault {
  return { code: 'offline', message: message.slice(0, 200), action: 'reset' };
}
