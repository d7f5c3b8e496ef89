import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { usePage } from '../components/page-context.ts';
import type { Words } from '../text/words.ts';

type Tile = ViewBody<'menu'>['tiles'][number];

/** One service: its name, minutes and fee; or that it is coming; or why it is off and where it works. */
export function ServiceTile({ tile }: { readonly tile: Tile }): ReactElement {
  const { words, send } = usePage();
  return (
    <button
      type="button"
      className={`tile tile--${tile.domain} tile--${tile.state}`}
      disabled={tile.state !== 'available'}
      onClick={() => send({ kind: 'service', service: tile.service })}
    >
      <span className="tile__title">{tile.title}</span>
      <span className="tile__detail">{detailOf(tile, words)}</span>
      {tile.state === 'off' && tile.nearest !== null ? (
        <span className="tile__detail">{words.menu.nearest(tile.nearest)}</span>
      ) : null}
    </button>
  );
}

function detailOf(tile: Tile, words: Words): string {
  const { menu } = words;
  if (tile.state === 'coming') return menu.coming;
  if (tile.state === 'off') return menu.off(tile.why ?? '');
  const minutes = tile.minutes === null ? null : words.minutes(tile.minutes.from, tile.minutes.to);
  const fee = tile.feeFromFen === null ? null : tile.feeFromFen === 0 ? menu.free : words.moneyFrom(tile.feeFromFen);
  return [minutes, fee].filter((part) => part !== null).join(' · ');
}
