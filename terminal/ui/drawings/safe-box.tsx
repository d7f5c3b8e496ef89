import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** What belongs to the citizen, kept under a number. */
export function SafeBox(): ReactElement {
  return (
    <Drawing>
      <rect className="d-paper" x="180" y="70" width="400" height="370" rx="24" />
      <rect className="d-thin" x="214" y="104" width="332" height="302" rx="12" />
      <circle className="d-line" cx="380" cy="255" r="70" />
      <path className="d-act" d="M380 185v36M380 289v36M310 255h36M414 255h36" />
      <path className="d-line" d="M220 440v46M540 440v46" />
      <path className="d-quiet" d="M120 490h540" />
      <g transform="translate(540 300) rotate(14)">
        <path className="d-box" d="M0 34l34-34h150v108H34L0 74z" />
        <circle className="d-thin" cx="34" cy="54" r="9" />
        <path className="d-act" d="M66 40h90M66 70h60" />
      </g>
    </Drawing>
  );
}
