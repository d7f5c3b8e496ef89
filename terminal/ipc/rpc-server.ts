import type { Socket } from 'node:net';
import type { z } from 'zod';
import { ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { frameSocket, type FrameSocket } from './frame-socket.ts';
import { ipcFault } from './ipc-fault.ts';
import { IPC_LIMITS } from './limits.table.ts';
import { listen } from './listen.ts';
import type { RpcAnswer } from './rpc-answer.ts';
import { systemClock } from './system-clock.ts';

/** One connected asker, as its server sees it. */
export interface RpcPeer<E> {
  /** The peer has proved who it is; one that is not admitted within `helloMs` is closed. */
  admit(): void;
  /** @fault offline, IPC_OVERSIZE as `FrameSocket.send` */
  sendEvent(event: E): Result<void, Fault>;
  close(why: string): void;
  readonly closed: Promise<string>;
}

/** Answers one request of one peer. Requests of a peer may be under way together; each is answered by its `n`. */
export type RpcHandler<R> = (request: R) => Promise<Result<unknown, Fault>>;

export interface ServeRpcOptions<R, E> {
  readonly socketPath: string;
  readonly requestSchema: z.ZodType<{ n: number; request: R }>;
  /** Called for each connection; gives the handler of its requests. */
  readonly onConnection: (peer: RpcPeer<E>) => RpcHandler<R>;
  readonly clock?: Clock;
}

export interface RpcServer {
  readonly socketPath: string;
  close(): Promise<void>;
}

/** Serves requests on a local socket (mode 0600).
 *  @fault configuration, DATA_IN_USE, DATA_UNREADABLE as `listen` */
export async function serveRpc<R, E>(options: ServeRpcOptions<R, E>): Promise<Result<RpcServer, Fault>> {
  const clock = options.clock ?? systemClock();
  const listener = await listen({
    socketPath: options.socketPath,
    clock,
    onSocket: (socket) => {
      servePeer(socket, clock, options);
    },
  });
  return listener.ok ? ok(listener.value) : listener;
}

function servePeer<R, E>(socket: Socket, clock: Clock, options: ServeRpcOptions<R, E>): void {
  let pending = 0;
  let handler: RpcHandler<R> | undefined;
  const take = (body: unknown): void => {
    const parsed = options.requestSchema.safeParse(body);
    if (!parsed.success || handler === undefined) {
      refuse(frames, body, parsed.success ? 'not ready' : (parsed.error.issues[0]?.message ?? 'invalid'));
      return;
    }
    if (pending >= IPC_LIMITS.pending) {
      answer(frames, {
        n: parsed.data.n,
        ok: false,
        fault: ipcFault('TOO_MANY_REQUESTS', 'too many requests under way'),
      });
      return;
    }
    pending += 1;
    void carryOut(handler, parsed.data).then((answered) => {
      pending -= 1;
      answer(frames, answered);
    });
  };
  const frames = frameSocket(socket, clock, take);
  const cancelHello = clock.after(IPC_LIMITS.helloMs, () => {
    frames.close('no hello in time');
  });
  void frames.closed.then(cancelHello);
  handler = options.onConnection({
    admit: cancelHello,
    sendEvent: (event) => frames.send(event),
    close: (why) => {
      frames.close(why);
    },
    closed: frames.closed,
  });
}

/** A handler that throws has a bug in it; its caller must not wait for the deadline to learn that. */
async function carryOut<R>(handler: RpcHandler<R>, asked: { n: number; request: R }): Promise<RpcAnswer> {
  try {
    const done = await handler(asked.request);
    return done.ok ? { n: asked.n, ok: true, value: done.value ?? null } : { n: asked.n, ok: false, fault: done.error };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { n: asked.n, ok: false, fault: ipcFault('softwareError', why) };
  }
}

/** An answer to a peer that has gone is nobody's loss: its own side settled the request as `offline`. */
function answer(frames: FrameSocket, message: RpcAnswer): void {
  const sent = frames.send(message);
  if (!sent.ok && sent.error.code === 'IPC_OVERSIZE') void frames.send({ n: message.n, ok: false, fault: sent.error });
}

/** A request that does not fit its schema is answered when it has a number, else the connection is not usable. */
function refuse(frames: FrameSocket, body: unknown, why: string): void {
  const n: unknown = typeof body === 'object' && body !== null && 'n' in body ? body.n : undefined;
  if (typeof n === 'number' && Number.isSafeInteger(n)) {
    answer(frames, { n, ok: false, fault: ipcFault('INPUT_INVALID', `the request does not fit: ${why}`) });
  } else {
    frames.close('a request without a number [IPC_MALFORMED]');
  }
}
