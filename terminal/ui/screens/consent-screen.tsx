import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { runningText } from '../components/running-text.tsx';
import { ConsentFace } from '../drawings/consent-face.tsx';
import { Sheet } from '../drawings/sheet.tsx';
import './screens.css';

/** One purpose, whole; agree and decline are of one size. For the face the other way is on the same screen. */
export function ConsentScreen({ body }: { readonly body: ViewBody<'consent'> }): ReactElement {
  const { words, send } = usePage();
  const { consent } = words;
  const { sheet } = body;
  return (
    <Frame
      title={sheet.title}
      say={words.screens.consent.say}
      picture={sheet.face ? <ConsentFace /> : <Sheet kind="agree" />}
      actions={
        <>
          <BackButton />
          <Button onPress={() => send({ kind: 'decline', consent: sheet.id })}>
            {sheet.face ? consent.withoutFace : consent.decline}
          </Button>
          <Button look="main" onPress={() => send({ kind: 'agree', consent: sheet.id })}>
            {consent.agree}
          </Button>
        </>
      }
    >
      {body.of > 1 ? <p className="label-text">{consent.sheet(body.n, body.of)}</p> : null}
      <Pages look="text">
        {runningText(sheet.text, sheet.id)}
        <Notice look="plain">{sheet.face ? consent.withoutFaceNote : consent.declineNote}</Notice>
      </Pages>
    </Frame>
  );
}
