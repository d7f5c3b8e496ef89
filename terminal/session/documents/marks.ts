/** What is drawn on a page: points from its top left corner, y downwards; a text's y is its base line. Grey: 0 black, 1 white. */
export type Mark =
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly isBold: boolean;
      readonly grey: number;
      /** Turned counter-clockwise around its beginning. */
      readonly degrees: number;
    }
  | {
      readonly kind: 'line';
      readonly from: readonly [number, number];
      readonly to: readonly [number, number];
      readonly width: number;
    }
  | {
      readonly kind: 'fill';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly grey: number;
    }
  | { readonly kind: 'photo'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Strokes of a pen, each a way through its points. */
  | {
      readonly kind: 'pen';
      readonly strokes: readonly (readonly (readonly [number, number])[])[];
      readonly width: number;
    };

export interface Page {
  readonly marks: readonly Mark[];
}

/** Something of known height that is placed as a whole. */
export interface Atom {
  readonly height: number;
  /** `next`: never the last thing on a page. `vanish`: free space, which begins no page. */
  readonly keep?: 'next' | 'vanish';
  /** @param top where it begins on its page */
  draw(top: number): readonly Mark[];
}

interface TextLook {
  readonly size: number;
  readonly isBold?: boolean;
  readonly grey?: number;
  readonly degrees?: number;
}

export function textMark(text: string, x: number, y: number, look: TextLook): Mark {
  const { size, isBold = false, grey = 0, degrees = 0 } = look;
  return { kind: 'text', x, y, text, size, isBold, grey, degrees };
}

/** The four sides of a box. */
export function frame(x: number, y: number, width: number, height: number): readonly Mark[] {
  const side = (from: readonly [number, number], to: readonly [number, number]): Mark => ({
    kind: 'line',
    from,
    to,
    width: 0.6,
  });
  const [right, bottom] = [x + width, y + height];
  return [
    side([x, y], [right, y]),
    side([x, bottom], [right, bottom]),
    side([x, y], [x, bottom]),
    side([right, y], [right, bottom]),
  ];
}
