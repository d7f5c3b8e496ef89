import { randomBytes } from 'node:crypto';
import type { ChipOffers, SimulatedPermit } from '../../testing/card-path.ts';
import { permitOf } from '../../testing/things.ts';
import type { ChipFault } from './simulated-chip-faults.ts';
import { SimulatedChip } from './simulated-chip.ts';
import { TestTerminal } from './simulated-test-terminal.ts';

/** Everything that a simulated chip can offer at once. The name has a character of two UTF-16 units. */
export const ALL_OFFERS: ChipOffers = {
  pace: { parameter: 13, can: '500011' },
  holder: { fullName: '李𬭎', personalNumber: '440606199004120020' },
  chipAuthentication: 'AES',
  activeAuthentication: 'ECDSA',
  isSigned: true,
};

/** A permit of its own chip. */
export function cardWith(chipOffers: ChipOffers): SimulatedPermit {
  return { ...permitOf('permit-li-na'), chipOffers };
}

/** One power-on of a card's chip, and a terminal before it. */
export function rig(
  card: SimulatedPermit,
  ...on: readonly ChipFault[]
): { card: SimulatedPermit; chip: SimulatedChip; terminal: TestTerminal; faults: Set<ChipFault> } {
  const faults = new Set(on);
  const chip = new SimulatedChip({ card, random: (n) => Uint8Array.from(randomBytes(n)), faults });
  return { card, chip, terminal: new TestTerminal(chip), faults };
}
