import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** The machine asks the office across town; dots go to and fro. */
export function Office(): ReactElement {
  return (
    <Drawing>
      <path className="d-quiet" d="M40 470h720" />
      <rect className="d-paper" x="80" y="170" width="150" height="300" rx="14" />
      <rect className="d-box" x="106" y="200" width="98" height="120" rx="6" />
      <path className="d-thin" d="M120 360h70M134 396h42" />
      <path className="d-paper" d="M500 470V220l110-80 110 80v250z" />
      <path className="d-line" d="M476 224l134-98 134 98" />
      <path className="d-thin" d="M540 250h46v50h-46zM634 250h46v50h-46zM540 340h46v50h-46zM634 340h46v50h-46z" />
      <path className="d-lamp" d="M634 250h46v50h-46z" />
      <path className="d-line" d="M594 470v-54h32v54" />
      <path className="d-arrow d-dots travel" d="M270 300h190" />
    </Drawing>
  );
}
