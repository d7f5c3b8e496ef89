import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** Bars of a code, 180 × 70 with their corner at 0,0. */
function Bars(): ReactElement {
  return (
    <path
      className="d-code"
      d="M0 0h8v70H0zM16 0h14v70H16zM38 0h6v70h-6zM54 0h16v70H54zM80 0h6v70h-6zM94 0h10v70H94zM114 0h6v70h-6zM128 0h16v70h-16zM154 0h6v70h-6zM168 0h12v70h-12z"
    />
  );
}

/** A receipt with a number under its bars, 260 × 330 with its corner at 0,0. */
function Slip(): ReactElement {
  return (
    <g>
      <path className="d-paper" d="M0 0h260v330H0z" />
      <path className="d-thin" d="M40 44h180" />
      <path className="d-quiet" d="M40 84h120M40 116h150M40 148h96" />
      <g transform="translate(40 188)">
        <Bars />
      </g>
      <path className="d-act-thick" d="M48 290h50M112 290h64M190 290h22" />
    </g>
  );
}

/** The receipt alone, its number marked: what is to be typed. */
export function CodeSlip(): ReactElement {
  return (
    <Drawing>
      <g transform="translate(203 18) scale(1.52)">
        <Slip />
      </g>
    </Drawing>
  );
}

/** The receipt's bars held before the scanner's window, whose light falls on them. */
export function ScanWindow(): ReactElement {
  return (
    <Drawing>
      <path className="d-lamp-floor" d="M300 138h200l70 220H230z" />
      <rect className="d-paper" x="210" y="30" width="380" height="110" rx="20" />
      <rect className="d-box" x="290" y="86" width="220" height="54" rx="8" />
      <rect className="d-light" x="240" y="62" width="24" height="24" rx="12" />
      <rect className="d-light" x="536" y="62" width="24" height="24" rx="12" />
      <path className="d-act d-dots" d="M318 112h164" />
      <g className="slide-in">
        <path className="d-paper" d="M270 300h260v240H270z" />
        <g transform="translate(310 334)">
          <Bars />
        </g>
        <path className="d-quiet" d="M310 440h180M310 472h120M310 504h150" />
      </g>
      <path className="d-arrow" d="M640 400V260M604 298l36-38 36 38" />
    </Drawing>
  );
}
