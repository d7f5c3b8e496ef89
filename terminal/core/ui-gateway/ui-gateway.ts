import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { err, ok, type CancelTimer, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import {
  STANDARD_MODE,
  TOUCH_TROUBLE_PATH,
  type Intent,
  type Language,
  type Mode,
  type TouchTrouble,
  type View,
} from '@yimen/contracts/ui';
import { CORE_LIMITS } from '../limits.table.ts';
import { errnoOf, faultOf } from '../platform/fault.ts';
import type { Log } from '../platform/logger.ts';
import type { SessionPage, SessionSupervisor } from '../session-supervisor/index.ts';
import { coreView, type CoreScene, type SceneFacts } from './core-view.ts';
import { PAGE_HEADERS } from './page-headers.ts';
import { greetPage, type PageSocket } from './page-socket.ts';
import { pageTokens, type PageTokens } from './page-tokens.ts';
import { staticFile } from './static-files.ts';
import { touchPosts } from './touch-post.ts';

export interface UiGatewayOptions {
  readonly uiDir: string;
  /** 0: any free port. */
  readonly port: number;
  readonly demo: boolean;
  readonly supervisor: SessionSupervisor;
  readonly scene: () => SceneFacts;
  readonly health: () => { readonly state: string; readonly ready: boolean };
  /** Body of `/status.json`, in the demonstration alone. */
  readonly status: () => unknown;
  /** The page says that its touch screen acts by itself; it says so also while a session has its bridge. */
  readonly onTouchTrouble: (trouble: TouchTrouble) => void;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

/** The page's server on this machine's loopback: its files, and the bridge outside a session. */
export interface UiGateway {
  readonly port: number;
  /** Origins under which the page may be open. */
  readonly origins: readonly string[];
  /** What is drawn may have changed. */
  refresh(): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. @fault PORT_TAKEN; configuration the port may not be used */
export async function openUiGateway(options: UiGatewayOptions): Promise<Result<UiGateway, Fault>> {
  const gateway = new LoopbackGateway(options);
  const listening = await gateway.listen();
  return listening.ok ? ok(gateway) : listening;
}

class LoopbackGateway implements UiGateway {
  port = 0;
  origins: readonly string[] = [];
  readonly #options: UiGatewayOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: CORE_LIMITS.pageMessageBytes,
    perMessageDeflate: false,
  });
  readonly #tokens: PageTokens;
  readonly #takeTouchPost: ReturnType<typeof touchPosts>;
  readonly #stopListening: (() => void)[];
  #hosts: readonly string[] = [];
  #page: PageSocket | undefined;
  #view: View | undefined;
  #number = 0;
  #lang: Language = 'zh-CN';
  #mode: Mode = STANDARD_MODE;
  #choiceTimer: CancelTimer = () => undefined;
  #served: string | undefined;
  #beginning = false;
  #went: { sessionId: string; at: number } | undefined;

  constructor(options: UiGatewayOptions) {
    this.#options = options;
    this.#tokens = pageTokens(options.clock, options.random);
    this.#takeTouchPost = touchPosts(options.clock, options.onTouchTrouble);
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
        greetPage(page, {
          clock: options.clock,
          redeem: (token) => this.#tokens.redeem(token),
          onPage: (kept) => {
            this.#adopt(kept);
          },
          onIntent: (from, intent) => {
            if (from === this.#page) this.#take(intent);
          },
          onGone: (gone) => {
            if (gone === this.#page) this.#page = undefined;
          },
        });
      });
    });
    this.#stopListening = [
      options.supervisor.onChange(() => {
        this.refresh();
      }),
      options.supervisor.onPage((page) => {
        this.#listening(page);
      }),
    ];
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
      const why = taken ? `port ${this.#options.port} is taken` : `port ${this.#options.port}: ${failed.message}`;
      return err(faultOf(taken ? 'PORT_TAKEN' : 'configuration', why, 'configuration'));
    }
    this.port = (this.#http.address() as AddressInfo).port;
    this.#hosts = [`127.0.0.1:${this.port}`, `localhost:${this.port}`];
    this.origins = this.#hosts.map((host) => `http://${host}`);
    return ok(undefined);
  }

  refresh(): void {
    const active = this.#options.supervisor.active();
    if (active === undefined && this.#served !== undefined) {
      this.#forgetChoices();
      this.#went = undefined;
    }
    this.#served = active?.sessionId;
    this.#draw();
  }

  async close(): Promise<void> {
    this.#choiceTimer();
    for (const stop of this.#stopListening) stop();
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

  /** The newest page wins: an older one was left behind by a crash or stands in another window. */
  #adopt(page: PageSocket): void {
    this.#page?.supersede();
    this.#page = page;
    this.#view = undefined;
    this.#number = 0;
    const active = this.#options.supervisor.active();
    if (active?.page === undefined) this.#draw();
    else this.#go(active.sessionId, active.page);
  }

  #go(sessionId: string, { url, token }: SessionPage): void {
    if (this.#page === undefined) return;
    this.#went = { sessionId, at: this.#options.clock.monoMs() };
    this.#view = undefined;
    this.#page.send({ m: 'go', url, token });
    // What the page falls back on when the session's line breaks: never the invitation that was seen before it.
    const view = this.#moment();
    this.#number = view.view;
    this.#page.send({ m: 'view', view });
  }

  #scene(): CoreScene {
    return { ...this.#options.scene(), lang: this.#lang, mode: this.#mode };
  }

  /** One moment: somebody's session is being brought up or settled. */
  #moment(): View {
    return coreView({ ...this.#scene(), recovery: { state: 'running', incident: null } }, this.#number + 1);
  }

  /** A session listens again as soon as its page has come (its token is used up) and when its page was lost. Only the
   *  second needs a new `go`; the first follows a `go` at once. */
  #listening(page: SessionPage): void {
    const active = this.#options.supervisor.active();
    if (active === undefined) return;
    const justWent =
      this.#went?.sessionId === active.sessionId &&
      this.#options.clock.monoMs() - this.#went.at < CORE_LIMITS.goFollowedMs;
    if (justWent && this.#went !== undefined) this.#went = { ...this.#went, at: Number.NEGATIVE_INFINITY };
    else this.#go(active.sessionId, page);
  }

  /** Draws what is to be seen, when it differs from what is seen. A citizen's session draws for itself; until it listens
   *  the last view stays. */
  #draw(): void {
    const active = this.#options.supervisor.active();
    if (
      this.#page === undefined ||
      active?.page !== undefined ||
      (active?.purpose === 'citizen' && this.#view !== undefined)
    )
      return;
    // A page that comes while a citizen's session begins or ends is no place to invite the next one.
    const isMoment = active?.purpose === 'citizen';
    const next = isMoment ? this.#moment() : coreView(this.#scene(), this.#number + 1);
    if (this.#view !== undefined && sameButNumber(this.#view, next)) return;
    this.#number += 1;
    this.#view = next;
    this.#page.send({ m: 'view', view: next });
  }

  #take(intent: Intent): void {
    if (this.#view === undefined || intent.view !== this.#view.view || this.#options.supervisor.active() !== undefined)
      return;
    switch (intent.kind) {
      case 'language':
        this.#choose({ lang: intent.lang, mode: this.#mode });
        return;
      case 'mode':
        this.#choose({ lang: this.#lang, mode: intent.mode });
        return;
      case 'start':
        if (this.#view.kind === 'attract') void this.#begin();
        return;
      default:
        // Everything else is a session's to judge; outside one it means nothing.
        return;
    }
  }

  /** A choice made before a service begins; whoever made it may walk away without beginning. */
  #choose({ lang, mode }: { lang: Language; mode: Mode }): void {
    this.#lang = lang;
    this.#mode = mode;
    this.#choiceTimer();
    this.#choiceTimer = this.#options.clock.after(CORE_LIMITS.choiceKeptMs, () => {
      if (this.#options.supervisor.active() !== undefined) return;
      this.#forgetChoices();
      this.#draw();
    });
    this.#draw();
  }

  /** The next citizen begins with nothing of the last one's choices. */
  #forgetChoices(): void {
    this.#choiceTimer();
    this.#lang = 'zh-CN';
    this.#mode = STANDARD_MODE;
  }

  async #begin(): Promise<void> {
    if (this.#beginning) return;
    this.#beginning = true;
    const begun = await this.#options.supervisor.beginCitizen({ lang: this.#lang, mode: this.#mode });
    this.#beginning = false;
    if (begun.ok) return;
    this.#options.log.warn({ fault: begun.error }, 'a citizen could not begin');
    // Drawn anew, so that the page hears again.
    this.#view = undefined;
    this.#draw();
  }

  #isOwnPage(request: IncomingMessage): boolean {
    return (
      request.url === '/bridge' &&
      this.#hosts.includes(request.headers.host ?? '') &&
      this.origins.includes(request.headers.origin ?? '')
    );
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    // A name that is not ours is somebody's DNS pointing at this machine.
    if (!this.#hosts.includes(request.headers.host ?? '')) {
      response.writeHead(421).end();
      return;
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === TOUCH_TROUBLE_PATH) {
      this.#touchTrouble(request, response);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    if (path === '/health') json(response, this.#options.health());
    else if (path === '/status.json' && this.#options.demo) json(response, this.#options.status());
    else if (path === '/bridge-token') this.#token(request, response);
    else this.#file(path, response);
  }

  /** For our own page alone: a page of another origin neither gets it nor could read it. */
  #token(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isOwnRequest(request) && request.method === 'GET') json(response, { token: this.#tokens.mint() });
    else response.writeHead(403).end();
  }

  /** By the same rules as the token: a foreign page could otherwise take the machine out of service. */
  #touchTrouble(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST') response.writeHead(405, { allow: 'POST' }).end();
    else if (this.#isOwnRequest(request)) this.#takeTouchPost(request, response);
    else response.writeHead(403).end();
  }

  #isOwnRequest(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (origin === undefined) return site === 'same-origin';
    return this.origins.includes(origin) && (site === undefined || site === 'same-origin');
  }

  #file(path: string, response: ServerResponse): void {
    const file = staticFile(this.#options.uiDir, path);
    if (file !== undefined)
      response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length }).end(file.bytes);
    else if (path === '/')
      response
        .writeHead(503, { 'content-type': 'text/plain; charset=utf-8' })
        .end('The citizen page has not been built.\n');
    else response.writeHead(404).end();
  }
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function sameButNumber(a: View, b: View): boolean {
  return JSON.stringify({ ...a, view: 0 }) === JSON.stringify({ ...b, view: 0 });
}
