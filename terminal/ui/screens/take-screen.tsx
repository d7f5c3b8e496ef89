import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { CardSlot } from '../drawings/card-slot.tsx';
import { PaperSlip } from '../drawings/paper-slip.tsx';
import './screens.css';

type Body = ViewBody<'take'>;
const LOOKS = { finished: 'done', leaving: 'plain', refused: 'warn', again: 'warn', stopped: 'warn' } as const;

/** One thing to take, from the slot that is lit. */
export function TakeScreen({ body }: { readonly body: Body }): ReactElement {
  const { words } = usePage();
  const { take } = words;
  const isCard = body.what === 'card';
  return (
    <Frame
      title={isCard ? take.card : take.receipt}
      say={isCard ? take.sayCard : take.sayReceipt}
      picture={isCard ? <CardSlot motion="out" /> : <PaperSlip isOut />}
    >
      <Pages>
        {isCard ? <Notice look={LOOKS[body.why]}>{take.why[body.why]}</Notice> : null}
        {isCard ? null : <p className="display-text">{take.sayReceipt}</p>}
        {body.reminder > 0 ? <Notice look="warn">{take.reminder(body.reminder)}</Notice> : null}
        {isCard ? <p className="quiet-text">{take.kept}</p> : null}
      </Pages>
    </Frame>
  );
}
