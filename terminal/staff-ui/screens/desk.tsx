import { useState, type ReactElement } from 'react';
import { useConsole } from '../console-context.ts';
import { Press } from '../parts/press.tsx';
import { minutes, useLeft } from '../parts/use-left.ts';
import { DeviceScreen } from './device.tsx';
import { ExchangeScreen } from './exchange.tsx';
import { HeldScreen } from './held.tsx';
import { Home } from './home.tsx';
import type { Place } from './place.ts';
import { VariancesScreen } from './variances.tsx';

/** Signed in: who, for how long, and the screens behind. */
export function Desk({ sinceMs }: { readonly sinceMs: number }): ReactElement {
  const { words, state, send } = useConsole();
  const [place, setPlace] = useState<Place>({ at: 'home' });
  const { person } = state;
  const left = useLeft(person?.leftMs ?? 0, sinceMs);
  return (
    <>
      <section className={person?.isEnding === true ? 'person person--ending' : 'person'}>
        <p>
          {person === null ? '' : words.levels[person.level]}
          <br />
          <strong>
            {person?.isEnding === true ? words.home.ending : words.home.timeLeft} {minutes(left)}
          </strong>
        </p>
        <Press
          isOff={person?.canExtend !== true}
          onPress={() => {
            send({ act: 'extend' });
          }}
        >
          {words.home.extend}
        </Press>
        <Press
          look="stop"
          onPress={() => {
            send({ act: 'signOut' });
          }}
        >
          {words.home.signOut}
        </Press>
      </section>
      <At place={place} onGo={setPlace} />
    </>
  );
}

function At({ place, onGo }: { readonly place: Place; readonly onGo: (place: Place) => void }): ReactElement {
  const home = (): void => {
    onGo({ at: 'home' });
  };
  switch (place.at) {
    case 'home':
      return <Home onGo={onGo} />;
    case 'held':
      return <HeldScreen onBack={home} />;
    case 'variances':
      return <VariancesScreen onBack={home} />;
    case 'device':
      return <DeviceScreen device={place.device} onGo={onGo} />;
    case 'exchange':
      return <ExchangeScreen key={place.device} device={place.device} onBack={home} />;
  }
}
