import { createServer, type IncomingMessage, type Server } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock, RandomBytes } from '@yimen/contracts/base';
import { toHex } from '@yimen/contracts/base';
import { toProcessSchema, type Intent, type ToPage, type View } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from './limits.table.ts';

export interface PageListenerOptions {
  readonly origins: readonly string[];
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly onIntent: (intent: Intent) => void;
  /** A page with the right token has come: it gets the current view. */
  readonly current: () => View | null;
  /** Where a page may come, with a token that works once; told again whenever the page is lost. */
  readonly onAddress: (url: string, token: string) => void;
}

/** The session's own loopback listener: one page, one token, one origin. Everything else is turned away unheard. */
export class PageListener {
  readonly #options: PageListenerOptions;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  #page: WebSocket | null = null;
  #token: string | null = null;
  #port = 0;
  #ping = 0;
  #closed = false;

  constructor(options: PageListenerOptions) {
    this.#options = options;
    this.#http = createServer((_request, response) => {
      response.writeHead(404).end();
    });
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: SESSION_LIMITS.pageMessageBytes,
      perMessageDeflate: false,
    });
    this.#http.on('upgrade', (request, socket, head) => {
      if (!this.#isAllowed(request)) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (page) => {
        this.#greet(page);
      });
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#http.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#invite();
  }

  show(view: View): void {
    this.#send({ m: 'view', view });
  }

  over(): void {
    this.#send({ m: 'over' });
  }

  close(): void {
    this.#closed = true;
    this.#page?.terminate();
    this.#sockets.close();
    this.#http.close();
  }

  #invite(): void {
    if (this.#closed) return;
    this.#token = toHex(this.#options.random(24));
    this.#options.onAddress(`ws://127.0.0.1:${this.#port}/session`, this.#token);
  }

  #isAllowed(request: IncomingMessage): boolean {
    return (
      request.url === '/session' &&
      this.#options.origins.includes(request.headers.origin ?? '') &&
      request.headers.host === `127.0.0.1:${this.#port}`
    );
  }

  #greet(page: WebSocket): void {
    // A page that never says who it is must not hold a place.
    const cancel = this.#options.clock.after(SESSION_LIMITS.pageSilentMs, () => {
      page.terminate();
    });
    page.on('error', () => {
      page.terminate();
    });
    page.once('message', (data) => {
      cancel();
      const message = parse(data);
      if (message?.m !== 'hello' || !this.#redeem(message.token)) {
        page.close(4001, 'token');
        return;
      }
      this.#adopt(page);
    });
  }

  #redeem(token: string): boolean {
    const expected = this.#token;
    if (expected === null) return false;
    const given = Buffer.from(token);
    const wanted = Buffer.from(expected);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false;
    this.#token = null;
    return true;
  }

  #adopt(page: WebSocket): void {
    const before = this.#page;
    this.#page = page;
    before?.terminate();
    let heardMono = this.#options.clock.monoMs();
    page.on('message', (data) => {
      heardMono = this.#options.clock.monoMs();
      const message = parse(data);
      if (message === undefined) page.close(4002, 'message');
      else if (message.m === 'intent' && page === this.#page) this.#options.onIntent(message.intent);
    });
    page.on('close', () => {
      if (this.#page !== page) return;
      this.#page = null;
      this.#invite();
    });
    const beat = (): void => {
      if (page !== this.#page) return;
      if (this.#options.clock.monoMs() - heardMono > SESSION_LIMITS.pageSilentMs) page.terminate();
      else {
        this.#ping += 1;
        this.#send({ m: 'ping', n: this.#ping });
        this.#options.clock.after(SESSION_LIMITS.pagePingMs, beat);
      }
    };
    this.#options.clock.after(SESSION_LIMITS.pagePingMs, beat);
    // The same session may be shown again after a lost page: there is always a way back in.
    this.#invite();
    const view = this.#options.current();
    if (view !== null) this.show(view);
  }

  #send(message: ToPage): void {
    if (this.#page?.readyState === 1) this.#page.send(JSON.stringify(message));
  }
}

function parse(data: unknown): ReturnType<typeof toProcessSchema.parse> | undefined {
  const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
  try {
    const parsed = toProcessSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
