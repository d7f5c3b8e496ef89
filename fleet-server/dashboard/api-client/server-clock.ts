/** The server's time, carried on by this page's monotonic clock: ages are right even when the viewer's clock is not.
 *  Also knows until when the shown data is known to be true: a feed that is alive and silent means "nothing changed". */
export class ServerClock {
  readonly #monoMs: () => number;
  #offset: number;
  #heardMono = Number.NEGATIVE_INFINITY;
  #isSynced = false;

  constructor(monoMs: () => number = () => performance.now(), wallMs: number = Date.now()) {
    this.#monoMs = monoMs;
    this.#offset = wallMs - monoMs();
  }

  /** The server said that its time is `now`. */
  sync(now: number): void {
    const offset = now - this.#monoMs();
    // Answers arrive late, never early: the greatest offset seen is the truest, but a server that was set back must
    // be followed, so a large step is taken as it comes.
    if (!this.#isSynced || offset > this.#offset || this.#offset - offset > 5_000) this.#offset = offset;
    this.#isSynced = true;
  }

  /** The live feed spoke. */
  heard(): void {
    this.#heardMono = this.#monoMs();
  }

  now(): number {
    return this.#monoMs() + this.#offset;
  }

  /** When the feed last spoke; undefined before it ever did. */
  heardAt(): number | undefined {
    return this.#heardMono === Number.NEGATIVE_INFINITY ? undefined : this.#heardMono + this.#offset;
  }

  /** Until when data that was read at `readAt` (server time) is known to hold. */
  knownUntil(readAt: number): number {
    return Math.max(readAt, this.heardAt() ?? readAt);
  }
}
