import type { ReactElement } from 'react';
import { moduleOf } from '@yimen/contracts/device';
import { useConsole } from '../console-context.ts';
import { Press } from '../parts/press.tsx';
import { nameOf } from '../text/words.ts';

/** Differences that another person has still to see. */
export function VariancesScreen({ onBack }: { readonly onBack: () => void }): ReactElement {
  const { words, state, send } = useConsole();
  const kindOf = (module: string): string =>
    state.devices.find(({ device }) => moduleOf(device) === module)?.kind ?? module;
  return (
    <section className="sheet">
      <h1>{words.variances.title}</h1>
      {state.variances.length === 0 ? <p>{words.variances.none}</p> : null}
      <ul className="list">
        {state.variances.map((open) => (
          <li key={open.j} className="card">
            <p className="card__title">
              {nameOf(words.kinds, kindOf(open.module))} · {nameOf(words.units, open.unit)}
            </p>
            <p>
              {words.exchange.expected} {open.expected} · {words.exchange.counted} {open.counted} ·{' '}
              {words.exchange.variance} {signed(open.variance)}
            </p>
            {open.who === state.person?.who ? (
              <p className="quiet">{words.variances.mine}</p>
            ) : (
              <Press look="main" onPress={() => send({ act: 'acceptVariance', j: open.j })}>
                {words.variances.accept}
              </Press>
            )}
          </li>
        ))}
      </ul>
      <Press onPress={onBack}>{words.device.back}</Press>
    </section>
  );
}

/** With its sign in front. */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
