import { HEAD } from './simulator-line.ts';
import { readByte, readBytes, readWord, type CommandDesk, type Order, type Steps } from './simulator-orders.ts';
import { PAPER } from './simulator-paper.ts';

/** Rows that are printed as they come: a picture is never held whole. */
const BAND_ROWS = 24;
/** Bounds of GS v 0: bytes across, rows. */
const RASTER = { bytesAcross: 128, rows: 4_095 } as const;
/** Longest command of the GS ( family that this printer knows: a QR code of 7,089 digits. */
const LONGEST = 7_100;
const TM_T88 = 0x20;
/** Type ID: b0 Chinese, b1 cutter. */
const TYPE = 0x03;

/** The commands that begin with GS.
 *  @returns a byte that was read and belongs to the next command
 *  @source Epson ESC/POS command reference; the clause of each command is its name */
export function* runGs(desk: CommandDesk): Steps<number | undefined> {
  const code = String.fromCharCode(yield* readByte());
  switch (code) {
    case '!':
      selectSize(desk, yield* readByte());
      return undefined;
    case 'V':
      return yield* runCut(desk);
    case 'v':
      return yield* runRaster(desk);
    case '(':
      return yield* runExtended(desk);
    case 'a':
      yield { do: 'watch', mask: yield* readByte() };
      return undefined;
    case 'r':
      return yield* sayStatus(desk);
    case 'I':
      return yield* sayIdentity(desk);
    case 'B':
      // White on black is the same text.
      yield* readByte();
      return undefined;
    default:
      desk.mistakes.unknownCommands += 1;
      return code.charCodeAt(0);
  }
}

/** GS ! n: high nibble width, low nibble height, 0…7, of Latin and Chinese characters. */
function selectSize(desk: CommandDesk, n: number): void {
  if ((n & 0x88) !== 0) {
    desk.mistakes.refusedCommands += 1;
    return;
  }
  const size = { width: (n >> 4) + 1, height: (n & 0x07) + 1 };
  Object.assign(desk.line.modes, { latin: size, chinese: { ...size } });
}

/** GS V m cuts where the paper stands; GS V m n first feeds what was printed past the blade. Either has an effect at
 *  the beginning of a line only. */
function* runCut(desk: CommandDesk): Steps<undefined> {
  const m = yield* readByte();
  const isPlain = m === 0 || m === 1 || m === 48 || m === 49;
  const isFed = m === 65 || m === 66;
  if (!isPlain && !isFed) {
    desk.mistakes.refusedCommands += 1;
    return undefined;
  }
  const n = isFed ? yield* readByte() : 0;
  if (!desk.line.isEmpty) {
    desk.mistakes.refusedCommands += 1;
    return undefined;
  }
  if (isFed) yield { do: 'print', part: { kind: 'feed', dots: PAPER.headToBladeDots + n } };
  yield { do: 'cut' };
  return undefined;
}

/** GS v 0 m xL xH yL yH d…: a picture, x bytes across, y rows; m doubles width (b0) and height (b1). */
function* runRaster(desk: CommandDesk): Steps<number | undefined> {
  const zero = yield* readByte();
  if (zero !== 0x30) {
    desk.mistakes.unknownCommands += 1;
    return zero;
  }
  const m = yield* readByte();
  const across = yield* readWord();
  const rows = yield* readWord();
  const isSane = (m & 0xcc) === 0 && across > 0 && across <= RASTER.bytesAcross && rows > 0 && rows <= RASTER.rows;
  if (!isSane) {
    desk.mistakes.refusedCommands += 1;
    return undefined;
  }
  const isOutOfPlace = !desk.line.isEmpty;
  if (isOutOfPlace) desk.mistakes.refusedCommands += 1;
  for (let row = 0; row < rows; row += BAND_ROWS) {
    const high = Math.min(BAND_ROWS, rows - row);
    yield* readBytes(high * across, 0);
    if (!isOutOfPlace) yield band(desk, { widthDots: across * 8, rows: high, isTall: (m & 2) !== 0, isNext: row > 0 });
  }
  return undefined;
}

