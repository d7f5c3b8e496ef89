import { useEffect, useEffectEvent } from 'react';

/** Digits and Backspace of a keypad do what the keys on the screen do. */
export function useDigitKeys(onDigit: (digit: string) => void, onRemove: () => void): void {
  const press = useEffectEvent((key: string) => {
    if (/^\d$/u.test(key)) onDigit(key);
    if (key === 'Backspace') onRemove();
  });
  useEffect(() => {
    const off = new AbortController();
    document.addEventListener('keydown', (event) => press(event.key), { signal: off.signal });
    return () => {
      off.abort();
    };
  }, []);
}
