import type { ReactElement } from 'react';
import type { ProducePhase } from '../text/words.ts';
import { Drawing } from './drawing.tsx';
import { LicenceSheet } from './licence.tsx';
import { PermitCard } from './permit-card.tsx';

/** A phase in which something is made: fetching from the locker has a drawing of its own. */
type MakingPhase = Exclude<ProducePhase, 'fetching'>;
type HeadPhase = Exclude<MakingPhase, 'preparing' | 'returning'>;

export interface PrinterProps {
  readonly phase: MakingPhase;
  readonly makes: 'endorsement' | 'licence';
}

/** What the document passes on its way, from the left. */
const HEADS: Readonly<Record<PrinterProps['makes'], readonly HeadPhase[]>> = {
  endorsement: ['erasing', 'printing', 'checking'],
  licence: ['printing', 'laminating', 'checking'],
};
const HEADS_X = [250, 400, 550] as const;
const UNDER_HEAD_X = [170, 240, 310] as const;
const ENTRY_X = 40;
const EXIT_X = 440;

/** The machine cut open from the side: the document's place and the lit part follow the phase. */
export function Printer({ phase, makes }: PrinterProps): ReactElement {
  const heads = HEADS[makes];
  const at = heads.findIndex((head) => head === phase);
  const x = phase === 'returning' ? EXIT_X : (UNDER_HEAD_X[at] ?? ENTRY_X);
  return (
    <Drawing>
      <path className="d-quiet" d="M40 424h720" />
      <g transform={`translate(${x} 218)`}>{makes === 'licence' ? <LicenceSheet /> : <PermitCard arrow={false} />}</g>
      <path className="d-line" d="M150 424V120a24 24 0 0 1 24-24h452a24 24 0 0 1 24 24v304" />
      <path className="d-line" d="M120 424h560v56H120z" />
      {heads.map((head, index) => (
        <Head key={head} x={HEADS_X[index] ?? EXIT_X} isOn={head === phase} phase={head} />
      ))}
      <path className="d-thin" d="M190 452h60M550 452h60" />
      {phase === 'preparing' ? <path className="d-arrow" d="M40 500h80M88 470l34 30-34 30" /> : null}
      {phase === 'returning' ? <path className="d-arrow" d="M680 500h80M728 470l34 30-34 30" /> : null}
    </Drawing>
  );
}

const MARKS: Readonly<Record<HeadPhase, string>> = {
  erasing: 'M-18 40h36M-10 22h20',
  laminating: 'M-22 26h44M-22 40h44M-14 33v0M0 33v0M14 33v0',
  printing: 'M-18 20h36M-18 34h36M-18 48h22',
  checking: 'M-18 34l14 14 24-28',
};

interface HeadProps {
  readonly x: number;
  readonly isOn: boolean;
  readonly phase: HeadPhase;
}

function Head({ x, isOn, phase }: HeadProps): ReactElement {
  return (
    <g transform={`translate(${x} 96)`} className={isOn ? 'head head--on' : 'head'}>
      <path className="d-head" d="M-44 0h88v58l-20 26h-48l-20-26z" />
      <path className="d-head-mark" d={MARKS[phase]} />
    </g>
  );
}
