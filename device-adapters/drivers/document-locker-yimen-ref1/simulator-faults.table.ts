import { ref1Faults } from '../../testing/ref1-device/faults.table.ts';

/** Faults of the matrix and of this device; those of the protocol and of the cable are joined in `LOCKER_FAULTS`. */
const OWN_FAULTS = [
  /** The retract bin is pulled out; it comes back with `clear`. */
  'F05',
  /** The power goes while the next document is fetched, once. */
  'F11',
  /** The places are empty: staff took the documents out, and put them back with `clear`. */
  'F15',
  /** The arm fetches the neighbour of what was asked for. */
  'F18',
  /** The next motion of a document jams; it is stuck until `clear`. */
  'F27',
  /** Every effect is "completed" without any motion. */
  'F28',
  /** The cover is open; a motion under way stops. */
  'F31',
  /** Nobody takes what is presented. */
  'F32',
  /** The retract bin is full; `clear` empties it. */
  'F34',
  /** Two documents come at once: what is read at the exit is no serial number. */
  'F35',
  /** The label of the first document is dirty: it reads as nothing from the next look on. */
  'label-unreadable',
  /** The second document bears the serial number of the first. */
  'twin-serial',
  /** Whoever stands there takes what is presented. */
  'takes-at-once',
] as const;

/** Words for the same switch, for whoever thinks in words; not offered twice. */
export const SAME_FAULT: ReadonlyMap<string, string> = new Map([
  ['bin-pulled', 'F05'],
  ['false-ok', 'F28'],
  ['cover-open', 'F31'],
]);

export const LOCKER_FAULTS: readonly string[] = ref1Faults(OWN_FAULTS);
