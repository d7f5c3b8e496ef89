import type { ReactElement } from 'react';
import type { NextStep } from '@yimen/contracts/ui';
import './lists.css';

type PlaceToGo = NonNullable<NextStep['place']>;

/** Where to go, and when it is open. */
export function Place({ place }: { readonly place: PlaceToGo }): ReactElement {
  return (
    <>
      <p>
        <b>{place.name}</b>
      </p>
      <PlaceDetail place={place} />
    </>
  );
}

/** Address and hours of a place that is named already. */
export function PlaceDetail({ place }: { readonly place: PlaceToGo }): ReactElement {
  return <p className="caption quiet-text">{[place.address, place.hours].filter((part) => part !== '').join(' · ')}</p>;
}
