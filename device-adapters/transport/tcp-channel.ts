import { connect, type Socket } from 'node:net';
import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

export interface TcpOptions {
  readonly clock: Clock;
  /** Bytes that may wait unread before the sender is slowed down. */
  readonly queueBytes?: number;
  /** A write that was not taken by then loses the line. */
  readonly writeMs?: number;
}

/** As much as one read takes. */
const READ_BYTES = 65_536;

class TcpChannel implements ByteChannel {
  readonly chunks: ChunkQueue;
  readonly closed: Promise<CloseReason>;
  readonly #socket: Socket;
  readonly #options: Required<TcpOptions>;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;

  constructor(socket: Socket, options: Required<TcpOptions>) {
    this.#socket = socket;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.chunks = new ChunkQueue(() => {
      if (this.chunks.bytes < options.queueBytes) socket.resume();
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      if (!this.take(chunk)) socket.pause();
    });
    socket.on('error', (error) => this.#end({ why: 'lost', detail: codeOf(error) }));
    socket.on('end', () => this.#end({ why: 'lost', detail: 'closed by the other end' }));
    socket.on('close', () => this.#end({ why: 'lost', detail: 'socket closed' }));
  }

  /** Bytes from the socket. @returns whether more may come now */
  take(chunk: Uint8Array): boolean {
    this.chunks.push(chunk);
    return this.chunks.bytes < this.#options.queueBytes;
  }

  write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    if (this.#reason !== undefined) return Promise.resolve(err(offline('the channel is closed')));
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(this.#options.writeMs, () => {
        this.#end({ why: 'lost', detail: 'write not taken in time' });
        resolve(err(offline('write not taken in time')));
      });
      this.#socket.write(bytes, (error) => {
        cancel();
        resolve(error ? err(offline(codeOf(error))) : ok(undefined));
      });
    });
  }

  async close(): Promise<void> {
    this.#end({ why: 'closed' });
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.chunks.end(reason.why === 'closed');
    // Our own close lets bytes already handed to the kernel leave; a lost line has nobody to send to.
    if (reason.why === 'closed') this.#socket.destroySoon();
    else this.#socket.destroy();
    this.#settle(reason);
  }
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message.slice(0, 60);
}

function offline(detail: string): Fault {
  return { code: 'offline', message: `tcp: ${detail}`, action: 'reset' };
}

/** A connected socket as a channel. Listens to the socket from this moment on; nothing else may. */
export function channelOfSocket(socket: Socket, options: TcpOptions): ByteChannel {
  return createChannel(socket, options);
}

function createChannel(socket: Socket, options: TcpOptions): TcpChannel {
  return new TcpChannel(socket, {
    clock: options.clock,
    queueBytes: options.queueBytes ?? LIMITS.channelQueueBytes,
    writeMs: options.writeMs ?? LIMITS.channelWriteMs,
  });
}

/** Opens TCP channels to one address: device servers, serial-to-network bridges, simulators. Heartbeats are the
 *  driver's, who knows a harmless question.
 *  @fault offline refused, unreachable or not open before the deadline. */
export function openTcp(address: TcpAddress, options: TcpOptions): OpenChannel {
  return (deadlineMs) =>
    new Promise((resolve) => {
      const made: { channel?: TcpChannel } = {};
      const buffer = Buffer.alloc(READ_BYTES);
      // Read into one buffer of ours, overwritten at once. Left to itself, the event loop reads each piece into a large
      // block that is freed as it is: a person's data would lie in the process until something else needs the place.
      const callback = (length: number): boolean => {
        const chunk = Uint8Array.from(buffer.subarray(0, length));
        buffer.fill(0, 0, length);
        return made.channel?.take(chunk) ?? true;
      };
      const socket = connect({ host: address.host, port: address.port, onread: { buffer, callback } });
      let cancel: CancelTimer = () => undefined;
      const failed = (detail: string): void => {
        cancel();
        socket.destroy();
        resolve(err(offline(detail)));
      };
      const onError = (error: Error): void => failed(codeOf(error));
      socket.once('error', onError);
      cancel = options.clock.after(deadlineMs, () => failed('no connection in time'));
      socket.once('connect', () => {
        cancel();
        made.channel = createChannel(socket, options);
        socket.off('error', onError);
        resolve(ok(made.channel));
      });
    });
}
