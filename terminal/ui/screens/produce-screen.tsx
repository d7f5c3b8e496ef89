import { Check, Ellipsis, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Frame } from '../components/frame.tsx';
import { Icon } from '../components/icon.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Progress } from '../components/progress.tsx';
import { Locker } from '../drawings/locker.tsx';
import { Printer } from '../drawings/printer.tsx';
import type { ProducePhase, ScreenWords, Words } from '../text/words.ts';
import './screens.css';

type State = 'done' | 'now' | 'later';
const ICONS: Readonly<Record<State, LucideIcon>> = { done: Check, now: LoaderCircle, later: Ellipsis };

/** The named phases, which are done and which is under way, with the time gone and the usual time. */
export function ProduceScreen({ body }: { readonly body: ViewBody<'produce'> }): ReactElement {
  const { words } = usePage();
  const { produce } = words;
  const { phase, phases } = body;
  const at = phases.indexOf(phase);
  const { title, say } = saidOf(phase, words);
  return (
    <Frame
      title={title}
      say={say}
      picture={
        phase === 'fetching' ? (
          <Locker motion="fetching" />
        ) : (
          <Printer phase={phase} makes={phases.includes('laminating') ? 'licence' : 'endorsement'} />
        )
      }
    >
      <Progress elapsedMs={body.elapsedMs} usualMs={body.usualMs} />
      {phases.length < 2 ? null : (
        <Pages>
          {phases.map((each, index) => (
            <PhaseLine
              key={each}
              name={produce.phases[each]}
              state={index < at ? 'done' : index === at ? 'now' : 'later'}
            />
          ))}
        </Pages>
      )}
    </Frame>
  );
}

function saidOf(phase: ProducePhase, { produce, screens }: Words): ScreenWords {
  if (phase === 'returning') return { title: produce.returningTitle, say: produce.returningSay };
  if (phase === 'fetching') return { title: produce.fetchingTitle, say: produce.fetchingSay };
  return screens.produce;
}

function PhaseLine({ name, state }: { readonly name: string; readonly state: State }): ReactElement {
  const { words } = usePage();
  return (
    <div className={`phase phase--${state}`}>
      <Icon of={ICONS[state]} />
      <span className="phase__name">{name}</span>
      <span className="phase__state">{words.produce[state]}</span>
    </div>
  );
}
