import type { Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { CoreLink } from './ports.ts';

const BATCH = 32;

/** Keeps a session's events in order: what waits while one append is under way goes together in the next. */
export class JournalQueue {
  readonly #core: CoreLink;
  #waiting: { event: JournalEvent; settle: (result: Result<unknown, Fault>) => void }[] = [];
  #busy = false;
  first = 0;
  last = 0;
  head = '';

  constructor(core: CoreLink) {
    this.#core = core;
  }

  /** Resolves when every one of `events` is synced, or with why not. */
  async append(events: readonly JournalEvent[]): Promise<Result<unknown, Fault>> {
    const results = events.map(
      (event) =>
        new Promise<Result<unknown, Fault>>((settle) => {
          this.#waiting.push({ event, settle });
        }),
    );
    void this.#drain();
    const settled = await Promise.all(results);
    return settled.find((result) => !result.ok) ?? { ok: true, value: undefined };
  }

  async #drain(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      this.#waiting = this.#waiting.slice(BATCH);
      const result = await this.#core.append(batch.map((item) => item.event));
      if (result.ok) {
        this.first = this.first === 0 ? result.value.first : this.first;
        this.last = result.value.last;
        this.head = result.value.head;
      }
      for (const item of batch) item.settle(result);
    }
    this.#busy = false;
  }
}
