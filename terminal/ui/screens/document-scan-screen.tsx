import { Check, RotateCcw, ScanLine, SkipForward } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { pointLines } from '../components/points.tsx';
import { Scanner } from '../drawings/scanner.tsx';
import { problemText } from '../text/words-of.ts';
import './screens.css';

type Body = ViewBody<'document-scan'>;
const MOTIONS = { lay: 'lay', scanning: 'scanning', again: 'lay', done: 'lift' } as const;

/** Where papers are laid, that they are being scanned, and how many pages came of it. */
export function DocumentScanScreen({ body }: { readonly body: Body }): ReactElement {
  const { words } = usePage();
  const { documentScan } = words;
  const isLaying = body.phase === 'lay' || body.phase === 'again';
  return (
    <Frame
      title={documentScan.titles[body.phase](body.what)}
      say={documentScan.says[body.phase]}
      picture={<Scanner source={body.source} motion={MOTIONS[body.phase]} />}
      actions={<Actions body={body} />}
    >
      <Pages>
        {body.problem === null ? null : (
          <Notice look="warn">{problemText(body.problem, words, documentScan.problems)}</Notice>
        )}
        {body.phase === 'scanning' ? (
          <p className="display-text" role="status">
            {words.pleaseWait}
          </p>
        ) : null}
        {body.phase === 'done' ? <Notice look="done">{documentScan.pages(body.pages)}</Notice> : null}
        {body.phase === 'scanning' && body.pages > 0 ? <p role="status">{documentScan.pages(body.pages)}</p> : null}
        {isLaying ? pointLines(documentScan.steps[body.source]) : null}
      </Pages>
    </Frame>
  );
}

function Actions({ body }: { readonly body: Body }): ReactElement | null {
  const { words, send } = usePage();
  const { documentScan } = words;
  if (body.phase === 'scanning') return null;
  const again = (): void => {
    send({ kind: 'again' });
  };
  const confirm = (): void => {
    send({ kind: 'confirm' });
  };
  return (
    <>
      <BackButton />
      {body.canSkip && body.phase !== 'done' ? (
        <Button icon={SkipForward} onPress={() => send({ kind: 'skip' })}>
          {documentScan.skip}
        </Button>
      ) : null}
      {body.phase === 'lay' ? (
        <Button look="main" icon={ScanLine} onPress={confirm}>
          {documentScan.start}
        </Button>
      ) : (
        <Button look={body.phase === 'again' ? 'main' : 'plain'} icon={RotateCcw} onPress={again}>
          {documentScan.again}
        </Button>
      )}
      {body.phase === 'done' ? (
        <Button look="main" icon={Check} onPress={confirm}>
          {documentScan.use}
        </Button>
      ) : null}
    </>
  );
}
