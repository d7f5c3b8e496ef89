import type { Clock } from '@yimen/contracts/base';
import type { View } from '@yimen/contracts/ui';
import type { PageBridge } from '../app.tsx';
import type { BridgeState, Connection } from '../bridge-client/bridge-client.ts';
import { PAGE_LIMITS } from '../limits.table.ts';
import type { Wish } from '../bridge-client/wish.ts';

/** A bridge with nobody behind it: shows what it is told to and writes down what the page asks for. */
export class FixedBridge implements PageBridge {
  readonly sent: Wish[] = [];
  #state: BridgeState = { connection: 'open', view: null, shown: 0, sinceMs: 0, isWaiting: false };
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
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

  send = (wish: Wish): void => {
    this.sent.push(wish);
  };

  /** The view is no longer fresh: whoever guards the page hears touches. */
  settle(): void {
    this.#state = { ...this.#state, sinceMs: this.#state.sinceMs - PAGE_LIMITS.deafMs };
  }

  takeBack = (): void => {
    this.show(this.#state.view, 'open');
  };

  show(view: View | null, connection: Connection = 'open'): void {
    this.#state = {
      connection,
      view,
      shown: this.#state.shown + 1,
      sinceMs: this.#clock.monoMs(),
      isWaiting: false,
    };
    for (const fn of this.#listeners) fn();
  }
}
