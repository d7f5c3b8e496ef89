import { CircleHelp, Contrast, Languages, LogOut, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

export interface PersistentBarProps {
  /** Outside a session there is nothing to leave and nobody to help yet: only the language stays. */
  readonly isSession: boolean;
  readonly onDisplay: () => void;
}

/** 退出 · 中/EN · 显示 · 求助, always in the same places. What cannot be done now leaves its place empty. */
export function PersistentBar({ isSession, onDisplay }: PersistentBarProps): ReactElement {
  const { view, words, send } = usePage();
  const other = words.otherLanguage;
  return (
    <nav className="bar" aria-label={words.bar.label}>
      {isSession ? (
        <BarButton
          icon={LogOut}
          word={words.bar.leave}
          isOff={!view.canLeave}
          onPress={() => send({ kind: 'leave' })}
        />
      ) : null}
      <BarButton
        icon={Languages}
        word={other.name}
        lang={other.lang}
        onPress={() => send({ kind: 'language', lang: other.lang })}
      />
      {isSession ? <BarButton icon={Contrast} word={words.bar.display} onPress={onDisplay} /> : null}
      {isSession ? (
        // Help opens only while a prompt waits: a device that moves is not left alone.
        <BarButton
          icon={CircleHelp}
          word={words.bar.help}
          isOff={view.left === null}
          onPress={() => send({ kind: 'help' })}
        />
      ) : null}
    </nav>
  );
}

interface BarButtonProps {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly lang?: string;
  readonly isOff?: boolean;
  readonly onPress: () => void;
}

function BarButton({ icon, word, lang, isOff = false, onPress }: BarButtonProps): ReactElement {
  return (
    <button type="button" className="bar__button" disabled={isOff} lang={lang} onClick={onPress}>
      <Icon of={icon} />
      <span>{word}</span>
    </button>
  );
}
