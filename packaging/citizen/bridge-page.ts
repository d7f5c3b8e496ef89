import WebSocket from 'ws';
import { BRIDGE_VERSION, toPageSchema, type Intent, type View } from '@yimen/contracts/ui';

type WithoutView<I> = I extends { view: number } ? Omit<I, 'view'> : never;
export type Wish = WithoutView<Intent>;

/** A page without a screen: speaks the bridge contract as a browser does, with the page's own Origin, and follows the
 *  citizen's session when core says so. */
export class BridgePage {
  readonly #origin: string;
  #core: WebSocket | null = null;
  #session: WebSocket | null = null;
  #view: View | null = null;
  /** What core drew while the session had the screen. */
  #behind: View | null = null;
  #closed = false;
  readonly #onView: (view: View, from: 'core' | 'session') => void;

  constructor(origin: string, onView: (view: View, from: 'core' | 'session') => void) {
    this.#origin = origin;
    this.#onView = onView;
  }

  get view(): View | null {
    return this.#view;
  }

  /** Connects to core's page address. Rejects with a sentence when nobody serves there. */
  async open(): Promise<void> {
    const answer = await fetch(`${this.#origin}/bridge-token`, {
      headers: { 'sec-fetch-site': 'same-origin', origin: this.#origin },
    });
    const { token } = (await answer.json()) as { token: string };
    const socket = this.#connect(`${this.#origin.replace('http', 'ws')}/bridge`, token, 'core');
    this.#core = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
  }

  /** Answers the view that is shown now. */
  send(wish: Wish): void {
    const socket = this.#session ?? this.#core;
    if (socket?.readyState !== 1 || this.#view === null) return;
    socket.send(JSON.stringify({ m: 'intent', intent: { ...wish, view: this.#view.view } }));
  }

  /** The page dies as a browser that is killed: without a word. It comes back by itself, knowing nothing. */
  fall(): void {
    this.#view = null;
    this.#session?.terminate();
    this.#core?.terminate();
  }

  close(): void {
    this.#closed = true;
    this.#session?.terminate();
    this.#core?.terminate();
  }

  #connect(url: string, token: string, from: 'core' | 'session'): WebSocket {
    const socket = new WebSocket(url, { origin: this.#origin });
    socket.on('open', () => {
      socket.send(JSON.stringify({ m: 'hello', v: BRIDGE_VERSION, token }));
    });
    socket.on('message', (data) => {
      this.#take(socket, data, from);
    });
    socket.on('error', () => {
      socket.terminate();
    });
    socket.on('close', () => {
      if (socket === this.#session) this.#session = null;
      if (socket === this.#core && !this.#closed) this.#comeBack();
    });
    return socket;
  }

  /** Core was killed: a real page tries again until it is back. */
  #comeBack(): void {
    this.#core = null;
    setTimeout(() => {
      if (!this.#closed && this.#core === null) {
        this.open().catch(() => {
          this.#comeBack();
        });
      }
    }, 300);
  }

  #draw(view: View, from: 'core' | 'session'): void {
    this.#view = view;
    this.#onView(view, from);
  }

  #take(socket: WebSocket, data: WebSocket.RawData, from: 'core' | 'session'): void {
    const parsed = toPageSchema.safeParse(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '{}'));
    if (!parsed.success)
      throw new Error(`a message outside the bridge contract: ${parsed.error.issues[0]?.message ?? ''}`);
    const message = parsed.data;
    switch (message.m) {
      case 'ping':
        socket.send(JSON.stringify({ m: 'pong', n: message.n }));
        return;
      case 'go':
        this.#session?.terminate();
        this.#behind = null;
        this.#session = this.#connect(message.url, message.token, 'session');
        return;
      case 'over':
        this.#session?.terminate();
        this.#session = null;
        // Core may have drawn the next screen before the session's last word arrived.
        if (this.#behind !== null) this.#draw(this.#behind, 'core');
        this.#behind = null;
        return;
      case 'superseded':
        this.#closed = true;
        return;
      case 'view':
        // While a session draws, core's own view is behind it.
        if (from === 'core' && this.#session !== null) this.#behind = message.view;
        else this.#draw(message.view, from);
        return;
      default:
        message satisfies never;
    }
  }
}
