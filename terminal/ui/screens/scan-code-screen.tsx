import { Keyboard, RotateCcw } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Points } from '../components/points.tsx';
import { ScanWindow } from '../drawings/code-slip.tsx';
import { problemText } from '../text/words-of.ts';

/** A receipt's code held before the window, or its number by hand. */
export function ScanCodeScreen({ body }: { readonly body: ViewBody<'scan-code'> }): ReactElement {
  const { words, send } = usePage();
  const { scanCode } = words;
  return (
    <Frame
      title={scanCode.titles[body.what][body.phase]}
      say={scanCode.says[body.phase]}
      picture={<ScanWindow />}
      actions={
        <>
          <BackButton />
          <Button icon={Keyboard} onPress={() => send({ kind: 'other' })}>
            {words.typeNumber}
          </Button>
          {body.phase === 'again' ? (
            <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
              {scanCode.again}
            </Button>
          ) : null}
        </>
      }
    >
      <Pages>
        {body.problem === null ? null : (
          <Notice look="warn">{problemText(body.problem, words, scanCode.problems)}</Notice>
        )}
        {body.attempt > 1 ? <p className="label-text">{words.attempt(body.attempt, body.of)}</p> : null}
        <Points points={scanCode.steps[body.what]} />
      </Pages>
    </Frame>
  );
}
