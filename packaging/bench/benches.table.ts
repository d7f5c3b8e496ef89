import { benchCardRead } from './card-read.ts';
import { benchFraming } from './framing.ts';
import { benchIngest, benchIngestRate } from './ingest/ingest.ts';
import type { BenchContext, Figure } from './report.ts';
import { benchSession } from './session.ts';

export interface Bench {
  readonly says: string;
  /** Understands `--rate`. */
  readonly takesRate?: boolean;
  readonly run: (context: BenchContext) => Promise<readonly Figure[]>;
}

/** Every benchmark by its name; the only list. */
export const BENCHES: Readonly<Record<string, Bench>> = {
  framing: { says: 'every framer on clean, split and garbage streams', run: benchFraming },
  'card-read': { says: 'an ID card over a paced 115,200 baud line', run: benchCardRead },
  ingest: {
    says: 'acknowledged events a second of 500 terminals, beside Mosquitto → mqtt.js → SQLite; --rate N: how long one takes',
    run: (context) => (context.rate === null ? benchIngest(context) : benchIngestRate(context, context.rate)),
    takesRate: true,
  },
  session: { says: 'a whole exit.endorse on the real journal, and each of its appends', run: benchSession },
};
