import { RotateCcw } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Points } from '../components/points.tsx';
import { LicenceSlot } from '../drawings/licence.tsx';
import './screens.css';

/** The old licence into the slot, which keeps it; the new one follows. */
export function GiveOldScreen({ body }: { readonly body: ViewBody<'give-old'> }): ReactElement {
  const { words, send } = usePage();
  const { giveOld } = words;
  const isAgain = body.phase === 'again';
  return (
    <Frame
      title={giveOld.titles[body.what][body.phase]}
      say={giveOld.says[body.phase]}
      picture={<LicenceSlot motion="in" />}
      actions={
        isAgain ? (
          <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
            {giveOld.again}
          </Button>
        ) : null
      }
    >
      <Pages>
        {isAgain ? <Notice look="warn">{giveOld.failed}</Notice> : null}
        {body.attempt > 1 ? <p className="label-text">{words.attempt(body.attempt, body.of)}</p> : null}
        <Points points={giveOld.steps} />
      </Pages>
    </Frame>
  );
}
