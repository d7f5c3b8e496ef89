import { WIRE_FAULTS } from '../../testing/simulated-wire.ts';

/** Faults of the matrix and of this scanner; those of the cable are joined in `SCAN_FAULTS`. */
export const OWN_FAULTS = [
  /** Another scanner answers here. */
  'F22',
  /** The feeder draws two sheets at once and notices it. */
  'F48',
  /** The feeder draws two sheets at once and does not notice. */
  'double-unseen',
  /** The next sheet gets stuck; it is freed by `clear`. */
  'jammed',
  'cover-open',
  /** The feeder's sensor does not see the sheets. */
  'no-docs',
  /** The line to the scanner fails in the middle of a page. */
  'io-error',
  /** The scanner cannot be opened. */
  'hardware-broken',
  'busy',
  'access-denied',
  /** Switched off: not listed, and nothing to open. */
  'scanner-off',
  /** Somebody presses the scanner's own stop key in every scan. */
  'stop-pressed',
  /** A scan never ends by itself. */
  'hang',
  /** Not even opening the scanner ends. */
  'hang-at-open',
  /** Pages come without their end. */
  'short-png',
  /** A page without data: libpng gives up. */
  'zero-file',
  /** Pages are half as wide as asked for. */
  'wrong-size',
  /** Data without end. */
  'too-much',
  /** The program is not installed: the channel ends with every run. */
  'no-scanimage',
] as const;
export type OwnFault = (typeof OWN_FAULTS)[number];

export const SCAN_FAULTS: readonly string[] = [...OWN_FAULTS, ...WIRE_FAULTS];
