import { Select } from 'antd';
import { useId, type JSX } from 'react';

/** A labelled filter: one of several values, or all. */
export function Choice(props: {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | undefined) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div className="choice">
      <label htmlFor={id}>{props.label}</label>
      <Select
        id={id}
        className="choice-select"
        value={props.value ?? ''}
        options={[{ value: '', label: props.all }, ...props.options]}
        onChange={(value: string) => props.onChange(value === '' ? undefined : value)}
        popupMatchSelectWidth={false}
        virtual={false}
      />
    </div>
  );
}
