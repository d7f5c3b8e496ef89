import { ArrowLeft } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Mode } from '@yimen/contracts/ui';
import { Button } from './button.tsx';
import { OptionCard } from './option-card.tsx';
import { usePage } from './page-context.ts';

const COLOURS = ['day', 'night', 'contrast', 'soft'] as const satisfies readonly Mode['contrast'][];

/** Size of text and set of colours, changed at any time; the session keeps them and resets them at the end. */
export function DisplayChooser({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { view, words, send } = usePage();
  const { mode } = view;
  const choose = (more: Partial<Mode>): void => {
    send({ kind: 'mode', mode: { ...mode, ...more } });
  };
  return (
    <>
      <div className="body">
        <div className="option-grid">
          <OptionCard title={words.display.standard} isChosen={!mode.elder} onPress={() => choose({ elder: false })} />
          <OptionCard title={words.display.elder} isChosen={mode.elder} onPress={() => choose({ elder: true })} />
        </div>
        <h2 className="group-title">{words.display.colours}</h2>
        <div className="option-grid">
          {COLOURS.map((colours) => (
            <OptionCard
              key={colours}
              title={words.display[colours]}
              isChosen={mode.contrast === colours}
              onPress={() => choose({ contrast: colours })}
            />
          ))}
        </div>
      </div>
      <div className="actions">
        <Button look="back" icon={ArrowLeft} onPress={onClose}>
          {words.display.close}
        </Button>
      </div>
    </>
  );
}
