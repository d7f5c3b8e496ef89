import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { CardSlot } from '../drawings/card-slot.tsx';
import { CardField } from '../drawings/id-card.tsx';
import { LicenceSlot } from '../drawings/licence.tsx';
import { Locker } from '../drawings/locker.tsx';
import { PaperSlip } from '../drawings/paper-slip.tsx';
import { SheetsOut } from '../drawings/sheets-out.tsx';
import './screens.css';

type Body = ViewBody<'take'>;
const LOOKS = { finished: 'done', leaving: 'plain', refused: 'warn', again: 'warn', stopped: 'warn' } as const;

/** One thing to take, from where the light is. */
export function TakeScreen({ body }: { readonly body: Body }): ReactElement {
  const { words } = usePage();
  const { take } = words;
  const thing = take.things[body.what];
  const isPaper = body.what === 'receipt' || body.what === 'sheets';
  return (
    <Frame title={thing.title} say={thing.say} picture={<Outlet what={body.what} />}>
      <Pages>
        {isPaper ? <p className="display-text">{thing.say}</p> : null}
        {isPaper ? null : <Notice look={LOOKS[body.why]}>{take.why[body.why]}</Notice>}
        {body.reminder > 0 ? <Notice look="warn">{thing.reminder(body.reminder)}</Notice> : null}
        {thing.kept === null ? null : <p className="quiet-text">{thing.kept}</p>}
      </Pages>
    </Frame>
  );
}

function Outlet({ what }: { readonly what: Body['what'] }): ReactElement {
  switch (what) {
    case 'card':
      return <CardSlot motion="out" />;
    case 'receipt':
      return <PaperSlip isOut />;
    case 'id-card':
      return <CardField motion="lift" />;
    case 'licence':
      return <LicenceSlot motion="out" />;
    case 'document':
      return <Locker motion="out" />;
    case 'sheets':
      return <SheetsOut />;
    default:
      return what satisfies never;
  }
}
