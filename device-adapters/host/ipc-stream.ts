import type { Readable, Writable } from 'node:stream';
import { encodeIpcFrame, IpcFrameReader, type TextCodec } from '@yimen/contracts/base';
import { LIMITS } from '../limits.table.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const codec: TextCodec = { encode: (text) => encoder.encode(text), decode: (bytes) => decoder.decode(bytes) };

/** Framed JSON over a pair of streams (a socket, or a child's pipes). A damaged frame or a peer that does not read
 *  ends it: both ends are ours, so that is a bug and not noise. */
export class IpcStream {
  /** Settles once, with why. */
  readonly closed: Promise<string>;
  readonly #writable: Writable;
  readonly #readable: Readable;
  readonly #reader = new IpcFrameReader(LIMITS.ipcFrameBytes, codec);
  #settle: (why: string) => void = () => undefined;
  #isOpen = true;

  constructor(readable: Readable, writable: Writable, onMessage: (body: unknown) => void) {
    this.#readable = readable;
    this.#writable = writable;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    readable.on('data', (chunk: Uint8Array) => this.#take(chunk, onMessage));
    for (const stream of [readable, writable]) {
      stream.on('error', (error: Error) => this.#end(error.message));
      stream.on('close', () => this.#end('closed by the other end'));
    }
    readable.on('end', () => this.#end('closed by the other end'));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends one message. `false`: it can no longer be sent. */
  send(body: unknown): boolean {
    if (!this.#isOpen) return false;
    const frame = encodeIpcFrame({ body }, codec);
    if (frame.length > LIMITS.ipcFrameBytes || this.#writable.writableLength + frame.length > LIMITS.rpcBacklogBytes) {
      this.#end('too much to send');
      return false;
    }
    // What a chip or a scanner gave must not lie around in the host after it was handed over.
    this.#writable.write(frame, () => frame.fill(0));
    return true;
  }

  /** Sends what was already given and closes. Idempotent. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#writable.end(() => {
      this.#writable.destroy();
      this.#readable.destroy();
    });
    this.#settle('closed');
  }

  #take(chunk: Uint8Array, onMessage: (body: unknown) => void): void {
    if (!this.#isOpen) return;
    const messages = this.#reader.push(chunk);
    if (!messages.ok) {
      this.#end(`${messages.error.code}: ${messages.error.message}`);
      return;
    }
    for (const message of messages.value) if (this.#isOpen) onMessage(message.body);
  }

  #end(why: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#writable.destroy();
    this.#readable.destroy();
    this.#settle(why);
  }
}
