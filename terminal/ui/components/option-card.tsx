import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './lists.css';
import { usePage } from './page-context.ts';

export interface OptionCardProps {
  readonly title: string;
  readonly lang?: string;
  readonly detail?: ReactNode;
  /** At the right: a fee. */
  readonly aside?: ReactNode;
  /** `undefined`: an action; else one of a set, of which this is the chosen one or not. */
  readonly isChosen?: boolean;
  readonly onPress: () => void;
}

/** One choice: a row of its own with a name, what it means, and what it costs. */
export function OptionCard({ title, lang, detail, aside, isChosen, onPress }: OptionCardProps): ReactElement {
  const { words } = usePage();
  return (
    <button
      type="button"
      className={isChosen === true ? 'option option--chosen' : 'option'}
      lang={lang}
      aria-pressed={isChosen}
      onClick={onPress}
    >
      <span className="option__words">
        <span className="option__title">{title}</span>
        {detail === undefined ? null : <span className="option__detail">{detail}</span>}
      </span>
      {aside === undefined ? null : <span className="option__aside">{aside}</span>}
      {isChosen === true ? (
        <span>
          <Icon of={Check} />
          <span className="visually-hidden">{words.display.chosen}</span>
        </span>
      ) : null}
    </button>
  );
}
