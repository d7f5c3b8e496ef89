import { ArrowLeft } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Mode } from '@yimen/contracts/ui';
import { Button } from './button.tsx';
import { OptionCard } from './option-card.tsx';
import { usePage } from './page-context.ts';
import { Pages } from './pages.tsx';

const COLOURS = ['day', 'night', 'contrast', 'soft'] as const satisfies readonly Mode['contrast'][];

/** Size of text, set of colours and place of the screen, changed at any time; the session keeps them and resets them at
 *  the end. Stays open while several are chosen. */
export function DisplayChooser({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { view, words, send } = usePage();
  const { mode } = view;
  const choose = (more: Partial<Mode>): void => {
    send({ kind: 'mode', mode: { ...mode, ...more } });
  };
  const { display } = words;
  return (
    <>
      <div className="body">
        <Pages>
          <div className="group">
            <h2 className="group-title">{display.size}</h2>
            <div className="option-grid">
              <OptionCard title={display.standard} isChosen={!mode.elder} onPress={() => choose({ elder: false })} />
              <OptionCard title={display.elder} isChosen={mode.elder} onPress={() => choose({ elder: true })} />
            </div>
          </div>
          <div className="group">
            <h2 className="group-title">{display.colours}</h2>
            <div className="option-grid">
              {COLOURS.map((colours) => (
                <OptionCard
                  key={colours}
                  title={display[colours]}
                  isChosen={mode.contrast === colours}
                  onPress={() => choose({ contrast: colours })}
                />
              ))}
            </div>
          </div>
          <div className="group">
            <h2 className="group-title">{display.reach}</h2>
            <div className="option-grid">
              <OptionCard
                title={display.fullReach}
                isChosen={!mode.lowReach}
                onPress={() => choose({ lowReach: false })}
              />
              <OptionCard
                title={display.lowReach}
                isChosen={mode.lowReach}
                onPress={() => choose({ lowReach: true })}
              />
            </div>
          </div>
        </Pages>
      </div>
      <div className="actions">
        <Button look="main" icon={ArrowLeft} onPress={onClose}>
          {display.close}
        </Button>
      </div>
    </>
  );
}
