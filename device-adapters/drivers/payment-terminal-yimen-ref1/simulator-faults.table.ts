import { ref1Faults } from '../../testing/ref1-device/faults.table.ts';

/** Faults of the matrix and of this device, and what customers do; those of the protocol and of the cable are joined in. */
export const TERMINAL_FAULTS: readonly string[] = ref1Faults([
  /** The keypad has failed: no card is taken, QR works. */
  'F49',
  /** The pad was opened: `fraudAttempt`, nothing is taken. */
  'tampered',
  /** The channel refuses every payment. */
  'declines',
  /** The terminal cannot reach its provider. */
  'provider-away',
  /** It has lost its book of charges: a question about a bill is answered with `unknown`. */
  'book-unreadable',
  /** A customer pays by QR 400 ms after the amount is shown. */
  'pays-at-once',
  /** A customer presses cancel on the pad, once: at once when an amount is shown, else with the next one. */
  'customer-cancels',
]);
