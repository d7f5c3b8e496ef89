import type { Socket } from 'node:net';
import { connect } from 'node:tls';

const PATIENCE_MS = 5_000;

/** A client that sends bytes, whatever they are, and keeps what comes. */
export class RawClient {
  readonly #socket: Socket;
  #got = Buffer.alloc(0);
  #isClosed = false;
  readonly #watchers = new Set<() => void>();

  /** @param socket connected, and from now on this client's own */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#got = Buffer.concat([this.#got, chunk]);
      this.#tell();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#tell();
    });
  }

  static open(options: {
    readonly port: number;
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
  }): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', ...options }, () => resolve(new RawClient(socket)));
      socket.once('error', reject);
    });
  }

  send(...pieces: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(pieces));
  }

  /** What came so far, as hex digits. */
  get hex(): string {
    return this.#got.toString('hex');
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @returns all that came, once it is at least so long */
  async bytes(atLeast: number): Promise<string> {
    await this.#until(() => this.#got.length >= atLeast);
    return this.hex;
  }

  /** @returns all that came, once the link is closed */
  async end(): Promise<string> {
    await this.#until(() => this.#isClosed);
    return this.hex;
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`it did not come; there is: ${this.hex.slice(-200)}${this.#isClosed ? ', closed' : ''}`));
      }, PATIENCE_MS);
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(late);
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  #tell(): void {
    for (const look of [...this.#watchers]) look();
  }
}
