import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A licence sheet (驾驶证, 行驶证), its stamp at the lower right, 300 × 212 with its corner at 0,0. */
export function LicenceSheet(): ReactElement {
  return (
    <g>
      <rect className="d-paper" width="300" height="212" rx="14" />
      <path className="d-thin" d="M60 36h180" />
      <path className="d-quiet" d="M26 74h120M26 104h96M26 134h120M26 170h80" />
      <rect className="d-box" x="200" y="62" width="72" height="90" rx="4" />
      <rect className="d-act" x="160" y="132" width="52" height="52" rx="4" />
    </g>
  );
}

/** The slot for licences: the old one goes up into it, or the new one comes out. */
export function LicenceSlot({ motion }: { readonly motion: 'in' | 'out' }): ReactElement {
  return (
    <Drawing>
      <defs>
        <clipPath id="below-licence-slot">
          <rect x="0" y="146" width="800" height="420" />
        </clipPath>
      </defs>
      <g clipPath="url(#below-licence-slot)">
        <g className={motion === 'in' ? 'slide-in' : 'slide-out'}>
          <g transform={motion === 'in' ? 'translate(250 236)' : 'translate(250 150)'}>
            <LicenceSheet />
          </g>
        </g>
      </g>
      <rect className="d-paper" x="110" y="40" width="580" height="100" rx="20" />
      <path className="d-slot" d="M230 140h340" />
      <rect className="d-light" x="176" y="78" width="24" height="24" rx="12" />
      <rect className="d-light" x="600" y="78" width="24" height="24" rx="12" />
      <path className="d-quiet" d="M286 90h228" />
      {motion === 'in' ? (
        <path className="d-arrow" d="M640 400V256M604 294l36-40 36 40" />
      ) : (
        <path className="d-arrow" d="M640 256v144M604 362l36 40 36-40" />
      )}
    </Drawing>
  );
}
