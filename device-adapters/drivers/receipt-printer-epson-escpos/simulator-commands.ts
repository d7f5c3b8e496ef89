import { chineseGlyph, isChineseLead, isChineseTrail, latinGlyph, NO_GLYPH } from './simulator-glyphs.ts';
import { runGs } from './simulator-gs-commands.ts';
import { LINE_SPACING } from './simulator-line.ts';
import { readByte, type CommandDesk, type Steps } from './simulator-orders.ts';

const LF = 0x0a;
const DLE = 0x10;
/** Bytes of a real-time command after DLE and its code: they were executed when they came in, and are skipped here. */
const REALTIME_REST: ReadonlyMap<number, number> = new Map([
  [0x04, 1],
  [0x05, 1],
]);
const CLEAR_REST = 7;

/** Reads and executes what is in the receive buffer, for ever. A code that is not in these tables is dropped and
 *  counted, and what follows it is printed, as such printers do.
 *  @source Epson ESC/POS command reference; the clause of each command is its name */
export function* runCommands(desk: CommandDesk): Steps<never> {
  let unread: number | undefined;
  for (;;) unread = yield* runOne(desk, unread ?? (yield* readByte()));
}

/** @returns a byte that was read and belongs to the next command */
function* runOne(desk: CommandDesk, byte: number): Steps<number | undefined> {
  if (byte >= 0x20 && byte !== 0x7f) return yield* printCharacter(desk, byte);
  switch (byte) {
    case 0x09:
      desk.line.tab();
      return undefined;
    case LF:
      yield { do: 'print', part: desk.line.take() };
      return undefined;
    // Without automatic line feed CR is ignored; FF and CAN belong to page mode.
    case 0x0d:
    case 0x0c:
    case 0x18:
      return undefined;
    case DLE:
      return yield* skipRealtime(desk);
    case 0x1b:
      return yield* runEsc(desk);
    case 0x1c:
      return yield* runFs(desk);
    case 0x1d:
      return yield* runGs(desk);
    default:
      desk.mistakes.unknownCommands += 1;
      return undefined;
  }
}

function* printCharacter(desk: CommandDesk, byte: number): Steps<number | undefined> {
  if (!desk.line.modes.isChinese || byte < 0x80) {
    const full = desk.line.addLatin(latinGlyph(byte));
    if (full !== undefined) yield { do: 'print', part: full };
    return undefined;
  }
  return yield* printChinese(desk, byte);
}

/** Two bytes of GBK, or the four of GB 18030, for which the font has no glyph. */
function* printChinese(desk: CommandDesk, lead: number): Steps<number | undefined> {
  let glyph: string = NO_GLYPH;
  let unread: number | undefined;
  if (isChineseLead(lead)) {
    const second = yield* readByte();
    if (isChineseTrail(second)) glyph = chineseGlyph(lead, second);
    else if (isDigit(second)) unread = yield* skipFourByteCode();
    else unread = second;
  }
  const full = desk.line.addChinese(glyph);
  if (full !== undefined) yield { do: 'print', part: full };
  return unread;
}

