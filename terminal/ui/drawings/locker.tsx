import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** The cabinet of finished documents. `fetching`: the arm takes one out; `out`: it lies in the open outlet. */
export function Locker({ motion }: { readonly motion: 'fetching' | 'out' }): ReactElement {
  return (
    <Drawing>
      <path className="d-quiet" d="M40 528h720" />
      <rect className="d-paper" x="150" y="30" width="500" height="498" rx="20" />
      {motion === 'fetching' ? <Shelves /> : <Outlet />}
    </Drawing>
  );
}

function Shelves(): ReactElement {
  return (
    <g>
      {[70, 180, 290].map((y) => (
        <g key={y} transform={`translate(196 ${y})`}>
          {[0, 104, 208, 312].map((x) => (
            <rect key={x} className="d-box" x={x} width="84" height="84" rx="6" />
          ))}
        </g>
      ))}
      <rect className="d-chosen" x="404" y="180" width="84" height="84" rx="6" />
      <path className="d-chosen-ring" d="M424 206h44M424 230h28" />
      <path className="d-arrow d-dots" d="M446 290v120M410 376l36 36 36-36" />
      <path className="d-slot" d="M270 452h260" />
    </g>
  );
}

function Outlet(): ReactElement {
  return (
    <g>
      <path className="d-thin" d="M196 96h408M196 150h408" />
      <path className="d-lamp" d="M230 220h340v200H230z" />
      <rect className="d-light" x="186" y="306" width="24" height="24" rx="12" />
      <rect className="d-light" x="590" y="306" width="24" height="24" rx="12" />
      <path className="d-line" d="M230 420V220h340v200" />
      <path className="d-box" d="M204 420h392l24 40H180z" />
      <g className="slide-out">
        <rect className="d-chosen" x="330" y="270" width="140" height="170" rx="10" />
        <circle className="d-chosen-ring" cx="400" cy="340" r="26" />
        <path className="d-chosen-ring" d="M366 400h68" />
      </g>
      <path className="d-arrow" d="M706 270v144M670 376l36 40 36-40" />
    </g>
  );
}
