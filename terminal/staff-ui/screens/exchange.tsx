import { useState, type ReactElement } from 'react';
import type { OpenExchange } from '@yimen/contracts/terminal';
import { useConsole } from '../console-context.ts';
import { Keys } from '../parts/keys.tsx';
import { Press } from '../parts/press.tsx';
import { nameOf } from '../text/words.ts';
import { isFit, untyped, type Typed, type TypedUnit } from './counting.ts';
import { ExchangeConfirm } from './exchange-confirm.tsx';
import { UnitFields, type Chosen } from './unit-fields.tsx';

/** Count, refill, check, lock: one device's units. */
export function ExchangeScreen({
  device,
  onBack,
}: {
  readonly device: string;
  readonly onBack: () => void;
}): ReactElement {
  const { words, state, isWaiting } = useConsole();
  const exchange = state.exchanges.find((one) => one.device === device);
  if (exchange !== undefined) return <Wizard exchange={exchange} onBack={onBack} />;
  return (
    <section className="sheet">
      <h1>{words.exchange.title}</h1>
      {isWaiting ? <p>{words.running}</p> : <Press onPress={onBack}>{words.device.back}</Press>}
    </section>
  );
}

type Step = 'counting' | 'filling' | 'confirming';
const STEPS: readonly Step[] = ['counting', 'filling', 'confirming'];
const COUNT_DIGITS = 5;
const SERIAL_CHARACTERS = 24;

function Wizard({ exchange, onBack }: { readonly exchange: OpenExchange; readonly onBack: () => void }): ReactElement {
  const { words, send } = useConsole();
  const { device, units } = exchange;
  const [step, setStep] = useState<Step>('counting');
  const [typed, setTyped] = useState<Typed>(() => untyped(units));
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const isCounted = Object.values(typed).some(({ counted }) => counted !== '');
  const isWhole = units.every((unit) => isFit(unit, typed[unit.name]));
  const go = (by: 1 | -1): void => {
    setChosen(null);
    setStep(STEPS[STEPS.indexOf(step) + by] ?? step);
  };
  const change = (name: string, more: Partial<TypedUnit>): void => {
    const before = typed[name] ?? { counted: '', after: '', ranges: [] };
    setTyped({ ...typed, [name]: { ...before, ...more } });
  };
  return (
    <section className="sheet">
      <h1>
        {words.exchange.title} · {nameOf(words.kinds, device)}
      </h1>
      <p>{words.exchange[step]}</p>
      {step === 'confirming' ? (
        <ExchangeConfirm exchange={exchange} typed={typed} />
      ) : (
        <>
          {step === 'counting' ? <p className="quiet">{words.exchange.unlocked}</p> : null}
          {units
            .filter(({ name }) => step === 'counting' || typed[name]?.counted !== '')
            .map((unit) => (
              <UnitFields
                key={unit.name}
                unit={unit}
                typed={typed[unit.name]}
                isAfter={step === 'filling'}
                chosen={chosen}
                onChoose={setChosen}
                onChange={(more) => {
                  change(unit.name, more);
                }}
              />
            ))}
          {chosen === null ? null : <ChosenKeys chosen={chosen} typed={typed} onChange={change} />}
        </>
      )}
      <div className="tabs">
        {step === 'counting' ? (
          <Press onPress={onBack}>{words.device.back}</Press>
        ) : (
          <Press
            onPress={() => {
              go(-1);
            }}
          >
            {words.exchange.back}
          </Press>
        )}
        {step === 'confirming' ? null : (
          <Press
            look="main"
            isOff={!isCounted || (step === 'filling' && !isWhole)}
            onPress={() => {
              go(1);
            }}
          >
            {words.exchange.next}
          </Press>
        )}
      </div>
      {step === 'counting' && !isCounted ? (
        <Press
          onPress={() => {
            send({ act: 'closeExchange', device, units: {}, second: null });
          }}
        >
          {words.exchange.closeOnly}
        </Press>
      ) : null}
    </section>
  );
}

function ChosenKeys({
  chosen,
  typed,
  onChange,
}: {
  readonly chosen: Chosen;
  readonly typed: Typed;
  readonly onChange: (name: string, more: Partial<TypedUnit>) => void;
}): ReactElement {
  const { name, part, range } = chosen;
  const unit = typed[name] ?? { counted: '', after: '', ranges: [] };
  if (part === 'counted' || part === 'after')
    return (
      <Keys
        value={unit[part]}
        most={COUNT_DIGITS}
        onChange={(value) => {
          onChange(name, { [part]: value });
        }}
      />
    );
  const set = (value: string): void => {
    onChange(name, { ranges: unit.ranges.map((row, i) => (i === range ? { ...row, [part]: value } : row)) });
  };
  const isSerial = part === 'first';
  return (
    <Keys
      value={unit.ranges[range]?.[part] ?? ''}
      most={isSerial ? SERIAL_CHARACTERS : COUNT_DIGITS}
      hasLetters={isSerial}
      onChange={set}
    />
  );
}