function* skipFourByteCode(): Steps<number | undefined> {
  const third = yield* readByte();
  if (!isChineseLead(third)) return third;
  const fourth = yield* readByte();
  return isDigit(fourth) ? undefined : fourth;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function* skipRealtime(desk: CommandDesk): Steps<number | undefined> {
  const code = yield* readByte();
  const rest = code === 0x14 ? yield* realtimeRest() : REALTIME_REST.get(code);
  if (rest === undefined) {
    desk.mistakes.unknownCommands += 1;
    return code;
  }
  for (let i = 0; i < rest; i += 1) yield* readByte();
  return undefined;
}

/** DLE DC4 fn: the drawer's pulse has two more bytes, clearing has seven. */
function* realtimeRest(): Steps<number> {
  return (yield* readByte()) === 8 ? CLEAR_REST : 2;
}

function* runEsc(desk: CommandDesk): Steps<number | undefined> {
  const { line, mistakes } = desk;
  const { modes } = line;
  const code = String.fromCharCode(yield* readByte());
  switch (code) {
    case '@':
      line.initialise();
      desk.symbols.initialise();
      // Automatic status is a setting like the others: it goes back to what it was at power-on.
      yield { do: 'watch', mask: 0 };
      return undefined;
    case '2':
      modes.spacingDots = LINE_SPACING;
      return undefined;
    case '3':
      modes.spacingDots = yield* readByte();
      return undefined;
    case 'E':
      modes.isEmphasised = ((yield* readByte()) & 1) === 1;
      return undefined;
    case 'G':
      modes.isDoubleStruck = ((yield* readByte()) & 1) === 1;
      return undefined;
    case '!':
      selectModes(desk, yield* readByte());
      return undefined;
    case 'M':
      selectFont(desk, yield* readByte());
      return undefined;
    case 'a':
      align(desk, yield* readByte());
      return undefined;
    case 'd':
      return yield* feedLines(desk);
    case 'J':
      return yield* feedDots(desk);
    case 'R':
      selectSet(desk, yield* readByte());
      return undefined;
    case 't':
      // Other code pages than 437 are not in this printer.
      if ((yield* readByte()) !== 0) mistakes.refusedCommands += 1;
      return undefined;
    case '-':
      // A line under the text changes nothing that is kept of it.
      yield* readByte();
      return undefined;
    default:
      mistakes.unknownCommands += 1;
      return code.charCodeAt(0);
  }
}

/** ESC ! n: font, emphasis and size of Latin characters. */
function selectModes(desk: CommandDesk, n: number): void {
  const { modes } = desk.line;
  modes.font = (n & 0x01) === 0 ? 'A' : 'B';
  modes.isEmphasised = (n & 0x08) !== 0;
  modes.latin = { height: (n & 0x10) === 0 ? 1 : 2, width: (n & 0x20) === 0 ? 1 : 2 };
}

function selectFont(desk: CommandDesk, n: number): void {
  if (n === 0 || n === 48) desk.line.modes.font = 'A';
  else if (n === 1 || n === 49) desk.line.modes.font = 'B';
  else desk.mistakes.refusedCommands += 1;
}

/** ESC R n. */
function selectSet(desk: CommandDesk, n: number): void {
  if (n <= 17) desk.line.modes.set = n;
  else desk.mistakes.refusedCommands += 1;
}

/** ESC a n has an effect at the beginning of a line only. */
function align(desk: CommandDesk, n: number): void {
  const to = (['left', 'center', 'right'] as const)[n >= 48 ? n - 48 : n];
  if (to === undefined || !desk.line.isEmpty) desk.mistakes.refusedCommands += 1;
  else desk.line.modes.align = to;
}

/** ESC d n: the line, and paper for n lines altogether. */
function* feedLines(desk: CommandDesk): Steps<undefined> {
  const n = yield* readByte();
  if (n === 0 && !desk.line.isEmpty) yield { do: 'print', part: desk.line.take(0) };
  for (let i = 0; i < n; i += 1) yield { do: 'print', part: desk.line.take() };
  return undefined;
}

/** ESC J n: the line, and paper for n dots altogether. */
function* feedDots(desk: CommandDesk): Steps<undefined> {
  const n = yield* readByte();
  yield { do: 'print', part: desk.line.isEmpty ? { kind: 'feed', dots: n } : desk.line.take(n) };
  return undefined;
}

function* runFs(desk: CommandDesk): Steps<number | undefined> {
  const { modes } = desk.line;
  const code = String.fromCharCode(yield* readByte());
  switch (code) {
    case '&':
      modes.isChinese = true;
      return undefined;
    case '.':
      modes.isChinese = false;
      return undefined;
    case '!': {
      const n = yield* readByte();
      modes.chinese = { width: (n & 0x04) === 0 ? 1 : 2, height: (n & 0x08) === 0 ? 1 : 2 };
      return undefined;
    }
    case '-':
      yield* readByte();
      return undefined;
    default:
      desk.mistakes.unknownCommands += 1;
      return code.charCodeAt(0);
  }
}
