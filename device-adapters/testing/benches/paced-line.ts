import type { ByteChannel } from '../../transport/byte-channel.ts';
import { ChunkQueue } from '../../transport/chunk-queue.ts';

const BITS_PER_BYTE = 10;
/** Timers of the event loop are no finer. */
const TICK_MS = 1;

/** One direction of a serial line: bytes arrive when the line has carried them, in real time. */
export class PacedDirection {
  readonly #baud: number;
  readonly #deliver: (bytes: Uint8Array) => void;
  #queue: Uint8Array[] = [];
  /** When the line began to carry the first byte of the queue; `undefined` while it is idle. */
  #beganMs: number | undefined;

  constructor(baud: number, deliver: (bytes: Uint8Array) => void) {
    this.#baud = baud;
    this.#deliver = deliver;
  }

  send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#queue.push(Uint8Array.from(bytes));
    if (this.#beganMs !== undefined) return;
    this.#beganMs = performance.now();
    setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const byteMs = (BITS_PER_BYTE * 1000) / this.#baud;
    let due = Math.floor((performance.now() - (this.#beganMs ?? 0)) / byteMs);
    if (this.#beganMs !== undefined) this.#beganMs += due * byteMs;
    while (due > 0 && this.#queue.length > 0) {
      const [first = new Uint8Array()] = this.#queue;
      const part = first.subarray(0, due);
      due -= part.length;
      if (part.length === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(part.length);
      this.#deliver(part);
    }
    if (this.#queue.length > 0) setTimeout(() => this.#tick(), TICK_MS);
    else this.#beganMs = undefined;
  }
}

/** A channel whose bytes travel at a line's pace in both directions, and which tells what was carried. */
export function pacedChannel(
  inner: ByteChannel,
  baud: number,
  onCarried: (direction: 'sent' | 'received', bytes: number) => void,
): ByteChannel {
  const chunks = new ChunkQueue();
  const down = new PacedDirection(baud, (bytes) => void inner.write(bytes));
  const up = new PacedDirection(baud, (bytes) => chunks.push(bytes));
  const pump = async (): Promise<void> => {
    for await (const chunk of inner.chunks) {
      onCarried('received', chunk.length);
      up.send(chunk);
    }
    chunks.end(false);
  };
  void pump();
  return {
    chunks,
    closed: inner.closed,
    write: async (bytes) => {
      onCarried('sent', bytes.length);
      down.send(bytes);
      return { ok: true, value: undefined };
    },
    close: () => inner.close(),
  };
}
