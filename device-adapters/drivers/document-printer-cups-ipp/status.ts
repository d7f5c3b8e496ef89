import type { DeviceState, Fault, SupplyState } from '@yimen/contracts/device';
import { deviceFault, offlineFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { STATUS, unsupportedOf, type Operation, type RawAnswer, type RawPrinter } from './protocol.ts';

type Supply = 'paper' | 'toner';

/** IPP's reasons → the standard's word, who must act, how available the device is, and a supply. Worst first. */
const FAULT_ROWS: readonly (readonly [
  reasons: readonly string[],
  code: string,
  action: Fault['action'],
  device: DeviceState,
  supply?: readonly [Supply, SupplyState],
])[] = [
  [['media-jam'], 'paperJammed', 'clear', 'hardwareError', ['paper', 'jammed']],
  [['cover-open', 'door-open', 'interlock-open'], 'coverOpen', 'clear', 'hardwareError'],
  [['output-area-full', 'output-tray-missing'], 'stackerFull', 'clear', 'hardwareError'],
  [
    ['marker-waste-full', 'fuser-over-temp', 'fuser-under-temp', 'opc-life-over', 'developer-empty', 'spool-area-full'],
    'hardwareError',
    'maintenance',
    'hardwareError',
  ],
  // A supply is an axis apart from availability: the machine is well.
  [['media-empty', 'media-needed', 'input-tray-missing'], 'paperOut', 'clear', 'online', ['paper', 'out']],
  [['toner-empty', 'marker-supply-empty'], 'tonerOut', 'clear', 'online', ['toner', 'out']],
  [['paused', 'moving-to-paused'], 'deviceNotReady', 'reset', 'hardwareError'],
];

/** Reasons that are no fault, and what they say of a supply. */
const LOW_ROWS: readonly (readonly [readonly string[], Supply])[] = [
  [['media-low'], 'paper'],
  [['toner-low', 'marker-supply-low'], 'toner'],
];

const IDLE = 3;
const STOPPED = 5;
const DEAD_BACKEND = 'may not exist or is unavailable';
/** The same tray came with two suffixes: the word counts, not how bad the server finds it (RFC 8011 §5.4.12). */
const SEVERITY = /-(?:report|warning|error)$/;

/** A reason without its severity. */
export function plainReason(reason: string): string {
  return printable(reason.replace(SEVERITY, ''), 80);
}

/** The queue is there, and what it prints on is not: everything else it says is old. */
export function deadBackend(raw: RawPrinter): Fault | undefined {
  if (!raw.message.includes(DEAD_BACKEND)) return undefined;
  return offlineFault('the print server does not reach the printer; check its power and its cable');
}

/** A printer whose old reasons are taken away. */
export interface BelievedPrinter extends RawPrinter {
  /** Reasons that it still says and that are not believed. */
  readonly doubted: readonly string[];
}

/** An idle CUPS queue says what its last job met. @param old what stood there when somebody said that it is mended */
export function believed(raw: RawPrinter, old: ReadonlySet<string>): BelievedPrinter {
  const isOld = (reason: string): boolean => raw.isCups && raw.state === IDLE && old.has(reason);
  const reasons = raw.reasons?.filter((reason) => !isOld(reason));
  return { ...raw, reasons, doubted: (raw.reasons ?? []).filter(isOld) };
}

/** What the printer says, the worst of it; `undefined` when it is well. Low supplies are no fault. */
export function faultOf(raw: RawPrinter): Fault | undefined {
  return judged(raw)?.fault;
}

/** What keeps a queue from printing the next job at all. Reasons alone do not: behind CUPS they may be a finished job's. */
export function refusal(raw: RawPrinter): Fault | undefined {
  const dead = deadBackend(raw);
  if (dead !== undefined) return dead;
  if (raw.state === STOPPED) return faultOf(raw);
  return raw.isAccepting === false ? closedFault() : undefined;
}

/** Is the queue stopped, so that only a command lets it go on? */
export function isStopped(raw: RawPrinter): boolean {
  return raw.state === STOPPED;
}

/** The status in the port's words. */
export function statusOf(raw: BelievedPrinter): SeenStatus {
  const verdict = judged(raw);
  const reasons = plainReasons(raw);
  return {
    device: verdict?.device ?? 'online',
    ...(reasons.includes('media-jam') && { media: 'jammed' as const }),
    supplies: { paper: supplyOf('paper', raw), toner: supplyOf('toner', raw) },
    units: {},
    ...(verdict && { fault: verdict.fault, action: verdict.fault.action }),
  };
}

function judged(raw: RawPrinter): { device: DeviceState; fault: Fault } | undefined {
  const reasons = plainReasons(raw);
  for (const row of FAULT_ROWS) {
    const reason = row[0].find((one) => reasons.includes(one));
    if (reason !== undefined)
      return { device: row[3], fault: deviceFault(row[1], `printer: ${reason}`, row[2], reason) };
  }
  const unknown = (raw.reasons ?? []).find((one) => one.endsWith('-error') && !isKnown(plainReason(one)));
  if (unknown !== undefined || raw.state === STOPPED) {
    const reason = plainReason(unknown ?? reasons.find((one) => one !== 'none') ?? 'stopped');
    const fault = deviceFault('hardwareError', `printer stopped: ${reason}`, 'maintenance', reason.slice(0, 48));
    return { device: 'hardwareError', fault };
  }
  return raw.isAccepting === false ? { device: 'hardwareError', fault: closedFault() } : undefined;
}

function closedFault(): Fault {
  return deviceFault(
    'deviceNotReady',
    'the queue takes no jobs; open it on the print server (cupsaccept)',
    'maintenance',
  );
}

function isKnown(reason: string): boolean {
  return LOW_ROWS.some(([reasons]) => reasons.includes(reason));
}

function plainReasons(raw: RawPrinter): readonly string[] {
  return (raw.reasons ?? []).map(plainReason);
}

function supplyOf(supply: Supply, raw: BelievedPrinter): SupplyState {
  if (raw.reasons === undefined) return 'unknown';
  const said = saidOf(supply, raw.reasons);
  return said ?? (saidOf(supply, raw.doubted) === undefined ? 'full' : 'unknown');
}

function saidOf(supply: Supply, reasons: readonly string[]): SupplyState | undefined {
  const plain = reasons.map(plainReason);
  const says = (words: readonly string[]): boolean => words.some((word) => plain.includes(word));
  const worst = FAULT_ROWS.find(([words, , , , of]) => of?.[0] === supply && says(words))?.[4]?.[1];
  return worst ?? (LOW_ROWS.some(([words, of]) => of === supply && says(words)) ? 'low' : undefined);
}

/** Who it is: the printer's own serial number where it has one. */
export function identityOf(raw: RawPrinter): { model: string; serial: string; firmware: string | null } {
  const own = /(?:^|;)\s*(?:SN|SERN|SERIALNUMBER):([^;]*)/i.exec(raw.deviceId)?.[1]?.trim();
  return {
    model: printable(raw.model, 60),
    serial: printable(own === undefined || own === '' ? raw.uuid.replace(/^urn:uuid:/i, '') : own, 60),
    firmware: raw.firmware === undefined ? null : printable(raw.firmware, 60),
  };
}

/** An HTTP status in place of an IPP answer. */
export function httpFault(status: number): Fault {
  const code = `http-${status}`;
  if (status === 401 || status === 403) return rightFault('to use this queue', code);
  if (status === 413)
    return deviceFault('softwareError', 'the document is too large for the server', 'softwareError', code);
  if (status === 503) return deviceFault('deviceBusy', 'the print server is busy', 'suspend', code);
  if (status > 503 || status === 500)
    return deviceFault('offline', `the print server fails: HTTP ${status}`, 'reset', code);
  const what = status === 200 ? 'answers something else' : `answers HTTP ${status}`;
  const message = `not an IPP printer: ${what}; check host, port and path of --at ipp://HOST[:PORT]/PATH`;
  return deviceFault('configuration', message, 'configuration', code);
}

/** It says 200 and IPP, and it is neither whole nor an answer to this request. */
export function malformedFault(): Fault {
  return deviceFault('hardwareError', 'the answer is not well-formed IPP', 'reset', 'ipp-malformed');
}

/** What a server's refusal means (RFC 8011 appendix B). */
export function refusalOf(operation: Operation, answer: RawAnswer): Fault {
  const { status } = answer;
  const code = `ipp-${status.toString(16).padStart(4, '0')}`;
  const fault = (word: string, message: string, action: Fault['action']): Fault =>
    deviceFault(word, message, action, code);
  switch (status) {
    case 0x0401:
    case 0x0402:
    case 0x0403:
      return rightFault(`for ${operation}`, code);
    case STATUS.notFound:
      return fault(
        'configuration',
        'no such queue on this server; check the path: lpstat -a lists the names',
        'configuration',
      );
    case 0x0408:
      return fault('softwareError', 'the document is too large for the server', 'softwareError');
    case 0x040a:
    case 0x040b: {
      const names = printable(unsupportedOf(answer).join(', '), 80) || 'the document format';
      return fault(
        'configuration',
        `the queue cannot do what was ordered: ${names}; choose another printer model`,
        'configuration',
      );
    }
    case 0x0501:
      return fault('unsupportedCommand', `the server does not know ${operation}`, 'configuration');
    case 0x0506:
      return { ...closedFault(), vendorCode: code };
    case 0x0405:
    case 0x0502:
    case 0x0505:
    case 0x0507:
      return fault('deviceBusy', `the server cannot do ${operation} now`, 'suspend');
    default:
      return fault('hardwareError', `the server refuses ${operation}`, 'maintenance');
  }
}

function rightFault(what: string, vendorCode: string): Fault {
  const message = `this host has no right ${what}; allow it in the server's policy (README, the server's settings)`;
  return deviceFault('configuration', message, 'configuration', vendorCode);
}

/** A server's words go into messages and logs: letters only, cut. */
function printable(text: string, length: number): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '').slice(0, length);
}
