import { WIRE_FAULTS } from '../simulated-wire.ts';

/** Faults that every device of the reference protocol can play. */
const REF1_FAULTS = [
  /** Port alive, device dead: the same as `silent`. */
  'F12',
  /** Something was attached to it: it says so until `clear`, and goes on doing what it is told. */
  'F20',
  /** Another device of this kind hangs on the cable. */
  'F22',
  /** Hardware error until `clear`; every effect is refused. */
  'hardware-broken',
  /** The power goes for a moment in the middle of the next effect, once. */
  'power-dip',
  /** The memory is emptied now and loses every effect that ends: it looks like a new one. */
  'forgets',
  /** Effects are carried out, and their `completed` never comes; the memory has it. */
  'answer-lost',
  /** Every effect is refused as busy; questions are answered. */
  'stuck-busy',
  /** A device of another kind answers on this cable. */
  'wrong-model',
] as const;

/** Every name that a kind of the reference protocol offers, with the cable's. */
export function ref1Faults(own: readonly string[]): readonly string[] {
  return [...own, ...REF1_FAULTS, ...WIRE_FAULTS];
}
