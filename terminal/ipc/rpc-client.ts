import type { z } from 'zod';
import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { connect } from './connect.ts';
import type { FrameSocket } from './frame-socket.ts';
import { ipcFault } from './ipc-fault.ts';
import { IPC_LIMITS } from './limits.table.ts';
import type { RpcAnswer } from './rpc-answer.ts';
import { systemClock } from './system-clock.ts';

export interface ConnectRpcOptions<E> {
  readonly socketPath: string;
  /** How long an answer may take unless the call says otherwise. */
  readonly requestTimeoutMs: number;
  readonly answerSchema: z.ZodType<RpcAnswer>;
  readonly eventSchema: z.ZodType<E>;
  readonly clock?: Clock;
}

/** A connection that asks. `C` is the `request` part of the other end's request schema. */
export interface RpcClient<C, E> {
  /** Sends `{n, request}` and gives the answer's value. @fault timeOut, offline, IPC_OVERSIZE, TOO_MANY_REQUESTS, or
   *  whatever the other end answered. After timeOut or offline nobody knows whether the call was carried out. */
  request(call: C, timeoutMs?: number): Promise<Result<unknown, Fault>>;
  /** Events that came before the first listener are given to it (≤64). @returns how to stop */
  onEvent(fn: (event: E) => void): () => void;
  /** Resolves with the reason when the connection is over. */
  readonly closed: Promise<string>;
  close(): void;
}

/** Connects to a server made by `serveRpc`.
 *  @fault configuration, offline, timeOut as `connect` */
export async function connectRpc<C, E>(options: ConnectRpcOptions<E>): Promise<Result<RpcClient<C, E>, Fault>> {
  const client = new Asker<C, E>(options);
  const clock = options.clock ?? systemClock();
  const opened = await connect({
    socketPath: options.socketPath,
    clock,
    onMessage: (body) => {
      client.take(body);
    },
  });
  if (!opened.ok) return opened;
  client.attach(opened.value);
  return ok(client);
}

interface Waiting {
  readonly settle: (answer: Result<unknown, Fault>) => void;
  readonly cancel: CancelTimer;
}

class Asker<C, E> implements RpcClient<C, E> {
  closed: Promise<string> = Promise.resolve('never opened');
  readonly #options: ConnectRpcOptions<E>;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: E) => void>();
  #held: E[] = [];
  #socket: FrameSocket | undefined;
  #n = 0;

  constructor(options: ConnectRpcOptions<E>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock();
  }

  attach(socket: FrameSocket): void {
    this.#socket = socket;
    this.closed = socket.closed.then((why) => {
      for (const [n, waiting] of this.#waiting) {
        this.#waiting.delete(n);
        waiting.cancel();
        waiting.settle(err(ipcFault('offline', `the connection ended before the answer: ${why}`, 'reset')));
      }
      return why;
    });
  }

  request(call: C, timeoutMs: number = this.#options.requestTimeoutMs): Promise<Result<unknown, Fault>> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.resolve(err(ipcFault('offline', 'not connected', 'reset')));
    if (this.#waiting.size >= IPC_LIMITS.pending) {
      return Promise.resolve(
        err(ipcFault('TOO_MANY_REQUESTS', `${IPC_LIMITS.pending} requests are already under way`)),
      );
    }
    this.#n += 1;
    const n = this.#n;
    const sent = socket.send({ n, request: call });
    if (!sent.ok) return Promise.resolve(sent);
    return new Promise((settle) => {
      const cancel = this.#clock.after(timeoutMs, () => {
        this.#waiting.delete(n);
        settle(err(ipcFault('timeOut', `no answer within ${timeoutMs} ms`, 'reset')));
      });
      this.#waiting.set(n, { settle, cancel });
    });
  }

  onEvent(fn: (event: E) => void): () => void {
    this.#listeners.add(fn);
    const held = this.#held;
    this.#held = [];
    for (const event of held) fn(event);
    return () => {
      this.#listeners.delete(fn);
    };
  }

  close(): void {
    this.#socket?.close('closed by us');
  }

  /** One message of the other end: an answer when it has `n`, an event otherwise. */
  take(body: unknown): void {
    if (typeof body === 'object' && body !== null && 'n' in body) this.#answer(body);
    else this.#event(body);
  }

  #answer(body: unknown): void {
    const parsed = this.#options.answerSchema.safeParse(body);
    if (!parsed.success) {
      this.#socket?.close('an answer does not fit its schema [IPC_MALFORMED]');
      return;
    }
    // An answer that came after its deadline has nobody waiting: it is dropped.
    const waiting = this.#waiting.get(parsed.data.n);
    if (waiting === undefined) return;
    this.#waiting.delete(parsed.data.n);
    waiting.cancel();
    waiting.settle(parsed.data.ok ? ok(parsed.data.value) : err(parsed.data.fault));
  }

  #event(body: unknown): void {
    const parsed = this.#options.eventSchema.safeParse(body);
    if (!parsed.success || this.#held.length >= IPC_LIMITS.heldEvents) {
      this.#socket?.close('an event does not fit its schema or nobody listens [IPC_MALFORMED]');
      return;
    }
    if (this.#listeners.size === 0) this.#held.push(parsed.data);
    else for (const listener of this.#listeners) listener(parsed.data);
  }
}
