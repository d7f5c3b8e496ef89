import type { ReactElement } from 'react';

/** The card-type permit (往来港澳通行证), photo side up, 320 × 202 with its corner at 0,0; the arrow shows which end goes
 *  in first. */
export function PermitCard({ arrow }: { readonly arrow: boolean }): ReactElement {
  return (
    <g>
      <rect className="d-paper" width="320" height="202" rx="18" />
      <path className="d-quiet" d="M24 38h150" />
      <rect className="d-box" x="24" y="62" width="92" height="116" rx="6" />
      <circle className="d-thin" cx="70" cy="102" r="20" />
      <path className="d-thin" d="M36 176c2-34 16-46 34-46s32 12 34 46" />
      <path className="d-quiet" d="M140 76h150M140 104h110M140 132h132M140 160h70" />
      <rect className="d-thin" x="252" y="22" width="44" height="30" rx="5" />
      <circle className="d-thin" cx="274" cy="37" r="8" />
      <path className="d-thin" d="M252 37h14M282 37h14" />
      {arrow ? <path className="d-act" d="M232 178h48M264 162l17 16-17 16" /> : null}
    </g>
  );
}
