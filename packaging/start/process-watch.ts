import type { WatchTimes } from './watch.table.ts';

const MB = 1024 * 1024;

/** What is known of one process that is watched. Pure: it is told of pulses and looks, and says what they mean. */
export class ProcessWatch {
  readonly #times: WatchTimes;
  #silent = 0;
  #hasSpoken = false;
  #rssMb = 0;

  constructor(times: WatchTimes) {
    this.#times = times;
  }

  /** It spoke. */
  pulse(rssBytes: number): void {
    this.#hasSpoken = true;
    this.#silent = 0;
    this.#rssMb = Math.round(rssBytes / MB);
  }

  /** It has started: from now on its silence counts. */
  ready(): void {
    this.#hasSpoken = true;
    this.#silent = 0;
  }

  /** One look. @returns whether it hangs */
  look(): boolean {
    this.#silent += 1;
    const { silentLooks, startLooks } = this.#times;
    return this.#silent > (this.#hasSpoken ? silentLooks : startLooks);
  }

  /** What it holds, when that is above its bound. */
  grownToMb(): number | undefined {
    return this.#rssMb > this.#times.grownMb ? this.#rssMb : undefined;
  }
}
