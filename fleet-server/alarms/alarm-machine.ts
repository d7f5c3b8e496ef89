import { unreachable } from '@yimen/contracts/base';
import type { AlarmView } from '../store/index.ts';

export type AlarmState = AlarmView['state'];

/** What happens to an alarm. `raise` and `clear` tell of its condition, the others of people and parents. */
export type AlarmInput = 'raise' | 'clear' | 'ack' | 'reset' | 'shelve' | 'unshelve' | 'suppress' | 'unsuppress';

/** One alarm, as far as its life goes. `active`: its condition holds. `latched`: waits for a person who looked, even when
 *  the condition is gone. `count`: raises since it was last normal. */
export interface AlarmPoint {
  readonly state: AlarmState;
  readonly active: boolean;
  readonly latched: boolean;
  readonly count: number;
}

/** The next point of an alarm (states after ISA-18.2, latching after OPC UA Part 9, shelving after RFC 8632; table of fleet
 *  design §6). The same object comes back when nothing happens. */
export function nextAlarm(at: AlarmPoint, input: AlarmInput): AlarmPoint {
  switch (at.state) {
    case 'normal':
      return input === 'raise' ? { ...at, state: 'unacked', active: true, count: 1 } : at;
    case 'unacked':
      return fromUnacked(at, input);
    case 'acked':
      return fromAcked(at, input);
    case 'returned':
      if (input === 'raise') return { ...at, state: 'unacked', active: true, count: at.count + 1 };
      return input === 'ack' ? { ...at, state: 'normal' } : at;
    case 'shelved':
      return recorded(at, input, 'unshelve');
    case 'suppressed':
      return recorded(at, input, 'unsuppress');
    default:
      return unreachable(at.state);
  }
}

function fromUnacked(at: AlarmPoint, input: AlarmInput): AlarmPoint {
  switch (input) {
    case 'raise':
      return { ...at, active: true, count: at.count + 1 };
    case 'clear':
      return at.latched ? { ...at, active: false } : { ...at, state: 'returned', active: false };
    case 'ack':
      return { ...at, state: 'acked' };
    case 'shelve':
      return { ...at, state: 'shelved' };
    case 'suppress':
      return { ...at, state: 'suppressed' };
    case 'reset':
    case 'unshelve':
    case 'unsuppress':
      return at;
  }
}

function fromAcked(at: AlarmPoint, input: AlarmInput): AlarmPoint {
  switch (input) {
    case 'raise':
      return { ...at, active: true, count: at.count + 1 };
    case 'clear':
      return at.latched ? { ...at, active: false } : { ...at, state: 'normal', active: false };
    case 'reset':
      // Latched and gone: the person has looked. While the condition holds there is nothing to reset.
      return at.latched && !at.active ? { ...at, state: 'normal' } : at;
    case 'shelve':
      return { ...at, state: 'shelved' };
    case 'suppress':
      return { ...at, state: 'suppressed' };
    case 'ack':
    case 'unshelve':
    case 'unsuppress':
      return at;
  }
}

/** Shelved or suppressed: the condition is followed and shown to nobody; at the end it decides. A latched alarm still
 *  waits for somebody who looks. */
function recorded(at: AlarmPoint, input: AlarmInput, end: AlarmInput): AlarmPoint {
  if (input === 'raise') return { ...at, active: true, count: at.count + 1 };
  if (input === 'clear') return at.active ? { ...at, active: false } : at;
  if (input !== end) return at;
  return { ...at, state: at.active || at.latched ? 'unacked' : 'normal' };
}
