import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** Two people speak: 文 and A. */
export function Languages(): ReactElement {
  return (
    <Drawing>
      <path
        className="d-paper"
        d="M110 80h300a24 24 0 0 1 24 24v180a24 24 0 0 1-24 24H236l-66 62v-62h-60a24 24 0 0 1-24-24V104a24 24 0 0 1 24-24z"
      />
      <path
        className="d-act-thick"
        d="M258 116v34M176 152h164M300 152c-20 62-62 98-124 116M216 152c20 62 62 98 124 116"
      />
      <path
        className="d-paper"
        d="M420 220h270a24 24 0 0 1 24 24v170a24 24 0 0 1-24 24h-50v58l-64-58H420a24 24 0 0 1-24-24V244a24 24 0 0 1 24-24z"
      />
      <path className="d-act-thick" d="M498 400l57-140 57 140M518 352h74" />
    </Drawing>
  );
}
