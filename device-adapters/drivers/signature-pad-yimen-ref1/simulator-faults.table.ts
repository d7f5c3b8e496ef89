import { ref1Faults } from '../../testing/ref1-device/faults.table.ts';

/** Faults of this pad, and what citizens do; those of the protocol and of the cable are joined in. */
export const PAD_FAULTS: readonly string[] = ref1Faults([
  /** The citizen presses cancel, once: at once when the pad waits, else when it waits next. */
  'customer-cancels',
  /** A chunk of the next signature is accepted and never comes, once. */
  'chunk-lost',
  /** The digest of a signature is not the signature's. */
  'wrong-digest',
]);
