import { constants } from 'node:os';
import type { DeviceState, Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import type { SaneEnd } from '../../framing/sane-run.ts';
import { sensorOf, type RawDevice, type RawLook } from './protocol.ts';

/** What a run's end, or a page, says of the scanner. */
export interface Trouble {
  readonly fault: Fault;
  /** How available the scanner is after it. */
  readonly device: DeviceState;
  /** Paper is stuck. */
  readonly isJammed?: boolean;
  /** No question shows whether it is over: it stands until somebody says so, or a scan succeeds. */
  readonly isLasting?: boolean;
}

/** SANE_Status (SANE 1.06 §4.2.7, table 1) is the exit code: word, action, state after it, and what to do. */
const ROWS: Readonly<
  Record<number, readonly [code: string, action: Fault['action'], device: DeviceState, message: string]>
> = {
  1: ['unsupportedCommand', 'configuration', 'online', 'the scanner cannot do that'],
  2: ['canceled', 'suspend', 'online', 'ended at the scanner'],
  3: ['deviceBusy', 'suspend', 'deviceBusy', 'the scanner is in use by another program'],
  4: ['hardwareError', 'reset', 'hardwareError', 'the scanner refuses its own settings'],
  5: ['hardwareError', 'reset', 'hardwareError', 'the scanner gives no data'],
  6: ['jamming', 'clear', 'hardwareError', 'paper is stuck in the feeder'],
  7: ['noMedia', 'clear', 'online', 'the feeder is empty; lay in all pages again'],
  8: ['coverOpen', 'clear', 'hardwareError', 'the cover is open'],
  9: ['hardwareError', 'reset', 'hardwareError', 'the line to the scanner fails; check its cable and its power'],
  10: ['hardwareError', 'reset', 'hardwareError', 'the memory is full'],
  11: [
    'configuration',
    'configuration',
    'hardwareError',
    'no right to the scanner; add this user to the group scanner',
  ],
};
const CODE = { unsupported: 1, invalid: 4, jammed: 6, coverOpen: 8 } as const;
/** What a shell makes of SIGABRT. */
const SHELL_ABORT = 134;
/** What `sane_strstatus` says of each status (sane-backends 1.1.1). */
const SAID: Readonly<Record<string, number>> = {
  'Operation not supported': 1,
  'Operation was canceled': 2,
  'Device busy': 3,
  'Invalid argument': 4,
  'Document feeder jammed': 6,
  'Document feeder out of documents': 7,
  'Scanner cover is open': 8,
  'Error during device I/O': 9,
  'Out of memory': 10,
  'Access to resource has been denied': 11,
};
const DOUBLE_WORDS = /double[ -]?feed|multi-?feed/i;

/** Why a run did not do what it was to do; `undefined`: it ended by itself and says that all is well. */
export function troubleOf(end: SaneEnd): Trouble | undefined {
  if (end.isCancelled) return { fault: canceledFault(), device: 'online' };
  if (end.isTooLarge) return broken('the scanner gives more data than such pages have', 'too-large', 'online');
  // A backend that was closed after an error has ended with 0, and has hung: then its message is what counts.
  const code =
    end.how === 'exited' && end.code > CODE.unsupported && end.code in ROWS ? end.code : saidCode(end.stderr);
  if (code !== undefined) return rowOf(code);
  if (end.isKilledAtDeadline)
    return { fault: deviceFault('timeOut', 'the scan did not end in time', 'reset'), device: 'online' };
  if (end.isKilledAtExit) return undefined;
  if (end.how === 'signalled' || end.code === SHELL_ABORT)
    return broken('scanimage failed', `signal-${end.how === 'signalled' ? end.code : constants.signals.SIGABRT}`);
  if (end.code === 0) return undefined;
  return end.code === CODE.unsupported ? refusalOf(end.stderr) : rowOf(end.code);
}

/** Two sheets at once, by what was said or by the sensor: the backends have one code for this and a jam.
 *  @returns the trouble in the place of `seen` */
export function withSensors(seen: Trouble, stderr: string, look: RawLook | undefined): Trouble {
  if (seen.fault.code === 'canceled') return seen;
  if (DOUBLE_WORDS.test(stderr) || (look !== undefined && sensorOf(look, 'double-feed') === true)) {
    const fault = deviceFault(
      'doubleDetect',
      'two sheets at once; lay in all pages again',
      'clear',
      seen.fault.vendorCode,
    );
    return { fault, device: 'online' };
  }
  return look !== undefined && sensorOf(look, 'cover-open') === true ? rowOf(CODE.coverOpen) : seen;
}

/** Fewer pages than were asked for. */
export function tooFewTrouble(pages: number, asked: number): Trouble {
  const message = `${pages} of ${asked} pages; lay in all pages again`;
  return { fault: deviceFault('noMedia', message, 'clear', 'sane-7'), device: 'online' };
}

/** A page that is not what was asked for, or one too many. */
export function badPageTrouble(flaw: string): Trouble {
  return broken('a page came damaged; the whole set must be scanned again', flaw, 'online');
}

/** It is not there: neither listed, nor can it be asked. */
export function absentTrouble(device: string): Trouble {
  const message = `no scanner ${printable(device, 80)}; check its power and its cable, scanimage -L lists the names`;
  return { fault: deviceFault('offline', message, 'reset'), device: 'noDevice' };
}

/** More than one device fits the name. */
export function ambiguousTrouble(devices: readonly RawDevice[]): Trouble {
  const names = devices.map(({ name }) => name).join(', ');
  const message = `several scanners fit: ${printable(names, 120)}; name one as --at sane:DEVICE`;
  return { fault: deviceFault('configuration', message, 'configuration'), device: 'hardwareError' };
}

/** What answers a question with exit code 0 and no answer. */
export function malformedTrouble(): Trouble {
  return broken('scanimage does not say what the scanner can', 'sane-malformed');
}

/** The status of a scanner that answers.
 *  @param lasting what an earlier scan met and no look can see */
export function statusOf(look: RawLook, lasting: Trouble | undefined): SeenStatus {
  const isOpen = sensorOf(look, 'cover-open');
  const trouble = isOpen === true ? rowOf(CODE.coverOpen) : lasting;
  const isLoaded = sensorOf(look, 'page-loaded');
  const media = trouble?.isJammed === true ? 'jammed' : isLoaded === undefined ? undefined : mediaOf(isLoaded);
  return {
    ...(media !== undefined && { media }),
    ...(trouble ? axesOf(trouble) : { device: 'online' as const }),
    ...NO_AXES,
  };
}

/** The status of one that does not. */
export function statusOfTrouble(trouble: Trouble): SeenStatus {
  return { ...axesOf(trouble), ...NO_AXES };
}

/** Whether a look shows that this is over. */
export function isOver(trouble: Trouble, look: RawLook): boolean {
  return trouble.fault.code === 'coverOpen' && sensorOf(look, 'cover-open') === false;
}

/** Who it is (README.md, Identification). */
export function identityOf(device: RawDevice): { model: string; serial: string; firmware: null } {
  const { name, vendor, model } = device;
  const own = /[?&]serial=([^&]+)/.exec(name)?.[1] ?? /^fujitsu:.+:(\d+)$/.exec(name)?.[1];
  const said = `${vendor} ${model}`.trim();
  return {
    model: printable(said === '' ? name : said, 60),
    serial: printable(own ?? name.replace(/:libusb:\d+:\d+$/, ':libusb'), 60),
    firmware: null,
  };
}

const NO_AXES = { supplies: {}, units: {} } as const;

function mediaOf(isLoaded: boolean): 'present' | 'notPresent' {
  return isLoaded ? 'present' : 'notPresent';
}

function axesOf({ device, fault }: Trouble): Pick<SeenStatus, 'device' | 'fault' | 'action'> {
  return device === 'online' ? { device } : { device, fault, action: fault.action };
}

/** What a scan itself met, in its own words. */
function saidCode(stderr: string): number | undefined {
  const words = /^scanimage: sane_(?:start|read): (.+)$/m.exec(stderr)?.[1]?.trim();
  return words === undefined ? undefined : SAID[words];
}

/** Exit code 1 is one of SANE's words, and also scanimage's own for all that goes wrong before a scan. */
function refusalOf(stderr: string): Trouble {
  const opened = /open of device (.*) failed: (.+)/.exec(stderr);
  if (opened !== null) {
    const code = SAID[opened[2]?.trim() ?? ''];
    // A name that it does not know is an invalid argument, too.
    const isThere = code !== undefined && code !== CODE.invalid && code !== CODE.unsupported;
    return isThere ? rowOf(code) : absentTrouble(opened[1] ?? '');
  }
  const option = /setting of option (--?\S+) failed/.exec(stderr)?.[1];
  if (option === undefined) return rowOf(CODE.unsupported);
  const message = `the scanner does not take ${printable(option, 40)}; check its settings in this host's configuration`;
  return { fault: deviceFault('configuration', message, 'configuration', 'sane-1'), device: 'online' };
}

function rowOf(code: number): Trouble {
  const row = ROWS[code];
  if (row === undefined) return broken(`scanimage failed with ${code}`, `sane-${code}`);
  const [word, action, device, message] = row;
  const isJammed = code === CODE.jammed;
  const isLasting = isJammed || code === CODE.coverOpen;
  return {
    fault: deviceFault(word, message, action, `sane-${code}`),
    device,
    ...(isJammed && { isJammed }),
    ...(isLasting && { isLasting }),
  };
}

function broken(message: string, vendorCode: string, device: DeviceState = 'hardwareError'): Trouble {
  return { fault: deviceFault('hardwareError', message, 'reset', vendorCode), device };
}

/** A program's words go into messages and logs: letters only, cut. */
function printable(text: string, length: number): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '').slice(0, length);
}
