import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A slip at the paper outlet: still, or to be taken. */
export function PaperSlip({ isOut }: { readonly isOut: boolean }): ReactElement {
  return (
    <Drawing>
      <rect className="d-paper" x="150" y="60" width="500" height="110" rx="20" />
      <path className="d-slot" d="M268 140h264" />
      <rect className="d-light" x="206" y="88" width="24" height="24" rx="12" />
      <rect className="d-light" x="570" y="88" width="24" height="24" rx="12" />
      <g className={isOut ? 'slide-out' : undefined}>
        <path className="d-paper" d="M290 142h220v330l-22-16-22 16-22-16-22 16-22-16-22 16-22-16-22 16-22-16-22 16z" />
        <path className="d-thin" d="M326 192h148" />
        <path className="d-quiet" d="M326 232h110M326 262h140M326 292h90" />
        <path
          className="d-code"
          d="M326 330h36v36h-36zM386 330h14v14h-14zM414 344h18v22h-18zM386 356h16v26h-16zM326 382h20v16h-20zM446 330h24v24h-24zM446 376h24v22h-24z"
        />
      </g>
      {isOut ? <path className="d-arrow" d="M600 260v140M564 362l36 40 36-40" /> : null}
    </Drawing>
  );
}
