import { createCutter, type Cutter, type Look } from './cutter.ts';

const BLOCK_MARK = 0x37;
const INFORMATION_MARK = 0x5f;

/** One thing an ESC/POS printer says. */
export type EscposMessage =
  /** Answer to DLE EOT n: one byte 0xx1xx10. Which `n` it answers is the asker's to know. */
  | { readonly kind: 'realtime'; readonly byte: number }
  /** Automatic status (GS a): four bytes, the first 0xx1xx00, the others 0xx0xxxx. */
  | { readonly kind: 'automatic'; readonly bytes: readonly [number, number, number, number] }
  /** Information block (GS I n): 5F, printable text, 00. */
  | { readonly kind: 'information'; readonly text: string }
  /** Process id (GS ( H, function 48): 37 22, four characters, 00. Characters with b4 = 0 only (41…4F are the askers'
   *  choice), so that none of them looks like a status byte. */
  | { readonly kind: 'processId'; readonly id: string }
  /** Buffers cleared (DLE DC4, fn = 8): 37 25 00. */
  | { readonly kind: 'cleared' };

/** Bounds in bytes: an information block carries up to 80 characters; up to four real-time answers (one to each n)
 *  may fall between the bytes of one automatic status or one 37 block. */
export const ESCPOS_STATUS = { interleaved: 4, informationBytes: 82 } as const;

/** Sorts a printer's byte stream by bit pattern, never by order: the bytes `10 04 n` inside printed data are executed
 *  too, so a status byte may come unasked, also between the four bytes of an automatic status. A frame is therefore a
 *  list of messages: nearly always one. What fits no pattern costs one byte.
 *  @source Epson ESC/POS command reference, DLE EOT, GS a, GS I, GS ( H, DLE DC4 (bits: README.md of the driver) */
export function createEscposStatusCutter(): Cutter<readonly EscposMessage[]> {
  return createCutter({ limitBytes: ESCPOS_STATUS.informationBytes, firstByte: mayBegin, look });
}

/** 0xx1xx10 */
function isRealtime(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

/** 0xx1xx00 */
function isAutomaticFirst(byte: number): boolean {
  return (byte & 0x93) === 0x10;
}

/** What any message can begin with. */
function mayBegin(byte: number): boolean {
  return (byte & 0x91) === 0x10 || byte === BLOCK_MARK || byte === INFORMATION_MARK;
}

/** 0xx0xxxx */
function isAutomaticNext(byte: number): boolean {
  return (byte & 0x90) === 0;
}

/** Printable, b4 = 0. */
function isIdCharacter(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && (byte & 0x10) === 0;
}

/** Made once: a printer that is asked all day says hardly anything else. */
const REALTIME = Array.from({ length: 256 }, (_, byte): Look<readonly EscposMessage[]> => ({
  see: 'frame',
  frame: [{ kind: 'realtime', byte }],
  length: 1,
}));

function look(bytes: Uint8Array): Look<readonly EscposMessage[]> {
  const [first = 0] = bytes;
  if (isRealtime(first)) return REALTIME[first] ?? { see: 'drop' };
  if (isAutomaticFirst(first)) return lookAtWhole(bytes, AUTOMATIC);
  if (first === BLOCK_MARK) return lookAtWhole(bytes, BLOCK);
  return first === INFORMATION_MARK ? lookAtInformation(bytes) : { see: 'drop' };
}

/** Several bytes sent as one, told from a real-time byte that fell between them. */
interface Whole {
  /** May `byte` come next, after `own`? */
  readonly fits: (own: readonly number[], byte: number) => boolean;
  /** The message when all of it is there. */
  readonly made: (own: readonly number[]) => EscposMessage | undefined;
}

const AUTOMATIC: Whole = {
  fits: (_own, byte) => isAutomaticNext(byte),
  made: ([a, b, c, d]) =>
    a === undefined || b === undefined || c === undefined || d === undefined
      ? undefined
      : { kind: 'automatic', bytes: [a, b, c, d] },
};

const PROCESS_ID = 0x22;
const CLEARED = 0x25;
const ID_END = 6;
const BLOCK: Whole = {
  fits: (own, byte) => {
    if (own.length === 1) return byte === PROCESS_ID || byte === CLEARED;
    if (own[1] === CLEARED || own.length === ID_END) return byte === 0;
    return isIdCharacter(byte);
  },
  made: (own) => {
    if (own[1] === CLEARED) return own.length === 3 ? { kind: 'cleared' } : undefined;
    return own.length > ID_END ? { kind: 'processId', id: String.fromCharCode(...own.slice(2, ID_END)) } : undefined;
  },
};

function lookAtWhole(bytes: Uint8Array, whole: Whole): Look<readonly EscposMessage[]> {
  const between: EscposMessage[] = [];
  const own: number[] = [];
  for (const byte of bytes) {
    if (own.length > 0 && isRealtime(byte)) {
      between.push({ kind: 'realtime', byte });
      if (between.length > ESCPOS_STATUS.interleaved) return { see: 'drop' };
      continue;
    }
    if (own.length > 0 && !whole.fits(own, byte)) return { see: 'drop' };
    own.push(byte);
    const made = whole.made(own);
    if (made !== undefined) return { see: 'frame', frame: [...between, made], length: own.length + between.length };
  }
  return { see: 'more' };
}

function lookAtInformation(bytes: Uint8Array): Look<readonly EscposMessage[]> {
  const end = Math.min(bytes.length, ESCPOS_STATUS.informationBytes);
  for (let i = 1; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === 0)
      return { see: 'frame', frame: [{ kind: 'information', text: textOf(bytes.subarray(1, i)) }], length: i + 1 };
    if (byte < 0x20 || byte > 0x7e) return { see: 'drop' };
  }
  return bytes.length < ESCPOS_STATUS.informationBytes ? { see: 'more' } : { see: 'drop' };
}

function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
