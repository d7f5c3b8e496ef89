/** Those who want to be told. A listener that throws is a bug and is not caught. */
export interface Listeners<T> {
  add(fn: (value: T) => void): () => void;
  tell(value: T): void;
}

export function listeners<T>(): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add: (fn) => {
      all.add(fn);
      return () => {
        all.delete(fn);
      };
    },
    tell: (value) => {
      for (const fn of all) fn(value);
    },
  };
}
