import { CarFront, IdCard, Plane, type LucideIcon } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Frame } from '../components/frame.tsx';
import { Icon } from '../components/icon.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Documents } from '../drawings/documents.tsx';
import { ServiceTile } from './service-tile.tsx';
import './menu.css';

type Body = ViewBody<'menu'>;
type Domain = Body['tiles'][number]['domain'];

const DOMAINS: readonly { readonly domain: Domain; readonly icon: LucideIcon }[] = [
  { domain: 'exit-entry', icon: Plane },
  { domain: 'vehicle', icon: CarFront },
  { domain: 'household', icon: IdCard },
];

/** All services by kind, at most seven at a time. What is off greys in its place and says why. */
export function MenuScreen({ body }: { readonly body: Body }): ReactElement {
  const { words } = usePage();
  const shown = DOMAINS.filter(({ domain }) => body.tiles.some((tile) => tile.domain === domain));
  const [chosen, setChosen] = useState<Domain | null>(null);
  const domain = chosen ?? body.tiles.find((tile) => tile.state === 'available')?.domain ?? shown[0]?.domain;
  const tiles = body.tiles.filter((tile) => tile.domain === domain);
  const { menu } = words;
  return (
    <Frame
      title={words.screens.menu.title}
      say={words.screens.menu.say}
      picture={<Documents />}
      more={tiles.every((tile) => tile.state === 'off') ? <Notice look="warn">{menu.allOff}</Notice> : null}
      actions={<BackButton />}
    >
      {shown.length > 1 ? (
        <div className="domains" role="group" aria-label={menu.tabs}>
          {shown.map(({ domain: each, icon }) => (
            <button
              key={each}
              type="button"
              className={`domain domain--${each}`}
              aria-pressed={each === domain}
              onClick={() => setChosen(each)}
            >
              <Icon of={icon} />
              <span>{menu.domains[each]}</span>
            </button>
          ))}
        </div>
      ) : null}
      <Pages key={domain} look="grid">
        {tiles.map((tile) => (
          <ServiceTile key={tile.service} tile={tile} />
        ))}
      </Pages>
    </Frame>
  );
}
