import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';

/** One end of a wire that exists in memory only. */
class MemoryEnd implements ByteChannel {
  readonly chunks = new ChunkQueue();
  readonly closed: Promise<CloseReason>;
  #settle: (reason: CloseReason) => void = () => undefined;
  #open = true;
  #peer: MemoryEnd | undefined;
  readonly #limitBytes: number;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  join(peer: MemoryEnd): void {
    this.#peer = peer;
  }

  async write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    const peer = this.#peer;
    if (!this.#open || peer === undefined) return err(lineGone('the channel is closed'));
    if (peer.chunks.bytes + bytes.length > this.#limitBytes) {
      // A reader that never reads: a real line would lose bytes here, and half a frame is worse than no line.
      this.#end({ why: 'lost', detail: 'the other end does not read' });
      peer.#end({ why: 'lost', detail: 'read queue full' });
      return err(lineGone('the other end does not read'));
    }
    // Copied, so that a sender may overwrite its buffer after the hand-over.
    peer.chunks.push(Uint8Array.from(bytes));
    return ok(undefined);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#end({ why: 'closed' });
    const peer = this.#peer;
    if (peer !== undefined) peer.#end({ why: 'lost', detail: 'closed by the other end' });
  }

  #end(reason: CloseReason): void {
    if (!this.#open) return;
    this.#open = false;
    this.chunks.end(reason.why === 'closed');
    this.#settle(reason);
  }
}

function lineGone(message: string): Fault {
  return { code: 'offline', message, action: 'reset' };
}

/** Two ends of one wire in memory: what one writes, the other reads. Closing one end is `lost` for the other.
 *  @param limitBytes unread bytes at which the line is cut; both ends then see `lost`. */
export function memoryChannelPair(limitBytes: number = LIMITS.channelQueueBytes): [ByteChannel, ByteChannel] {
  const a = new MemoryEnd(limitBytes);
  const b = new MemoryEnd(limitBytes);
  a.join(b);
  b.join(a);
  return [a, b];
}
