import { RotateCcw, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { QrCode } from '../components/qr-code.tsx';
import { HourGlass } from '../drawings/hour-glass.tsx';
import { PhoneScan } from '../drawings/phone-scan.tsx';
import './screens.css';

type Body = ViewBody<'pay'>;

/** The amount, what for and to whom, and the code while it may be paid. Once a payment is being checked there is no code
 *  on the screen: nobody can pay twice. */
export function PayScreen({ body }: { readonly body: Body }): ReactElement {
  const { view, words } = usePage();
  const { pay } = words;
  const isWaiting = body.state === 'waiting';
  return (
    <Frame
      title={body.state === 'waiting' ? words.screens.pay.title : pay.states[body.state]}
      say={body.state === 'waiting' ? words.screens.pay.say : pay.states[body.state]}
      picture={body.state === 'checking' || body.state === 'cancelling' ? <HourGlass /> : <PhoneScan />}
      actions={<PayActions state={body.state} />}
    >
      <p className="amount">
        <span className="label-text">{pay.amount}</span>
        <span className="figure-text">{words.money(body.amountFen)}</span>
      </p>
      <div className="pay">
        {isWaiting ? (
          <div className="pay__code">
            <QrCode text={body.qrText} label={pay.qr} isLarge />
          </div>
        ) : null}
        <Pages look="text">
          {body.state === 'waiting' ? null : <Notice look={NOTICES[body.state]}>{pay.notes[body.state]}</Notice>}
          {view.demo ? <Notice look="plain">{pay.demo}</Notice> : null}
          <Stacked label={pay.payee} value={body.payee} />
          {body.items.map((item, at) => (
            <Stacked key={`${at}-${item.label}`} label={item.label} value={words.money(item.amountFen)} />
          ))}
          <Stacked label={pay.billNo} value={body.billNo} />
        </Pages>
      </div>
    </Frame>
  );
}

function Stacked({ label, value }: { readonly label: string; readonly value: string }): ReactElement {
  return (
    <p className="stacked">
      <span className="label-text">{label}</span>
      <span>{value}</span>
    </p>
  );
}

const NOTICES = { checking: 'warn', declined: 'stop', cancelling: 'warn' } as const;

function PayActions({ state }: { readonly state: Body['state'] }): ReactElement | null {
  const { words, send } = usePage();
  const { pay } = words;
  if (state === 'checking' || state === 'cancelling') return null;
  return (
    <>
      <Button icon={X} onPress={() => send({ kind: 'cancelPay' })}>
        {pay.cancel}
      </Button>
      {state === 'declined' ? (
        <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
          {pay.again}
        </Button>
      ) : null}
    </>
  );
}
