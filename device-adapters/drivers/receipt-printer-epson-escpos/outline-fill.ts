/** A point of an outline, in dots, y downwards. */
export interface OutlinePoint {
  readonly x: number;
  readonly y: number;
}

/** One closed line of an outline; the last point joins the first. */
export type Contour = readonly OutlinePoint[];

/** A black-and-white picture: rows of `widthBytes`, the left dot in the highest bit, as GS v 0 wants it. */
export interface Bitmap {
  readonly widthBytes: number;
  readonly rows: number;
  readonly bits: Uint8Array;
}

/** Rows that are looked at within one dot, and columns. A dot is black when half of them lie inside. */
const SAMPLES = 4;

export function emptyBitmap(widthDots: number, rows: number): Bitmap {
  const widthBytes = Math.ceil(widthDots / 8);
  return { widthBytes, rows, bits: new Uint8Array(widthBytes * rows) };
}

/** Blackens what lies inside the contours, by the nonzero winding rule, which fonts are drawn for. */
export function fillContours(bitmap: Bitmap, contours: readonly Contour[]): void {
  const widthDots = bitmap.widthBytes * 8;
  for (let row = 0; row < bitmap.rows; row += 1) {
    const inside = new Uint8Array(widthDots);
    for (let sample = 0; sample < SAMPLES; sample += 1)
      for (const [from, to] of spansAt(contours, row + (sample + 0.5) / SAMPLES)) countSamples(inside, from, to);
    for (let dot = 0; dot < widthDots; dot += 1)
      if ((inside[dot] ?? 0) * 2 >= SAMPLES * SAMPLES) {
        const at = row * bitmap.widthBytes + (dot >> 3);
        bitmap.bits[at] = (bitmap.bits[at] ?? 0) | (0x80 >> (dot & 7));
      }
  }
}

/** Where a horizontal line is inside: pairs of x, left to right. */
function spansAt(contours: readonly Contour[], y: number): readonly (readonly [number, number])[] {
  const crossings: { x: number; winding: number }[] = [];
  for (const contour of contours) {
    let from = contour.at(-1);
    for (const to of contour) {
      if (from !== undefined && from.y <= y !== to.y <= y) {
        const x = from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x);
        crossings.push({ x, winding: to.y > from.y ? 1 : -1 });
      }
      from = to;
    }
  }
  crossings.sort((a, b) => a.x - b.x);
  const spans: [number, number][] = [];
  let winding = 0;
  let began = 0;
  for (const crossing of crossings) {
    if (winding === 0) began = crossing.x;
    winding += crossing.winding;
    if (winding === 0) spans.push([began, crossing.x]);
  }
  return spans;
}

/** Adds, for each dot, how many of its columns lie between `from` and `to`. */
function countSamples(inside: Uint8Array, from: number, to: number): void {
  const first = Math.max(0, Math.ceil(from * SAMPLES - 0.5));
  const last = Math.min(inside.length * SAMPLES - 1, Math.ceil(to * SAMPLES - 0.5) - 1);
  for (let sample = first; sample <= last; sample += 1) {
    const dot = Math.floor(sample / SAMPLES);
    inside[dot] = (inside[dot] ?? 0) + 1;
  }
}
