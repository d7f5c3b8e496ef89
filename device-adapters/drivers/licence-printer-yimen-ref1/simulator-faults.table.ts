import { ref1Faults } from '../../testing/ref1-device/faults.table.ts';

/** Faults of the matrix and of this device; those of the protocol and of the cable are joined in `MAKER_FAULTS`. */
const OWN_FAULTS = [
  /** The retract bin is pulled out; it comes back with `clear`. */
  'F05',
  /** The power goes while the next blank is printed, once. */
  'F11',
  /** Both stacks are empty: staff took the blanks out, and put them back with `clear`. */
  'F15',
  /** Two blanks are drawn at once. */
  'F16',
  /** The ribbon runs out while the next blank is printed; a new one comes with `clear`. */
  'F17',
  /** Prints another person's text; its camera sees it. */
  'F18',
  /** Slipped by one order: prints another person's text and takes it for the right one. */
  'F19',
  /** The next motion of a licence jams; it is stuck until `clear`. */
  'F27',
  /** Every effect is "completed" without any motion. */
  'F28',
  /** The head is hot: nothing is made until it has cooled by itself. */
  'F30',
  /** The cover is open; a motion under way stops. */
  'F31',
  /** Nobody takes what is presented. */
  'F32',
  /** The retract bin is full; `clear` empties it. */
  'F34',
  /** Draws the blank from the other stack. */
  'F35',
  /** The laminate runs out with the next blank; a new roll comes with `clear`. */
  'laminate-out',
  /** Whoever stands there takes a presented licence, and gives an old one when the slot opens. */
  'takes-at-once',
] as const;

/** Words for the same switch, for whoever thinks in words; not offered twice. */
export const SAME_FAULT: ReadonlyMap<string, string> = new Map([
  ['bin-pulled', 'F05'],
  ['false-ok', 'F28'],
  ['head-hot', 'F30'],
  ['cover-open', 'F31'],
]);

export const MAKER_FAULTS: readonly string[] = ref1Faults(OWN_FAULTS);
