import { Buffer } from 'node:buffer';
import type { CancelTimer, Clock, RandomBytes } from '@yimen/contracts/base';
import { FLEET_LIMITS, type Heartbeat, type ServerState } from '@yimen/contracts/fleet';
import { CORE_LIMITS } from '../limits.table.ts';
import { fraction } from '../platform/random.ts';

/** What a beat says; the link adds its own numbers and time. */
export type BeatFacts = Omit<Heartbeat, 'v' | 'linkSession' | 'n' | 't'>;

/** How much rarer beats get, by `slowdown`; at 3 there are none (fleet contract §2.3, `srv/state`). */
const SLOWER = [1, 2, 4, 0] as const;

export interface Heartbeats {
  /** A link is up: beats at once, then at random within the server's bounds. */
  start(send: (n: number) => void): void;
  stop(): void;
  /** Something changed that a dashboard should see: beats soon, at most once a second. */
  soon(): void;
  terms(state: Pick<ServerState, 'hbEverySec' | 'slowdown'>): void;
}

export function heartbeats(clock: Clock, random: RandomBytes): Heartbeats {
  let everySec: readonly [number, number] = CORE_LIMITS.beatEverySec;
  let slower: number = SLOWER[0];
  let send: ((n: number) => void) | undefined;
  let n = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  let cancel: CancelTimer | undefined;
  let isSoon = false;

  const beat = (): void => {
    if (send === undefined) return;
    isSoon = false;
    n += 1;
    lastAt = clock.monoMs();
    send(n);
    schedule();
  };
  const schedule = (): void => {
    cancel?.();
    cancel = undefined;
    if (send === undefined || slower === 0) return;
    const [min, max] = everySec;
    cancel = clock.after(Math.floor((min + fraction(random) * (max - min)) * 1000 * slower), beat);
  };
  return {
    start: (to) => {
      send = to;
      n = 0;
      if (slower > 0) beat();
    },
    stop: () => {
      send = undefined;
      cancel?.();
      isSoon = false;
    },
    soon: () => {
      if (send === undefined || isSoon || slower === 0) return;
      isSoon = true;
      cancel?.();
      cancel = clock.after(Math.max(0, lastAt + CORE_LIMITS.beatGapMs - clock.monoMs()), beat);
    },
    terms: (state) => {
      everySec = [Math.max(1, state.hbEverySec[0]), Math.max(1, ...state.hbEverySec)];
      slower = SLOWER[state.slowdown] ?? 0;
      if (!isSoon) schedule();
    },
  };
}

/** The payload of `up/hb`; a cabinet with very many units leaves its supplies out rather than break the 4 KB bound. */
export function beatPayload(beat: Heartbeat): string {
  const whole = JSON.stringify(beat);
  return Buffer.byteLength(whole) <= FLEET_LIMITS.hbBytes ? whole : JSON.stringify({ ...beat, supplies: [] });
}
