import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';
import { PermitCard } from './permit-card.tsx';

/** The card slot from the citizen's side. `in`: the card goes up into it, arrow first; `inside`: only the lit slot;
 *  `out`: the card stands in the slot, to be pulled towards oneself. */
export function CardSlot({ motion }: { readonly motion: 'in' | 'inside' | 'out' }): ReactElement {
  return (
    <Drawing>
      <defs>
        <clipPath id="below-slot">
          <rect x="0" y="146" width="800" height="420" />
        </clipPath>
      </defs>
      <g clipPath="url(#below-slot)">
        {motion === 'inside' ? null : (
          <g className={motion === 'in' ? 'slide-in' : 'slide-out'}>
            <g transform={motion === 'in' ? 'translate(299 520) rotate(-90)' : 'translate(299 424) rotate(-90)'}>
              <PermitCard arrow={motion === 'in'} />
            </g>
          </g>
        )}
      </g>
      <rect className="d-paper" x="110" y="40" width="580" height="100" rx="20" />
      <path className="d-slot" d="M262 140h276" />
      <rect className="d-light" x="214" y="78" width="24" height="24" rx="12" />
      <rect className="d-light" x="562" y="78" width="24" height="24" rx="12" />
      <path className="d-quiet" d="M286 90h228" />
      {motion === 'in' ? <path className="d-arrow" d="M620 380V236M584 274l36-40 36 40" /> : null}
      {motion === 'out' ? <path className="d-arrow" d="M620 236v144M584 342l36 40 36-40" /> : null}
      {motion === 'inside' ? <path className="d-arrow d-dots" d="M352 236h2M400 236h2M448 236h2" /> : null}
    </Drawing>
  );
}
