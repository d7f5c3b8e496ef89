import type { ReactElement } from 'react';
import type { OpenExchange } from '@yimen/contracts/terminal';
import { useConsole } from '../console-context.ts';
import { Field } from '../parts/field.tsx';
import { Press } from '../parts/press.tsx';
import { nameOf } from '../text/words.ts';
import { isFit, type TypedUnit } from './counting.ts';

/** The place that is typed into now. */
export interface Chosen {
  readonly name: string;
  readonly part: 'counted' | 'after' | 'first' | 'count';
  /** Which row of numbers; 0 elsewhere. */
  readonly range: number;
}

export interface UnitFieldsProps {
  readonly unit: OpenExchange['units'][number];
  readonly typed: TypedUnit | undefined;
  /** The second step: what is in it now. */
  readonly isAfter: boolean;
  readonly chosen: Chosen | null;
  readonly onChoose: (chosen: Chosen) => void;
  readonly onChange: (more: Partial<TypedUnit>) => void;
}

/** One unit of the exchange. What is expected is not shown before it was counted: nobody copies it. */
export function UnitFields(props: UnitFieldsProps): ReactElement {
  const { unit, typed, isAfter, chosen, onChoose, onChange } = props;
  const { words } = useConsole();
  const { name } = unit;
  const part = isAfter ? 'after' : 'counted';
  const isChosen = chosen?.name === name && chosen.part === part;
  return (
    <div className="unit">
      <p className="unit__name">
        {nameOf(words.units, name)} · {words.exchange.capacity} {unit.capacity}
      </p>
      <Field
        label={isAfter ? words.exchange.after : words.exchange.counted}
        value={isAfter && typed?.after === '' ? typed.counted : (typed?.[part] ?? '')}
        isChosen={isChosen}
        onChoose={() => {
          onChoose({ name, part, range: 0 });
        }}
      />
      {isAfter ? (
        <div className="tabs">
          <Press onPress={() => onChange({ after: typed?.counted ?? '' })}>{words.exchange.same}</Press>
          <Press onPress={() => onChange({ after: '0', ranges: [] })}>{words.exchange.empty}</Press>
          {unit.type === 'ribbon' ? (
            <Press onPress={() => onChange({ after: String(unit.capacity) })}>{words.exchange.full}</Press>
          ) : null}
        </div>
      ) : null}
      {isAfter && unit.serials !== null ? <Ranges {...props} /> : null}
    </div>
  );
}

function Ranges({ unit, typed, chosen, onChoose, onChange }: UnitFieldsProps): ReactElement {
  const { words } = useConsole();
  const { name } = unit;
  const ranges = typed?.ranges ?? [];
  const isAt = (part: Chosen['part'], range: number): boolean =>
    chosen?.name === name && chosen.part === part && chosen.range === range;
  return (
    <>
      {ranges.map(({ first, count }, range) => (
        // Rows have no other identity than their place: the first comes out first.
        <div className="range" key={`${name}-${String(range)}`}>
          <Field
            label={words.exchange.serials}
            value={first}
            isChosen={isAt('first', range)}
            onChoose={() => {
              onChoose({ name, part: 'first', range });
            }}
          />
          <Field
            label={words.exchange.pieces}
            value={count}
            isChosen={isAt('count', range)}
            onChoose={() => {
              onChoose({ name, part: 'count', range });
            }}
          />
          <Press
            onPress={() => {
              onChange({ ranges: ranges.filter((_row, i) => i !== range) });
            }}
          >
            {words.exchange.removeRange}
          </Press>
        </div>
      ))}
      {isFit(unit, typed) ? null : <p className="warning">{words.exchange.sum}</p>}
      <Press
        onPress={() => {
          onChange({ ranges: [...ranges, { first: '', count: '' }] });
          onChoose({ name, part: 'first', range: ranges.length });
        }}
      >
        {words.exchange.addRange}
      </Press>
    </>
  );
}
