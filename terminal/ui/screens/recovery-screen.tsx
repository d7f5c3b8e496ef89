import { Hash, Info } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { AboutLine } from '../components/about-line.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Door } from '../drawings/door.tsx';
import { SafeBox } from '../drawings/safe-box.tsx';
import './screens.css';

/** The machine looks at itself; whose card is inside stays near it. */
export function RecoveryScreen({ body }: { readonly body: ViewBody<'recovery'> }): ReactElement {
  const { words } = usePage();
  const { recovery } = words;
  return (
    <Frame
      title={words.screens.recovery.title}
      say={words.screens.recovery.say}
      picture={body.phase === 'checking' ? <Door state="checking" /> : <SafeBox />}
      isSession={false}
    >
      <Pages>
        <p className="title-text">{recovery.phases[body.phase]}</p>
        {body.incident === null ? null : (
          <AboutLine icon={Hash} label={recovery.incident}>
            <p className="display-text">{body.incident}</p>
          </AboutLine>
        )}
        <AboutLine icon={Info} label={words.guide.notes}>
          <p>{recovery.stay}</p>
        </AboutLine>
      </Pages>
    </Frame>
  );
}
