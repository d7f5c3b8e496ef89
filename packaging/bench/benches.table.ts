import { benchCardRead } from './card-read.ts';
import { benchFraming } from './framing.ts';
import type { BenchContext, Figure } from './report.ts';
import { benchSession } from './session.ts';

export interface Bench {
  readonly says: string;
  readonly run: (context: BenchContext) => Promise<readonly Figure[]>;
}

/** Every benchmark by its name; the only list. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  framing: { says: 'every framer on clean, split and garbage streams', run: benchFraming },
  'card-read': { says: 'an ID card over a paced 115,200 baud line', run: benchCardRead },
  session: { says: 'a whole exit.endorse on the real journal, and each of its appends', run: benchSession },
};
