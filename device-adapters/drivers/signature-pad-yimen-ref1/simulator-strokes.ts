/** One point of a pen's way: hundredths of a millimetre from the top left, pressure 0–1023, ms since the first point. */
export interface PenPoint {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
  readonly ms: number;
}

/** A stroke as it is drawn: from, through a bend, to; in millimetres. */
type Arc = readonly [x0: number, y0: number, bendX: number, bendY: number, x1: number, y1: number];

/** What the two synthetic people draw: strokes that look like a name from afar and are nobody's hand. */
const HANDS: ReadonlyMap<string, readonly Arc[]> = new Map([
  [
    'signature-li-na',
    [
      [18, 14, 26, 12, 34, 13],
      [26, 8, 27, 16, 25, 26],
      [26, 15, 20, 20, 15, 22],
      [27, 16, 32, 20, 36, 21],
      [20, 28, 27, 24, 30, 32],
      [46, 10, 42, 18, 40, 24],
      [42, 16, 50, 20, 52, 30],
      [58, 9, 60, 22, 57, 34],
      [58, 10, 70, 8, 68, 22],
    ],
  ],
  [
    'signature-wang-wei',
    [
      [16, 10, 25, 9, 34, 10],
      [17, 19, 25, 18, 33, 19],
      [25, 10, 26, 20, 25, 29],
      [14, 30, 25, 28, 36, 29],
      [46, 8, 44, 16, 40, 20],
      [44, 15, 45, 24, 44, 34],
      [52, 12, 62, 10, 70, 13],
      [61, 8, 62, 22, 61, 35],
    ],
  ],
]);

/** Points per stroke, and the pen's pace from point to point and in the air between strokes. */
const PEN = { points: 84, pointMs: 3, airMs: 70 } as const;
/** What the drawings above were made for, in millimetres. */
const DRAWN = { width: 85, height: 42 } as const;

/** The strokes of a thing, stretched to a pad of this size; none for a hand that only presses done. The same thing gives
 *  the same strokes. */
export function strokesOf(thing: string, widthMm: number, heightMm: number): readonly (readonly PenPoint[])[] {
  const scale = Math.min(widthMm / DRAWN.width, heightMm / DRAWN.height);
  const strokeMs = (PEN.points - 1) * PEN.pointMs + PEN.airMs;
  return (HANDS.get(thing) ?? []).map((arc, nth) =>
    Array.from({ length: PEN.points }, (_, i) => pointOn(arc, i, nth * strokeMs + i * PEN.pointMs, scale)),
  );
}

function pointOn([x0, y0, bendX, bendY, x1, y1]: Arc, i: number, ms: number, scale: number): PenPoint {
  const t = i / (PEN.points - 1);
  const along = (from: number, bend: number, to: number): number =>
    Math.round(((1 - t) ** 2 * from + 2 * t * (1 - t) * bend + t ** 2 * to) * scale * 100);
  // A pen presses hardest in the middle of its stroke.
  return {
    x: along(x0, bendX, x1),
    y: along(y0, bendY, y1),
    pressure: Math.round(260 + 560 * Math.sin(Math.PI * t)),
    ms,
  };
}

/** What a hand can do at the pad. */
export const SIGNING_THINGS: readonly string[] = [...HANDS.keys(), 'signature-empty'];
