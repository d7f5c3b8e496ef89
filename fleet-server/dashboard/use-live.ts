import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { readAgain, readAllAgain, serverClock, sessionQuery } from './api-client/queries.ts';
import { LiveClient, type LiveChange } from './api-client/live-client.ts';

/** Changes are gathered this long before anything is read again: a busy fleet must not make a busy page. */
const GATHER_MS = 500;

/** Keeps a page's data current while `isOn`: what the feed names is read again. A page nobody looks at reads nothing,
 *  so that it does not keep its session alive; it catches up when it is looked at.
 *  @returns whether the feed is connected; null before it first was. */
export function useLive(isOn: boolean): boolean | null {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState<boolean | null>(null);
  useEffect(() => {
    if (!isOn) return undefined;
    const reader = new ChangeReader(client);
    const live = new LiveClient({
      changed: (changes) => {
        serverClock.heard();
        reader.note(changes);
      },
      resync: () => reader.readAll(),
      heartbeat: (now) => {
        serverClock.sync(now);
        serverClock.heard();
      },
      state: (open) => {
        setOpen(open);
        // A feed that the server ended may mean that the session is over.
        if (!open) void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      },
    });
    const onVisible = (): void => {
      if (document.visibilityState === 'hidden') return;
      live.retryNow();
      reader.catchUp();
    };
    const onOnline = (): void => live.retryNow();
    document.addEventListener('visibilitychange', onVisible);
    globalThis.addEventListener('online', onOnline);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      globalThis.removeEventListener('online', onOnline);
      reader.close();
      live.close();
    };
  }, [client, isOn]);
  return isOpen;
}

/** Reads what changed, one round at a time: a slow server is asked less often, not more. */
class ChangeReader {
  readonly #client: QueryClient;
  readonly #waiting = new Map<string, LiveChange>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;
  #missed = false;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  note(changes: readonly LiveChange[]): void {
    for (const change of changes) this.#waiting.set(`${change.what} ${change.tid}`, change);
    if (!this.#isReading) this.#timer ??= setTimeout(() => void this.#flush(), GATHER_MS);
  }

  readAll(): void {
    if (document.visibilityState === 'hidden') this.#missed = true;
    else void readAllAgain(this.#client);
  }

  catchUp(): void {
    if (!this.#missed) return;
    this.#missed = false;
    this.readAll();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    const changes = [...this.#waiting.values()];
    this.#waiting.clear();
    if (document.visibilityState === 'hidden') {
      this.#missed = true;
      return;
    }
    this.#isReading = true;
    await readAgain(this.#client, changes);
    this.#isReading = false;
    if (this.#waiting.size > 0) this.note([]);
  }
}
