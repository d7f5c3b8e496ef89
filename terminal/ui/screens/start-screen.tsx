import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { LANGUAGES, type Mode } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { DoorLeaves } from '../components/door-leaves.tsx';
import { Frame } from '../components/frame.tsx';
import { OptionCard } from '../components/option-card.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Languages } from '../drawings/languages.tsx';
import { WORDS } from '../text/words-of.ts';
import './screens.css';

/** Language, each in its own script, and the way of showing. The door opens over it, once. */
export function StartScreen(): ReactElement {
  const { view, words, send } = usePage();
  const { mode } = view;
  const choose = (more: Partial<Mode>): void => {
    send({ kind: 'mode', mode: { ...mode, ...more } });
  };
  const { start } = words;
  const isContrast = mode.contrast === 'contrast';
  return (
    <>
      <Frame
        title={words.screens.start.title}
        say={words.screens.start.say}
        picture={<Languages />}
        actions={
          <Button look="main" icon={ArrowRight} onPress={() => send({ kind: 'confirm' })}>
            {start.begin}
          </Button>
        }
      >
        <Pages>
          <div className="group">
            <h2 className="group-title">{start.language}</h2>
            <div className="option-grid">
              {LANGUAGES.map((lang) => (
                <OptionCard
                  key={lang}
                  title={LANGUAGE_NAMES[lang]}
                  lang={lang}
                  isChosen={view.lang === lang}
                  onPress={() => send({ kind: 'language', lang })}
                />
              ))}
            </div>
          </div>
          <div className="group">
            <h2 className="group-title">{start.way}</h2>
            <div className="option-grid">
              <OptionCard
                title={start.standard}
                detail={start.standardDetail}
                isChosen={!mode.elder && !isContrast && !mode.lowReach}
                onPress={() => choose({ elder: false, contrast: 'day', lowReach: false })}
              />
              <OptionCard
                title={start.elder}
                detail={start.elderDetail}
                isChosen={mode.elder}
                onPress={() => choose({ elder: !mode.elder })}
              />
              <OptionCard
                title={start.contrast}
                detail={start.contrastDetail}
                isChosen={isContrast}
                onPress={() => choose({ contrast: isContrast ? 'day' : 'contrast' })}
              />
              <OptionCard
                title={start.lowReach}
                detail={start.lowReachDetail}
                isChosen={mode.lowReach}
                onPress={() => choose({ lowReach: !mode.lowReach })}
              />
            </div>
          </div>
        </Pages>
      </Frame>
      <DoorLeaves />
    </>
  );
}

/** Each language's own name is what the other one calls it. */
const LANGUAGE_NAMES = { 'zh-CN': WORDS.en.otherLanguage.name, en: WORDS['zh-CN'].otherLanguage.name } as const;
