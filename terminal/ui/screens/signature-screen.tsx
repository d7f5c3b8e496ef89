import { ArrowRight, Check, Eraser, FileText, RotateCcw, UserRound } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { aboutText } from '../components/about-text.tsx';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { pointLines } from '../components/points.tsx';
import { runningText } from '../components/running-text.tsx';
import { Sheet } from '../drawings/sheet.tsx';
import { Signing } from '../drawings/signing.tsx';
import { PAGE_LIMITS } from '../limits.table.ts';
import { SignField } from '../signature/sign-field.tsx';
import { thinned, type Strokes } from '../signature/strokes.ts';
import { textWidth } from '../text/blocks.ts';
import { problemText } from '../text/words-of.ts';
import './screens.css';

type Body = ViewBody<'signature'>;

/** What is signed, and where: on the pad beside the screen, or on the screen. */
export function SignatureScreen({ body }: { readonly body: Body }): ReactElement {
  const isLong = textWidth(body.what) > PAGE_LIMITS.signedWidth;
  const [isReading, setIsReading] = useState(isLong);
  if (body.on === 'pad') return <PadSignature body={body} />;
  if (isReading) return <SignedText body={body} onRead={() => setIsReading(false)} />;
  return <PageSignature body={body} {...(isLong ? { onReadAgain: () => setIsReading(true) } : {})} />;
}

function PadSignature({ body }: { readonly body: Body }): ReactElement {
  const { words, send } = usePage();
  const { signature, photo } = words;
  const isAgain = body.phase === 'again';
  return (
    <Frame
      title={isAgain ? signature.again : signature.titles.pad}
      say={signature.says.pad}
      picture={<Signing on="pad" />}
      actions={
        <>
          <BackButton />
          <Button icon={UserRound} onPress={() => send({ kind: 'useWindow' })}>
            {photo.window}
          </Button>
          {isAgain ? (
            <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
              {signature.signAgain}
            </Button>
          ) : (
            <Button icon={Eraser} onPress={() => send({ kind: 'again' })}>
              {signature.clear}
            </Button>
          )}
        </>
      }
    >
      <Pages look="text">
        {body.problem === null ? null : (
          <Notice look="warn">{problemText(body.problem, words, signature.problems)}</Notice>
        )}
        {aboutText(FileText, signature.about, body.what)}
        {pointLines(signature.padSteps)}
      </Pages>
    </Frame>
  );
}

/** A long text is read first, page by page; the field needs the room. */
function SignedText({ body, onRead }: { readonly body: Body; readonly onRead: () => void }): ReactElement {
  const { signature } = usePage().words;
  return (
    <Frame
      title={signature.readTitle}
      say={signature.readSay}
      picture={<Sheet kind="agree" />}
      actions={
        <>
          <BackButton />
          <Button look="main" icon={ArrowRight} onPress={onRead}>
            {signature.goOn}
          </Button>
        </>
      }
    >
      <Pages look="text">{runningText(body.what, 'what')}</Pages>
    </Frame>
  );
}

interface PageSignatureProps {
  readonly body: Body;
  /** Left out where what is signed stands beside the field. */
  readonly onReadAgain?: () => void;
}

function PageSignature({ body, onReadAgain }: PageSignatureProps): ReactElement {
  const { words, send } = usePage();
  const { signature } = words;
  const [strokes, setStrokes] = useState<Strokes>([]);
  return (
    <Frame
      title={body.phase === 'again' ? signature.again : signature.titles.page}
      say={signature.says.page}
      picture={<Signing on="page" />}
      more={
        body.problem === null ? null : (
          <Notice look="warn">{problemText(body.problem, words, signature.problems)}</Notice>
        )
      }
      actions={
        <>
          {onReadAgain === undefined ? (
            <BackButton />
          ) : (
            <Button icon={FileText} onPress={onReadAgain}>
              {signature.readAgain}
            </Button>
          )}
          <Button icon={Eraser} isOff={strokes.length === 0} onPress={() => setStrokes([])}>
            {signature.clear}
          </Button>
          <Button
            look="main"
            icon={Check}
            isOff={strokes.length === 0}
            onPress={() => send({ kind: 'sign', strokes: thinned(strokes) })}
          >
            {signature.done}
          </Button>
        </>
      }
    >
      <div className="signing">
        {onReadAgain === undefined ? <p className="signing__what">{body.what}</p> : null}
        <SignField strokes={strokes} onChange={setStrokes} />
      </div>
    </Frame>
  );
}
