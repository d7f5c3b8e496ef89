import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** Printed sheets in the outlet, all of them to be taken. */
export function SheetsOut(): ReactElement {
  return (
    <Drawing>
      <rect className="d-paper" x="110" y="40" width="580" height="120" rx="20" />
      <path className="d-slot" d="M210 134h380" />
      <rect className="d-light" x="150" y="76" width="24" height="24" rx="12" />
      <rect className="d-light" x="626" y="76" width="24" height="24" rx="12" />
      <g className="slide-out">
        <path className="d-paper" d="M262 138h300v350H262z" />
        <path className="d-paper" d="M238 138h300v374H238z" />
        <path className="d-thin" d="M310 200h156" />
        <path className="d-quiet" d="M276 244h220M276 280h190M276 316h220M276 352h140" />
        <rect className="d-act" x="428" y="412" width="64" height="64" rx="32" />
      </g>
      <path className="d-arrow" d="M650 260v144M614 366l36 40 36-40" />
    </Drawing>
  );
}
