import type { ReactElement, ReactNode } from 'react';

export interface MessageProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** One thing to read, in large print. */
export function Message({ title, text, children }: MessageProps): ReactElement {
  return (
    <section className="message" aria-live="polite">
      <h1>{title}</h1>
      <p>{text}</p>
      {children}
    </section>
  );
}
