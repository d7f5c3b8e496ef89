import { CircleCheck, Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './lists.css';

const ICONS = { warn: TriangleAlert, stop: OctagonAlert, done: CircleCheck, plain: Info } as const;

export interface NoticeProps {
  readonly look: keyof typeof ICONS;
  readonly children: ReactNode;
}

/** One sentence that stands out by shape and colour, and is told to a screen reader when it comes. */
export function Notice({ look, children }: NoticeProps): ReactElement {
  return (
    <div className={`notice notice--${look}`} role="status">
      <Icon of={ICONS[look]} />
      <p>{children}</p>
    </div>
  );
}
