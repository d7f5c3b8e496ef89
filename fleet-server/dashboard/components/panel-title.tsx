import type { JSX } from 'react';
import { isBehind } from '../api-client/queries.ts';
import { AsOf } from './as-of.tsx';

/** What a panel needs to know of the request behind it. */
export type PanelSource = Parameters<typeof isBehind>[0];

/** A panel's heading with the age of what it shows. */
export function PanelTitle(props: {
  readonly id: string;
  readonly title: string;
  readonly readAt: number;
  readonly source: PanelSource;
}): JSX.Element {
  return (
    <div className="panel-title">
      <h2 id={props.id}>{props.title}</h2>
      <AsOf readAt={props.readAt} isBehind={isBehind(props.source)} />
    </div>
  );
}
