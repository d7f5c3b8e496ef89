import { concatBytes } from '@yimen/contracts/base';
import { createCutter, type Cutter, type Look } from './cutter.ts';

/** Sizes in bytes. `frameBytes`: unit, PDU of at most 253, CRC (Serial Line V1.02, 2.3). */
export const RTU_SIZES = { frameBytes: 256, unitBytes: 1, crcBytes: 2, dataBytes: 250 } as const;

/** Units that answer: 0 is everybody (and nobody answers), 248 to 255 are reserved (Serial Line V1.02, 2.2). */
export const RTU_UNITS = { first: 1, last: 247 } as const;

/** One frame without its CRC. */
export interface RtuFrame {
  readonly unit: number;
  /** Function code and what belongs to it. */
  readonly pdu: Uint8Array;
}

const EXCEPTION_BIT = 0x80;
const FUNCTION_AT = 1;
const COUNT_AT = 2;
/** unit, function, how many bytes */
const HEAD_BYTES = 3;
/** unit, function, address, value or count, CRC */
const ECHO_BYTES = 8;
/** unit, function, code, CRC */
const EXCEPTION_BYTES = 5;
const READ_BITS = [0x01, 0x02];
const READ_REGISTERS = [0x03, 0x04];
const WRITES = [0x05, 0x10];
const POLYNOMIAL = 0xa001;

/** CRC-16/MODBUS: polynomial 8005 reflected, begins with FFFF.
 *  @source MODBUS over Serial Line V1.02, 6.2.2; check value of "123456789" is 4B37 */
export function crc16Modbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
  }
  return crc;
}

/** One frame: `unit | PDU | CRC`, the CRC's low byte first.
 *  @param unit 1 to 247
 *  @param pdu function code and data, at most 253 bytes
 *  @source MODBUS over Serial Line V1.02, 2.5.1 */
export function encodeRtu({ unit, pdu }: RtuFrame): Uint8Array<ArrayBuffer> {
  const counted = concatBytes(Uint8Array.of(unit), pdu);
  const crc = crc16Modbus(counted);
  return concatBytes(counted, Uint8Array.of(crc & 0xff, crc >> 8));
}

/** Cuts the answers to functions 01 to 05 and 16 out of what comes from a bus. The length follows from the function: its
 *  byte count, 8 for the echo of a write, 5 for an exception; whatever says otherwise costs one byte. Silence of 3.5
 *  characters ends a frame too: who has a clock calls `flush`, at the latest before the next request.
 *  @source MODBUS over Serial Line V1.02, 2.5.1; Application Protocol V1.1b3, 6 and 7 */
export function createModbusRtuCutter(): Cutter<RtuFrame> {
  return createCutter({ limitBytes: RTU_SIZES.frameBytes, look });
}

function look(bytes: Uint8Array): Look<RtuFrame> {
  const unit = bytes[0] ?? 0;
  if (unit < RTU_UNITS.first || unit > RTU_UNITS.last) return { see: 'drop' };
  const length = lengthOf(bytes[FUNCTION_AT], bytes[COUNT_AT]);
  if (length === undefined) return { see: 'drop' };
  if (bytes.length < length) return { see: 'more' };
  const crcAt = length - RTU_SIZES.crcBytes;
  const crc = (bytes[crcAt] ?? 0) | ((bytes[crcAt + 1] ?? 0) << 8);
  if (crc16Modbus(bytes.subarray(0, crcAt)) !== crc) return { see: 'drop' };
  // Not `slice`: of a Buffer, which is what a socket gives, that would be a view.
  return { see: 'frame', length, frame: { unit, pdu: Uint8Array.from(bytes.subarray(FUNCTION_AT, crcAt)) } };
}

/** Bytes of the whole answer; the least that it can be while its head is not whole; `undefined`: no answer. */
function lengthOf(fn: number | undefined, count: number | undefined): number | undefined {
  if (fn === undefined) return EXCEPTION_BYTES;
  if (isKnown(fn & ~EXCEPTION_BIT) && (fn & EXCEPTION_BIT) !== 0) return EXCEPTION_BYTES;
  if (WRITES.includes(fn)) return ECHO_BYTES;
  if (!isKnown(fn)) return undefined;
  const isRegisters = READ_REGISTERS.includes(fn);
  if (count === undefined) return HEAD_BYTES + 1 + RTU_SIZES.crcBytes;
  if (count === 0 || count > RTU_SIZES.dataBytes || (isRegisters && count % 2 !== 0)) return undefined;
  return HEAD_BYTES + count + RTU_SIZES.crcBytes;
}

function isKnown(fn: number): boolean {
  return READ_BITS.includes(fn) || READ_REGISTERS.includes(fn) || WRITES.includes(fn);
}
