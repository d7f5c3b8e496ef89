import type { Action, Fault, MediaState } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import type { TextFault } from './text-fields.ts';

/** SW3 → the standard's word, who must act, what it says. `suspend`: nobody has to act at the reader, the citizen tries
 *  again or leaves with the card. README.md names the source. */
const STATUS_ROWS: readonly (readonly [sw3: string, code: string, action: Action, says: string])[] = [
  ['10', 'hardwareError', 'reset', 'the SAM received a wrong checksum'],
  ['11', 'hardwareError', 'reset', 'the SAM received a wrong length, or nothing in time'],
  ['21', 'softwareError', 'softwareError', 'wrong command or parameter'],
  ['23', 'unsupportedCommand', 'configuration', 'the reader is not permitted this command'],
  ['24', 'hardwareError', 'maintenance', 'the SAM reports an unknown error'],
  ['31', 'securityFail', 'suspend', 'the card refused the reader'],
  ['32', 'securityFail', 'suspend', 'the reader refused the card'],
  ['33', 'securityFail', 'suspend', 'the check of the card’s information failed'],
  ['34', 'noMedia', 'suspend', 'no card was found yet'],
  ['40', 'invalidMedia', 'suspend', 'unknown type of card'],
  ['41', 'invalidMedia', 'suspend', 'the card cannot be read'],
  ['47', 'invalidMedia', 'suspend', 'the card gave no random number'],
  ['50', 'hardwareError', 'maintenance', 'writing failed'],
  ['60', 'hardwareError', 'maintenance', 'the SAM’s self-test failed'],
  ['61', 'hardwareError', 'maintenance', 'the SAM’s login failed'],
  ['66', 'hardwareError', 'maintenance', 'the SAM is not authorised'],
  ['80', 'noMedia', 'suspend', 'no card found'],
  ['81', 'cardCollision', 'suspend', 'no card could be selected: two in the field'],
  ['91', 'invalidMedia', 'suspend', 'the card has no such content'],
];
const BY_SW3 = new Map(STATUS_ROWS.map((row) => [row[0], row]));

/** Every SW3 of the table, for the test that walks it. */
export const KNOWN_FAILURES: readonly string[] = [...BY_SW3.keys()];

/** SW3 of a card that has no such content: for an optional content no fault. */
export const NO_CONTENT = '91';
/** SW3 of *find* when no card answers. */
export const NOT_FOUND = '80';
/** SW3 of a damaged request: it is sent again once. */
export const DAMAGED: ReadonlySet<string> = new Set(['10', '11']);
/** SW3 of a SAM that is not fit for any command. */
export const SAM_UNFIT: ReadonlySet<string> = new Set(['60', '61', '66']);
/** Faults of what lies on the reader, or no longer does; the reader itself is well. */
const CARD_FAULTS: ReadonlySet<string> = new Set(['securityFail', 'invalidMedia', 'cardCollision', 'noMedia']);

/** The fault of a failure; a code that no table knows is `hardwareError` with the code beside it.
 *  @param code SW3 as two hex digits, or all three status bytes as six. */
export function faultOfFailure(code: string): Fault {
  const row = BY_SW3.get(code);
  if (row === undefined) return deviceFault('hardwareError', 'status not in the table', 'maintenance', code);
  const [, fault, action, says] = row;
  return deviceFault(fault, says, action, code);
}

/** What lies on the reader is at fault, and may be tried again at the citizen's pace. */
export function isCardFault(fault: Fault): boolean {
  return CARD_FAULTS.has(fault.code);
}

/** The card's text does not follow its standard. */
export function textFault(found: TextFault): Fault {
  return found.code === 'TEXT_LAYOUT_UNKNOWN'
    ? deviceFault('invalidMedia', 'unknown kind of card', 'suspend', found.character)
    : deviceFault('invalidMedia', `the card’s text is damaged: ${found.field}`, 'suspend', found.code);
}

/** A good reply whose lengths are none that a card has. */
export function lengthsFault(): Fault {
  return deviceFault('invalidMedia', 'the card’s data has wrong lengths', 'suspend', 'LENGTHS');
}

export function noCardFault(): Fault {
  return deviceFault('noMedia', 'no card on the reader', 'suspend');
}

/** The caller's time is over while the reader still answers. */
export function lateFault(): Fault {
  return deviceFault('timeOut', 'not read in time', 'suspend');
}

/** What a look at the reader, or a fault met on the way, means in the port's words. */
export function statusOf(media: MediaState, fault?: Fault): SeenStatus {
  return { device: stateOf(fault), media, supplies: {}, units: {}, ...(fault && { fault, action: fault.action }) };
}

function stateOf(fault: Fault | undefined): SeenStatus['device'] {
  if (fault === undefined || fault.code === 'noMedia') return 'online';
  return isCardFault(fault) ? 'userError' : 'hardwareError';
}
