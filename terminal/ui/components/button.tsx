import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon.tsx';

export interface ButtonProps {
  readonly look?: 'main' | 'plain' | 'back';
  readonly icon?: LucideIcon;
  readonly label?: string;
  readonly isOff?: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

/** A button of 112 px: acts on release, by finger or key. `label` when the words on it need more for a screen reader. */
export function Button({ look = 'plain', icon, label, isOff = false, onPress, children }: ButtonProps): ReactElement {
  return (
    <button type="button" className={`button button--${look}`} aria-label={label} disabled={isOff} onClick={onPress}>
      {icon === undefined ? null : <Icon of={icon} />}
      <span>{children}</span>
    </button>
  );
}
