/** The keys of a keypad, two switches and a page that is walked through; every other key belongs to the browser. */
const KEYS: ReadonlySet<string> = new Set([
  'Tab',
  'Shift',
  'Enter',
  ' ',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Backspace',
  ...Array.from('0123456789'),
]);

/** Denies by default: reload, back, find, print, tools, zoom and all else that would leave the page (K01–K08). A key
 *  that repeats by being held acts once.
 *  @returns how to take the guard off. */
export function guardKeys(page: Document): () => void {
  const off = new AbortController();
  page.addEventListener(
    'keydown',
    (event) => {
      const isChord = event.ctrlKey || event.altKey || event.metaKey;
      const isHeld = event.repeat && (event.key === 'Enter' || event.key === ' ');
      if (!isChord && !isHeld && KEYS.has(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true, signal: off.signal },
  );
  return () => {
    off.abort();
  };
}
