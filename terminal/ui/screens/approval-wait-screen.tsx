import { Landmark, ReceiptText } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { AboutLine } from '../components/about-line.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Progress } from '../components/progress.tsx';
import { Office } from '../drawings/office.tsx';
import './screens.css';

/** Who decides, how long it usually takes and has taken; nothing to do. */
export function ApprovalWaitScreen({ body }: { readonly body: ViewBody<'approval-wait'> }): ReactElement {
  const { words } = usePage();
  const { wait } = words;
  return (
    <Frame title={wait.titles[body.what]} say={wait.says[body.what]} picture={<Office />}>
      <Pages>
        <Progress elapsedMs={body.elapsedMs} usualMs={body.usualMs} />
        {body.what === 'approval' ? (
          <AboutLine icon={Landmark} label={wait.titles.approval}>
            <p>{wait.who}</p>
          </AboutLine>
        ) : null}
        {body.receiptNo === null || body.receiptNo === '' ? null : (
          <AboutLine icon={ReceiptText} label={wait.receiptNo}>
            <p className="title-text">{body.receiptNo}</p>
          </AboutLine>
        )}
      </Pages>
    </Frame>
  );
}
