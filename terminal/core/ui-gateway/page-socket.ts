import type { WebSocket } from 'ws';
import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { toProcessSchema, type Intent, type ToPage, type ToProcess } from '@yimen/contracts/ui';
import { CORE_LIMITS } from '../limits.table.ts';

/** One page that has said hello. */
export interface PageSocket {
  send(message: ToPage): void;
  /** Another page has taken this screen. */
  supersede(): void;
  close(): void;
}

export interface GreetOptions {
  readonly clock: Clock;
  readonly redeem: (token: string) => boolean;
  readonly onPage: (page: PageSocket) => void;
  readonly onIntent: (page: PageSocket, intent: Intent) => void;
  readonly onGone: (page: PageSocket) => void;
}

/** Waits for the hello of a connected page, then keeps it: pings, drops what is silent, malformed or floods. */
export function greetPage(socket: WebSocket, options: GreetOptions): void {
  const { clock } = options;
  const late = clock.after(CORE_LIMITS.pageHelloMs, () => {
    socket.terminate();
  });
  socket.on('error', () => {
    socket.terminate();
  });
  socket.once('close', late);
  socket.once('message', (data, isBinary) => {
    late();
    const message = isBinary ? undefined : parse(data);
    if (message?.m === 'hello' && options.redeem(message.token)) keepPage(socket, options);
    else socket.close(4001, 'token');
  });
}

function keepPage(socket: WebSocket, options: GreetOptions): void {
  const { clock } = options;
  const page: PageSocket = {
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    supersede: () => {
      page.send({ m: 'superseded' });
      socket.close(4000, 'superseded');
    },
    close: () => {
      socket.terminate();
    },
  };
  let heardAt = clock.monoMs();
  const allowed = intentBudget(clock);
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? undefined : parse(data);
    heardAt = clock.monoMs();
    if (message === undefined || message.m === 'hello') socket.close(4002, 'message');
    else if (message.m === 'intent' && allowed()) options.onIntent(page, message.intent);
  });
  const stopPinging = ping(page, clock, () => clock.monoMs() - heardAt);
  socket.once('close', () => {
    stopPinging();
    options.onGone(page);
  });
  options.onPage(page);
}

function ping(page: PageSocket, clock: Clock, silentMs: () => number): CancelTimer {
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

/** At most so many intents in a second; what is above is dropped, as a second finger would be. */
function intentBudget(clock: Clock): () => boolean {
  let since = clock.monoMs();
  let used = 0;
  return () => {
    if (clock.monoMs() - since >= 1000) {
      since = clock.monoMs();
      used = 0;
    }
    used += 1;
    return used <= CORE_LIMITS.intentsPerSec;
  };
}

function parse(data: unknown): ToProcess | undefined {
  if (!Buffer.isBuffer(data)) return undefined;
  try {
    const parsed = toProcessSchema.safeParse(JSON.parse(data.toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
