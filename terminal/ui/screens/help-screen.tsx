import { ArrowLeft, Info, MapPin, Phone } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { AboutLine } from '../components/about-line.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { MessagePhone } from '../drawings/message-phone.tsx';

/** Whom to call, what to say, and what staff can and cannot do. */
export function HelpScreen({ body }: { readonly body: ViewBody<'help'> }): ReactElement {
  const { view, words, send } = usePage();
  const { help } = words;
  return (
    <Frame
      title={words.screens.help.title}
      say={words.screens.help.say}
      picture={<MessagePhone kind="call" />}
      actions={
        <Button look="main" icon={ArrowLeft} onPress={() => send({ kind: 'closeHelp' })}>
          {help.back}
        </Button>
      }
    >
      <Pages look="text">
        <AboutLine icon={Phone} label={help.line}>
          <p className="display-text">{body.hotline}</p>
        </AboutLine>
        <AboutLine icon={MapPin} label={help.tell}>
          <p className="title-text">{view.lang === 'en' ? view.hall.en : view.hall.zh}</p>
        </AboutLine>
        <AboutLine icon={Info} label={words.guide.notes}>
          <p>{help.keep}</p>
        </AboutLine>
      </Pages>
    </Frame>
  );
}
