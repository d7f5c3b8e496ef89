import { Check, Scale } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { AboutLine } from '../components/about-line.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { nextStepLines } from '../components/next-steps.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { runningText } from '../components/running-text.tsx';
import { WaySign } from '../drawings/way-sign.tsx';
import { leadAndRest } from '../text/blocks.ts';

/** Why it is not possible here, that nothing was charged, and where to go instead. */
export function RefusedScreen({ body }: { readonly body: ViewBody<'refused'> }): ReactElement {
  const { words, send } = usePage();
  const { lead, rest } = leadAndRest(body.told);
  return (
    <Frame
      title={words.screens.refused.title}
      say={words.screens.refused.say}
      picture={<WaySign />}
      actions={
        <Button look="main" icon={Check} onPress={() => send({ kind: 'confirm' })}>
          {words.next.finish}
        </Button>
      }
    >
      <Pages look="text">
        <Notice look="stop">{lead}</Notice>
        {runningText(rest.join(' '), 'told')}
        {body.detail === null ? null : runningText(body.detail, 'detail')}
        <Notice look="done">{words.next.notCharged}</Notice>
        {nextStepLines(body.next, words.next.title)}
        {body.why === null ? null : (
          <AboutLine icon={Scale} label={words.why.title}>
            <p className="caption">{words.why.rule(body.why.rule, body.why.value)}</p>
            <p className="caption quiet-text">
              {words.why.source} {body.why.source}
            </p>
          </AboutLine>
        )}
      </Pages>
    </Frame>
  );
}
