import type { ReactElement } from 'react';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly isHidden?: boolean;
  /** More than a line: its words stand above it. */
  readonly isLong?: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** A place to type into: chosen by touch, filled by `Keys`. */
export function Field(props: FieldProps): ReactElement {
  const { label, value, isHidden = false, isLong = false, isChosen, onChoose } = props;
  return (
    <button
      type="button"
      className={`field${isChosen ? ' field--chosen' : ''}${isLong ? ' field--long' : ''}`}
      aria-pressed={isChosen}
      aria-label={`${label} ${isHidden ? value.length : value}`}
      onClick={onChoose}
    >
      <span className="field__label">{label}</span>
      <span className="field__value">{isHidden ? '●'.repeat(value.length) : value}</span>
    </button>
  );
}
