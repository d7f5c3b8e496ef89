import {
  toConsoleSchema,
  type ConsoleState,
  type FromConsole,
  type StaffAnswer,
  type StaffWish,
} from '@yimen/contracts/terminal';

/** `locked`: the key stands in `run`, core shows nothing. `away`: core does not answer. */
export type Connection = 'connecting' | 'open' | 'locked' | 'away';

export interface ConsoleSnapshot {
  readonly connection: Connection;
  readonly state: ConsoleState | null;
  /** Monotonic milliseconds when the state came: times left are counted from here. */
  readonly sinceMs: number;
  /** How the last wish ended, until the next one. */
  readonly answer: StaffAnswer | null;
  readonly isWaiting: boolean;
}

/** Core is asked again so often: it restarts within a second, and a key is turned by hand. */
const RETRY_MS = 1_000;
const LOCKED = 423;

/** The console's line to core. Holds no truth and stores nothing; a reload asks for a new token. */
export class ConsoleClient {
  #socket: WebSocket | null = null;
  #n = 0;
  #snapshot: ConsoleSnapshot = { connection: 'connecting', state: null, sinceMs: 0, answer: null, isWaiting: false };
  readonly #listeners = new Set<() => void>();

  start(): void {
    void this.#open();
  }

  get snapshot(): ConsoleSnapshot {
    return this.#snapshot;
  }

  subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    return () => {
      this.#listeners.delete(fn);
    };
  };

  /** One wish at a time: what was sent is answered before the next is. */
  send = (wish: StaffWish): void => {
    if (this.#snapshot.isWaiting || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#n += 1;
    this.#set({ isWaiting: true, answer: null });
    this.#say({ m: 'wish', n: this.#n, wish });
  };

  /** The last answer was read. */
  forgetAnswer = (): void => {
    this.#set({ answer: null });
  };

  async #open(): Promise<void> {
    const token = await fetchToken();
    if (typeof token !== 'string') {
      this.#set({ connection: token === LOCKED ? 'locked' : 'away', state: null, isWaiting: false });
      this.#retry();
      return;
    }
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/console`);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#say({ m: 'hello', v: 1, token });
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      this.#take(event.data);
    });
    socket.addEventListener('close', () => {
      this.#socket = null;
      this.#set({ connection: 'away', state: null, isWaiting: false });
      this.#retry();
    });
  }

  #retry(): void {
    setTimeout(() => void this.#open(), RETRY_MS);
  }

  #take(data: unknown): void {
    if (typeof data !== 'string') return;
    const message = toConsoleSchema.safeParse(JSON.parse(data));
    if (!message.success) return;
    if (message.data.m === 'ping') this.#say({ m: 'pong', n: message.data.n });
    else if (message.data.m === 'state')
      this.#set({ connection: 'open', state: message.data.state, sinceMs: performance.now() });
    else if (message.data.n === this.#n) this.#set({ answer: message.data.answer, isWaiting: false });
  }

  #say(message: FromConsole): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #set(more: Partial<ConsoleSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...more };
    for (const fn of this.#listeners) fn();
  }
}

/** A token, or the status that came instead; `undefined`: nobody answers. */
async function fetchToken(): Promise<string | number | undefined> {
  try {
    const answer = await fetch('/console-token', { cache: 'no-store' });
    if (!answer.ok) return answer.status;
    const { token } = (await answer.json()) as { token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
