import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { BRIDGE_VERSION, toPageSchema, type ToPage, type ToProcess, type View } from '@yimen/contracts/ui';
import { z } from 'zod';
import { PAGE_LIMITS } from '../limits.table.ts';
import type { Wish } from './wish.ts';

/** What the page knows of the machine behind it. `away`: nobody answers, the page says so and tries again. */
export type Connection = 'connecting' | 'open' | 'away' | 'superseded';

export interface BridgeState {
  readonly connection: Connection;
  readonly view: View | null;
  /** Rises with every view shown, whoever drew it: view numbers of core and session may be the same. */
  readonly shown: number;
  /** Monotonic milliseconds when the view came: what is left is counted from here. */
  readonly sinceMs: number;
  /** A wish is on its way and no new view has come yet. */
  readonly isWaiting: boolean;
}

/** One socket, with who speaks at its other end. */
interface Line {
  readonly from: 'core' | 'session';
  readonly socket: WebSocket;
  readonly begunMs: number;
  isOpen: boolean;
  heardMs: number;
}

const tokenSchema = z.object({ token: z.string().max(100) });

/** The WebSocket carrier of the bridge: core outside a session, the session within one. Keeps core's connection open
 *  beside a session's; when a session's line breaks, core says where to go next. Holds no truth and stores nothing. */
export class BridgeClient {
  readonly #clock: Clock;
  #core: Line | null = null;
  #session: Line | null = null;
  #coreView: View | null = null;
  #state: BridgeState = { connection: 'connecting', view: null, shown: 0, sinceMs: 0, isWaiting: false };
  /** Each attempt to reach core has a number; an older attempt that comes late is nobody's. */
  #attempt = 0;
  #isStopped = false;
  #stopWaiting: CancelTimer = () => undefined;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to connect; returns how to stop for good. */
  start(): () => void {
    void this.#open();
    this.#clock.after(PAGE_LIMITS.beatMs, this.#beat);
    return () => {
      this.#isStopped = true;
      this.#attempt += 1;
      this.#hangUp();
    };
  }

  get state(): BridgeState {
    return this.#state;
  }

