import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

const NAME = 'M250 300c20-70 44-84 50-40s18 60 40 6 36-40 40-4 20 40 44 0 30-20 50 6 30 16 60-8';

/** A name is written: with the pen on the pad, or with a finger on the screen. */
export function Signing({ on }: { readonly on: 'pad' | 'page' }): ReactElement {
  return (
    <Drawing>
      {on === 'pad' ? (
        <path
          className="d-paper"
          d="M150 130h500a28 28 0 0 1 28 28v270a28 28 0 0 1-28 28H150a28 28 0 0 1-28-28V158a28 28 0 0 1 28-28z"
        />
      ) : (
        <path className="d-line" d="M122 60h556v420H122z" />
      )}
      <rect className="d-box" x="176" y="180" width="448" height="200" rx="12" />
      <path className="d-quiet" d="M210 344h380" />
      <path className="d-act-thick" d={NAME} />
      {on === 'pad' ? (
        <g>
          <path className="d-paper" d="M560 250L690 84l34 26-130 168-46 24z" />
          <path className="d-line" d="M560 250l34 28" />
        </g>
      ) : (
        <g transform="translate(548 274) rotate(-18)">
          <path className="d-paper" d="M-24 230V26a24 24 0 0 1 48 0v104l74 22a30 30 0 0 1 20 36l-14 64" />
          <path className="d-thin" d="M-10 22a10 12 0 0 1 20 0" />
        </g>
      )}
      {on === 'pad' ? <path className="d-thin" d="M330 420h140" /> : null}
    </Drawing>
  );
}
