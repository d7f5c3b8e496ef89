import type { ReactElement, ReactNode } from 'react';
import './drawings.css';

/** The canvas of every drawing: 800 × 560, ink lines of 4 px, one blue for what the citizen does, one lamp. Said in
 *  words beside it, so it is nothing for a screen reader. */
export function Drawing({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <svg className="drawing" viewBox="0 0 800 560" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}
