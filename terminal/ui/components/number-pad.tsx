import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';
import './number-pad.css';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export interface PadKey {
  readonly icon: LucideIcon;
  readonly word: string;
  /** More than the word, for a screen reader. */
  readonly label: string;
  readonly onPress: () => void;
}

export interface NumberPadProps {
  readonly label: string;
  readonly onDigit: (digit: string) => void;
  /** At the left and the right of the zero. */
  readonly left: PadKey;
  readonly right: PadKey;
}

/** Digits as on a telephone; they never move. */
export function NumberPad({ label, onDigit, left, right }: NumberPadProps): ReactElement {
  return (
    <div className="pad" role="group" aria-label={label}>
      {DIGITS.map((digit) => (
        <button key={digit} type="button" className="pad__key" onClick={() => onDigit(digit)}>
          {digit}
        </button>
      ))}
      <WordKey of={left} />
      <button type="button" className="pad__key" onClick={() => onDigit('0')}>
        0
      </button>
      <WordKey of={right} />
    </div>
  );
}

export interface IdPadProps {
  readonly label: string;
  readonly isOff: (key: string) => boolean;
  readonly onKey: (key: string) => void;
  readonly remove: PadKey;
  readonly clear: PadKey;
}

/** Digits and the X that an ID number may end with. */
export function IdPad({ label, isOff, onKey, remove, clear }: IdPadProps): ReactElement {
  return (
    <div className="pad pad--id" role="group" aria-label={label}>
      <div className="pad__block">
        {[...DIGITS, 'X', '0'].map((key) => (
          <button
            key={key}
            type="button"
            className={key === '0' ? 'pad__key pad__key--wide' : 'pad__key'}
            disabled={key === 'X' && isOff(key)}
            onClick={() => onKey(key)}
          >
            {key}
          </button>
        ))}
      </div>
      <div className="pad__side">
        <WordKey of={remove} />
        <WordKey of={clear} />
      </div>
    </div>
  );
}

function WordKey({ of: key }: { readonly of: PadKey }): ReactElement {
  return (
    <button type="button" className="pad__key pad__key--word" aria-label={key.label} onClick={key.onPress}>
      <Icon of={key.icon} />
      <span>{key.word}</span>
    </button>
  );
}
