import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** A phone held before the code on the screen. */
export function PhoneScan(): ReactElement {
  return (
    <Drawing>
      <rect className="d-paper" x="70" y="70" width="360" height="360" rx="20" />
      <path className="d-line" d="M190 430v60M310 430v60M150 492h200" />
      <path
        className="d-code"
        d="M130 130h80v80h-80zM290 130h80v80h-80zM130 290h80v80h-80zM240 130h24v40h-24zM240 200h60v24h-60zM150 240h40v24h-40zM330 240h40v30h-40zM240 260h44v44h-44zM310 310h60v24h-60zM240 340h30v30h-30zM310 350h24v20h-24z"
      />
      <path className="d-code-eye" d="M150 150h40v40h-40zM310 150h40v40h-40zM150 310h40v40h-40z" />
      <g className="sway">
        <rect className="d-paper" x="506" y="120" width="204" height="372" rx="30" />
        <path className="d-thin" d="M580 150h56M590 464h36" />
        <path className="d-act" d="M542 240v-30h30M644 210h30v30M674 340v30h-30M572 370h-30v-30" />
        <path className="d-act" d="M548 290h120" />
      </g>
    </Drawing>
  );
}
