import type { ReactElement } from 'react';
import type { ConsoleDevice } from '@yimen/contracts/terminal';
import { useConsole } from '../console-context.ts';
import { Press } from '../parts/press.tsx';
import { nameOf } from '../text/words.ts';
import { DamageNotice } from './damage-notice.tsx';
import type { Place } from './place.ts';
import { TouchNotice } from './touch-notice.tsx';

/** Everything of the machine on one page. */
export function Home({ onGo }: { readonly onGo: (place: Place) => void }): ReactElement {
  const { words, state } = useConsole();
  return (
    <section className="sheet">
      <TouchNotice />
      <DamageNotice />
      <div className="tabs">
        <Press onPress={() => onGo({ at: 'held' })}>
          {words.home.held} · {state.held.length}
        </Press>
        <Press onPress={() => onGo({ at: 'variances' })}>
          {words.home.variances} · {state.variances.length}
        </Press>
      </div>
      <h2>{words.home.devices}</h2>
      <ul className="list">
        {state.devices.map((device) => (
          <li key={device.device}>
            <DeviceRow device={device} onGo={onGo} />
          </li>
        ))}
      </ul>
      <p className="quiet">{words.home.endHint}</p>
    </section>
  );
}

function DeviceRow({
  device,
  onGo,
}: {
  readonly device: ConsoleDevice;
  readonly onGo: (place: Place) => void;
}): ReactElement {
  const { words, state } = useConsole();
  const isOpen = state.exchanges.some((exchange) => exchange.device === device.device);
  const isWell = (device.state === 'online' || device.state === 'userError') && device.fault === null;
  return (
    <button type="button" className="row" onClick={() => onGo({ at: 'device', device: device.device })}>
      <span className="row__name">{nameOf(words.kinds, device.kind)}</span>
      <span className={isWell ? 'row__state row__state--well' : 'row__state row__state--ill'}>
        {isOpen ? words.home.open : nameOf(words.states, device.state)}
        {device.isStale ? words.device.stale : ''}
        {device.fault === null ? '' : ` ${device.fault}`}
      </span>
      <span className="row__units">
        {device.units
          .map(({ name, count, capacity, replenishment }) => {
            const level = nameOf(words.levelsOfUnit, replenishment);
            return `${nameOf(words.units, name)} ${count}/${capacity}${level === '' ? '' : ` ${level}`}`;
          })
          .join(' · ')}
      </span>
    </button>
  );
}
