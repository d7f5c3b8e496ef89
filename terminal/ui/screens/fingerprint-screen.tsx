import { Fingerprint, RotateCcw, SkipForward } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { pointLines } from '../components/points.tsx';
import { Hand } from '../drawings/hands.tsx';
import './screens.css';

type Body = ViewBody<'fingerprint'>;

/** Which finger, how many, how clear the last print was, and what to do better. */
export function FingerprintScreen({ body }: { readonly body: Body }): ReactElement {
  const { words } = usePage();
  const { fingerprint } = words;
  const name = fingerprint.fingers[body.finger - 1] ?? '';
  const isDone = body.phase === 'done';
  return (
    <Frame
      title={fingerprint.titles[body.phase](name)}
      say={fingerprint.says[body.phase]}
      picture={<Hand finger={body.finger} isLifted={body.phase === 'lift'} />}
      actions={<Actions body={body} />}
    >
      <Pages>
        {body.hint === 'none' ? null : <Notice look="warn">{fingerprint.hints[body.hint]}</Notice>}
        {isDone ? <Notice look="done">{fingerprint.titles.done(name)}</Notice> : null}
        <p className="title-text">{fingerprint.count(body.n, body.of)}</p>
        {body.quality === null ? null : <Quality percent={body.quality} />}
        {isDone ? null : <p className="quiet-text">{fingerprint.triesLeft(body.triesLeft)}</p>}
        {body.phase === 'place' ? pointLines(fingerprint.steps) : null}
      </Pages>
    </Frame>
  );
}

function Quality({ percent }: { readonly percent: number }): ReactElement {
  const { fingerprint } = usePage().words;
  return (
    <div className="progress">
      <div className="progress__words">
        <p>{fingerprint.quality}</p>
        <p>
          <b>{percent}</b> / 100
        </p>
      </div>
      <div
        className="progress__line"
        role="meter"
        aria-label={fingerprint.quality}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <rect className="progress__gone" width={percent} height="4" />
        </svg>
      </div>
    </div>
  );
}

function Actions({ body }: { readonly body: Body }): ReactElement | null {
  const { words, send } = usePage();
  const { fingerprint } = words;
  const isAgain = body.phase === 'again';
  if (body.phase === 'done' || !(isAgain || body.canOther || body.canSkip)) return null;
  return (
    <>
      {body.canSkip ? (
        <Button icon={SkipForward} onPress={() => send({ kind: 'skip' })}>
          {fingerprint.skip}
        </Button>
      ) : null}
      {body.canOther ? (
        <Button icon={Fingerprint} onPress={() => send({ kind: 'other' })}>
          {fingerprint.other}
        </Button>
      ) : null}
      {isAgain ? (
        <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
          {fingerprint.again}
        </Button>
      ) : null}
    </>
  );
}
