import { ClipboardList, Clock, MapPin, Phone, RotateCcw, Shuffle, UserRound, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { NextStep } from '@yimen/contracts/ui';
import { leadAndRest } from '../text/blocks.ts';
import { AboutLine } from './about-line.tsx';
import './lists.css';
import { PlaceDetail } from './place.tsx';

const ICONS: Readonly<Record<NextStep['next'], LucideIcon>> = {
  again: RotateCcw,
  hall: MapPin,
  window: UserRound,
  bring: ClipboardList,
  go: Shuffle,
  line: Phone,
  later: Clock,
};

/** The ways on, each with its place and hours where it has one; children of `Pages`.
 *  @param title stands above the first one and stays with it on a page */
export function nextStepLines(steps: readonly NextStep[], title?: string): readonly ReactElement[] {
  return steps.flatMap((step, at) => {
    const { lead, rest } = leadAndRest(step.text);
    return [
      <div key={`${at}-${step.next}`}>
        {at === 0 && title !== undefined ? <h2 className="group-title">{title}</h2> : null}
        <AboutLine icon={ICONS[step.next]}>
          <p>
            {lead} {step.place === null ? null : <b>{step.place.name}</b>}
          </p>
          {step.place === null ? null : <PlaceDetail place={step.place} />}
        </AboutLine>
      </div>,
      ...rest.map((block, n) => (
        <p key={`${at}-${n}`} className="about-rest">
          {block}
        </p>
      )),
    ];
  });
}
