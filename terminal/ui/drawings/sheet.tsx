import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A sheet of paper: to agree to (a pen), to check (a lens), or with the conditions (a list). */
export function Sheet({ kind }: { readonly kind: 'agree' | 'check' | 'list' }): ReactElement {
  return (
    <Drawing>
      <path className="d-paper" d="M226 50h268l80 80v370H226z" />
      <path className="d-line" d="M494 50v80h80" />
      <path className="d-quiet" d="M330 190h180M330 256h180M330 322h140M330 388h180" />
      {kind === 'agree' ? null : (
        <path className="d-act" d="M270 190l12 12 22-24M270 256l12 12 22-24M270 322l12 12 22-24M270 388l12 12 22-24" />
      )}
      {kind === 'agree' ? (
        <g>
          <path className="d-quiet" d="M280 190h20M280 256h20M280 322h20" />
          <path className="d-act" d="M330 446c24-40 40-40 46-10s20 20 34-6 24-16 40 6" />
          <path className="d-paper" d="M470 420l150-150 36 36-150 150-50 14z" />
          <path className="d-line" d="M594 296l36 36" />
        </g>
      ) : null}
      {kind === 'check' ? (
        <g>
          <circle className="d-glass" cx="540" cy="356" r="84" />
          <path className="d-act-thick" d="M500 356l28 28 52-56" />
          <path className="d-handle" d="M602 418l70 70" />
        </g>
      ) : null}
    </Drawing>
  );
}
