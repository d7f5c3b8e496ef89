import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { usePage } from '../page-context.ts';
import type { Place } from '../places.ts';

/** A terminal, as the way to its page, with its town and hall where they are known. */
export function TerminalPlace(props: { readonly tid: string; readonly place: Place | undefined }): JSX.Element {
  const { words } = usePage();
  const { tid, place } = props;
  return (
    <p>
      <Link className="strong" data-row to="/terminals/$tid" params={{ tid }}>
        {tid}
      </Link>
      {place === undefined ? null : (
        <span className="quiet">
          {' '}
          · {words.pick(place.town)} · {words.pick(place.hall)}
        </span>
      )}
    </p>
  );
}
