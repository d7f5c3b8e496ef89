import type { WebSocket } from 'ws';
import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { fromConsoleSchema, type FromConsole, type StaffWish, type ToConsole } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../../limits.table.ts';

/** One console page that has said hello. */
export interface ConsoleSocket {
  send(message: ToConsole): void;
  close(): void;
}

export interface GreetConsoleOptions {
  readonly clock: Clock;
  readonly redeem: (token: string) => boolean;
  readonly onPage: (page: ConsoleSocket) => void;
  readonly onWish: (page: ConsoleSocket, n: number, wish: StaffWish) => void;
  readonly onGone: (page: ConsoleSocket) => void;
}

/** Waits for the hello of a connected page, then keeps it: pings, drops what is silent, malformed or floods. */
export function greetConsole(socket: WebSocket, options: GreetConsoleOptions): void {
  const late = options.clock.after(CORE_LIMITS.pageHelloMs, () => {
    socket.terminate();
  });
  socket.on('error', () => {
    socket.terminate();
  });
  socket.once('close', late);
  socket.once('message', (data, isBinary) => {
    late();
    const message = isBinary ? undefined : parse(data);
    if (message?.m === 'hello' && options.redeem(message.token)) keep(socket, options);
    else socket.close(4001, 'token');
  });
}

function keep(socket: WebSocket, options: GreetConsoleOptions): void {
  const { clock } = options;
  const page: ConsoleSocket = {
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    close: () => {
      socket.terminate();
    },
  };
  let heardAt = clock.monoMs();
  let since = heardAt;
  let used = 0;
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? undefined : parse(data);
    heardAt = clock.monoMs();
    if (heardAt - since >= 1000) [since, used] = [heardAt, 0];
    if (message === undefined || message.m === 'hello') socket.close(4002, 'message');
    else if (message.m === 'wish') {
      used += 1;
      if (used <= CORE_LIMITS.intentsPerSec) options.onWish(page, message.n, message.wish);
    }
  });
  const stopPinging = ping(page, clock, () => clock.monoMs() - heardAt);
  socket.once('close', () => {
    stopPinging();
    options.onGone(page);
  });
  options.onPage(page);
}

function ping(page: ConsoleSocket, clock: Clock, silentMs: () => number): CancelTimer {
  let n = 0;
  let cancel: CancelTimer = () => undefined;
  const beat = (): void => {
    if (silentMs() > CORE_LIMITS.pageSilentMs) {
      page.close();
      return;
    }
    n += 1;
    page.send({ m: 'ping', n });
    cancel = clock.after(CORE_LIMITS.pagePingMs, beat);
  };
  cancel = clock.after(CORE_LIMITS.pagePingMs, beat);
  return () => {
    cancel();
  };
}

function parse(data: unknown): FromConsole | undefined {
  if (!Buffer.isBuffer(data)) return undefined;
  try {
    const parsed = fromConsoleSchema.safeParse(JSON.parse(data.toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
