import type { ReactElement } from 'react';
import type { ProducePhase } from '../text/words.ts';
import { Drawing } from './drawing.tsx';
import { PermitCard } from './permit-card.tsx';

/** Where the card is in the machine while the endorsement is made: the card's place and the lit part follow the phase. */
const CARD_X: Readonly<Record<ProducePhase, number>> = {
  preparing: 40,
  erasing: 170,
  printing: 240,
  checking: 310,
  returning: 440,
};

export function Printer({ phase }: { readonly phase: ProducePhase }): ReactElement {
  return (
    <Drawing>
      <path className="d-quiet" d="M40 424h720" />
      <g transform={`translate(${CARD_X[phase]} 218)`}>
        <PermitCard arrow={false} />
      </g>
      <path className="d-line" d="M150 424V120a24 24 0 0 1 24-24h452a24 24 0 0 1 24 24v304" />
      <path className="d-line" d="M120 424h560v56H120z" />
      <Head x={250} isOn={phase === 'erasing'} kind="erase" />
      <Head x={400} isOn={phase === 'printing'} kind="print" />
      <Head x={550} isOn={phase === 'checking'} kind="check" />
      <path className="d-thin" d="M190 452h60M550 452h60" />
      {phase === 'preparing' ? <path className="d-arrow" d="M40 500h80M88 470l34 30-34 30" /> : null}
      {phase === 'returning' ? <path className="d-arrow" d="M680 500h80M728 470l34 30-34 30" /> : null}
    </Drawing>
  );
}

interface HeadProps {
  readonly x: number;
  readonly isOn: boolean;
  readonly kind: 'erase' | 'print' | 'check';
}

function Head({ x, isOn, kind }: HeadProps): ReactElement {
  return (
    <g transform={`translate(${x} 96)`} className={isOn ? 'head head--on' : 'head'}>
      <path className="d-head" d="M-44 0h88v58l-20 26h-48l-20-26z" />
      {kind === 'erase' ? <path className="d-head-mark" d="M-18 40h36M-10 22h20" /> : null}
      {kind === 'print' ? <path className="d-head-mark" d="M-18 20h36M-18 34h36M-18 48h22" /> : null}
      {kind === 'check' ? <path className="d-head-mark" d="M-18 34l14 14 24-28" /> : null}
    </g>
  );
}
