import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Points } from '../components/points.tsx';
import { CardSlot } from '../drawings/card-slot.tsx';
import { problemText } from '../text/words-of.ts';

/** The slot, which side up, and that the card stays inside; what went wrong the last time. */
export function ReadCardScreen({ body }: { readonly body: ViewBody<'read-card'> }): ReactElement {
  const { words } = usePage();
  const { readCard } = words;
  const isReading = body.phase === 'reading';
  return (
    <Frame
      title={readCard.titles[body.phase]}
      say={readCard.says[body.phase]}
      picture={<CardSlot motion={isReading ? 'inside' : 'in'} />}
    >
      <Pages>
        {body.problem === null ? null : <Notice look="warn">{problemText(body.problem, words)}</Notice>}
        {body.attempt > 1 && !isReading ? (
          <p className="label-text">{readCard.attempt(body.attempt, body.of)}</p>
        ) : null}
        <Points points={isReading ? readCard.reading : readCard.steps} />
      </Pages>
    </Frame>
  );
}
