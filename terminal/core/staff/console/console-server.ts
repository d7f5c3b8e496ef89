import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { err, ok, type CancelTimer, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CORE_LIMITS } from '../../limits.table.ts';
import { errnoOf, faultOf } from '../../platform/fault.ts';
import type { Log } from '../../platform/logger.ts';
import { pageTokens, type PageTokens } from '../../ui-gateway/page-tokens.ts';
import { staticFile } from '../../ui-gateway/static-files.ts';
import type { StaffDesk } from '../index.ts';
import { CONSOLE_HEADERS, LOCKED_PAGE } from './console-page.ts';
import { greetConsole, type ConsoleSocket } from './console-socket.ts';

export interface ConsoleServerOptions {
  readonly uiDir: string;
  /** 0: any free port. */
  readonly port: number;
  readonly desk: StaffDesk;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

/** The staff console's server: another port, other files, other tokens than the citizen's page, and nothing of it while
 *  the key is in `run`. */
export interface ConsoleServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. @fault PORT_TAKEN; configuration the port may not be used */
export async function openConsoleServer(options: ConsoleServerOptions): Promise<Result<ConsoleServer, Fault>> {
  const server = new LoopbackConsole(options);
  const listening = await server.listen();
  return listening.ok ? ok(server) : listening;
}

class LoopbackConsole implements ConsoleServer {
  port = 0;
  readonly #options: ConsoleServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: CORE_LIMITS.pageMessageBytes,
    perMessageDeflate: false,
  });
  readonly #tokens: PageTokens;
  readonly #stopListening: () => void;
  #hosts: readonly string[] = [];
  #page: ConsoleSocket | undefined;
  #tell: CancelTimer | undefined;

  constructor(options: ConsoleServerOptions) {
    this.#options = options;
    this.#tokens = pageTokens(options.clock, options.random);
    this.#http = createServer(
      { headersTimeout: CORE_LIMITS.httpHeadersMs, requestTimeout: CORE_LIMITS.httpRequestMs },
      (request, response) => {
        this.#answer(request, response);
      },
    );
    this.#http.on('upgrade', (request, socket, head) => {
      // A page that goes away in the middle of its handshake is nobody's error.
      socket.on('error', () => socket.destroy());
      if (!this.#isOwnPage(request) || this.#sockets.clients.size >= CORE_LIMITS.pages) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (page) => {
        greetConsole(page, {
          clock: options.clock,
          redeem: (token) => this.#tokens.redeem(token),
          onPage: (kept) => {
            this.#adopt(kept);
          },
          onWish: (from, n, wish) => {
            if (from === this.#page)
              void options.desk.wish(wish).then((answer) => from.send({ m: 'answer', n, answer }));
          },
          onGone: (gone) => {
            if (gone === this.#page) this.#page = undefined;
          },
        });
      });
    });
    this.#stopListening = options.desk.onChange(() => {
      this.#changed();
    });
  }

  async listen(): Promise<Result<void, Fault>> {
    const failed = await new Promise<Error | undefined>((resolve) => {
      this.#http.once('error', resolve);
      this.#http.listen(this.#options.port, '127.0.0.1', () => {
        resolve(undefined);
      });
    });
    if (failed !== undefined) {
      const taken = errnoOf(failed) === 'EADDRINUSE';
      const why = `port ${this.#options.port} of the staff console: ${taken ? 'it is taken' : failed.message}`;
      return err(faultOf(taken ? 'PORT_TAKEN' : 'configuration', why, 'configuration'));
    }
    this.port = (this.#http.address() as AddressInfo).port;
    this.#hosts = [`127.0.0.1:${this.port}`, `localhost:${this.port}`];
    return ok(undefined);
  }

  async close(): Promise<void> {
    this.#tell?.();
    this.#stopListening();
    for (const page of this.#sockets.clients) page.terminate();
    this.#sockets.close();
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => {
        resolve();
      });
    });
    this.#http.closeAllConnections();
    await closed;
  }

  /** The newest page wins: an older one was left behind. */
  #adopt(page: ConsoleSocket): void {
    this.#page?.close();
    this.#page = page;
    page.send({ m: 'state', state: this.#options.desk.state() });
  }

  /** Told at once when the key was turned back: the page is closed. Everything else is told soon. */
  #changed(): void {
    const { desk, clock } = this.#options;
    if (!desk.isConsoleOpen()) {
      for (const page of this.#sockets.clients) page.close(4003, 'key');
      return;
    }
    this.#tell ??= clock.after(CORE_LIMITS.consoleTellMs, () => {
      this.#tell = undefined;
      this.#page?.send({ m: 'state', state: desk.state() });
    });
  }

  #isOwnPage(request: IncomingMessage): boolean {
    return (
      this.#options.desk.isConsoleOpen() &&
      request.url === '/console' &&
      this.#hosts.includes(request.headers.host ?? '') &&
      this.#isOwnOrigin(request.headers.origin)
    );
  }

  #isOwnOrigin(origin: string | undefined): boolean {
    return this.#hosts.some((host) => origin === `http://${host}`);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(CONSOLE_HEADERS)) response.setHeader(name, value);
    // A name that is not ours is somebody's DNS pointing at this machine.
    if (!this.#hosts.includes(request.headers.host ?? '')) {
      response.writeHead(421).end();
      return;
    }
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (!this.#options.desk.isConsoleOpen()) this.#locked(path, response);
    else if (path === '/console-token') this.#token(request, response);
    else this.#file(path, response);
  }

  /** The key is in `run`: nothing of the console leaves core, not even its looks. */
  #locked(path: string, response: ServerResponse): void {
    if (path === '/') response.writeHead(423, { 'content-type': 'text/html; charset=utf-8' }).end(LOCKED_PAGE);
    else response.writeHead(423).end();
  }

  /** For our own page alone: a page of another origin neither gets it nor could read it. */
  #token(request: IncomingMessage, response: ServerResponse): void {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const isOwn =
      origin === undefined
        ? site === 'same-origin'
        : this.#isOwnOrigin(origin) && (site === undefined || site === 'same-origin');
    if (!isOwn) {
      response.writeHead(403).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify({ token: this.#tokens.mint() }));
  }

  #file(path: string, response: ServerResponse): void {
    const file = staticFile(this.#options.uiDir, path);
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length }).end(file.bytes);
  }
}
