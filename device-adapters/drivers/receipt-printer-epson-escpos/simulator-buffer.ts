import { runCommands } from './simulator-commands.ts';
import type { CommandDesk, Order, Steps } from './simulator-orders.ts';

/** Four kilobytes in the printer; the rest stands for what TCP holds back at the host while the printer does not read.
 *  Bytes beyond it are lost, so that nothing grows. */
export const RECEIVE_BYTES = 1_048_576;

/** The receive buffer and the command that is being read from it. */
export class ReceiveBuffer {
  readonly #desk: CommandDesk;
  #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are read. */
  #read = 0;
  #waiting = 0;
  #lost = 0;
  #steps: Steps<never>;
  #wantsByte = false;

  constructor(desk: CommandDesk) {
    this.#desk = desk;
    this.#steps = runCommands(desk);
  }

  /** Bytes that are not executed yet. */
  get waiting(): number {
    return this.#waiting;
  }

  get lost(): number {
    return this.#lost;
  }

  push(chunk: Uint8Array): void {
    const room = RECEIVE_BYTES - this.#waiting;
    const taken = chunk.slice(0, room);
    this.#lost += chunk.length - taken.length;
    if (taken.length === 0) return;
    this.#chunks.push(taken);
    this.#waiting += taken.length;
  }

  /** Reads on to the next order; `undefined` when the bytes are used up. */
  next(): Order | undefined {
    for (;;) {
      const byte = this.#wantsByte ? this.#shift() : 0;
      if (byte === undefined) return undefined;
      const { value } = this.#steps.next(byte);
      this.#wantsByte = value === undefined;
      if (value !== undefined) return value;
    }
  }

  /** Forgets everything received, half a command too, and the characters of the line; modes stay. */
  clear(): void {
    this.#chunks = [];
    this.#read = 0;
    this.#waiting = 0;
    this.#steps = runCommands(this.#desk);
    this.#wantsByte = false;
    this.#desk.line.clear();
  }

  #shift(): number | undefined {
    const [first] = this.#chunks;
    if (first === undefined) return undefined;
    const byte = first[this.#read];
    this.#read += 1;
    this.#waiting -= 1;
    if (this.#read >= first.length) {
      this.#chunks.shift();
      this.#read = 0;
    }
    return byte;
  }
}
