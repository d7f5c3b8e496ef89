import { concatBytes } from '@yimen/contracts/base';
import { encodeText } from './charset.ts';
import { ESCPOS_LIMITS } from './limits.table.ts';
import type { PrintLine } from './layout.ts';
import type { Bitmap } from './outline-fill.ts';

/** Commands without parameters of ours, by the manual's names. */
export const COMMANDS = {
  /** DLE ENQ 2. */
  recover: Uint8Array.of(0x10, 0x05, 0x02),
  /** DLE DC4, fn = 8; d1…d7 guard it against chance. */
  clearBuffers: Uint8Array.of(0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08),
  /** ESC @, and GS a 0E: on-line state, errors, paper. */
  initialise: Uint8Array.of(0x1b, 0x40, 0x1d, 0x61, 0x0e),
  /** ESC R 0, FS &. */
  chinese: Uint8Array.of(0x1b, 0x52, 0x00, 0x1c, 0x26),
  /** FS . */
  chineseOff: Uint8Array.of(0x1c, 0x2e),
  /** GS V 66 0. */
  feedAndCut: Uint8Array.of(0x1d, 0x56, 0x42, 0x00),
} as const;

const CENTRE = Uint8Array.of(0x1b, 0x61, 0x01);
const LEFT = Uint8Array.of(0x1b, 0x61, 0x00);
/** GS ! 11 (twice as wide and high), ESC E 1; and back. */
const TITLE_ON = Uint8Array.of(0x1d, 0x21, 0x11, 0x1b, 0x45, 0x01);
const TITLE_OFF = Uint8Array.of(0x1b, 0x45, 0x00, 0x1d, 0x21, 0x00);
const LF = Uint8Array.of(0x0a);
const RASTER_HEAD_BYTES = 8;
const DLE = 0x10;
/** EOT, ENQ, DC4. */
const REAL_TIME: ReadonlySet<number> = new Set([0x04, 0x05, 0x14]);
const SPARE_DOT = 0x08;

/** DLE EOT n. */
export type StatusQuestion = 1 | 2 | 3 | 4;
export const STATUS_QUESTIONS: readonly StatusQuestion[] = [1, 2, 3, 4];

export function encodeStatusQuestion(n: StatusQuestion): Uint8Array {
  return Uint8Array.of(0x10, 0x04, n);
}

/** GS I n. */
export const INFORMATION = { firmware: 0x41, model: 0x43, serial: 0x44 } as const;

export function encodeInformationQuestion(n: number): Uint8Array {
  return Uint8Array.of(0x1d, 0x49, n);
}

/** GS ( H, function 48. `id` is one of `processId`. */
export function encodeProcessId(id: string): Uint8Array {
  return concatBytes(Uint8Array.of(0x1d, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30), new TextEncoder().encode(id));
}

const ID_LETTERS = 'ABCDEFGHIJKLMNO';
/** The `n`th process id: four of the letters A…O, whose b4 is 0, so that none looks like a status byte. Comes round
 *  after 50,625. */
export function processId(n: number): string {
  let rest = n;
  return Array.from({ length: 4 }, () => {
    const letter = ID_LETTERS.charAt(rest % ID_LETTERS.length);
    rest = Math.floor(rest / ID_LETTERS.length);
    return letter;
  }).join('');
}

/** What the status bits say; `true` is what is wrong. */
export interface RawStatus {
  readonly isOffline: boolean;
  readonly isCoverOpen: boolean;
  /** Printing stopped by paper end, or the end sensor sees none. */
  readonly isPaperEnd: boolean;
  readonly isPaperNearEnd: boolean;
  readonly hasCutterError: boolean;
  readonly hasRecoverableError: boolean;
  readonly hasUnrecoverableError: boolean;
  readonly hasPassingError: boolean;
  /** Do the answers fit each other? They are given one after the other, and something may change in between. */
  readonly isConsistent: boolean;
}

/** Four answers to DLE EOT 1, 2, 3, 4, in that order.
 *  n=1: b3 off-line, b5 b6 held by the feed button. n=2: b2 cover, b3 fed by the button, b5 stopped by paper end, b6 error. n=3: b2 recoverable, b3 cutter,
 *  b5 unrecoverable, b6 recovers by itself. n=4: b2 b3 near end, b5 b6 paper end. */
export function decodeRealtime(answers: readonly number[]): RawStatus {
  const [printer = 0, offline = 0, error = 0, paper = 0] = answers;
  const isOffline = (printer & 0x08) !== 0;
  const isCoverOpen = (offline & 0x04) !== 0;
  const saysError = (offline & 0x40) !== 0;
  const hasCause = (error & 0x6c) !== 0;
  const endSensor = (paper & 0x60) !== 0;
  const stoppedByEnd = (offline & 0x20) !== 0;
  // Feed button, or on its way back on-line: n=1 b5 b6, n=2 b3.
  const isHeldByHand = (printer & 0x60) !== 0 || (offline & 0x08) !== 0;
  return {
    isOffline,
    isCoverOpen,
    isPaperEnd: stoppedByEnd || endSensor,
    isPaperNearEnd: (paper & 0x0c) !== 0,
    hasCutterError: (error & 0x08) !== 0,
    // An error without a cause is one all the same.
    hasRecoverableError: (error & 0x04) !== 0 || (saysError && !hasCause),
    hasUnrecoverableError: (error & 0x20) !== 0,
    hasPassingError: (error & 0x40) !== 0,
    isConsistent: saysError === hasCause && isOffline === (isCoverOpen || saysError || stoppedByEnd || isHeldByHand),
  };
}

