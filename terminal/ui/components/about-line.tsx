import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './lists.css';

export interface AboutLineProps {
  readonly icon: LucideIcon;
  /** Left out where the words say it themselves. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** An icon, what it is about where that needs a word, and what is said about it. */
export function AboutLine({ icon, label, children }: AboutLineProps): ReactElement {
  return (
    <div className="about">
      <Icon of={icon} />
      <div>
        {label === undefined ? null : <p className="about__label">{label}</p>}
        <div>{children}</div>
      </div>
    </div>
  );
}
