import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';
import { PermitCard } from './permit-card.tsx';

/** The papers a hall makes: an identity card, a driving licence booklet, a permit on top. */
export function Documents(): ReactElement {
  return (
    <Drawing>
      <g transform="translate(96 96) rotate(-9)">
        <rect className="d-paper" width="300" height="212" rx="14" />
        <path className="d-thin" d="M150 0v212" />
        <path className="d-quiet" d="M26 44h96M26 74h80M26 104h96M176 44h96M176 74h70" />
        <circle className="d-act" cx="224" cy="150" r="30" />
        <path className="d-act" d="M224 120v22M197 160l20-8M251 160l-20-8" />
      </g>
      <g transform="translate(420 60) rotate(8)">
        <rect className="d-paper" width="300" height="190" rx="16" />
        <rect className="d-box" x="196" y="34" width="80" height="100" rx="6" />
        <circle className="d-thin" cx="236" cy="70" r="18" />
        <path className="d-thin" d="M208 132c2-26 12-36 28-36s26 10 28 36" />
        <path className="d-quiet" d="M26 44h140M26 74h110M26 104h140M26 154h190" />
      </g>
      <g transform="translate(212 230) scale(1.18)">
        <PermitCard arrow={false} />
      </g>
    </Drawing>
  );
}
