import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

export type DoorState = 'ajar' | 'closing' | 'closed' | 'maintenance' | 'checking';

/** The motif 一门: one door in a quiet wall. Ajar it is lit from within; closed it has something to say. */
export function Door({ state }: { readonly state: DoorState }): ReactElement {
  const isAjar = state === 'ajar';
  return (
    <Drawing>
      <path className="d-quiet" d="M40 508h160M600 508h160" />
      {isAjar ? <path className="d-lamp" d="M262 72h276v436H262z" /> : null}
      {isAjar ? <path className="d-lamp-floor" d="M262 508h276l84 52H178z" /> : null}
      <path className="d-line" d="M244 508V54h312v454" />
      <g className={state === 'closing' ? 'door-left door-left--closing' : 'door-left'}>
        {isAjar ? <LeftAjar /> : <path className="d-paper" d="M262 72h138v436H262z" />}
        {isAjar ? null : <circle className="d-act-dot" cx="376" cy="296" r="10" />}
      </g>
      <g className={state === 'closing' ? 'door-right door-right--closing' : 'door-right'}>
        {isAjar ? <RightAjar /> : <path className="d-paper" d="M400 72h138v436H400z" />}
        {isAjar ? null : <circle className="d-act-dot" cx="424" cy="296" r="10" />}
      </g>
      <path className="d-line" d="M200 508h400" />
      <Sign state={state} />
    </Drawing>
  );
}

function LeftAjar(): ReactElement {
  return (
    <>
      <path className="d-paper" d="M262 72l74 30v424l-74-18z" />
      <circle className="d-act-dot" cx="320" cy="312" r="10" />
    </>
  );
}

function RightAjar(): ReactElement {
  return (
    <>
      <path className="d-paper" d="M538 72l-74 30v424l74-18z" />
      <circle className="d-act-dot" cx="480" cy="312" r="10" />
    </>
  );
}

function Sign({ state }: { readonly state: DoorState }): ReactElement | null {
  switch (state) {
    case 'closed':
      return (
        <g>
          <path className="d-thin" d="M400 150l-86 56M400 150l86 56" />
          <rect className="d-box" x="296" y="206" width="208" height="64" rx="8" />
          <path className="d-act" d="M352 238h96" />
        </g>
      );
    case 'maintenance':
      return (
        <g transform="translate(332 178)">
          <circle className="d-box" cx="68" cy="68" r="68" />
          <path className="d-act" d="M96 34a26 26 0 0 0-34 34l-32 32 14 14 32-32a26 26 0 0 0 34-34l-15 15-14-14z" />
        </g>
      );
    case 'checking':
      return (
        <g transform="translate(332 178)">
          <circle className="d-box" cx="68" cy="68" r="68" />
          <path className="d-act d-turn" d="M68 30a38 38 0 1 1-36 26M30 34v24h24" />
        </g>
      );
    case 'ajar':
    case 'closing':
      return null;
    default:
      return state satisfies never;
  }
}
