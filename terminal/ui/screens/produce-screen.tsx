import { Check, Ellipsis, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Frame } from '../components/frame.tsx';
import { Icon } from '../components/icon.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Progress } from '../components/progress.tsx';
import { Printer } from '../drawings/printer.tsx';
import type { ProducePhase } from '../text/words.ts';
import './screens.css';

type State = 'done' | 'now' | 'later';
const ICONS: Readonly<Record<State, LucideIcon>> = { done: Check, now: LoaderCircle, later: Ellipsis };

/** The named phases, which are done and which is under way, with the time gone and the usual time. */
export function ProduceScreen({ body }: { readonly body: ViewBody<'produce'> }): ReactElement {
  const { words } = usePage();
  const { produce } = words;
  const phases = body.phases.filter((phase): phase is ProducePhase => phase in produce.phases);
  const at = phases.indexOf(body.phase);
  const isReturning = body.phase === 'returning';
  return (
    <Frame
      title={isReturning ? produce.returningTitle : words.screens.produce.title}
      say={isReturning ? produce.returningSay : words.screens.produce.say}
      picture={<Printer phase={body.phase} />}
    >
      <Progress elapsedMs={body.elapsedMs} usualMs={body.usualMs} />
      {phases.length < 2 ? null : (
        <Pages>
          {phases.map((phase, index) => (
            <PhaseLine
              key={phase}
              name={produce.phases[phase]}
              state={index < at ? 'done' : index === at ? 'now' : 'later'}
            />
          ))}
        </Pages>
      )}
    </Frame>
  );
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
