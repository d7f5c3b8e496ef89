import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A picture for a document: head and shoulders in its frame. */
export function PhotoFrame(): ReactElement {
  return (
    <Drawing>
      <rect className="d-paper" x="236" y="40" width="328" height="460" rx="12" />
      <ellipse className="d-thin" cx="400" cy="210" rx="84" ry="108" />
      <path className="d-thin" d="M264 500c4-110 52-150 136-150s132 40 136 150" />
      <path className="d-act" d="M200 100V20h80M520 20h80v80M600 440v80h-80M280 520h-80v-80" />
      <path className="d-quiet" d="M292 210h12M496 210h12" />
    </Drawing>
  );
}
