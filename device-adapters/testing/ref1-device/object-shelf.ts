import { createHash } from 'node:crypto';
import type { CancelTimer } from '@yimen/contracts/base';
import type { Ref1Device } from './device.ts';
import { u16, u32, type DeviceField, type DeviceFields } from './fields.ts';
import { RESULT, type ReadVerdict } from './model.ts';

/** Bytes of a chunk (README.md, "Larger objects, and reads that wait"). */
const CHUNK_BYTES = 7_500;
/** What nobody fetched is overwritten after this long (both kinds' README.md, "The object"). */
const KEEP_MS = 60_000;
const FETCH_MS = 60;

interface Shelved {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly cancelTimer: CancelTimer;
}

/** The one larger object of a device: what a capture made, given in chunks, and overwritten in its time. Plays the faults
 *  `chunk-lost` and `wrong-digest`. */
export class ObjectShelf {
  readonly #device: Ref1Device;
  readonly #gone: number;
  #last = 0;
  #shelved: Shelved | undefined;

  /** @param gone the kind's result for an object that is not there. */
  constructor(device: Ref1Device, gone: number) {
    this.#device = device;
    this.#gone = gone;
  }

  /** Whether an object lies there. */
  get holds(): boolean {
    return this.#shelved !== undefined;
  }

  /** Lays an object there in place of the one before.
   *  @returns the fields that tell of it. */
  keep(bytes: Uint8Array): readonly DeviceField[] {
    this.overwrite();
    this.#last = (this.#last % 0xffff) + 1;
    const cancelTimer = this.#device.wait(KEEP_MS, () => {
      this.overwrite();
      this.#device.changed();
    });
    this.#shelved = { number: this.#last, bytes, cancelTimer };
    return [u16(0x30, this.#last), u32(0x31, bytes.length)];
  }

  /** Nothing of the object is left. */
  overwrite(): void {
    this.#shelved?.cancelTimer();
    this.#shelved?.bytes.fill(0);
    this.#shelved = undefined;
  }

  /** 11: one chunk. */
  fetch(fields: DeviceFields): ReadVerdict {
    const number = fields.number(0x30, 2);
    const chunk = fields.number(0x32, 2);
    if (number === undefined || chunk === undefined) return RESULT.doesNotFit;
    const shelved = this.#shelved;
    if (shelved === undefined || shelved.number !== number) return this.#gone;
    const chunks = Math.ceil(shelved.bytes.length / CHUNK_BYTES);
    if (chunk >= chunks) return this.#gone;
    if (chunk === Math.floor(chunks / 2) && this.#device.faults.delete('chunk-lost'))
      return { ms: FETCH_MS, answer: () => undefined };
    return { ms: FETCH_MS, answer: () => this.#chunkOf(shelved, chunk, chunk === chunks - 1) };
  }

  #chunkOf(shelved: Shelved, chunk: number, isLast: boolean): ReturnType<Exclude<ReadVerdict, number>['answer']> {
    // Overwritten between the question and the answer.
    if (this.#shelved !== shelved) return { result: this.#gone };
    const { number, bytes } = shelved;
    const value = bytes.slice(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
    const fields = [u16(0x30, number), u16(0x32, chunk), { tag: 0x33, value }];
    return { result: RESULT.well, fields: isLast ? [...fields, { tag: 0x34, value: this.#digest(bytes) }] : fields };
  }

  #digest(bytes: Uint8Array): Uint8Array {
    const digest = Uint8Array.from(createHash('sha256').update(bytes).digest());
    if (this.#device.faults.has('wrong-digest')) digest[0] = (digest[0] ?? 0) ^ 0x01;
    return digest;
  }
}
