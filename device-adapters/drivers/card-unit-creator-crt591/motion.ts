import type { CardPosition, Fault } from '@yimen/contracts/device';
import { faultOfError } from './errors.table.ts';
import type { Exchange } from './link.ts';

/** What the unit's sensors say. `silent`: nothing at all. */
export type Seen =
  | { readonly seen: 'card'; readonly position: CardPosition }
  | { readonly seen: 'fault'; readonly position: CardPosition; readonly fault: Fault }
  | { readonly seen: 'silent'; readonly fault: Fault };

/** How a motion went, before the sensors are asked. `unheard`: it may have moved, nobody said. */
export type Motion =
  | { readonly went: 'completed'; readonly acceptedAt: number; readonly completedAt: number }
  | { readonly went: 'failed'; readonly acceptedAt: number; readonly completedAt: number; readonly fault: Fault }
  | { readonly went: 'refused'; readonly fault: Fault }
  | { readonly went: 'unheard'; readonly acceptedAt?: number; readonly fault: Fault };

/** The exchange of a motion as what it says of the motion. */
export function motionOf(exchange: Exchange): Motion {
  switch (exchange.seen) {
    case 'reply': {
      const { acceptedAt, completedAt, reply } = exchange;
      if (reply.kind === 'positive') return { went: 'completed', acceptedAt, completedAt };
      return { went: 'failed', acceptedAt, completedAt, fault: faultOfError(reply.errorCode) };
    }
    case 'accepted':
      return { went: 'unheard', acceptedAt: exchange.acceptedAt, fault: exchange.fault };
    case 'silent':
      // Sent as often as is allowed, each time with the card unmoved and the unit answering other questions.
      return { went: 'refused', fault: exchange.fault };
    case 'refused':
    case 'unsent':
      return { went: 'refused', fault: exchange.fault };
  }
}

/** Whether the port or the unit behind it says nothing. */
export function isSilence(fault: Fault): boolean {
  return fault.code === 'timeOut' || fault.code === 'offline';
}
