import type { KeyTry } from '../electron-ports.ts';

/** The keys of a keypad, two switches and a page that is walked through (screens C1). The page keeps the same list; the
 *  shell does not rely on that. */
const ALLOWED_KEYS: ReadonlySet<string> = new Set([
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

/** Denies by default: no chord, no function key, no letter, nothing of an input method (K01–K08, K25, K35). A key that
 *  repeats by being held acts once. */
export function isKeyAllowed(key: KeyTry): boolean {
  if (key.control || key.alt || key.meta || key.isComposing) return false;
  if (key.isAutoRepeat && (key.key === 'Enter' || key.key === ' ')) return false;
  return ALLOWED_KEYS.has(key.key);
}

/** The key's name for the report. A character typed without a chord is not told: somebody may be writing their name. */
export function keyName(key: KeyTry): string {
  const isChord = key.control || key.alt || key.meta;
  const held = [key.control && 'Ctrl', key.alt && 'Alt', key.meta && 'Super', key.shift && 'Shift'];
  const name =
    /^(?:[A-Z][A-Za-z0-9]+|F\d+)$/u.test(key.key) || (isChord && /^\w$/u.test(key.key)) ? key.key : 'character';
  return [...held.filter((part) => part !== false), name].join('+').slice(0, 40);
}
