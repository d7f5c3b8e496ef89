import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A phone that gets a message (`message`), or a receiver that calls for help (`call`). */
export function MessagePhone({ kind }: { readonly kind: 'message' | 'call' }): ReactElement {
  return (
    <Drawing>
      {kind === 'message' ? (
        <g>
          <rect className="d-paper" x="210" y="50" width="230" height="460" rx="34" />
          <path className="d-thin" d="M294 84h62M306 480h38" />
          <path className="d-quiet" d="M250 150h120M250 190h150" />
          <path
            className="d-bubble"
            d="M380 180h220a20 20 0 0 1 20 20v110a20 20 0 0 1-20 20H480l-56 50v-50h-44a20 20 0 0 1-20-20V200a20 20 0 0 1 20-20z"
          />
          <path className="d-chosen-ring" d="M404 232h170M404 276h110" />
        </g>
      ) : (
        <g>
          <path
            className="d-paper"
            d="M262 96c-40 6-66 40-62 84 12 142 138 268 280 280 44 4 78-22 84-62l8-58-96-44-44 44c-60-28-100-68-128-128l44-44-44-96z"
          />
          <path className="d-act" d="M470 150a120 120 0 0 1 82 82M486 84a190 190 0 0 1 132 132" />
        </g>
      )}
    </Drawing>
  );
}
