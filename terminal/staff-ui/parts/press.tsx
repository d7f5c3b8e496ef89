import type { ReactElement, ReactNode } from 'react';
import { useConsole } from '../console-context.ts';

export interface PressProps {
  readonly look?: 'main' | 'plain' | 'stop';
  readonly isOff?: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

/** A large button; nothing can be pressed while an act runs. */
export function Press({ look = 'plain', isOff = false, onPress, children }: PressProps): ReactElement {
  const { isWaiting } = useConsole();
  return (
    <button type="button" className={`press press--${look}`} disabled={isOff || isWaiting} onClick={onPress}>
      {children}
    </button>
  );
}
