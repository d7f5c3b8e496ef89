import { Check, CircleAlert, IdCard, Wallet } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { aboutText } from '../components/about-text.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { nextStepLines } from '../components/next-steps.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { QrCode } from '../components/qr-code.tsx';
import './screens.css';

type Body = ViewBody<'stopped'>;
const LOOKS = { printed: 'done', failed: 'warn', absent: 'plain', printing: 'plain' } as const;

/** What happened, where the card is, what was charged, what to do, and the number by which all of it is found again. */
export function StoppedScreen({ body }: { readonly body: Body }): ReactElement {
  const { words, send } = usePage();
  const { stopped } = words;
  return (
    <Frame
      title={words.screens.stopped.title}
      say={words.screens.stopped.say}
      picture={<QrCode text={body.qrText} label={stopped.qr} isLarge />}
      more={<Notice look={LOOKS[body.slip]}>{stopped.slips[body.slip]}</Notice>}
      actions={
        body.slip === 'printing' ? null : (
          <Button look="main" icon={Check} onPress={() => send({ kind: 'noted' })}>
            {stopped.noted}
          </Button>
        )
      }
    >
      <div className="amount">
        <p className="stacked">
          <span className="label-text">{stopped.incident}</span>
          <span className="display-text">{body.incident}</span>
        </p>
        {body.receiptNo === null || body.receiptNo === '' ? null : (
          <p className="stacked">
            <span className="label-text">{stopped.receiptNo}</span>
            <span>{body.receiptNo}</span>
          </p>
        )}
      </div>
      <Pages look="text">
        {aboutText(CircleAlert, undefined, body.happened)}
        {aboutText(IdCard, undefined, body.property)}
        {aboutText(Wallet, undefined, body.money)}
        {nextStepLines(body.next)}
      </Pages>
    </Frame>
  );
}