/** An automatic status. Byte 1: b3 off-line, b5 cover. Byte 2: b2 recoverable, b3 cutter, b5 unrecoverable,
 *  b6 recovers by itself. Byte 3: b0 b1 near end, b2 b3 paper end. */
export function decodeAutomatic([printer, error, paper]: readonly [number, number, number, number]): RawStatus {
  return {
    isOffline: (printer & 0x08) !== 0,
    isCoverOpen: (printer & 0x20) !== 0,
    isPaperEnd: (paper & 0x0c) !== 0,
    isPaperNearEnd: (paper & 0x03) !== 0,
    hasCutterError: (error & 0x08) !== 0,
    hasRecoverableError: (error & 0x04) !== 0,
    hasUnrecoverableError: (error & 0x20) !== 0,
    hasPassingError: (error & 0x40) !== 0,
    isConsistent: true,
  };
}

/** The bytes of a slip from ESC @ to the cut, in chunks of at most `chunkBytes` (a QR code may be more) that end
 *  where a command ends. */
export function encodeSlip(lines: readonly PrintLine[], chunkBytes: number = ESCPOS_LIMITS.chunkBytes): Uint8Array[] {
  const pieces = [
    COMMANDS.initialise,
    COMMANDS.chinese,
    ...lines.flatMap(encodeLine),
    COMMANDS.chineseOff,
    COMMANDS.feedAndCut,
  ];
  const chunks: Uint8Array[] = [];
  for (const piece of pieces) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + piece.length <= chunkBytes)
      chunks[chunks.length - 1] = concatBytes(last, piece);
    else chunks.push(piece);
  }
  return chunks;
}

/** Whole commands that may be parted from each other. */
function encodeLine(line: PrintLine): Uint8Array[] {
  if (line.kind === 'qr') return [encodeQr(line.data, line.moduleDots)];
  if (line.kind === 'raster') {
    const bands = encodeRaster(line.picture);
    return line.isCentred ? [CENTRE, ...bands, LEFT] : bands;
  }
  const text = concatBytes(encodeText(line.text), LF);
  return [line.isTitle ? concatBytes(CENTRE, TITLE_ON, text, TITLE_OFF, LEFT) : text];
}

/** GS v 0, m = 0: `1D 76 30 00 xL xH yL yH d…`, in bands that join without a gap and are not larger than a chunk. */
function encodeRaster({ widthBytes, rows, bits }: Bitmap): Uint8Array[] {
  const bandRows = Math.max(1, Math.floor((ESCPOS_LIMITS.chunkBytes - RASTER_HEAD_BYTES) / widthBytes));
  const bands: Uint8Array[] = [];
  for (let row = 0; row < rows; row += bandRows) {
    const high = Math.min(bandRows, rows - row);
    const head = Uint8Array.of(0x1d, 0x76, 0x30, 0x00, widthBytes & 0xff, widthBytes >> 8, high & 0xff, high >> 8);
    bands.push(concatBytes(head, withoutRealTime(bits.subarray(row * widthBytes, (row + high) * widthBytes))));
  }
  return bands;
}

/** A printer executes `10 04 n`, `10 05 n` and `10 14 …` also inside a picture: it would answer unasked, clear its buffer or
 *  open a drawer. One dot more in the second byte and it is none of them. */
function withoutRealTime(bits: Uint8Array): Uint8Array {
  const safe = Uint8Array.from(bits);
  for (let at = 1; at < safe.length; at += 1)
    if (safe[at - 1] === DLE && REAL_TIME.has(safe[at] ?? 0)) safe[at] = (safe[at] ?? 0) | SPARE_DOT;
  // What follows the picture begins with 1D, 1B or GBK, never with the second byte of a real-time command.
  return safe;
}

/** GS ( k, cn = 31: model 2 (fn 41), module (43), correction M (45), store (50), print (51). */
function encodeQr(data: Uint8Array, moduleDots: number): Uint8Array {
  const stored = data.length + 3;
  return concatBytes(
    CENTRE,
    Uint8Array.of(0x1d, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00),
    Uint8Array.of(0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, moduleDots),
    Uint8Array.of(0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31),
    Uint8Array.of(0x1d, 0x28, 0x6b, stored & 0xff, stored >> 8, 0x31, 0x50, 0x30),
    data,
    Uint8Array.of(0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30),
    LEFT,
  );
}
