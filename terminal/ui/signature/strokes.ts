import type { IntentOf } from '@yimen/contracts/ui';
import { PAGE_LIMITS } from '../limits.table.ts';

/** Strokes of a signature: thousandths of the field's width and height, milliseconds since the first point. */
export type Strokes = IntentOf<'sign'>['strokes'];
export type Stroke = Strokes[number];
export type Point = Stroke[number];

/** The field on the screen, in whatever pixels the pointer is told in. */
export interface FieldBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const THOUSAND = 1000;

/** A place on the screen as a point of the field; outside of it, the nearest one inside. */
export function pointIn(box: FieldBox, x: number, y: number, ms: number): Point {
  return [share(x - box.left, box.width), share(y - box.top, box.height), clamp(ms, PAGE_LIMITS.signatureMs)];
}

/** Whether the pen has moved so far that the next point is seen as another one. */
export function isStep(last: Point | undefined, next: Point): boolean {
  return last === undefined || Math.hypot(next[0] - last[0], next[1] - last[1]) >= PAGE_LIMITS.pointStep;
}

/** The signature within the contract's limits. Only points between others are left out, evenly: every stroke keeps its
 *  beginning, its end and its shape. */
export function thinned(strokes: Strokes): Strokes {
  let thin = strokes.slice(0, PAGE_LIMITS.signatureStrokes).map((stroke) => {
    let kept = stroke;
    while (kept.length > PAGE_LIMITS.strokePoints) kept = everyOther(kept);
    return kept;
  });
  while (countOf(thin) > PAGE_LIMITS.signaturePoints) thin = thin.map(everyOther);
  return thin;
}

/** What draws a stroke in a field of 1000 × 1000; a single point is a dot. */
export function pathOf(stroke: Stroke): string {
  const [first, ...rest] = stroke;
  if (first === undefined) return '';
  const start = `M${first[0]} ${first[1]}`;
  return rest.length === 0 ? `${start}h0` : `${start}${rest.map(([x, y]) => `L${x} ${y}`).join('')}`;
}

function everyOther(stroke: Stroke): Stroke {
  return stroke.filter((_, at) => at % 2 === 0 || at === stroke.length - 1);
}

function countOf(strokes: Strokes): number {
  return strokes.reduce((sum, stroke) => sum + stroke.length, 0);
}

function share(part: number, whole: number): number {
  return clamp(whole <= 0 ? 0 : (part / whole) * THOUSAND, THOUSAND);
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, Math.round(value)));
}
