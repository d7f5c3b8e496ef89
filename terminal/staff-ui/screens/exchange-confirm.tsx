import { useState, type ReactElement } from 'react';
import type { OpenExchange } from '@yimen/contracts/terminal';
import { useConsole } from '../console-context.ts';
import { Field } from '../parts/field.tsx';
import { Keys } from '../parts/keys.tsx';
import { Press } from '../parts/press.tsx';
import { nameOf } from '../text/words.ts';
import { countedUnits, type Typed } from './counting.ts';
import { signed } from './variances.tsx';

const CARD_DIGITS = 20;
const PIN_DIGITS = 6;

/** What was found against what should have been, before it is sent. */
export function ExchangeConfirm({
  exchange,
  typed,
}: {
  readonly exchange: OpenExchange;
  readonly typed: Typed;
}): ReactElement {
  const { words, send } = useConsole();
  const [second, setSecond] = useState<{ card: string; pin: string } | null>(null);
  const counted = countedUnits(exchange.units, typed);
  const rows = exchange.units.flatMap((unit) => {
    const told = counted[unit.name];
    return told === undefined ? [] : [{ ...unit, ...told, variance: told.counted - unit.expected }];
  });
  const hasVariance = rows.some(({ variance }) => variance !== 0);
  const close = (): void => {
    send({ act: 'closeExchange', device: exchange.device, units: counted, second });
  };
  return (
    <>
      <ul className="list">
        {rows.map(({ name, expected, counted: found, variance, after }) => (
          <li key={name} className={variance === 0 ? 'card' : 'card card--warn'}>
            <p className="card__title">{nameOf(words.units, name)}</p>
            <p>
              {words.exchange.expected} {expected} · {words.exchange.counted} {found} ·{' '}
              {variance === 0 ? words.exchange.none : `${words.exchange.variance} ${signed(variance)}`}
            </p>
            <p>
              {words.exchange.after} {after}
            </p>
          </li>
        ))}
      </ul>
      {hasVariance ? <SecondPerson second={second} onChange={setSecond} /> : null}
      <Press
        look="main"
        isOff={second !== null && (second.card.length < 8 || second.pin.length !== PIN_DIGITS)}
        onPress={close}
      >
        {words.exchange.close}
      </Press>
    </>
  );
}

function SecondPerson({
  second,
  onChange,
}: {
  readonly second: { card: string; pin: string } | null;
  readonly onChange: (second: { card: string; pin: string } | null) => void;
}): ReactElement {
  const { words } = useConsole();
  const [part, setPart] = useState<'card' | 'pin'>('card');
  if (second === null)
    return (
      <>
        <p className="quiet">{words.exchange.second}</p>
        <Press onPress={() => onChange({ card: '', pin: '' })}>{words.exchange.secondOn}</Press>
      </>
    );
  return (
    <>
      <Field
        label={words.signIn.card}
        value={second.card}
        isChosen={part === 'card'}
        onChoose={() => setPart('card')}
      />
      <Field
        label={words.signIn.pin}
        value={second.pin}
        isHidden
        isChosen={part === 'pin'}
        onChoose={() => setPart('pin')}
      />
      <Keys
        value={second[part]}
        most={part === 'card' ? CARD_DIGITS : PIN_DIGITS}
        onChange={(value) => onChange({ ...second, [part]: value })}
      />
      <Press onPress={() => onChange(null)}>{words.exchange.secondOff}</Press>
    </>
  );
}
