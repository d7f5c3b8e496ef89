import type { ReactElement } from 'react';
import type { Words } from '../text/zh-cn.ts';

export interface HeaderProps {
  readonly words: Words;
  /** Which terminal this is; null before core has said it. */
  readonly place: string | null;
  readonly onLanguage: () => void;
}

/** What this page is, where it stands, and its language. */
export function Header({ words, place, onLanguage }: HeaderProps): ReactElement {
  return (
    <header className="head">
      <div>
        <p className="head__title">{words.title}</p>
        <p className="head__place">{place}</p>
      </div>
      <button type="button" className="key" onClick={onLanguage}>
        {words.otherLanguage}
      </button>
    </header>
  );
}
