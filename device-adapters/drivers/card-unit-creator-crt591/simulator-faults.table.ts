import { ERROR_FAULTS } from './simulator-errors.table.ts';

/** Faults of the matrix and of this device; those of the cable are in `WIRE_FAULTS`. */
export const OWN_FAULTS = [
  /** The next card jams on its way in; every reset fails until `clear`. */
  'F01',
  /** The bin is full: its sensor says so, whatever the counter says. */
  'F04',
  /** The bin is pulled out, with what lies in it, until `clear`. No sensor tells. */
  'F05',
  /** The shutter stays as it is. */
  'F06',
  /** Reversed card: the coil sees nothing. */
  'F07',
  'F07-short',
  'F07-long',
  /** Port alive, unit dead. */
  'F12',
  /** The pusher finds no card in the stack. */
  'F15',
  /** Two cards stick together whenever one is fed. No sensor tells. */
  'F16',
  /** Something in the throat holds a card at the gate: neither motor nor hand moves it. */
  'F21',
  /** Another unit hangs on this cable. */
  'F22',
  /** A card lies inside. */
  'F70',
  'jam-on-eject',
  'jam-on-capture',
  /** The next card from the stack jams. */
  'jam-on-feed',
  /** A card is stuck in the unit now. */
  'jammed-at-rest',
  /** A hand holds the card while it should go into the bin (error 40). */
  'pulled-on-capture',
  /** ACK, motion, and then no reply: the next motion only. */
  'no-reply',
  /** ACK, no motion, no reply: the next motion only. */
  'no-reply-no-move',
  /** The next motion is made without a word: neither ACK nor reply. */
  'wordless',
  /** The ACK of the next motion is lost; the reply comes. */
  'ack-lost',
  /** The next motion command is not heard at all; questions are. */
  'miss-once',
  /** ACK and a good reply without any motion. */
  'false-ok',
  /** NAK to every motion; questions are answered. */
  'stuck-busy',
  /** The shutter stands open at rest. */
  'shutter-open',
  /** Power dips in the middle of the next motion. */
  'power-dip',
  ...ERROR_FAULTS,
] as const;
export type OwnFault = (typeof OWN_FAULTS)[number];
