import { ClipboardList, Clock, MapPin, Phone, RotateCcw, Shuffle, UserRound, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { NextStep } from '@yimen/contracts/ui';
import { Icon } from './icon.tsx';
import './lists.css';

const ICONS: Readonly<Record<NextStep['next'], LucideIcon>> = {
  again: RotateCcw,
  hall: MapPin,
  window: UserRound,
  bring: ClipboardList,
  go: Shuffle,
  line: Phone,
  later: Clock,
};

/** One way on, with its place and hours where it has one. */
export function NextStepLine({ step }: { readonly step: NextStep }): ReactElement {
  return (
    <div className="about">
      <Icon of={ICONS[step.next]} />
      <div>
        <p>{step.text}</p>
        {step.place === null ? null : (
          <>
            <p className="place-name">{step.place.name}</p>
            <p className="caption quiet-text">
              {step.place.address} · {step.place.hours}
            </p>
          </>
        )}
      </div>
    </div>
  );
}
