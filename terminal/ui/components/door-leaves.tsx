import type { ReactElement } from 'react';
import './door-leaves.css';

/** The motif 一门 over the whole screen: two leaves in 4 px line that open, once, when the attract screen is touched. */
export function DoorLeaves(): ReactElement {
  return (
    <div className="leaves" aria-hidden="true">
      <div className="leaves__left" />
      <div className="leaves__right" />
    </div>
  );
}
