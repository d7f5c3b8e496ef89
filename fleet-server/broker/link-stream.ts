import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { BROKER_LIMITS } from './limits.table.ts';
import { PacketSizeGuard } from './packet-size-guard.ts';

type Done = (error?: Error | null) => void;

/** A TLS socket as the broker engine sees it: bytes pass through; a packet above the limit ends the link at its header,
 *  because the engine's parser has no limit of its own and would collect the whole of it. */
export class LinkStream extends Duplex {
  readonly #socket: TLSSocket;
  readonly #guard = new PacketSizeGuard(BROKER_LIMITS.packetBytes);
  readonly #onOversize: () => void;

  constructor(socket: TLSSocket, onOversize: () => void) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#onOversize = onOversize;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.pause();
  }

  /** Bytes written and not yet taken by the network. */
  get waitingBytes(): number {
    return this.writableLength + this.#socket.writableLength;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    // One TLS record for the pieces of a packet instead of one each.
    this.#socket.write(Buffer.concat(chunks.map((one) => one.chunk)), done);
  }

  override _final(done: Done): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    if (!this.#guard.passes(chunk)) {
      this.#onOversize();
      this.destroy();
      return;
    }
    if (!this.push(chunk)) this.#socket.pause();
  }
}
