const FORWARD: ReadonlySet<string> = new Set(['ArrowDown', 'ArrowRight']);
const BACKWARD: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowLeft']);

/** Arrow keys of a keypad move the focus as Tab does, round and round, in the order in which things are read.
 *  @returns how to stop that. */
export function moveByArrows(page: Document): () => void {
  const off = new AbortController();
  page.addEventListener(
    'keydown',
    (event) => {
      const way = FORWARD.has(event.key) ? 1 : BACKWARD.has(event.key) ? -1 : 0;
      if (way === 0) return;
      event.preventDefault();
      const stops = [...page.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')].filter((stop) =>
        stop.checkVisibility({ visibilityProperty: true }),
      );
      stops
        .at(
          nextStop(
            stops.findIndex((stop) => stop === page.activeElement),
            way,
            stops.length,
          ),
        )
        ?.focus();
    },
    { signal: off.signal },
  );
  return () => {
    off.abort();
  };
}

/** Which of `count` stops comes after (`way` 1) or before (-1) the one at `at`; -1 = none has the focus yet. */
export function nextStop(at: number, way: 1 | -1, count: number): number {
  if (count === 0) return 0;
  if (at < 0) return way === 1 ? 0 : count - 1;
  return (at + way + count) % count;
}
