/** A series of pictures of one camera by their figures, and what everybody who judges it must say. */
export interface FigureCase {
  readonly luminance: number;
  readonly variance: number;
  /** Each picture is another one; else all are the same. */
  readonly isAlive: boolean;
  /** `blind`: black or of one colour, whatever word for it. `seen`: never blind and never frozen. */
  readonly verdict: 'blind' | 'frozen' | 'seen';
}

/** The page judges pictures before it sends one; the device host judges the page's figures. Neither may import the other,
 *  so both are tested against this: what one refuses, the other must not call well. */
export const CAMERA_FIGURES = {
  /** Mean light below which nothing can be seen; variance below which a picture is of one colour. */
  blackLuminance: 12,
  flatVariance: 60,
  /** From the first to the last of the pictures that must agree, and between two of them. */
  settleMs: 1_750,
  stepMs: 250,
} as const;

const LIGHTS = [0, 11, 12, 50, 120, 236, 255];
const VARIANCES = [0, 59, 60, 900, 16_000];

/** All of them, at both sides of each bound. */
export const FIGURE_CASES: readonly FigureCase[] = LIGHTS.flatMap((luminance) =>
  VARIANCES.flatMap((variance) =>
    [true, false].map((isAlive): FigureCase => {
      const isBlind = luminance < CAMERA_FIGURES.blackLuminance || variance < CAMERA_FIGURES.flatVariance;
      return { luminance, variance, isAlive, verdict: isBlind ? 'blind' : isAlive ? 'seen' : 'frozen' };
    }),
  ),
);
