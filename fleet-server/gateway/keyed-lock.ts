/** Runs what concerns the same key one after another: two deciders about one case never see the same moment. */
export interface KeyedLock {
  run<T>(key: string, fn: () => Promise<T>): Promise<T>;
}

export function createKeyedLock(): KeyedLock {
  const last = new Map<string, Promise<unknown>>();
  return {
    run: async (key, fn) => {
      const before = last.get(key);
      const mine = before === undefined ? fn() : before.then(fn, fn);
      last.set(key, mine);
      try {
        return await mine;
      } finally {
        // The last in line takes the key away, or the map would remember every case for ever.
        if (last.get(key) === mine) last.delete(key);
      }
    },
  };
}
