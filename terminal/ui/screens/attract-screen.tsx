import { Hand } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Door } from '../drawings/door.tsx';
import { WORDS } from '../text/words-of.ts';
import './screens.css';

/** The invitation: what this is, how to begin, in both languages, and what is off. Nobody's data. */
export function AttractScreen({ body }: { readonly body: ViewBody<'attract'> }): ReactElement {
  const { view, words, send } = usePage();
  const start = (): void => {
    send({ kind: 'start' });
  };
  const { title, say } = words.screens.attract;
  const other = WORDS[view.lang === 'en' ? 'zh-CN' : 'en'];
  return (
    <Frame
      title={title}
      say={say}
      picture={<Door state="ajar" />}
      isSession={false}
      onTouch={start}
      actions={
        <Button look="main" icon={Hand} onPress={start}>
          {words.attract.begin}
        </Button>
      }
    >
      {body.off.length === 0 ? (
        <div className="invite">
          <p className="display-text">{body.hallName}</p>
          <p className="title-text">{words.attract.touch}</p>
          <p className="title-text quiet-text" lang={other.lang}>
            {other.attract.touch}
          </p>
        </div>
      ) : (
        <Pages look="text">
          <p className="title-text">{body.hallName}</p>
          <p>{words.attract.touch}</p>
          <p className="quiet-text" lang={other.lang}>
            {other.attract.touch}
          </p>
          {body.off.map((off, at) => (
            <div key={off.service}>
              {at === 0 ? <h2 className="group-title">{words.attract.off}</h2> : null}
              <p className="off-line">
                {off.title} <span className="quiet-text">{off.why}</span>
              </p>
            </div>
          ))}
        </Pages>
      )}
    </Frame>
  );
}
