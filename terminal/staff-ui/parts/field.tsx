import type { ReactElement } from 'react';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly isHidden?: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** A place to type into: chosen by touch, filled by `Keys`. */
export function Field({ label, value, isHidden = false, isChosen, onChoose }: FieldProps): ReactElement {
  return (
    <button
      type="button"
      className={isChosen ? 'field field--chosen' : 'field'}
      aria-pressed={isChosen}
      aria-label={`${label} ${isHidden ? value.length : value}`}
      onClick={onChoose}
    >
      <span className="field__label">{label}</span>
      <span className="field__value">{isHidden ? '●'.repeat(value.length) : value}</span>
    </button>
  );
}
