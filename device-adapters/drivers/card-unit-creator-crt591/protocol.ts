import { concatBytes } from '@yimen/contracts/base';
import { encodeBlock } from '../../framing/preamble-length-bcc.ts';

/** A command: CM and PM of README.md's table. */
export interface RawCommand {
  readonly name: string;
  readonly cm: number;
  readonly pm: number;
  readonly data?: Uint8Array;
}

const command = (name: string, cm: number, pm: number): RawCommand => ({ name, cm, pm });

export const COMMANDS = {
  initCounting: command('init, keep card, count the bin', 0x30, 0x37),
  initKeep: command('init, keep card', 0x30, 0x33),
  status: command('status', 0x31, 0x30),
  sensors: command('sensor status', 0x31, 0x31),
  toGate: command('to gate', 0x32, 0x30),
  fromStack: command('feed from the stack', 0x32, 0x31),
  toReadPosition: command('to RF position', 0x32, 0x32),
  toBin: command('to bin', 0x32, 0x33),
  enableEntry: command('entry on', 0x33, 0x30),
  disableEntry: command('entry off', 0x33, 0x31),
  cardType: command('contactless card type', 0x50, 0x31),
  openChip: command('power contactless chip', 0x60, 0x30),
  serial: command('serial number', 0xa2, 0x30),
  version: command('version', 0xa4, 0x30),
  binCounter: command('bin counter', 0xa5, 0x30),
} as const;

/** Largest value of the bin's counter: three digits. */
export const BIN_COUNTER_MOST = 999;

/** Sets the bin's counter.
 *  @param count 0 to `BIN_COUNTER_MOST` */
export function setBinCounter(count: number): RawCommand {
  return { ...command('set bin counter', 0xa5, 0x31), data: ascii(String(count).padStart(3, '0')) };
}

/** What the device says of a command. */
export type RawReply =
  | {
      readonly kind: 'positive';
      /** Card: 30 none, 31 at gate, 32 at read position. */
      readonly st0: number;
      /** Stack: 30 empty, 31 few, 32 enough. */
      readonly st1: number;
      /** Bin: 30 ok, 31 full. */
      readonly st2: number;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'negative';
      /** E1 E0 as two ASCII characters: `10`, `A1`. */
      readonly errorCode: string;
    };

export const ACK = Uint8Array.of(0x06);
export const EOT = Uint8Array.of(0x04);

const ADDRESS = 0x00;
/** 'C' before a command, 'P' before a positive reply, 'N' or 'E' before a negative one. */
const COMMAND_MARK = 0x43;
const POSITIVE_MARK = 0x50;
const NEGATIVE_MARKS: readonly number[] = [0x4e, 0x45];

/** `F2 00 LenH LenL 43 CM PM [data] 03 BCC`. */
export function encodeCommand(sent: RawCommand): Uint8Array {
  return encodeBlock(ADDRESS, Uint8Array.of(COMMAND_MARK, sent.cm, sent.pm, ...(sent.data ?? [])));
}

/** Reads a block's body as the reply to `sent`; `undefined` when it answers something else or is none.
 *  Body: `50 CM PM ST0 ST1 ST2 [data]` or `4E|45 CM PM E1 E0 [data]`. */
export function decodeReply(body: Uint8Array, sent: RawCommand): RawReply | undefined {
  const [mark = 0, cm, pm, a = 0, b = 0, c = 0] = body;
  if (cm !== sent.cm || pm !== sent.pm) return undefined;
  if (mark === POSITIVE_MARK && body.length >= 6) {
    return { kind: 'positive', st0: a, st1: b, st2: c, data: body.slice(6) };
  }
  if (NEGATIVE_MARKS.includes(mark) && body.length >= 5)
    return { kind: 'negative', errorCode: text(body.subarray(3, 5)) };
  return undefined;
}

/** A2: one length byte, then that many ASCII characters. `undefined` when the length does not fit. */
export function decodeSerial(data: Uint8Array): string | undefined {
  const length = data[0] ?? 0;
  if (length === 0 || data.length < 1 + length) return undefined;
  return text(data.subarray(1, 1 + length)).slice(0, 60);
}

/** A4: ASCII to the end. */
export function decodeVersion(data: Uint8Array): string {
  return text(data).slice(0, 60);
}

/** A5: ASCII decimal digits. `undefined` when they are none. */
export function decodeBinCounter(data: Uint8Array): number | undefined {
  const digits = text(data);
  return /^[0-9]{1,6}$/.test(digits) ? Number(digits) : undefined;
}

/** 31 31: ten card sensors, then the shutter where a unit has a sensor for it. Fewer bytes say nothing of a shutter: the
 *  tenth must not be taken for it. */
export function decodeShutter(data: Uint8Array): 'open' | 'closed' | 'unknown' {
  const shutter = data[CARD_SENSORS];
  if (shutter === 0x31) return 'open';
  return shutter === 0x30 ? 'closed' : 'unknown';
}
const CARD_SENSORS = 10;

/** 50 31: two ASCII digits, `00` when the coil sees nothing. */
export function decodeCardType(data: Uint8Array): string {
  return text(data.subarray(0, 2));
}

function ascii(digits: string): Uint8Array {
  return Uint8Array.from(digits, (character) => character.charCodeAt(0));
}

/** Printable ASCII; anything else becomes `?`, so that a wild byte cannot reach a log or a screen. */
function text(bytes: Uint8Array): string {
  return Array.from(concatBytes(bytes), (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join(
    '',
  );
}
