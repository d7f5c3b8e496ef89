import type { Fault } from '@yimen/contracts/device';
import type { Where } from '../registry/discover.ts';

/** Which device was asked, and over what. */
export interface RemedyPlace {
  /** Driver id, as it was typed. */
  readonly driver: string;
  /** WHERE, as it was typed. */
  readonly at: string;
  readonly where: Where;
}

type Carrier = Where['carrier'];
type Remedy = (place: RemedyPlace) => string;

const isRight: Remedy = ({ driver }) => `that ${driver} is the right driver for what is there`;
const LISTED = 'npm run probe alone lists what is plugged in';

/** The device says nothing, or nothing that this driver understands. */
const UNHEARD: Readonly<Record<Carrier, Remedy>> = {
  tcp: (place) => `check host and port, the device’s power and cable, and ${isRight(place)}`,
  serial: (place) => `check ${speedText(place.where)}, the device’s power and cable, and ${isRight(place)}`,
  modbus: (place) => `check ${busText(place.where)}, the unit’s power and the bus cable, and ${isRight(place)}`,
  pcsc: (place) => `take the card away and put it there again, check the reader’s cable, and ${isRight(place)}`,
  hid: (place) => `unplug the device and plug it in again, check that it is set to HID-POS, and ${isRight(place)}`,
  ipp: () => 'check the printer’s power and cable, host, port and path, and that an IPP server is there (lpstat -t)',
  sane: () => 'check the scanner’s power and cable, and that scanimage -L lists it',
  v4l2: () => `unplug the camera and plug it in again; ${LISTED}`,
  exec: (place) => `check where the program leads to, the device’s power and cable, and ${isRight(place)}`,
};

/** The line could not be opened, or ended. What a carrier of its own kind says of a name that is not there, it says itself. */
const UNREACHED: Readonly<Record<Carrier, Remedy>> = {
  tcp: (place) =>
    `check host and port, power and network cable, that no other program holds the line, and ${isRight(place)}`,
  serial: (place) => `check the device’s power, and ${isRight(place)}; ${LISTED}`,
  modbus: (place) => `check ${busText(place.where)} and the unit’s power, and ${isRight(place)}; ${LISTED}`,
  pcsc: () => LISTED,
  hid: (place) => `check ${isRight(place)}; ${LISTED}`,
  ipp: (place) => `check host, port and path of ${place.at}, and the printer’s power`,
  sane: (place) => `check that ${place.at.slice('sane:'.length)} is written as scanimage -L has it`,
  v4l2: () => LISTED,
  exec: (place) => `try the program by itself, check where it leads to, and ${isRight(place)}`,
};

/** The answer of a right speed, unit and port: whoever gives it is not what was expected. */
const OTHER: Remedy = ({ driver, at }) =>
  `check that ${driver} is the right driver id for the device at ${at}, and its settings`;

/** Codes after which a technician looks at the place and not at the medium, by carrier where it makes a difference. What is
 *  not here says itself what to do: paper, cards, covers. */
const REMEDIES: Readonly<Record<string, Remedy | Readonly<Record<Carrier, Remedy>>>> = {
  timeOut: UNHEARD,
  offline: UNREACHED,
  noDevice: UNREACHED,
  configuration: OTHER,
  deviceBusy: () => 'end the other program that uses it, the terminal’s device host too, or wait until it is through',
  hardwareError: (place) =>
    `check the cable and ${isRight(place)}; switch it off and on; if that does not help, have it mended`,
  unsupportedCommand: OTHER,
  invalidMedia: () => 'check that the right card or paper lies there, the right way round',
  softwareError: () => 'try once more with YIMEN_LOG=debug, and send what it prints to the makers',
};

/** What to look at after this fault; `undefined` where the fault itself says it.
 *  @returns one line without a full stop, made to stand after the fault's message */
export function remedyOf(fault: Fault, place: RemedyPlace): string | undefined {
  const row = Object.hasOwn(REMEDIES, fault.code) ? REMEDIES[fault.code] : undefined;
  return typeof row === 'object' ? row[place.where.carrier](place) : row?.(place);
}

/** The last line for people: `CODE: what was wrong; what to look at (who must act)`. */
export function reasonText(fault: Fault, place: RemedyPlace): string {
  const remedy = remedyOf(fault, place);
  // A device's own words may be in the message: one line stays one line.
  const message = fault.message.replaceAll(/\s*\p{Cc}+\s*/gu, ' ');
  return `${fault.code}: ${message}${remedy === undefined ? '' : `; ${remedy}`} (${fault.action})`;
}

type Line = Extract<Where, { carrier: 'modbus' }>['line'];

/** A bus behind a serial server has its speed there. */
function speedText(where: Where | Line): string {
  return where.carrier === 'serial' ? `the speed (now ${where.baud} baud)` : 'host, port and the server’s speed';
}

function busText(where: Where): string {
  return where.carrier === 'modbus'
    ? `the unit number (now ${where.unit}), ${speedText(where.line)}`
    : speedText(where);
}
