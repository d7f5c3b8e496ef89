import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A sign post: this way is closed, another one leads on. */
export function WaySign(): ReactElement {
  return (
    <Drawing>
      <path className="d-quiet" d="M160 500h480" />
      <path className="d-line" d="M400 60v440" />
      <path className="d-paper" d="M400 96H210l-56 52 56 52h190z" />
      <path className="d-stop" d="M226 148h120" />
      <path className="d-chosen" d="M400 246h210l56 52-56 52H400z" />
      <path className="d-chosen-ring" d="M450 298h130M546 268l34 30-34 30" />
    </Drawing>
  );
}
