/** The feed speaks every 15 s; silence of two beats and some means that it is lost without the socket saying so. */
export const FEED_STALE_MS = 40_000;
/** First and longest wait before the feed is opened anew; doubling, each drawn from 0 to the wait (full jitter). */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;
const WATCH_MS = 5_000;

export interface LiveChange {
  readonly what: 'terminal' | 'events' | 'volumes' | 'alarms';
  readonly tid: string;
}

export interface LiveEvents {
  /** Something changed: read it again. */
  changed(changes: readonly LiveChange[]): void;
  /** Too much changed, or the feed was away: read everything again. */
  resync(): void;
  /** The server's time. */
  heartbeat(now: number): void;
  /** Connected, or not. */
  state(isOpen: boolean): void;
}

/** The browser's parts it uses, so that a test can hand in its own. */
export interface LivePlatform {
  open(url: string): EventSource;
  after(ms: number, fn: () => void): () => void;
  random(): number;
}

const BROWSER: LivePlatform = {
  open: (url) => new EventSource(url),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Listens to the server's events until closed: reconnects by itself, notices a silent loss, asks for everything
 *  after each gap. */
export class LiveClient {
  readonly #events: LiveEvents;
  readonly #platform: LivePlatform;
  #source: EventSource | undefined;
  #cancel: (() => void) | undefined;
  #cancelWatch: (() => void) | undefined;
  #spoke = false;
  #silentMs = 0;
  #tries = 0;
  #closed = false;

  constructor(events: LiveEvents, platform: LivePlatform = BROWSER) {
    this.#events = events;
    this.#platform = platform;
    this.#open();
    this.#watch();
  }

  /** Does not wait for the next try: the network is back, or somebody looks at the page again. */
  retryNow(): void {
    if (this.#closed || this.#cancel === undefined) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#cancelWatch?.();
    this.#source?.close();
  }

  #open(): void {
    const source = this.#platform.open('/api/live');
    this.#source = source;
    this.#silentMs = 0;
    source.addEventListener('heartbeat', (event) => {
      const isFirst = !this.#spoke;
      this.#hear();
      this.#events.heartbeat((JSON.parse(String(event.data)) as { now: number }).now);
      if (isFirst) this.#events.resync();
    });
    source.addEventListener('changed', (event) => {
      this.#hear();
      this.#events.changed((JSON.parse(String(event.data)) as { changes: LiveChange[] }).changes);
    });
    source.addEventListener('resync', () => {
      this.#hear();
      this.#events.resync();
    });
    source.addEventListener('error', () => this.#lost());
  }

  #hear(): void {
    this.#silentMs = 0;
    this.#tries = 0;
    if (!this.#spoke) {
      this.#spoke = true;
      this.#events.state(true);
    }
  }

  #watch(): void {
    this.#cancelWatch = this.#platform.after(WATCH_MS, () => {
      this.#silentMs += WATCH_MS;
      if (this.#silentMs > FEED_STALE_MS) this.#lost();
      this.#watch();
    });
  }

  /** The browser's own reconnecting has no jitter and gives up on an error answer, so we do it. */
  #lost(): void {
    if (this.#closed || this.#cancel !== undefined) return;
    this.#source?.close();
    this.#spoke = false;
    this.#events.state(false);
    const waitMs = this.#platform.random() * Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#tries);
    this.#tries += 1;
    this.#cancel = this.#platform.after(waitMs, () => {
      this.#cancel = undefined;
      if (!this.#closed) this.#open();
    });
  }
}
