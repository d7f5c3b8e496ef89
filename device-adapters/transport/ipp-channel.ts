import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { Cutter } from '../framing/cutter.ts';
import { createIppMessageCutter, encodeIppMessage, type IppMessage } from '../framing/ipp-message.ts';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { IppAddress } from './ipp-address.ts';

export interface IppOptions {
  readonly clock: Clock;
  /** A request that was not answered by then loses the channel. */
  readonly requestMs?: number;
}

const HTTP_OK = 200;

/** An IPP endpoint as a byte channel: carrier messages in, one HTTP POST each, carrier messages out. One request at a
 *  time; each on a connection of its own, because on one kept open a request can meet the server's close, and nobody
 *  could say whether a Print-Job that met it was taken. */
class IppChannel implements ByteChannel {
  readonly chunks = new ChunkQueue();
  readonly closed: Promise<CloseReason>;
  readonly #address: IppAddress;
  readonly #clock: Clock;
  readonly #requestMs: number;
  readonly #cutter: Cutter<IppMessage>;
  #request: ClientRequest | undefined;
  #cancelTimer: CancelTimer = () => undefined;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;

  constructor(address: IppAddress, options: IppOptions) {
    this.#address = address;
    this.#clock = options.clock;
    this.#requestMs = options.requestMs ?? LIMITS.ippRequestMs;
    this.#cutter = createIppMessageCutter(LIMITS.ippRequestBytes);
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Takes the next bytes of a request; with its last one it goes out. What comes of it is told by its answer. */
  async write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    if (this.#reason !== undefined) return err(offline('the channel is closed'));
    for (const cut of this.#cutter.push(bytes)) {
      // Between a driver and its carrier in one process nothing is lost: this is a mistake of ours, or too large.
      if (cut.kind === 'discarded') this.#end(lost('what was written is no request'));
      else if (this.#request !== undefined) this.#end(lost('two requests at once'));
      else this.#post(cut.frame);
      if (this.#reason !== undefined) return err(offline('the request was not taken'));
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    this.#end({ why: 'closed' });
  }

  #post({ number, payload }: IppMessage): void {
    const { host, port, path } = this.#address;
    const posted = request({
      host,
      port,
      path,
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/ipp', 'content-length': payload.length, connection: 'close' },
    });
    this.#request = posted;
    this.#cancelTimer = this.#clock.after(this.#requestMs, () => this.#end(lost('no answer in time')));
    posted.on('error', (error) => this.#failed(posted, codeOf(error)));
    // Its bytes may be a citizen's document: overwritten when nobody sends them any more.
    posted.once('close', () => payload.fill(0));
    posted.once('response', (answer) => this.#receive(posted, answer, number));
    posted.end(payload);
  }

  #receive(posted: ClientRequest, answer: IncomingMessage, number: number): void {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    answer.on('error', (error) => this.#failed(posted, codeOf(error)));
    answer.on('data', (part: Uint8Array) => {
      bytes += part.length;
      if (bytes > LIMITS.ippAnswerBytes) this.#failed(posted, 'the answer is too large');
      else parts.push(part);
    });
    answer.once('end', () => {
      if (this.#request !== posted) return;
      this.#request = undefined;
      this.#cancelTimer();
      const status = answer.statusCode ?? 0;
      const isIpp = status === HTTP_OK && /^application\/ipp\s*(;|$)/i.test(answer.headers['content-type'] ?? '');
      const payload = isIpp ? new Uint8Array(Buffer.concat(parts)) : new Uint8Array(0);
      this.chunks.push(encodeIppMessage({ number, status, payload }));
    });
  }

  /** A request that was answered, or given up, has no more to say. */
  #failed(posted: ClientRequest, detail: string): void {
    if (this.#request === posted) this.#end(lost(detail));
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#cancelTimer();
    this.chunks.end(reason.why === 'closed');
    this.#cutter.flush();
    const running = this.#request;
    this.#request = undefined;
    running?.destroy();
    this.#settle(reason);
  }
}

/** Opens a channel to one IPP endpoint. A connection that is given up at once shows that somebody listens there.
 *  @fault offline refused, unreachable, or nobody there before the deadline. */
export function openIpp(address: IppAddress, options: IppOptions): OpenChannel {
  return (deadlineMs) =>
    new Promise((resolve) => {
      const socket = connect({ host: address.host, port: address.port });
      let cancel: CancelTimer = () => undefined;
      const end = (result: Result<ByteChannel, Fault>): void => {
        cancel();
        socket.destroy();
        resolve(result);
      };
      const failed = (detail: string): void =>
        end(err(offline(`${address.host}:${address.port} ${detail}; check that the print server runs there`)));
      socket.on('error', (error) => failed(codeOf(error)));
      cancel = options.clock.after(deadlineMs, () => failed('does not take connections'));
      socket.once('connect', () => end(ok(new IppChannel(address, options))));
    });
}

function lost(detail: string): CloseReason {
  return { why: 'lost', detail: `ipp: ${detail}` };
}

function offline(detail: string): Fault {
  return { code: 'offline', message: `ipp: ${detail}`, action: 'reset' };
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message.slice(0, 60);
}
