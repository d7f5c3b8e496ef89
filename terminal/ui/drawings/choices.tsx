import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** One of three: the chosen one is filled and ticked. */
export function Choices(): ReactElement {
  return (
    <Drawing>
      {[0, 1, 2].map((at) => (
        <g key={at} transform={`translate(150 ${70 + at * 150})`}>
          <rect className={at === 1 ? 'd-chosen' : 'd-paper'} width="500" height="118" rx="18" />
          <circle className={at === 1 ? 'd-chosen-ring' : 'd-thin'} cx="64" cy="59" r="26" />
          {at === 1 ? <path className="d-chosen-ring" d="M52 60l9 9 17-19" /> : null}
          <path className={at === 1 ? 'd-chosen-ring' : 'd-quiet'} d={`M124 59h${[200, 280, 150][at] ?? 0}`} />
        </g>
      ))}
    </Drawing>
  );
}
