import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** The live face beside the picture in the chip; below, the other way: the window. */
export function ConsentFace(): ReactElement {
  return (
    <Drawing>
      <ellipse className="d-paper" cx="230" cy="250" rx="130" ry="170" />
      <circle className="d-thin" cx="230" cy="210" r="56" />
      <path className="d-thin" d="M136 366c6-66 44-96 94-96s88 30 94 96" />
      <path className="d-act" d="M400 226h60M442 204l22 22-22 22M460 276h-60M418 254l-22 22 22 22" />
      <rect className="d-paper" x="500" y="120" width="220" height="260" rx="16" />
      <circle className="d-thin" cx="610" cy="216" r="44" />
      <path className="d-thin" d="M536 344c4-52 34-74 74-74s70 22 74 74" />
      <path className="d-quiet" d="M120 490h560" />
    </Drawing>
  );
}
