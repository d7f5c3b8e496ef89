import { useRef, type PointerEvent, type ReactElement } from 'react';
import { usePage } from '../components/page-context.ts';
import { PAGE_LIMITS } from '../limits.table.ts';
import './sign-field.css';
import { isStep, pathOf, pointIn, type Point, type Stroke, type Strokes } from './strokes.ts';

export interface SignFieldProps {
  readonly strokes: Strokes;
  /** Events come faster than they are drawn: each changes what the one before has left. */
  readonly onChange: (change: (strokes: Strokes) => Strokes) => void;
}

/** Where a name is written with a finger: vectors, so that it keeps its shape in every size and colour. Which finger
 *  counts is the touch guard's business; a stroke goes on outside the field along its edge. */
export function SignField({ strokes, onChange }: SignFieldProps): ReactElement {
  const { words } = usePage();
  const pen = usePen(strokes, onChange);
  return (
    <div
      className="sign-field"
      role="img"
      aria-label={words.signature.field}
      onPointerDown={pen.down}
      onPointerMove={pen.move}
      onPointerUp={pen.up}
      onPointerCancel={pen.up}
    >
      <p className={strokes.length === 0 ? 'sign-field__here' : 'sign-field__here sign-field__here--gone'}>
        {words.signature.here}
      </p>
      <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {strokes.map((stroke, at) => (
          // A stroke is known by its place: none is taken out of the middle.
          <path key={at} d={pathOf(stroke)} />
        ))}
      </svg>
    </div>
  );
}

interface Pen {
  readonly down: (event: PointerEvent<HTMLElement>) => void;
  readonly move: (event: PointerEvent<HTMLElement>) => void;
  readonly up: (event: PointerEvent<HTMLElement>) => void;
}

function usePen(strokes: Strokes, onChange: SignFieldProps['onChange']): Pen {
  const { clock } = usePage();
  const finger = useRef<number | null>(null);
  const startMs = useRef(0);
  /** When the event came whose points are taken: read once, so that the first point stands at 0 and not at the time that
   *  reading the clock twice takes. */
  const heardAt = useRef(0);
  const pointAt = (event: PointerEvent<HTMLElement>, { clientX, clientY } = event.nativeEvent): Point =>
    pointIn(event.currentTarget.getBoundingClientRect(), clientX, clientY, heardAt.current - startMs.current);
  return {
    down(event) {
      // More strokes than can be sent are not drawn: what is seen is what is signed.
      if (finger.current !== null || event.button !== 0 || strokes.length >= PAGE_LIMITS.signatureStrokes) return;
      finger.current = event.pointerId;
      event.currentTarget.setPointerCapture(event.pointerId);
      heardAt.current = clock.monoMs();
      if (strokes.length === 0) startMs.current = heardAt.current;
      const point = pointAt(event);
      onChange((known) => [...known, [point]]);
    },
    move(event) {
      if (event.pointerId !== finger.current) return;
      heardAt.current = clock.monoMs();
      const points = passedBy(event).map((each) => pointAt(event, each));
      onChange((known) => [...known.slice(0, -1), points.reduce(withPoint, known.at(-1) ?? [])]);
    },
    up(event) {
      if (event.pointerId === finger.current) finger.current = null;
    },
  };
}

function withPoint(stroke: Stroke, point: Point): Stroke {
  return isStep(stroke.at(-1), point) ? [...stroke, point] : stroke;
}

/** All places since the last event: a screen tells them more often than it is painted. */
function passedBy({ nativeEvent }: PointerEvent<HTMLElement>): readonly globalThis.PointerEvent[] {
  const passed = nativeEvent.getCoalescedEvents();
  return passed.length === 0 ? [nativeEvent] : passed;
}
