import { err, ok } from '@yimen/contracts/base';
import type { FaceMatcher } from '@yimen/terminal/session';

const TOO_DARK = 20;
const TOO_BRIGHT = 245;
/** A covered or frozen camera gives one colour; a room with a person in it never does. */
const FLAT = 60;
const SCORE = 987;

/** Compares nobody: it only refuses a picture in which nothing can be seen, and says everywhere that it is simulated.
 *  Reachable from the demonstration alone. */
export const simulatedMatcher: FaceMatcher = {
  kind: 'simulated',
  match: (shot) =>
    Promise.resolve(
      shot.jpeg.length < 100 || shot.luminance < TOO_DARK || shot.luminance > TOO_BRIGHT || shot.variance < FLAT
        ? err({ code: 'cameraBlack' })
        : ok({ score: SCORE, passed: true }),
    ),
};
