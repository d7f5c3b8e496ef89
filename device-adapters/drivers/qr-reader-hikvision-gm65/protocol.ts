import { encodeGm65Command } from '../../framing/gm65-answer.ts';

/** Addresses of the registers ("zone bits") that this driver uses.
 *  @source GM65 user manual V1.3, 8.5; those marked in README.md are assumed */
export const REGISTERS = {
  mode: 0x0000,
  trigger: 0x0002,
  setUpCodes: 0x0003,
  readingTime: 0x0006,
  output: 0x000d,
  tail: 0x0060,
  aim: 0x00d0,
  identity: 0x00e0,
} as const;

/** A command ready to be sent. */
export interface RawCommand {
  /** For the log and for who waits. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Bytes of data in its answer. */
  readonly answerBytes: number;
}

const TYPE = { read: 0x07, write: 0x08, save: 0x09 } as const;

/** Reads `count` (1–32) registers from `address` on; the answer has their bytes. */
export function readCommand(address: number, count: number): RawCommand {
  const name = `read ${hexOf(address)} ${count}`;
  return { name, bytes: encodeGm65Command(TYPE.read, address, Uint8Array.of(count)), answerBytes: count };
}

/** Writes one register; in force at once, kept over power-off only by `COMMANDS.save`. */
export function writeCommand(address: number, value: number): RawCommand {
  const name = `write ${hexOf(address)}`;
  return { name, bytes: encodeGm65Command(TYPE.write, address, Uint8Array.of(value)), answerBytes: 1 };
}

/** Registers 0000 to 0006: mode, trigger, set-up codes, reading time. */
const SETTINGS_BYTES = 7;
const IDENTITY_BYTES = 6;

export const COMMANDS = {
  trigger: writeCommand(REGISTERS.trigger, 1),
  dark: writeCommand(REGISTERS.trigger, 0),
  save: { name: 'save', bytes: encodeGm65Command(TYPE.save, 0, Uint8Array.of(0)), answerBytes: 1 },
  readSettings: readCommand(REGISTERS.mode, SETTINGS_BYTES),
  readTail: readCommand(REGISTERS.tail, 1),
  readAim: readCommand(REGISTERS.aim, 1),
  readOutput: readCommand(REGISTERS.output, 1),
  readIdentity: readCommand(REGISTERS.identity, IDENTITY_BYTES),
} as const satisfies Readonly<Record<string, RawCommand>>;

/** A register and what it holds, or should. */
export interface RawRegister {
  readonly address: number;
  /** 0–255 */
  readonly value: number;
}

/** Bits of 0000: 7 LED, 6 sound, 5–4 aim, 3–2 light (01: only while it reads), 1–0 mode (01: by command). */
const MODE_BY_COMMAND = 0b1101_0101;
/** Bits of 0003: 1 set-up codes closed, 0 their content is given as data. */
const SET_UP_CLOSED = 0b11;
/** 0.1 s each. */
const READING_5_S = 50;
/** Bits of 0060: 6–5 tail CR LF, 3 prefix, 2 Code ID, 1 suffix, 0 tail on. */
const TAIL_CRLF = 0b0010_0001;
const AIM_ON = 0x80;

/** What the driver wants to find in the registers, in the order in which they are read.
 *  @param isAim the AIM identifier before each code; left alone when it is not wanted: not every model has it */
export function wantedRegisters(isAim: boolean): readonly RawRegister[] {
  return [
    { address: REGISTERS.mode, value: MODE_BY_COMMAND },
    { address: REGISTERS.setUpCodes, value: SET_UP_CLOSED },
    { address: REGISTERS.readingTime, value: READING_5_S },
    { address: REGISTERS.tail, value: TAIL_CRLF },
    ...(isAim ? [{ address: REGISTERS.aim, value: AIM_ON }] : []),
  ];
}

/** Registers 0000–0006 from the answer to `readSettings`. */
export function decodeSettings(data: Uint8Array): readonly RawRegister[] {
  return Array.from(data, (value, at) => ({ address: REGISTERS.mode + at, value }));
}

/** Bit 0 of 0002: a reading is under way. */
export function isReading(settings: readonly RawRegister[]): boolean {
  return ((settings[REGISTERS.trigger]?.value ?? 0) & 1) === 1;
}

/** Where codes go, bits 1–0 of 000D. */
export type RawOutput = 'serial' | 'keyboard' | 'both' | 'virtual-serial';
const OUTPUTS: readonly RawOutput[] = ['serial', 'keyboard', 'both', 'virtual-serial'];

export function decodeOutput(data: Uint8Array): RawOutput {
  return OUTPUTS[(data[0] ?? 0) & 3] ?? 'serial';
}

/** E0 to E5 as they are. */
export interface RawIdentity {
  readonly model: number;
  readonly hardware: number;
  /** Hundredths: 64 (hex) is version 1.00. */
  readonly software: number;
  /** `2020-10-31` */
  readonly date: string;
}

/** From the answer to `readIdentity`, six bytes. */
export function decodeIdentity(data: Uint8Array): RawIdentity {
  const [model = 0, hardware = 0, software = 0, year = 0, month = 0, day = 0] = data;
  const two = (number: number): string => String(number).padStart(2, '0');
  return { model, hardware, software, date: `${2_000 + year}-${two(month)}-${two(day)}` };
}

/** Four hexadecimal digits, as the manual prints a register. */
export function hexOf(address: number): string {
  return address.toString(16).toUpperCase().padStart(4, '0');
}
