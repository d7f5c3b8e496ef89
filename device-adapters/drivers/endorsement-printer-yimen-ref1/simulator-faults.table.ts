import { ref1Faults } from '../../testing/ref1-device/faults.table.ts';

/** Faults of the matrix and of this device; those of the protocol and of the cable are joined in `PRINTER_FAULTS`. */
const OWN_FAULTS = [
  /** Prints another line than was asked for; its own read-back tells the truth. */
  'F18',
  /** The next print jams in the middle; the card is stuck until `clear`. */
  'F27',
  /** Every effect is "completed" without any motion. */
  'F28',
  /** The head is hot: no print until it has cooled by itself. */
  'F30',
  /** The cover is open; a motion under way stops. */
  'F31',
  /** The chip cannot be written: nothing is printed. */
  'encode-fail',
  /** The scanner does not read the printed line of the card. */
  'scanner-blind',
  /** Prints so faintly that its scanner cannot read it. */
  'print-faint',
  /** The passage to the card unit does not open. */
  'passage-stuck',
] as const;

/** Words for the same switch, for whoever thinks in words; not offered twice. */
export const SAME_FAULT: ReadonlyMap<string, string> = new Map([
  ['false-ok', 'F28'],
  ['head-hot', 'F30'],
  ['cover-open', 'F31'],
]);

export const PRINTER_FAULTS: readonly string[] = ref1Faults(OWN_FAULTS);
