import { Check, Printer } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { FactLine } from '../components/facts.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { QrCode } from '../components/qr-code.tsx';
import { PaperSlip } from '../drawings/paper-slip.tsx';
import './screens.css';

type Body = ViewBody<'receipt'>;
const LOOKS = { ready: 'plain', printing: 'plain', printed: 'done', failed: 'warn', absent: 'plain' } as const;

/** What was done, on paper or as a code to photograph. */
export function ReceiptScreen({ body }: { readonly body: Body }): ReactElement {
  const { words, send } = usePage();
  const { receipt } = words;
  const canPrint = body.printer === 'ready' || body.printer === 'failed';
  const isPrinting = body.printer === 'printing';
  return (
    <Frame
      title={words.screens.receipt.title}
      say={words.screens.receipt.say}
      picture={<PaperSlip isOut={body.printer === 'printed'} />}
      more={<Notice look={LOOKS[body.printer]}>{receipt.printers[body.printer]}</Notice>}
      actions={
        isPrinting ? null : (
          <>
            {canPrint ? (
              <Button icon={Printer} onPress={() => send({ kind: 'printReceipt' })}>
                {receipt.print}
              </Button>
            ) : null}
            <Button look="main" icon={Check} onPress={() => send({ kind: 'confirm' })}>
              {receipt.finish}
            </Button>
          </>
        )
      }
    >
      <div className="beside-code">
        <Pages look="facts">
          {body.lines.map((line) => (
            <FactLine key={line.id} fact={line} />
          ))}
        </Pages>
        <QrCode text={body.qrText} label={receipt.qr} />
      </div>
    </Frame>
  );
}
