import { Clock, MapPin } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { AboutLine } from '../components/about-line.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Place } from '../components/place.tsx';
import { Door } from '../drawings/door.tsx';
import { localTime } from '../text/local-time.ts';
import './screens.css';

/** A curtain: until when, and where else. Nothing of the tool, nothing of citizens. */
export function MaintenanceScreen({ body }: { readonly body: ViewBody<'maintenance'> }): ReactElement {
  const { words } = usePage();
  const { closed } = words;
  const { title, say } = words.screens.maintenance;
  return (
    <Frame title={title} say={say} picture={<Door state="maintenance" />} isSession={false}>
      <Pages>
        <p className="title-text">{say}</p>
        {body.untilMs === null ? null : (
          <AboutLine icon={Clock} label={closed.until}>
            <p className="title-text">{localTime(body.untilMs)}</p>
          </AboutLine>
        )}
        {body.nearest === null ? null : (
          <AboutLine icon={MapPin} label={closed.nearest}>
            <Place place={body.nearest} />
          </AboutLine>
        )}
      </Pages>
    </Frame>
  );
}
