import { Delete, X } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { Icon } from './icon.tsx';
import './number-pad.css';
import { usePage } from './page-context.ts';

export interface LetterBoardProps {
  readonly label: string;
  readonly rows: readonly (readonly string[])[];
  /** Language of what is on the keys, where it is not the page's. */
  readonly lang?: string;
  /** Keys a row: the fewer, the larger. */
  readonly columns: 8 | 10;
  readonly isOff: (key: string) => boolean;
  readonly onKey: (key: string) => void;
  /** Left out where nothing is typed yet. */
  readonly onRemove?: () => void;
  readonly onClear?: () => void;
}

/** Keys with letters, digits or characters, in rows that never move; at the end of the last row, delete and clear. */
export function LetterBoard(props: LetterBoardProps): ReactElement {
  const { label, rows, lang, columns, isOff, onKey, onRemove, onClear } = props;
  const { words } = usePage();
  const board = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Whoever walks with keys stood on a key of the board before: the way goes on here, not at the top.
    if (document.activeElement === document.body)
      board.current?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }, []);
  return (
    <div className={`board board--${columns}`} role="group" aria-label={label} ref={board}>
      {rows.map((row, at) => (
        <div key={row.join('')} className="board__row">
          {row.map((key) => (
            <button
              key={key}
              type="button"
              className="pad__key board__key"
              lang={lang}
              disabled={isOff(key)}
              onClick={() => onKey(key)}
            >
              {key}
            </button>
          ))}
          {at === rows.length - 1 && onRemove !== undefined ? (
            <WordKey icon={Delete} word={words.form.removeShort} label={words.form.remove} onPress={onRemove} />
          ) : null}
          {at === rows.length - 1 && onClear !== undefined ? (
            <WordKey icon={X} word={words.form.clearShort} label={words.form.clear} onPress={onClear} />
          ) : null}
        </div>
      ))}
    </div>
  );
}

interface WordKeyProps {
  readonly icon: typeof Delete;
  readonly word: string;
  readonly label: string;
  readonly onPress: () => void;
}

function WordKey({ icon, word, label, onPress }: WordKeyProps): ReactElement {
  return (
    <button type="button" className="pad__key pad__key--word board__word" aria-label={label} onClick={onPress}>
      <Icon of={icon} />
      <span>{word}</span>
    </button>
  );
}
