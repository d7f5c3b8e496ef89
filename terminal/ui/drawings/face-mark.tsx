import type { ReactElement } from 'react';

const MOUTHS = [
  'M28 84q22-24 44 0',
  'M30 80q20-12 40 0',
  'M32 76h36',
  'M30 72q20 14 40 0',
  'M27 68q23 28 46 0',
] as const;

/** One of five faces, 1 (very bad) to 5 (very good), 100 × 100. The word stands beside it. */
export function FaceMark({ stars }: { readonly stars: 1 | 2 | 3 | 4 | 5 }): ReactElement {
  return (
    <svg className="face-mark" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <circle cx="50" cy="50" r="46" />
      <path d="M34 38v8M66 38v8" />
      <path d={MOUTHS[stars - 1]} />
    </svg>
  );
}
