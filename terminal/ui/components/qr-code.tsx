import type { ReactElement } from 'react';
import { encode } from 'uqr';
import './lists.css';

/** ISO/IEC 18004: four modules of quiet around the code. */
const QUIET_MODULES = 4;

export interface QrCodeProps {
  readonly text: string;
  readonly label: string;
  readonly isLarge?: boolean;
}

/** A QR code, black on white in every colour set, as one path. Its size follows the tokens: at least 60 mm of code. */
export function QrCode({ text, label, isLarge = false }: QrCodeProps): ReactElement {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  return (
    <svg
      className={isLarge ? 'qr qr--large' : 'qr'}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={darkPath(data)} />
    </svg>
  );
}

/** Runs of dark modules, row by row. */
function darkPath(rows: readonly (readonly boolean[])[]): string {
  const parts: string[] = [];
  for (const [y, row] of rows.entries()) {
    let from = -1;
    for (let x = 0; x <= row.length; x += 1) {
      const isDark = row[x] === true;
      if (isDark && from < 0) from = x;
      if (isDark || from < 0) continue;
      parts.push(`M${from} ${y}h${x - from}v1H${from}z`);
      from = -1;
    }
  }
  return parts.join('');
}
