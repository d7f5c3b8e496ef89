import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';

/** The stroke of every icon, whatever its size (screens design A7). */
const STROKE_PX = 2.5;
const SIZES_PX = { bar: 40, card: 72 } as const;

export interface IconProps {
  readonly of: LucideIcon;
  readonly size?: keyof typeof SIZES_PX;
}

/** An icon beside its word: never alone, so silent for a screen reader. */
export function Icon({ of: Shape, size = 'bar' }: IconProps): ReactElement {
  return (
    <Shape
      className="icon"
      size={SIZES_PX[size]}
      strokeWidth={STROKE_PX}
      absoluteStrokeWidth
      aria-hidden="true"
      focusable="false"
    />
  );
}
