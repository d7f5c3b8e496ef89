import { createCutter, type Cutter, type Look } from './cutter.ts';

/** One thing an ESC/POS printer says. */
export type EscposMessage =
  /** Answer to DLE EOT n: one byte 0xx1xx10. Which `n` it answers is the asker's to know. */
  | { readonly kind: 'realtime'; readonly byte: number }
  /** Automatic status (GS a): four bytes, the first 0xx1xx00, the others 0xx0xxxx. */
  | { readonly kind: 'automatic'; readonly bytes: readonly [number, number, number, number] }
  /** Information block (GS I n): 5F, printable text, 00. */
  | { readonly kind: 'information'; readonly text: string };

/** Bounds in bytes: an information block carries up to 80 characters; up to four real-time answers (one to each n)
 *  may fall between the bytes of one automatic status. */
export const ESCPOS_STATUS = { automaticBytes: 4, interleaved: 4, informationBytes: 82 } as const;

/** Sorts a printer's byte stream by bit pattern, never by order: the bytes `10 04 n` inside printed data are executed
 *  too, so a status byte may come unasked, also between the four bytes of an automatic status. A frame is therefore a
 *  list of messages: nearly always one. What fits no pattern costs one byte.
 *  @source Epson ESC/POS command reference, DLE EOT, GS a, GS I (bits: README.md of the driver) */
export function createEscposStatusCutter(): Cutter<readonly EscposMessage[]> {
  return createCutter({ limitBytes: ESCPOS_STATUS.informationBytes, look });
}

/** 0xx1xx10 */
function isRealtime(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

/** 0xx1xx00 */
function isAutomaticFirst(byte: number): boolean {
  return (byte & 0x93) === 0x10;
}

/** 0xx0xxxx */
function isAutomaticNext(byte: number): boolean {
  return (byte & 0x90) === 0;
}

function look(bytes: Uint8Array): Look<readonly EscposMessage[]> {
  const [first = 0] = bytes;
  if (isRealtime(first)) return { see: 'frame', frame: [{ kind: 'realtime', byte: first }], length: 1 };
  if (isAutomaticFirst(first)) return lookAtAutomatic(bytes);
  return first === 0x5f ? lookAtInformation(bytes) : { see: 'drop' };
}

function lookAtAutomatic(bytes: Uint8Array): Look<readonly EscposMessage[]> {
  const between: EscposMessage[] = [];
  const own: number[] = [];
  for (const byte of bytes) {
    if (own.length > 0 && isRealtime(byte)) {
      between.push({ kind: 'realtime', byte });
      if (between.length > ESCPOS_STATUS.interleaved) return { see: 'drop' };
      continue;
    }
    if (own.length > 0 && !isAutomaticNext(byte)) return { see: 'drop' };
    own.push(byte);
    const [a, b, c, d] = own;
    if (a === undefined || b === undefined || c === undefined || d === undefined) continue;
    const frame: EscposMessage[] = [...between, { kind: 'automatic', bytes: [a, b, c, d] }];
    return { see: 'frame', frame, length: ESCPOS_STATUS.automaticBytes + between.length };
  }
  return { see: 'more' };
}

function lookAtInformation(bytes: Uint8Array): Look<readonly EscposMessage[]> {
  for (let i = 1; i < bytes.length && i < ESCPOS_STATUS.informationBytes; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === 0) {
      const text = String.fromCharCode(...bytes.subarray(1, i));
      return { see: 'frame', frame: [{ kind: 'information', text }], length: i + 1 };
    }
    if (byte < 0x20 || byte > 0x7e) return { see: 'drop' };
  }
  return bytes.length < ESCPOS_STATUS.informationBytes ? { see: 'more' } : { see: 'drop' };
}
