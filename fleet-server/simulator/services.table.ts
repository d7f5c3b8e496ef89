/** How the eleven services go, for the demonstration: how often, how long, what they cost and use. Fees are those of the
 *  published lists where there is one; the mix is made up. */
export interface LightService {
  readonly id: string;
  /** Share of citizens. */
  readonly weight: number;
  /** Fees that occur, in fen; empty = free. */
  readonly feesFen: readonly number[];
  readonly minutes: readonly [number, number];
  /** Cards, documents or slips that are made and handed over. */
  readonly produces: 0 | 1;
  readonly steps: readonly string[];
  /** A supply that one of it uses, beside receipt paper. */
  readonly uses: string | null;
}

export const LIGHT_SERVICES: readonly LightService[] = [
  {
    id: 'exit.endorse',
    weight: 24,
    feesFen: [1500, 1500, 1500, 3000, 8000],
    minutes: [2, 5],
    produces: 1,
    steps: ['read-card', 'check-identity', 'pay', 'produce', 'hand-over'],
    uses: null,
  },
  {
    id: 'exit.prereg',
    weight: 9,
    feesFen: [],
    minutes: [4, 9],
    produces: 0,
    steps: ['read-card', 'check-identity', 'take-photo'],
    uses: null,
  },
  {
    id: 'exit.pay',
    weight: 8,
    feesFen: [6000, 12000],
    minutes: [1, 3],
    produces: 0,
    steps: ['scan-code', 'pay'],
    uses: null,
  },
  {
    id: 'exit.card',
    weight: 9,
    feesFen: [],
    minutes: [1, 2],
    produces: 0,
    steps: ['read-card', 'check-identity'],
    uses: null,
  },
  {
    id: 'exit.collect',
    weight: 14,
    feesFen: [],
    minutes: [1, 3],
    produces: 1,
    steps: ['read-card', 'check-identity', 'hand-over'],
    uses: null,
  },
  {
    id: 'veh.licence',
    weight: 7,
    feesFen: [1000],
    minutes: [5, 9],
    produces: 1,
    steps: ['read-card', 'check-identity', 'pay', 'produce', 'hand-over'],
    uses: 'licenceBlanks',
  },
  {
    id: 'veh.vlic',
    weight: 4,
    feesFen: [1000],
    minutes: [2, 4],
    produces: 1,
    steps: ['read-card', 'check-identity', 'pay', 'produce', 'hand-over'],
    uses: 'licenceBlanks',
  },
  {
    id: 'veh.inspect',
    weight: 6,
    feesFen: [],
    minutes: [1, 3],
    produces: 1,
    steps: ['read-card', 'check-identity', 'produce', 'hand-over'],
    uses: 'inspectionMarks',
  },
  {
    id: 'veh.violation',
    weight: 9,
    feesFen: [5000, 10000, 20000],
    minutes: [3, 6],
    produces: 0,
    steps: ['read-card', 'check-identity', 'pay'],
    uses: null,
  },
  {
    id: 'hh.idapply',
    weight: 4,
    feesFen: [4000],
    minutes: [5, 9],
    produces: 0,
    steps: ['read-card', 'check-identity', 'take-photo', 'pay'],
    uses: null,
  },
  {
    id: 'hh.idcollect',
    weight: 6,
    feesFen: [],
    minutes: [1, 2],
    produces: 1,
    steps: ['check-identity', 'hand-over'],
    uses: null,
  },
];

/** Citizens by hour of the day in Asia/Shanghai: lunch and evening are full, the night is not empty. */
export const HOUR_WEIGHTS = [2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 8, 8, 11, 9, 6, 6, 7, 9, 11, 11, 8, 6, 4, 3] as const;

/** Why the office or the rules said no (shared refusals of the services). */
export const REFUSALS = [
  'doc-expired',
  'identity-mismatch',
  'window-only',
  'office-away',
  'too-early',
  'unpaid',
  'pay-failed',
] as const;
