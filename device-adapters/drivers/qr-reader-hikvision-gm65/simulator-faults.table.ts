/** Faults of the matrix and of this reader; those of the cable are in `WIRE_FAULTS`. */
export const GM65_FAULTS = [
  /** Port alive, reader dead. */
  'F12',
  /** Once read, a code comes again and again while it lies there, lit or dark. */
  'F44',
  /** The answer to a trigger comes in the middle of the code's bytes. */
  'answer-inside-code',
  /** The scanning half is dead: a write to register 0002 does nothing and is not answered. */
  'hardware-broken',
  /** Register 00E0 tells another model. */
  'wrong-model',
  /** The reader loses its power for a moment at the next trigger, once: what was not saved is gone. */
  'power-dip',
] as const;
export type Gm65Fault = (typeof GM65_FAULTS)[number];

/** The reader's switch of this name; `barcode-storm` is another word for F44. */
export function gm65Fault(name: string): Gm65Fault | undefined {
  const wanted = name === 'barcode-storm' ? 'F44' : name;
  return GM65_FAULTS.find((fault) => fault === wanted);
}
