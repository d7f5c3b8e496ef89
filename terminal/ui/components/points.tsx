import type { ReactElement } from 'react';
import './lists.css';

/** Numbered steps, one sentence each. */
export function Points({ points }: { readonly points: readonly string[] }): ReactElement {
  return (
    <ol>
      {points.map((point, at) => (
        <li key={point} className="point">
          <span className="point__number" aria-hidden="true">
            {at + 1}
          </span>
          <span>{point}</span>
        </li>
      ))}
    </ol>
  );
}

/** The same, each step an element of its own, so that a page can be turned between them; children of `Pages`. */
export function pointLines(points: readonly string[]): readonly ReactElement[] {
  return points.map((point, at) => (
    <p key={point} className="point">
      <span className="point__number">{at + 1}</span>
      <span>{point}</span>
    </p>
  ));
}
