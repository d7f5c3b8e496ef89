import { ArrowRight, Clock, IdCard, Info, Users, Wallet } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { AboutLine } from '../components/about-line.tsx';
import { aboutText } from '../components/about-text.tsx';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Sheet } from '../drawings/sheet.tsx';

/** Who may apply, what to bring, fee, time and notes, before anything is asked for. */
export function GuideScreen({ body }: { readonly body: ViewBody<'guide'> }): ReactElement {
  const { words, send } = usePage();
  const { guide } = words;
  return (
    <Frame
      title={words.screens.guide.title}
      say={words.screens.guide.say}
      picture={<Sheet kind="list" />}
      actions={
        <>
          <BackButton />
          <Button look="main" icon={ArrowRight} onPress={() => send({ kind: 'confirm' })}>
            {guide.go}
          </Button>
        </>
      }
    >
      <Pages look="text">
        {aboutText(Users, guide.who, body.who)}
        {body.bring.length === 0 ? null : (
          <AboutLine icon={IdCard} label={guide.bring}>
            {body.bring.map((thing) => (
              <p key={thing}>{thing}</p>
            ))}
          </AboutLine>
        )}
        {aboutText(Wallet, guide.fee, body.fee)}
        {aboutText(Clock, guide.minutes, body.minutes)}
        {body.notes.map((note) => aboutText(Info, guide.notes, note))}
      </Pages>
    </Frame>
  );
}