interface Band {
  readonly widthDots: number;
  readonly rows: number;
  readonly isTall: boolean;
  readonly isNext: boolean;
}

function band(desk: CommandDesk, { widthDots, rows, isTall, isNext }: Band): Order {
  const { align } = desk.line.modes;
  return {
    do: 'print',
    part: { kind: 'image', align, widthDots, rows, dots: isTall ? rows * 2 : rows },
    continues: isNext,
  };
}

/** GS ( x pL pH …: the length is told, so that a function without an effect is skipped whole. */
function* runExtended(desk: CommandDesk): Steps<undefined> {
  const family = String.fromCharCode(yield* readByte());
  const length = yield* readWord();
  const parameters = yield* readBytes(length, LONGEST);
  if (family === 'k') return yield* runSymbol(desk, parameters);
  const isProcessId = family === 'H' && length === 6 && parameters[0] === 48 && parameters[1] === 48;
  if (!isProcessId) {
    desk.mistakes.unknownCommands += 1;
    return undefined;
  }
  const id = parameters.subarray(2);
  if (id.every((byte) => byte >= 0x20 && byte <= 0x7e)) {
    // Orders are executed one after the other: whatever came before has been printed by now.
    yield { do: 'say', bytes: Uint8Array.of(0x37, 0x22, ...id, 0) };
  } else {
    desk.mistakes.refusedCommands += 1;
  }
  return undefined;
}

/** GS ( k with cn = 49: QR codes. */
function* runSymbol(desk: CommandDesk, parameters: Uint8Array): Steps<undefined> {
  const [cn, fn = 0, m] = parameters;
  if (cn !== 49 || ![65, 67, 69, 80, 81].includes(fn)) {
    desk.mistakes.unknownCommands += 1;
    return undefined;
  }
  if (fn !== 81) {
    if (!desk.symbols.set(fn, parameters.subarray(2))) desk.mistakes.refusedCommands += 1;
    return undefined;
  }
  const symbol = desk.symbols.symbol();
  // One that is wider than the paper is not printed.
  if (m !== 48 || symbol === undefined || symbol.dots > HEAD.widthDots || !desk.line.isEmpty) {
    desk.mistakes.refusedCommands += 1;
    return undefined;
  }
  yield { do: 'print', part: { kind: 'qr', align: desk.line.modes.align, ...symbol } };
  return undefined;
}

/** GS r n: 1 paper, 2 drawer (pin 3 is high: nothing hangs on it). */
function* sayStatus(desk: CommandDesk): Steps<undefined> {
  const n = yield* readByte();
  if (n === 1 || n === 49) yield { do: 'sayPaper' };
  else if (n === 2 || n === 50) yield { do: 'say', bytes: Uint8Array.of(0x01) };
  else desk.mistakes.refusedCommands += 1;
  return undefined;
}

/** GS I n: one byte for n = 1…3, else 5F, text, 00. */
function* sayIdentity(desk: CommandDesk): Steps<undefined> {
  const n = yield* readByte();
  const { model, serial, firmware } = desk.identity();
  const bytes = new Map<number, number>([
    [1, TM_T88],
    [2, TYPE],
    [3, 0x01],
  ]).get(n >= 49 && n <= 51 ? n - 48 : n);
  const texts: ReadonlyMap<number, string> = new Map([
    [65, firmware],
    [66, 'EPSON'],
    [67, model],
    [68, serial],
    [69, 'CHINA GB18030'],
  ]);
  const text = texts.get(n);
  if (bytes !== undefined) yield { do: 'say', bytes: Uint8Array.of(bytes) };
  else if (text !== undefined) yield { do: 'say', bytes: Uint8Array.of(0x5f, ...Buffer.from(text, 'latin1'), 0) };
  else desk.mistakes.refusedCommands += 1;
  return undefined;
}
