import { Keyboard, RotateCcw } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Points } from '../components/points.tsx';
import { CardSlot } from '../drawings/card-slot.tsx';
import { CardField } from '../drawings/id-card.tsx';
import { problemText } from '../text/words-of.ts';

type Body = ViewBody<'read-card'>;

/** A permit into the slot, which keeps it, or an ID card on the field; what went wrong the last time; where it is allowed,
 *  the number by hand. */
export function ReadCardScreen({ body }: { readonly body: Body }): ReactElement {
  const { words } = usePage();
  const read = words.readCard[body.what];
  const isReading = body.phase === 'reading';
  return (
    <Frame
      title={read.titles[body.phase]}
      say={read.says[body.phase]}
      picture={<ReadPicture body={body} />}
      actions={<ReadActions body={body} />}
    >
      <Pages>
        {body.problem === null ? null : <Notice look="warn">{problemText(body.problem, words)}</Notice>}
        {body.attempt > 1 && !isReading ? <p className="label-text">{words.attempt(body.attempt, body.of)}</p> : null}
        <Points points={isReading ? read.reading : read.steps} />
      </Pages>
    </Frame>
  );
}

function ReadPicture({ body }: { readonly body: Body }): ReactElement {
  const isReading = body.phase === 'reading';
  if (body.what === 'permit') return <CardSlot motion={isReading ? 'inside' : 'in'} />;
  return <CardField motion={isReading ? 'reading' : 'lay'} />;
}

/** A permit is taken in again by being put in; a card that lies there is read again when asked for. */
function ReadActions({ body }: { readonly body: Body }): ReactElement | null {
  const { view, words, send } = usePage();
  const isAgain = body.what === 'id-card' && body.phase === 'again';
  const canOther = body.canOther && body.phase !== 'reading';
  if (!view.canBack && !isAgain && !canOther) return null;
  return (
    <>
      <BackButton />
      {canOther ? (
        <Button icon={Keyboard} onPress={() => send({ kind: 'other' })}>
          {words.typeNumber}
        </Button>
      ) : null}
      {isAgain ? (
        <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
          {words.readCard.again}
        </Button>
      ) : null}
    </>
  );
}
