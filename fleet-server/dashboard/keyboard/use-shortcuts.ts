import { useEffect } from 'react';

/** The second key has to follow within this time. */
const CHORD_MS = 1_200;

export type ShortcutPage = 'overview' | 'terminals' | 'alarms' | 'events' | 'settings';
/** `g` and then the page's letter. */
export const PAGE_KEYS: Readonly<Record<string, ShortcutPage>> = {
  o: 'overview',
  t: 'terminals',
  a: 'alarms',
  e: 'events',
  s: 'settings',
};

interface Acts {
  go(page: ShortcutPage): void;
  search(): void;
  help(): void;
}

/** Page keys: `/` search, `g` + letter a page, `j` and `k` the next row and the one before, `?` help. Never while somebody types, and never with a modifier, so that
 *  no key of the browser or of a screen reader is taken. */
export function useShortcuts(acts: Acts): void {
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const page = event.timeStamp < chordUntil ? PAGE_KEYS[event.key.toLowerCase()] : undefined;
      chordUntil = 0;
      if (page !== undefined) acts.go(page);
      else if (event.key === 'g') chordUntil = event.timeStamp + CHORD_MS;
      else if (event.key === 'j') moveToRow(1);
      else if (event.key === 'k') moveToRow(-1);
      else if (event.key === '?') acts.help();
      else if (event.key === '/') {
        // Otherwise the slash would be typed into the field that now has the focus.
        event.preventDefault();
        acts.search();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [acts]);
}

/** Moves the focus along the page's rows: what each row leads to carries `data-row`. */
function moveToRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('#content [data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  // From nowhere, j begins at the first row; at either end the focus stays.
  rows[at < 0 ? 0 : at + by]?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, dialog') !== null)
  );
}
