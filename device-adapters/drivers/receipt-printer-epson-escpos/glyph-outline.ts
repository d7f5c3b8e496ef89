import type { Contour, OutlinePoint } from './outline-fill.ts';

/** A step of a glyph's path, as font files have it: coordinates in font units, y upwards. */
export interface PathStep {
  readonly command: string;
  readonly args: readonly number[];
}

/** Font units to dots. `originX`, `originY`: where the glyph's origin (left end of the base line) lies, in dots. */
export interface Placing {
  readonly scale: number;
  readonly originX: number;
  readonly originY: number;
}

/** Straight pieces of one curve: at 48 dots to the character none is longer than two dots. */
const CURVE_STEPS = 8;

/** The contours of a path, curves as straight pieces. */
export function contoursOf(path: readonly PathStep[], { scale, originX, originY }: Placing): readonly Contour[] {
  const contours: OutlinePoint[][] = [];
  let points: OutlinePoint[] = [];
  const place = (x = 0, y = 0): OutlinePoint => ({ x: originX + x * scale, y: originY - y * scale });
  for (const { command, args } of path) {
    const [a, b, c, d, e, f] = args;
    const last = points.at(-1) ?? place();
    switch (command) {
      case 'moveTo':
        points = [place(a, b)];
        contours.push(points);
        break;
      case 'lineTo':
        points.push(place(a, b));
        break;
      case 'quadraticCurveTo':
        points.push(...quadratic(last, place(a, b), place(c, d)));
        break;
      case 'bezierCurveTo':
        points.push(...cubic(last, place(a, b), place(c, d), place(e, f)));
        break;
      default: // closePath: contours are closed
        break;
    }
  }
  return contours;
}

function quadratic(p0: OutlinePoint, p1: OutlinePoint, p2: OutlinePoint): OutlinePoint[] {
  // The same curve as a cubic one.
  const towards = (from: OutlinePoint): OutlinePoint => ({
    x: from.x + ((p1.x - from.x) * 2) / 3,
    y: from.y + ((p1.y - from.y) * 2) / 3,
  });
  return cubic(p0, towards(p0), towards(p2), p2);
}

function cubic(p0: OutlinePoint, p1: OutlinePoint, p2: OutlinePoint, p3: OutlinePoint): OutlinePoint[] {
  return Array.from({ length: CURVE_STEPS }, (_, step) => {
    const t = (step + 1) / CURVE_STEPS;
    const s = 1 - t;
    const mix = (a: number, b: number, c: number, d: number): number =>
      s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    return { x: mix(p0.x, p1.x, p2.x, p3.x), y: mix(p0.y, p1.y, p2.y, p3.y) };
  });
}
