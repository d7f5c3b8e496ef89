import type { Fault } from '@yimen/contracts/device';
import type { Where } from '../registry/discover.ts';

/** Which device was asked, and over what. */
export interface RemedyPlace {
  readonly driver: string;
  readonly at: string;
  readonly where: Where;
}

export function remedyOf(fault: Fault, place: RemedyPlace): string | undefined {
  return fault.code === 'x' ? place.at : undefined;
}

/** `CODE: what was wrong; what to look at (who must act)`, one line. */
export function reasonText(fault: Fault, place: RemedyPlace): string {
  const remedy = remedyOf(fault, place);
  return `${fault.code}: ${fault.message}${remedy === undefined ? '' : `; ${remedy}`} (${fault.action})`;
}
