import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** Time runs. */
export function HourGlass(): ReactElement {
  return (
    <Drawing>
      <path className="d-line" d="M264 60h272M264 500h272" />
      <path
        className="d-paper"
        d="M296 60h208c0 120-40 160-80 220 40 60 80 100 80 220H296c0-120 40-160 80-220-40-60-80-100-80-220z"
      />
      <path className="d-sand" d="M330 160h140c-14 44-42 78-70 116-28-38-56-72-70-116z" />
      <path className="d-act" d="M400 280v110" />
      <path className="d-sand" d="M322 474c16-46 48-72 78-72s62 26 78 72z" />
    </Drawing>
  );
}
