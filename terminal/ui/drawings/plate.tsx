import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A number plate on a car's bumper: where its characters are. */
export function PlateDrawing(): ReactElement {
  return (
    <Drawing>
      <path className="d-line" d="M120 250c20-110 60-160 120-160h320c60 0 100 50 120 160" />
      <path className="d-thin" d="M236 130h328l40 100H196z" />
      <path
        className="d-paper"
        d="M70 290a40 40 0 0 1 40-40h580a40 40 0 0 1 40 40v130a20 20 0 0 1-20 20H90a20 20 0 0 1-20-20z"
      />
      <circle className="d-box" cx="140" cy="310" r="28" />
      <circle className="d-box" cx="660" cy="310" r="28" />
      <rect className="d-chosen" x="222" y="330" width="356" height="112" rx="12" />
      <path
        className="d-chosen-ring"
        d="M256 364h40v44h-40zM316 364h36v44h-36zM400 364h30v44h-30zM444 364h30v44h-30zM488 364h30v44h-30z"
      />
      <circle className="d-chosen-ring" cx="376" cy="386" r="3" />
      <path className="d-line" d="M120 440v60h80v-60M600 440v60h80v-60" />
      <path className="d-quiet" d="M40 520h720" />
    </Drawing>
  );
}
