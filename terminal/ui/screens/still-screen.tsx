import { MonitorCheck } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Language } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import '../components/frame.css';
import { Points } from '../components/points.tsx';
import { Door } from '../drawings/door.tsx';
import type { ScreenWords, Words } from '../text/words.ts';
import { WORDS } from '../text/words-of.ts';
import './screens.css';

/** Why no view is on the screen. */
export type StillReason = 'away' | 'starting' | 'superseded';

export interface StillScreenProps {
  readonly reason: StillReason;
  /** The language that comes first; the other follows, because it cannot be switched while nobody answers. */
  readonly lang: Language;
  readonly onTakeBack: () => void;
}

/** The page's own screen, drawn without any help: it says what is going on, in both languages, over the last view. */
export function StillScreen({ reason, lang, onTakeBack }: StillScreenProps): ReactElement {
  const words = WORDS[lang];
  const other = WORDS[words.otherLanguage.lang];
  const { title, say } = saidOf(reason, words);
  const said = saidOf(reason, other);
  return (
    <div className="over">
      <section className="guide" aria-label={words.guideLabel}>
        <div className="picture">
          <Door state={reason === 'superseded' ? 'closed' : 'checking'} />
        </div>
        <p className="sentence">{say}</p>
      </section>
      <main className="work" role="alert">
        <div className="title">
          <h1>{title}</h1>
        </div>
        <div className="body">
          {reason === 'away' ? <Points points={words.away.points} /> : null}
          <div className="still__other" lang={other.lang}>
            <p className="title-text">{said.title}</p>
            <p>{said.say}</p>
          </div>
        </div>
        {reason === 'superseded' ? <TakeBack onPress={onTakeBack}>{words.superseded.takeBack}</TakeBack> : null}
      </main>
    </div>
  );
}

function TakeBack({ onPress, children }: { readonly onPress: () => void; readonly children: ReactNode }): ReactElement {
  return (
    <div className="actions">
      <Button look="main" icon={MonitorCheck} onPress={onPress}>
        {children}
      </Button>
    </div>
  );
}

function saidOf(reason: StillReason, words: Words): ScreenWords {
  return words[reason];
}
