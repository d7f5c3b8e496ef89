import { concatBytes } from '@yimen/contracts/base';
import { createCutter, type Cutter, type Look } from './cutter.ts';
import { crc16Xmodem } from './ymr1.ts';

/** Sizes in bytes. `dataBytes`: the longest answer that anyone here asks for; the protocol has up to 256. */
export const GM65_FRAME = { answerHeadBytes: 4, dataBytes: 32, crcBytes: 2 } as const;

const COMMAND_HEAD = [0x7e, 0x00] as const;
/** Head, and the type of an answer: done. There is no other: what fails is not answered. */
const ANSWER_HEAD = [0x02, 0x00, 0x00] as const;
const READ = 0x07;
const TYPE_AT = 2;
const DATA_AT = 6;

/** One command: `7E 00 | type | len | address u16 | data | CRC-16/XMODEM over type…data`, big-endian.
 *  @param type 07 read (one byte of data: how many), 08 write, 09 save
 *  @param data 1 to `GM65_FRAME.dataBytes` bytes
 *  @source GM65 user manual V1.3, 8.2 to 8.4 */
export function encodeGm65Command(type: number, address: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const counted = concatBytes(Uint8Array.of(type, data.length, address >> 8, address & 0xff), data);
  return concatBytes(Uint8Array.from(COMMAND_HEAD), counted, crcOf(counted));
}

/** One answer: `02 00 | 00 | len | data | CRC-16/XMODEM over 00…data`.
 *  @param data 1 to `GM65_FRAME.dataBytes` bytes */
export function encodeGm65Answer(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const counted = concatBytes(Uint8Array.of(0, data.length), data);
  return concatBytes(Uint8Array.from(ANSWER_HEAD.slice(0, 2)), counted, crcOf(counted));
}

/** How many bytes of data the answer to a command has; `undefined`: these bytes are no command. */
export function gm65AnswerBytes(command: Uint8Array): number | undefined {
  if (COMMAND_HEAD.some((byte, at) => command[at] !== byte)) return undefined;
  return command[TYPE_AT] === READ ? command[DATA_AT] : 1;
}

/** Cuts answers out of what a reader sends. Codes come unframed in the same stream, before an answer, behind it and
 *  around it: they are what this cutter discards, in order and whole. An answer ends where its own length says.
 *  @param awaited bytes of data in the answer that is awaited; `undefined`: none is, so everything is code. Asked at
 *  every byte: a code may hold any bytes, also those of an answer.
 *  @source GM65 user manual V1.3, 8.2 */
export function createGm65AnswerCutter(awaited: () => number | undefined): Cutter<Uint8Array> {
  const { answerHeadBytes, dataBytes, crcBytes } = GM65_FRAME;
  return createCutter({
    firstByte: ANSWER_HEAD[0],
    limitBytes: answerHeadBytes + dataBytes + crcBytes,
    look: (bytes) => look(bytes, awaited()),
  });
}

function look(bytes: Uint8Array, dataBytes: number | undefined): Look<Uint8Array> {
  if (dataBytes === undefined) return { see: 'drop' };
  const { answerHeadBytes } = GM65_FRAME;
  const begun = Math.min(bytes.length, answerHeadBytes);
  for (let at = 0; at < begun; at += 1)
    if (bytes[at] !== (at < ANSWER_HEAD.length ? ANSWER_HEAD[at] : dataBytes)) return { see: 'drop' };
  const crcAt = answerHeadBytes + dataBytes;
  const length = crcAt + GM65_FRAME.crcBytes;
  if (bytes.length < length) return { see: 'more' };
  const crc = ((bytes[crcAt] ?? 0) << 8) | (bytes[crcAt + 1] ?? 0);
  if (crc16Xmodem(bytes.subarray(TYPE_AT, crcAt)) !== crc) return { see: 'drop' };
  // Not `slice`: of a Buffer, which is what a socket gives, that would be a view.
  return { see: 'frame', length, frame: Uint8Array.from(bytes.subarray(answerHeadBytes, crcAt)) };
}

function crcOf(bytes: Uint8Array): Uint8Array {
  const crc = crc16Xmodem(bytes);
  return Uint8Array.of(crc >> 8, crc & 0xff);
}
