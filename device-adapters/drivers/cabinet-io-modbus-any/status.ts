import type { cabinetIoPort, DeviceStatus, Fault } from '@yimen/contracts/device';
import type { z } from 'zod';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { rowsOf, type CabinetModel } from './cabinet-model.ts';
import type { CabinetSeen } from './inputs.ts';
import { hexOf } from './protocol.ts';

export type SensorsValue = z.output<typeof cabinetIoPort.verbs.sensors.result>;
export type PowerValue = z.output<typeof cabinetIoPort.verbs.power.result>;
type DoorWord = SensorsValue['doors'][string];

/** Key positions by the two contacts; both at once is no position. */
const KEY_WORDS = { '00': 'run', '10': 'maintenance', '01': 'supervisor', '11': 'unknown' } as const;

/** All that the inputs say, in the port's words. */
export function sensorsOf(model: CabinetModel, seen: CabinetSeen): SensorsValue {
  const doors = rowsOf(model, 'doorContact').map(({ name }) => [name, doorWord(model, seen, name)] as const);
  const tamper = tamperNames(model).map((name) => [name, seen.tamper(name)] as const);
  const temperatures = rowsOf(model, 'temperature').map(
    ({ name }) => [name, seen.value('temperature', name) ?? null] as const,
  );
  return {
    doors: Object.fromEntries(doors),
    tamper: Object.fromEntries(tamper),
    keySwitch: keyWord(model, seen),
    callButton: buttonWord(model, seen),
    temperatureC: Object.fromEntries(temperatures),
  };
}

/** The UPS. `minutesLeft`: what it promises; the model's least when it says nothing and the mains are gone. */
export function powerOf(model: CabinetModel, seen: CabinetSeen): PowerValue {
  const ups = upsWord(model, seen);
  const isOnBattery = ups === 'engaged' || ups === 'low';
  const isHeard = ups !== 'unknown';
  const minutes = isHeard ? seen.value('upsValue', 'minutes') : undefined;
  const charge = isHeard ? seen.value('upsValue', 'charge') : undefined;
  return {
    ups,
    chargePercent: charge !== undefined && charge <= 100 ? charge : null,
    minutesLeft: minutes ?? (isOnBattery ? model.lowMinutes : null),
  };
}

/** The status axis: what can change on its own, by name. */
export function axisOf(model: CabinetModel, seen: CabinetSeen): Readonly<Record<string, string>> {
  const { doors, tamper, keySwitch, callButton } = sensorsOf(model, seen);
  const has = (kind: 'keySwitch' | 'callButton' | 'upsContact'): boolean => rowsOf(model, kind).length > 0;
  return {
    ...named('door', doors),
    ...named('tamper', tamper),
    ...(has('keySwitch') && { keySwitch }),
    ...(has('callButton') && { callButton }),
    ...named(
      'temperature',
      Object.fromEntries(rowsOf(model, 'temperature').map(({ name }) => [name, seen.temperature(name)])),
    ),
    ...(has('upsContact') && { ups: upsWord(model, seen) }),
  };
}

/** The status in the port's words; of several conditions the worst: tampered, a part that cannot be read, well. An open
 *  door is none of them.
 *  @param refusal a block that the board does not let us read */
export function statusOf(model: CabinetModel, seen: CabinetSeen, refusal?: Fault): SeenStatus {
  const rest = { supplies: {}, units: {}, sensors: { ...axisOf(model, seen) } };
  const fault = tamperFault(model, seen) ?? refusal;
  if (fault === undefined) return { device: 'online', ...rest };
  const device: DeviceStatus['device'] = fault.code === 'fraudAttempt' ? 'fraudAttempt' : 'hardwareError';
  return { device, ...rest, fault, action: fault.action };
}

/** Whoever tampered, only a technician ends it; `undefined`: nothing is latched. */
export function tamperFault(model: CabinetModel, seen: CabinetSeen): Fault | undefined {
  const latched = tamperNames(model).filter((name) => seen.tamper(name) === 'latched');
  if (latched.length === 0) return undefined;
  return deviceFault('fraudAttempt', `tampered: ${latched.join(', ')}`, 'maintenance');
}

