import type { Sheet } from './simulator-paper.ts';

/** Red, green, blue. */
type Colour = readonly [number, number, number];

/** A block on a sheet, millimetres from its upper left corner. */
interface Block {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** `grain` stands for a photograph: no two samples of it are alike. */
  readonly ink: Colour | 'grain';
}

/** What is to be seen through the window of a scan, sample by sample. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly isColour: boolean;
  readonly dpi: number;
  /** Fills one row. @returns whether it is the row above once more */
  drawRow(y: number, row: Uint8Array): boolean;
}

export interface Window {
  readonly leftMm: number;
  readonly topMm: number;
  readonly widthMm: number;
  readonly lengthMm: number;
  readonly dpi: number;
  readonly isColour: boolean;
}

const MM_PER_INCH = 25.4;
const [LID, PAPER, INK, RED, BLUE]: readonly Colour[] = [
  [255, 255, 255],
  [246, 245, 240],
  [32, 32, 36],
  [190, 30, 40],
  [40, 80, 150],
];
const A4: Block = { x: 0, y: 0, w: 210, h: 297, ink: PAPER ?? [0, 0, 0] };
const CARD = { w: 85.6, h: 54 } as const;

/** A picture of a sheet, or of the empty glass; it is drawn row by row, never as a whole. */
export function pictureOf(sheet: Sheet | undefined, window: Window): Picture {
  const { dpi, isColour } = window;
  const samples = isColour ? 3 : 1;
  const pixels = (mm: number): number => Math.max(1, Math.floor((mm / MM_PER_INCH) * dpi));
  const [width, height] = [pixels(window.widthMm), pixels(window.lengthMm)];
  const blocks = sheet === undefined ? [] : blocksOf(sheet);
  let drawn: readonly Block[] | undefined;
  const drawRow = (y: number, row: Uint8Array): boolean => {
    const mm = window.topMm + (y * MM_PER_INCH) / dpi;
    const crossed = blocks.filter((block) => mm >= block.y && mm < block.y + block.h);
    const isSame = drawn !== undefined && isAlike(drawn, crossed) && crossed.every(({ ink }) => ink !== 'grain');
    if (isSame) return true;
    drawn = crossed;
    paint(row, { x: 0, w: width, ink: LID ?? [255, 255, 255] }, samples, y);
    for (const { x, w, ink } of crossed) {
      const from = Math.max(0, pixelAt(x - window.leftMm, dpi));
      const to = Math.min(width, pixelAt(x + w - window.leftMm, dpi));
      paint(row, { x: from, w: to - from, ink }, samples, y);
    }
    return false;
  };
  return { width, height, isColour, dpi, drawRow };
}

function paint(row: Uint8Array, { x, w, ink }: Pick<Block, 'x' | 'w' | 'ink'>, samples: number, y: number): void {
  if (w <= 0) return;
  const grey = ink === 'grain' ? 0 : Math.round(0.3 * ink[0] + 0.59 * ink[1] + 0.11 * ink[2]);
  if (ink !== 'grain' && samples === 1) return void row.fill(grey, x, x + w);
  for (let at = x * samples; at < (x + w) * samples; at += 1)
    row[at] = ink === 'grain' ? grain(at, y) : (ink[at % samples] ?? 0);
}

/** A grey between 60 and 187 that nothing packs. */
function grain(x: number, y: number): number {
  let mixed = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return 60 + ((mixed >>> 16) & 0x7f);
}

function blocksOf(sheet: Sheet): Block[] {
  const ink = INK ?? [0, 0, 0];
  const head = { x: 60, y: 20, w: 90, h: 8, ink: sheet.thing === 'household-page' ? (RED ?? ink) : ink };
  if (sheet.thing === 'id-copy') return [A4, ...idCard(62, 40), ...idCard(62, 160)];
  const photo: Block[] = sheet.page === 1 ? [{ x: 155, y: 40, w: 35, h: 45, ink: 'grain' }] : [];
  const lines = Array.from({ length: 22 }, (_, line) => wordsOf(sheet, line)).flat();
  // One square for each page, so that a person sees which one it is.
  const marks = Array.from({ length: sheet.page }, (_, n): Block => ({ x: 180 - n * 8, y: 280, w: 5, h: 5, ink }));
  return [A4, head, ...lines, ...photo, ...marks];
}

/** A line of square characters in words of two to five. */
function wordsOf({ thing, page }: Sheet, line: number): Block[] {
  const ink = INK ?? [0, 0, 0];
  const y = 40 + line * 10;
  const most = page === 1 && y < 90 ? 26 : 38;
  const blocks: Block[] = [];
  let seed = thing.length * 131 + page * 17 + line * 7;
  for (let at = 0; at < most; at += 1) {
    seed = (seed * 75 + 74) % 65_537;
    if (seed % 4 !== 0) blocks.push({ x: 20 + at * 4.4, y, w: 3.4, h: 3.6, ink });
  }
  return blocks;
}

function idCard(x: number, y: number): Block[] {
  const ink = INK ?? [0, 0, 0];
  return [
    { x, y, ...CARD, ink: [222, 232, 240] },
    { x: x + 56, y: y + 7, w: 24, h: 30, ink: 'grain' },
    ...[8, 16, 24, 32].map((dy): Block => ({ x: x + 6, y: y + dy, w: 40, h: 3.5, ink: BLUE ?? ink })),
    { x: x + 16, y: y + 44, w: 62, h: 4, ink },
  ];
}

function pixelAt(mm: number, dpi: number): number {
  return Math.round((mm / MM_PER_INCH) * dpi);
}

function isAlike(a: readonly Block[], b: readonly Block[]): boolean {
  return a.length === b.length && a.every((block, n) => block === b[n]);
}