  /** Calls `fn` after every change of `state`; returns how to stop that. */
  subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    return () => {
      this.#listeners.delete(fn);
    };
  };

  /** Sends a wish for the view that is shown now: one a view, until its answer (or `answerMs`) has come. While nobody
   *  is there it goes nowhere, and nothing is queued. Pictures neither wait nor make others wait. */
  send = (wish: Wish): void => {
    const line = this.#session ?? this.#core;
    const { view, connection, isWaiting } = this.#state;
    if (view === null || connection !== 'open' || line?.isOpen !== true) return;
    if (wish.kind !== 'picture') {
      if (isWaiting) return;
      this.#wait();
    }
    say(line.socket, { m: 'intent', intent: { ...wish, view: view.view } });
  };

  /** A person wants this screen back from another page. */
  takeBack = (): void => {
    this.#set({ connection: 'connecting' });
    void this.#open();
  };

  #wait(): void {
    this.#set({ isWaiting: true });
    this.#stopWaiting = this.#clock.after(PAGE_LIMITS.answerMs, () => {
      this.#set({ isWaiting: false });
    });
  }

  async #open(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    const token = await fetchToken(this.#clock);
    if (attempt !== this.#attempt || this.#isStopped) return;
    if (token === null) {
      this.#set({ connection: 'away' });
      this.#retry();
      return;
    }
    this.#core = this.#connect(`${location.origin.replace('http', 'ws')}/bridge`, token, 'core');
  }

  #retry(): void {
    const attempt = this.#attempt;
    this.#clock.after(PAGE_LIMITS.retryMs, () => {
      if (attempt === this.#attempt && !this.#isStopped && this.#state.connection !== 'superseded') void this.#open();
    });
  }

  #connect(url: string, token: string, from: Line['from']): Line {
    const now = this.#clock.monoMs();
    const line: Line = { from, socket: new WebSocket(url), begunMs: now, isOpen: false, heardMs: now };
    line.socket.addEventListener('open', () => {
      line.isOpen = true;
      line.heardMs = this.#clock.monoMs();
      say(line.socket, { m: 'hello', v: BRIDGE_VERSION, token });
      this.#weigh();
    });
    line.socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (line !== this.#core && line !== this.#session) return;
      line.heardMs = this.#clock.monoMs();
      const message = readMessage(event.data);
      if (message !== null) this.#take(line, message);
      this.#weigh();
    });
    line.socket.addEventListener('close', () => {
      this.#lost(line);
    });
    return line;
  }

  /** A line is gone: closed by its process, or given up by us. */
  #lost(line: Line): void {
    if (line === this.#session) {
      // The session has ended or died: core knows which, and draws it.
      this.#session = null;
      if (this.#coreView !== null) this.#show(this.#coreView);
      this.#weigh();
      return;
    }
    if (line !== this.#core) return;
    this.#core = null;
    if (this.#state.connection === 'superseded' || this.#isStopped) return;
    this.#set({ connection: 'away' });
    this.#retry();
  }

  /** A process that is stopped keeps its socket: silence tells. */
  #beat = (): void => {
    if (this.#isStopped) return;
    this.#clock.after(PAGE_LIMITS.beatMs, this.#beat);
    const now = this.#clock.monoMs();
    for (const line of [this.#core, this.#session]) {
      if (line === null) continue;
      const isStuck = !line.isOpen && now - line.begunMs > PAGE_LIMITS.connectMs;
      // A silent session may still hold a card: it is told as away, and core, who can end it, is left to decide.
      const isGone = line.isOpen && line.from === 'core' && now - line.heardMs > PAGE_LIMITS.silentMs;
      if (!isStuck && !isGone) continue;
      line.socket.close();
      this.#lost(line);
    }
    this.#weigh();
  };

  /** Says anew whether somebody answers. */
  #weigh(): void {
    if (this.#state.connection === 'superseded' || this.#core?.isOpen !== true) return;
    const session = this.#session;
    const isSilent = session?.isOpen === true && this.#clock.monoMs() - session.heardMs > PAGE_LIMITS.silentMs;
    const connection = isSilent ? 'away' : 'open';
    if (connection !== this.#state.connection) this.#set({ connection });
  }

  #take(line: Line, message: ToPage): void {
    switch (message.m) {
      case 'ping':
        say(line.socket, { m: 'pong', n: message.n });
        return;
      case 'go':
        if (line.from === 'core') this.#follow(message.url, message.token);
        return;
      case 'over':
        if (line.from === 'session') line.socket.close();
        return;
      case 'superseded':
        this.#set({ connection: 'superseded' });
        this.#hangUp();
        return;
      case 'view':
        if (line.from === 'core') this.#coreView = message.view;
        if (line.from === 'core' && this.#session !== null) return;
        this.#show(message.view);
        return;
      default:
        message satisfies never;
    }
  }

  #follow(url: string, token: string): void {
    const before = this.#session;
    this.#session = this.#connect(url, token, 'session');
    before?.socket.close();
  }

  #hangUp(): void {
    const lines = [this.#session, this.#core];
    this.#session = null;
    this.#core = null;
    for (const line of lines) line?.socket.close();
  }

  #show(view: View): void {
    this.#stopWaiting();
    this.#set({ view, shown: this.#state.shown + 1, sinceMs: this.#clock.monoMs(), isWaiting: false });
  }

  #set(more: Partial<BridgeState>): void {
    this.#state = { ...this.#state, ...more };
    for (const fn of this.#listeners) fn();
  }
}

/** The one-time token of core's page address, or `null` when nobody serves there in time. */
async function fetchToken(clock: Clock): Promise<string | null> {
  const giveUp = new AbortController();
  const cancel = clock.after(PAGE_LIMITS.connectMs, () => {
    giveUp.abort();
  });
  try {
    const answer = await fetch('/bridge-token', { cache: 'no-store', signal: giveUp.signal });
    const parsed = tokenSchema.safeParse(await answer.json());
    return parsed.success ? parsed.data.token : null;
  } catch {
    return null;
  } finally {
    cancel();
  }
}

function say(socket: WebSocket, message: ToProcess): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** A message of the contract, or `null`: what is not understood is not drawn. */
function readMessage(data: unknown): ToPage | null {
  if (typeof data !== 'string') return null;
  try {
    const parsed = toPageSchema.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
