/** Pauses that double from `firstMs` to `longestMs`; `reset` after a success. */
export interface BackOff {
  next(): number;
  reset(): void;
}

export function backOff(firstMs: number, longestMs: number): BackOff {
  let pauseMs = firstMs;
  return {
    next: () => {
      const now = pauseMs;
      pauseMs = Math.min(pauseMs * 2, longestMs);
      return now;
    },
    reset: () => {
      pauseMs = firstMs;
    },
  };
}
