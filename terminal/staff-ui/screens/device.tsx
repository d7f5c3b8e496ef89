import { useState, type ReactElement } from 'react';
import type { StaffAct, StaffWish } from '@yimen/contracts/terminal';
import { useConsole } from '../console-context.ts';
import { Press } from '../parts/press.tsx';
import { nameOf, reasonOf } from '../text/words.ts';
import type { Place } from './place.ts';

/** One device: how it is, and what this person may do with it. */
export function DeviceScreen({
  device: id,
  onGo,
}: {
  readonly device: string;
  readonly onGo: (place: Place) => void;
}): ReactElement {
  const { words, state, send } = useConsole();
  const device = state.devices.find((one) => one.device === id);
  const isOpen = state.exchanges.some((exchange) => exchange.device === id);
  const may = (act: StaffAct): boolean => state.person?.may.includes(act) === true;
  const back = <Press onPress={() => onGo({ at: 'home' })}>{words.device.back}</Press>;
  if (device === undefined) return <section className="sheet">{back}</section>;
  const goOn = (): void => {
    if (!isOpen) send({ act: 'openExchange', device: id });
    onGo({ at: 'exchange', device: id });
  };
  return (
    <section className="sheet">
      <h1>{nameOf(words.kinds, device.kind)}</h1>
      <Facts of={id} />
      <div className="acts">
        {device.canExchange && may('openExchange') ? (
          <Press look="main" onPress={goOn}>
            {isOpen ? words.device.goOn : words.device.exchange}
          </Press>
        ) : null}
        {may('status') ? (
          <Press onPress={() => send({ act: 'status', device: id })}>{words.device.status}</Press>
        ) : null}
        {device.kind === 'receipt-printer' && may('testPrint') ? (
          <Press onPress={() => send({ act: 'testPrint', device: id })}>{words.device.testPrint}</Press>
        ) : null}
        {may('selfTest') ? (
          <Press onPress={() => send({ act: 'selfTest', device: id })}>{words.device.selfTest}</Press>
        ) : null}
        {may('reset') ? <Resets device={id} /> : null}
        {device.fraud !== null && may('releaseFraud') ? (
          <Sure label={words.device.releaseFraud} wish={{ act: 'releaseFraud', device: id }} />
        ) : null}
        {device.isRefused && may('acceptIdentity') ? (
          <Sure label={words.device.acceptIdentity} wish={{ act: 'acceptIdentity', device: id }} />
        ) : null}
        {back}
      </div>
    </section>
  );
}

function Facts({ of: id }: { readonly of: string }): ReactElement | null {
  const { words, state, lang } = useConsole();
  const device = state.devices.find((one) => one.device === id);
  if (device === undefined) return null;
  const lines = [
    `${nameOf(words.states, device.state)}${device.isStale ? words.device.stale : ''}`,
    device.fault === null ? '' : `${words.device.fault}: ${reasonOf(device.fault, lang)}`,
    device.media === null ? '' : `${words.device.media}: ${nameOf(words.mediaStates, device.media)}`,
    device.fraud === null ? '' : `${words.device.fraud} ${device.fraud}`,
    device.outOfService === null ? '' : `${words.device.outOfService} ${device.outOfService}`,
    device.isRefused ? words.device.refused : '',
    ...device.units.map(({ name, count, capacity, replenishment, status }) => {
      const level = nameOf(words.levelsOfUnit, replenishment);
      return `${nameOf(words.units, name)}: ${count} / ${capacity} ${level}${status === 'ok' ? '' : ` [${status}]`}`;
    }),
  ];
  return (
    <ul className="facts">
      {lines
        .filter((line) => line !== '')
        .map((line) => (
          <li key={line}>{line}</li>
        ))}
    </ul>
  );
}

const DESTINATIONS = ['exit', 'retain', 'stay'] as const;

/** A reset always says where a medium inside goes. */
function Resets({ device }: { readonly device: string }): ReactElement {
  const { words } = useConsole();
  return (
    <>
      {DESTINATIONS.map((to) => (
        <Sure key={to} label={words.device.resetTo[to]} wish={{ act: 'reset', device, to }} />
      ))}
    </>
  );
}

/** An act that asks once more. */
function Sure({ label, wish }: { readonly label: string; readonly wish: StaffWish }): ReactElement {
  const { words, send } = useConsole();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) return <Press onPress={() => setAsked(true)}>{label}</Press>;
  return (
    <div className="sure">
      <p>
        {label} · {words.device.sure}
      </p>
      <Press
        look="stop"
        onPress={() => {
          setAsked(false);
          send(wish);
        }}
      >
        {words.device.yes}
      </Press>
      <Press onPress={() => setAsked(false)}>{words.device.no}</Press>
    </div>
  );
}
