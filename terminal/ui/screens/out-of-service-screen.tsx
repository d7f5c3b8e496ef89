import { CircleAlert, Clock, ListChecks, MapPin, Phone } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { AboutLine } from '../components/about-line.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Place } from '../components/place.tsx';
import { Door } from '../drawings/door.tsx';
import { localTime } from '../text/local-time.ts';

/** Why, since when, what still works, where else, and whom to call. */
export function OutOfServiceScreen({ body }: { readonly body: ViewBody<'out-of-service'> }): ReactElement {
  const { words } = usePage();
  const { closed } = words;
  return (
    <Frame
      title={words.screens['out-of-service'].title}
      say={words.screens['out-of-service'].say}
      picture={<Door state="closed" />}
      isSession={false}
    >
      <Pages look="text">
        <AboutLine icon={CircleAlert} label={closed.why}>
          <p className="title-text">{body.why}</p>
        </AboutLine>
        {body.sinceMs === null ? null : (
          <AboutLine icon={Clock} label={closed.since}>
            <p>{localTime(body.sinceMs)}</p>
          </AboutLine>
        )}
        {body.nearest === null ? null : (
          <AboutLine icon={MapPin} label={closed.nearest}>
            <Place place={body.nearest} />
          </AboutLine>
        )}
        <AboutLine icon={Phone} label={closed.hotline}>
          <p className="title-text">{body.hotline}</p>
        </AboutLine>
        {body.works.map((work, at) =>
          at === 0 ? (
            <AboutLine key={work} icon={ListChecks} label={closed.works}>
              <p>{work}</p>
            </AboutLine>
          ) : (
            <p key={work} className="about-rest">
              {work}
            </p>
          ),
        )}
      </Pages>
    </Frame>
  );
}
