import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { readAgain, serverClock, sessionQuery } from './api-client/queries.ts';
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
    let waiting: LiveChange[] = [];
    let missed = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      const changes = waiting;
      waiting = [];
      if (document.visibilityState === 'hidden') missed = true;
      else void readAgain(client, changes);
    };
    const resync = (): void => {
      if (document.visibilityState === 'hidden') missed = true;
      else void client.invalidateQueries();
    };
    const live = new LiveClient({
      changed: (changes) => {
        serverClock.heard();
        waiting.push(...changes);
        timer ??= setTimeout(flush, GATHER_MS);
      },
      resync,
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
      if (document.visibilityState === 'hidden' || !missed) return;
      missed = false;
      void client.invalidateQueries();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      clearTimeout(timer);
      live.close();
    };
  }, [client, isOn]);
  return isOpen;
}
