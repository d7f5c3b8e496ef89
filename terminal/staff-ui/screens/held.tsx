import { useState, type ReactElement } from 'react';
import type { HeldThing } from '@yimen/contracts/terminal';
import { useConsole } from '../console-context.ts';
import { Press } from '../parts/press.tsx';
import { nameOf } from '../text/words.ts';

/** What waits for its holders, by incident number. */
export function HeldScreen({ onBack }: { readonly onBack: () => void }): ReactElement {
  const { words, state } = useConsole();
  return (
    <section className="sheet">
      <h1>{words.held.title}</h1>
      {state.held.length === 0 ? <p>{words.held.none}</p> : null}
      <ul className="list">
        {state.held.map((thing) => (
          <li key={thing.incident} className="card">
            <Held thing={thing} />
          </li>
        ))}
      </ul>
      <Press onPress={onBack}>{words.device.back}</Press>
    </section>
  );
}

function Held({ thing }: { readonly thing: HeldThing }): ReactElement {
  const { words, state, lang } = useConsole();
  const isReachable = thing.device === null || state.exchanges.some(({ device }) => device === thing.device);
  const kind = state.devices.find(({ device }) => device === thing.device)?.kind ?? thing.device ?? '';
  const where = `${nameOf(words.kinds, kind)} ${nameOf(words.places, thing.place)}`.trim();
  const since = new Date(thing.sinceWallMs).toLocaleString(lang, { timeZone: 'Asia/Shanghai', hour12: false });
  return (
    <>
      <p className="card__title">
        {nameOf(words.items, thing.item)} · {words.held.incident} {thing.incident}
      </p>
      <p>
        {words.held.where}: {where} · {words.held.since}: {since}
      </p>
      {thing.place === 'inside' ? <p className="warning">{words.held.inside}</p> : null}
      {thing.place !== 'inside' && !isReachable ? <p className="warning">{words.held.first}</p> : null}
      {thing.place !== 'inside' && isReachable ? <HandOut incident={thing.incident} /> : null}
    </>
  );
}

function HandOut({ incident }: { readonly incident: string }): ReactElement {
  const { words, send } = useConsole();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <Press look="main" onPress={() => setAsked(true)}>
        {words.held.handOut}
      </Press>
    );
  return (
    <div className="sure">
      <p>{words.held.check}</p>
      <Press look="main" onPress={() => send({ act: 'handOut', incident, checked: true })}>
        {words.device.yes}
      </Press>
      <Press onPress={() => setAsked(false)}>{words.device.no}</Press>
    </div>
  );
}
