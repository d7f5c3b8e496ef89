import { useEffect, type ReactElement } from 'react';
import { useConsole } from '../console-context.ts';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

export interface KeysProps {
  readonly value: string;
  readonly most: number;
  readonly hasLetters?: boolean;
  readonly onChange: (value: string) => void;
  readonly onEnter?: (() => void) | undefined;
}

/** Digits, and letters where they are needed, under the screen; a real keyboard and a hand scanner type here too. */
export function Keys({ value, most, hasLetters = false, onChange, onEnter }: KeysProps): ReactElement {
  const { words } = useConsole();
  const type = (text: string): void => {
    onChange((value + text).slice(0, most));
  };
  useEffect(() => {
    const heard = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const key = event.key.toUpperCase();
      const isMine = hasLetters ? /^[A-Z0-9-]$/u.test(key) : /^[0-9]$/u.test(key);
      if (isMine) type(key);
      else if (event.key === 'Backspace') onChange(value.slice(0, -1));
      else if (event.key === 'Enter') onEnter?.();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', heard);
    return () => {
      removeEventListener('keydown', heard);
    };
  });
  return (
    <div className={hasLetters ? 'keys keys--letters' : 'keys'}>
      {[...DIGITS, ...(hasLetters ? LETTERS : [])].map((key) => (
        <button
          key={key}
          type="button"
          className="key"
          onClick={() => {
            type(key);
          }}
        >
          {key}
        </button>
      ))}
      <button
        type="button"
        className="key key--word"
        onClick={() => {
          onChange(value.slice(0, -1));
        }}
      >
        {words.signIn.back}
      </button>
      <button
        type="button"
        className="key key--word"
        onClick={() => {
          onChange('');
        }}
      >
        {words.signIn.clear}
      </button>
    </div>
  );
}
