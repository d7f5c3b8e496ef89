/** Faults of the matrix and of this board; those of the cable are in `WIRE_FAULTS`. */
export const CABINET_FAULTS = [
  /** Port alive, board dead. */
  'F12',
  /** The mains are gone; the battery empties. */
  'F56',
  /** The front door was forced open: bolt thrown or not. */
  'F59',
  /** A blow against the cabinet, one second long. */
  'F60',
  'door-back-open',
  'door-service-open',
  'tamper-lid',
  'tamper-heat',
  /** The battery is nearly empty, and the mains are gone. */
  'ups-low',
  /** The mains are back, the battery is not yet half full. */
  'ups-recovering',
  /** The UPS does not answer the board. */
  'ups-unheard',
  /** Discrete inputs: exception 04. */
  'inputs-broken',
  /** The temperature cannot be measured. */
  'probe-broken',
  'too-hot',
  'too-cold',
  /** The front door's contact changes with each read. */
  'bounce',
  /** Coils are taken, bolts do not move. */
  'lock-stuck',
  /** Writes to lights are answered and do nothing. */
  'light-stuck',
  /** The next write is carried out and not answered. */
  'write-unanswered',
  /** The next write is neither carried out nor answered. */
  'write-unheard',
  /** The next request gets exception 06. */
  'busy-once',
  /** The next answer comes 700 ms late. */
  'late-once',
  /** Every answer comes 350 ms late. */
  'slow',
  /** Every answer comes under another unit's number. */
  'wrong-unit',
  /** The board loses its power for a second, once, now: lights go out. */
  'board-restarts',
  /** Register 0 tells another map. */
  'wrong-model',
] as const;
export type CabinetFault = (typeof CABINET_FAULTS)[number];

export function cabinetFault(name: string): CabinetFault | undefined {
  return CABINET_FAULTS.find((fault) => fault === name);
}