/** A unit refuses: another map, or something in it is broken. */
export function exceptionFault(request: string, code: number): Fault {
  return deviceFault('hardwareError', `${request}: exception ${code}`, 'maintenance', `EXCEPTION ${hexOf(code, 2)}`);
}

/** Something else hangs there than the model says. */
export function markFault(name: string, expected: number, read: number): Fault {
  const code = hexOf(read, 4);
  return deviceFault('configuration', `${name} ${hexOf(expected, 4)} expected, ${code} read`, 'configuration', code);
}

/** An option of the terminal's configuration that is not what it should be. */
export function optionFault(sentence: string): Fault {
  return deviceFault('configuration', sentence, 'configuration');
}

/** A name or word that this model does not have. */
export function unknownNameFault(what: string, known: readonly string[]): Fault {
  const has = known.length === 0 ? 'this model has none' : `this model has ${known.join(', ')}`;
  return deviceFault('unsupportedCommand', `${what}; ${has}`, 'configuration');
}

/** An output that does not do what it said. */
export function outputFault(what: string): Fault {
  return deviceFault('hardwareError', what, 'maintenance', 'OUTPUT');
}

/** The caller's time was over before the board's: nothing is said of the board. */
export function lateFault(): Fault {
  return deviceFault('timeOut', 'no time left to ask the board', 'suspend');
}

function named(kind: string, words: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(words).map(([name, word]) => [`${kind}.${name}`, word]));
}

/** Each name once, whether it has a contact, a latch or both. */
export function tamperNames(model: CabinetModel): readonly string[] {
  return [...new Set(rowsOf(model, 'tamperContact', 'tamperLatch').map(({ name }) => name))];
}

function doorWord(model: CabinetModel, seen: CabinetSeen, name: string): DoorWord {
  const isClosed = seen.contact('doorContact', name);
  if (isClosed === undefined) return 'unknown';
  if (!isClosed) return 'open';
  const hasLock = rowsOf(model, 'lockContact').some((row) => row.name === name);
  return hasLock && seen.contact('lockContact', name) === true ? 'locked' : 'closed';
}

function keyWord(model: CabinetModel, seen: CabinetSeen): SensorsValue['keySwitch'] {
  const rows = rowsOf(model, 'keySwitch');
  if (rows.length === 0) return 'unknown';
  const at = (['maintenance', 'supervisor'] as const).map((name) =>
    rows.some((row) => row.name === name) ? seen.contact('keySwitch', name) : false,
  );
  if (at.includes(undefined)) return 'unknown';
  const [isMaintenance, isSupervisor] = at;
  return KEY_WORDS[`${isMaintenance === true ? 1 : 0}${isSupervisor === true ? 1 : 0}`];
}

/** One button is enough. */
function buttonWord(model: CabinetModel, seen: CabinetSeen): SensorsValue['callButton'] {
  const pressed = rowsOf(model, 'callButton').map(({ name }) => seen.contact('callButton', name));
  if (pressed.includes(true)) return 'pressed';
  return pressed.length === 0 || pressed.includes(undefined) ? 'unknown' : 'released';
}

/** Without mains the battery carries the terminal, and `low` says for how long it still will. */
function upsWord(model: CabinetModel, seen: CabinetSeen): PowerValue['ups'] {
  const rows = rowsOf(model, 'upsContact');
  const said = (name: string, otherwise: boolean | undefined): boolean | undefined =>
    rows.some((row) => row.name === name) ? seen.contact('upsContact', name) : otherwise;
  if (said('heard', true) !== true) return 'unknown';
  const mains = said('mains', undefined);
  const low = said('low', false);
  const recovering = said('recovering', false);
  if (mains === undefined || low === undefined || recovering === undefined) return 'unknown';
  if (!mains) return low ? 'low' : 'engaged';
  return low || recovering ? 'recovered' : 'powering';
}
