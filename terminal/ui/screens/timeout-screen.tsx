import { LogOut, Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { useNow } from '../components/use-now.ts';
import { HourGlass } from '../drawings/hour-glass.tsx';
import './screens.css';

/** The question whether more time is needed; nothing of the case is on the screen. One tap goes on. */
export function TimeoutScreen({ body }: { readonly body: ViewBody<'timeout'> }): ReactElement {
  const { view, words, clock, sinceMs, send } = usePage();
  const { timeout } = words;
  const wholeMs = view.left?.ms ?? body.leftMs;
  const seconds = Math.ceil(Math.max(0, wholeMs - Math.max(0, useNow(clock) - sinceMs)) / 1000);
  return (
    <Frame
      title={words.screens.timeout.title}
      say={words.screens.timeout.say}
      picture={<HourGlass />}
      actions={
        <>
          <Button icon={LogOut} onPress={() => send({ kind: 'leave' })}>
            {timeout.leave}
          </Button>
          <Button look="main" icon={Plus} onPress={() => send({ kind: 'extend' })}>
            {timeout.extend}
          </Button>
        </>
      }
    >
      <Pages>
        <p className="seconds">
          <span className="figure-text">{seconds}</span> <span className="title-text">{timeout.seconds}</span>
        </p>
        <p>{timeout.extensions(body.extensionsLeft)}</p>
        <p className="quiet-text">{timeout.hidden}</p>
      </Pages>
    </Frame>
  );
}
