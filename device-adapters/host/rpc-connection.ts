import type { Socket } from 'node:net';
import type { Clock } from '@yimen/contracts/base';
import type { Fault, HostEvent, HostRequest } from '@yimen/contracts/device';
import { callerFault, deviceFault } from '../driver-kit/device-faults.ts';
import { LIMITS } from '../limits.table.ts';
import { IpcStream } from './ipc-stream.ts';
import { requestSchema } from './request-schema.ts';

export type Peer = { readonly role: 'core' } | { readonly role: 'session'; readonly sessionId: string };
export type Request = HostRequest['request'];
export type Answered = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Fault };

export interface ConnectionHandlers {
  /** Decides who is speaking; `undefined` when the key is wrong. */
  readonly greet: (connection: RpcConnection, hello: Extract<Request, { call: 'hello' }>) => Peer | undefined;
  readonly answer: (connection: RpcConnection, peer: Peer, request: Request) => Promise<Answered>;
  readonly hostEpoch: string;
}

/** One client of the host: hello first, then requests, each answered once, in whatever order they end. */
export class RpcConnection {
  readonly closed: Promise<string>;
  readonly #stream: IpcStream;
  readonly #handlers: ConnectionHandlers;
  readonly #cancelHello: () => void;
  #peer: Peer | undefined;
  #pending = 0;

  constructor(socket: Socket, clock: Clock, handlers: ConnectionHandlers) {
    this.#handlers = handlers;
    this.#stream = new IpcStream(socket, socket, (body) => this.#take(body));
    this.closed = this.#stream.closed;
    this.#cancelHello = clock.after(LIMITS.rpcHelloMs, () => this.close());
    void this.closed.then(this.#cancelHello);
  }

  /** Who it is; `undefined` before hello. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  get isOpen(): boolean {
    return this.#stream.isOpen;
  }

  tell(event: HostEvent): void {
    this.#stream.send(event);
  }

  close(): void {
    this.#stream.close();
  }

  #take(body: unknown): void {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) {
      // Our own programs speak this protocol: what does not fit is a bug, and the number tells whose.
      const n = (body as { n?: unknown } | null)?.n;
      if (this.#peer !== undefined && Number.isInteger(n))
        this.#fail(n as number, callerFault('request does not fit the contract'));
      else this.close();
      return;
    }
    const { n, request } = parsed.data;
    if (request.call === 'hello') this.#hello(n, request);
    else if (this.#peer === undefined) this.close();
    else if (this.#pending >= LIMITS.rpcPending)
      this.#fail(n, deviceFault('deviceBusy', 'too many requests under way', 'suspend'));
    else void this.#serve(n, this.#peer, request);
  }

  #hello(n: number, hello: Extract<Request, { call: 'hello' }>): void {
    const peer = this.#peer === undefined ? this.#handlers.greet(this, hello) : undefined;
    if (peer === undefined) {
      this.#fail(n, deviceFault('securityFail', 'hello refused', 'configuration'));
      this.close();
      return;
    }
    this.#cancelHello();
    this.#peer = peer;
    this.#stream.send({ n, ok: true, value: { hostEpoch: this.#handlers.hostEpoch } });
  }

  async #serve(n: number, peer: Peer, request: Request): Promise<void> {
    this.#pending += 1;
    const answered = await this.#handlers.answer(this, peer, request);
    this.#pending -= 1;
    if (answered.ok) this.#stream.send({ n, ok: true, value: answered.value });
    else this.#fail(n, answered.error);
  }

  #fail(n: number, fault: Fault): void {
    this.#stream.send({ n, ok: false, fault });
  }
}
