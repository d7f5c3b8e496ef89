/** One rung of the recovery ladder (faults §2). */
export type Rung = 'L1' | 'L2' | 'L3' | 'L4' | 'L5' | 'L6' | 'L7';

/** What can stand against a rung at the moment it is due. */
export type Condition =
  /** The bin into which the medium would go is full or missing. */
  | 'noDestination'
  /** Nobody at the other end hears an order. */
  | 'deaf'
  /** A session runs: what it holds is its own to bring to rest. */
  | 'inUse'
  /** Core is moving something itself. */
  | 'coreMoves'
  | 'othersMove'
  /** Something of a citizen is inside, or nobody can say. */
  | 'mediaInside'
  | 'journalUnsynced';

export interface RungRow {
  readonly rung: Rung;
  readonly what: string;
  /** Counted over restarts of core, from the journal. All must be kept. */
  readonly budget: readonly { readonly times: number; readonly windowMs: number }[];
  /** Whether the budget is the device's own, or one for the whole machine. */
  readonly scope: 'device' | 'machine';
  /** How often in one climb before the next rung. */
  readonly times: number;
  /** What it is given to show an effect, before the device is judged again. */
  readonly pauseMs: number;
  /** Skipped while one of these holds. */
  readonly never: readonly Condition[];
  /** Waited for: it ends by itself, and the rung may be the right one then. */
  readonly waits: readonly Condition[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The rungs in order; above the last one is L8: out of service, with an incident number. */
export const LADDER: readonly RungRow[] = [
  {
    rung: 'L1',
    what: 'ask status again',
    budget: [{ times: 6, windowMs: MINUTE }],
    scope: 'device',
    times: 3,
    pauseMs: 5_000,
    never: [],
    waits: [],
  },
  {
    rung: 'L2',
    what: 'reset, with the destination of the medium declared',
    budget: [
      { times: 6, windowMs: HOUR },
      { times: 20, windowMs: DAY },
    ],
    scope: 'device',
    times: 3,
    pauseMs: 2_000,
    never: ['deaf', 'noDestination'],
    waits: ['inUse', 'coreMoves'],
  },
  {
    rung: 'L3',
    what: 're-open the transport',
    budget: [
      { times: 3, windowMs: HOUR },
      { times: 12, windowMs: DAY },
    ],
    scope: 'device',
    times: 1,
    pauseMs: 10_000,
    never: [],
    // The host refuses it while the device itself moves; a session that waits for its device is helped by it.
    waits: ['coreMoves'],
  },
  {
    rung: 'L4',
    what: 'restart the device host',
    budget: [
      { times: 3, windowMs: 10 * MINUTE },
      { times: 12, windowMs: DAY },
    ],
    scope: 'machine',
    times: 1,
    pauseMs: 30_000,
    never: [],
    // A neighbour that moves something is never cut off; it comes to rest by itself.
    waits: ['inUse', 'coreMoves', 'othersMove'],
  },
  {
    rung: 'L5',
    what: 'reset the USB port',
    budget: [
      { times: 2, windowMs: HOUR },
      { times: 4, windowMs: DAY },
    ],
    scope: 'device',
    times: 1,
    pauseMs: 15_000,
    never: ['mediaInside'],
    waits: ['inUse', 'coreMoves'],
  },
  {
    rung: 'L6',
    what: 'cut its power for a while',
    budget: [
      { times: 1, windowMs: HOUR },
      { times: 2, windowMs: DAY },
    ],
    scope: 'device',
    times: 1,
    pauseMs: MINUTE,
    never: ['mediaInside'],
    waits: ['inUse', 'coreMoves'],
  },
  {
    rung: 'L7',
    what: 'reboot the machine',
    budget: [{ times: 1, windowMs: DAY }],
    scope: 'machine',
    times: 1,
    pauseMs: 5 * MINUTE,
    never: ['journalUnsynced'],
    waits: ['inUse', 'coreMoves', 'othersMove'],
  },
];

/** Rungs switched off for a device kind; `all`: the ladder itself, the device then waits for a person. Devices that are
 *  slow but healthy were restarted in loops elsewhere until recovery could be switched off. */
export const SWITCHED_OFF: Readonly<Record<string, readonly Rung[] | 'all'>> = {
  // Nothing in it moves that a reset could bring to rest; its page only needs the picture back.
  camera: ['L2', 'L6', 'L7'],
  // A certified pad may take a power cut for an attack; what it charged is the session's to ask.
  'payment-terminal': ['L6', 'L7'],
  // They carry locks, lights and the relay itself: cut off, the whole machine is blind.
  'cabinet-io': ['L2', 'L5', 'L6', 'L7'],
  // One service at most: not worth every citizen's machine.
  'qr-reader': ['L7'],
  'receipt-printer': ['L7'],
  'signature-pad': ['L7'],
  fingerprint: ['L7'],
  'licence-printer': ['L7'],
  'document-locker': ['L7'],
  'document-printer': ['L7'],
  'document-scanner': ['L7'],
};

/** L2's destination: kinds whose reset puts what is inside into a bin of their own, and that bin's units; undefined: any
 *  of type `retain`. Nobody stands there when core resets, so nothing goes to the exit (faults F70); every other device
 *  is brought to rest with what it holds. */
export const BINS_AT_RESET: Readonly<Record<string, readonly string[] | undefined>> = {
  'card-unit': undefined,
  // A finished licence, and one that became none: which of them it is, only the device knows.
  'licence-printer': ['retract', 'reject'],
  'document-locker': ['retract'],
};

/** Kinds that take in or give out what belongs to a citizen: of these, saying nothing means that something may be inside.
 *  Not here, though something can lie there: `travel-document`, `id-card-reader`, `document-scanner` (it lies open, and
 *  its holder takes it by hand, with or without power), `document-printer`, `receipt-printer` (a sheet is nobody's before
 *  it is handed out, and can be printed again), `payment-terminal` (it holds no card). What these do tell counts. */
export const HOLDING_KINDS: readonly string[] = [
  'card-unit',
  'endorsement-printer',
  'licence-printer',
  'document-locker',
];
