import { Check, IdCard, ReceiptText, Smartphone } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Icon } from '../components/icon.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Door } from '../drawings/door.tsx';
import './screens.css';

const THINGS = [IdCard, Smartphone, ReceiptText] as const;

/** The door closes: nothing of the citizen is kept; has everything been taken along? */
export function EndScreen({ body }: { readonly body: ViewBody<'end'> }): ReactElement {
  const { words, send } = usePage();
  const { end } = words;
  return (
    <Frame
      title={words.screens.end.title}
      say={words.screens.end.say}
      picture={<Door state="closing" />}
      actions={
        <Button look="main" icon={Check} onPress={() => send({ kind: 'confirm' })}>
          {end.finish}
        </Button>
      }
    >
      <Pages>
        {body.leftBehind ? <Notice look="warn">{end.leftBehind}</Notice> : <Notice look="done">{end.cleared}</Notice>}
        <p className="display-text">{end.question}</p>
        <ul className="things">
          {THINGS.map((icon, at) => (
            <li key={end.taken[at]} className="thing">
              <Icon of={icon} size="card" />
              <span>{end.taken[at]}</span>
            </li>
          ))}
        </ul>
      </Pages>
    </Frame>
  );
}
