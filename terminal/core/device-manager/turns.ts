/** One motion of core at a time: what puts a found card away and what recovers a device would meet in the same path. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #taken = 0;

  get isTaken(): boolean {
    return this.#taken > 0;
  }

  /** Runs `act` when all before it have ended, however they ended. */
  async run<T>(act: () => Promise<T>): Promise<T> {
    this.#taken += 1;
    const before = this.#last;
    const mine = before.then(act, act);
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#taken -= 1;
    }
  }
}
