import { BRIDGE_VERSION, toPageSchema, type Intent, type View } from '@yimen/contracts/ui';

type WithoutView<I> = I extends { view: number } ? Omit<I, 'view'> : never;
/** A wish of the citizen; the client adds which view it answers. */
export type Wish = WithoutView<Intent>;

/** What the page knows of the machine behind it. `away`: nobody answers, the page says so and tries again. */
export type Connection = 'connecting' | 'open' | 'away' | 'superseded';

export interface BridgeState {
  readonly connection: Connection;
  readonly view: View | null;
  /** Page time (`performance.now()`) when the view came: what is left is counted from here. */
  readonly since: number;
}

const RETRY_MS = 500;
/** Two missed pings: the process behind is gone even when its socket is not. */
const SILENT_MS = 12_000;

/** The WebSocket carrier of the bridge: core outside a session, the session within one. Keeps core's connection open
 *  beside a session's; when a session's line breaks, core says where to go next. Holds no truth and stores nothing. */
export class BridgeClient {
  #core: WebSocket | null = null;
  #session: WebSocket | null = null;
  #coreView: View | null = null;
  #state: BridgeState = { connection: 'connecting', view: null, since: 0 };
  #heardAt = 0;
  readonly #listeners = new Set<() => void>();

  /** Begins to connect; returns how to stop for good. */
  start(): () => void {
    void this.#open();
    const timer = window.setInterval(() => {
      if (this.#core?.readyState === WebSocket.OPEN && performance.now() - this.#heardAt > SILENT_MS) this.#core.close();
    }, 2_000);
    return () => {
      window.clearInterval(timer);
      this.#session?.close();
      this.#core?.close();
    };
  }

  get state(): BridgeState {
    return this.#state;
  }

  subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    return () => {
      this.#listeners.delete(fn);
    };
  };

  /** Sends a wish for the view that is shown now; while nobody is there it goes nowhere, and nothing is queued. */
  send(wish: Wish): void {
    const socket = this.#session ?? this.#core;
    const view = this.#state.view;
    if (view === null || socket?.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ m: 'intent', intent: { ...wish, view: view.view } }));
  }

  /** A person wants this screen back from another page. */
  takeBack(): void {
    this.#set({ connection: 'connecting' });
    void this.#open();
  }

  async #open(): Promise<void> {
    try {
      const answer = await fetch('/bridge-token', { cache: 'no-store' });
      const { token } = (await answer.json()) as { token: string };
      const url = `${location.origin.replace('http', 'ws')}/bridge`;
      this.#core = this.#connect(url, token, 'core');
    } catch {
      this.#set({ connection: 'away' });
      this.#retry();
    }
  }

  #retry(): void {
    window.setTimeout(() => {
      if (this.#state.connection !== 'superseded') void this.#open();
    }, RETRY_MS);
  }

  #connect(url: string, token: string, from: 'core' | 'session'): WebSocket {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => {
      this.#heardAt = performance.now();
      socket.send(JSON.stringify({ m: 'hello', v: BRIDGE_VERSION, token }));
      if (from === 'core') this.#set({ connection: 'open' });
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      this.#take(socket, event.data, from);
    });
    socket.addEventListener('close', () => {
      this.#closed(socket);
    });
    return socket;
  }

  #closed(socket: WebSocket): void {
    if (socket === this.#session) {
      // The session has ended or died: core knows which, and draws it.
      this.#session = null;
      if (this.#coreView !== null) this.#show(this.#coreView);
      return;
    }
    if (socket !== this.#core) return;
    this.#core = null;
    if (this.#state.connection === 'superseded') return;
    this.#set({ connection: 'away' });
    this.#retry();
  }

  #take(socket: WebSocket, data: unknown, from: 'core' | 'session'): void {
    this.#heardAt = performance.now();
    const parsed = toPageSchema.safeParse(typeof data === 'string' ? JSON.parse(data) : undefined);
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.m) {
      case 'ping':
        socket.send(JSON.stringify({ m: 'pong', n: message.n }));
        return;
      case 'go':
        this.#session?.close();
        this.#session = this.#connect(message.url, message.token, 'session');
        return;
      case 'over':
        this.#session?.close();
        return;
      case 'superseded':
        this.#set({ connection: 'superseded' });
        return;
      case 'view':
        if (from === 'core') this.#coreView = message.view;
        if (from === 'core' && this.#session !== null) return;
        this.#show(message.view);
        return;
      default:
        message satisfies never;
    }
  }

  #show(view: View): void {
    this.#set({ view, since: performance.now() });
  }

  #set(more: Partial<BridgeState>): void {
    this.#state = { ...this.#state, ...more };
    for (const fn of this.#listeners) fn();
  }
}
