import { CAMERA_LIMITS } from './limits.table.ts';

/** What the page measured of one picture. */
export interface Figures {
  /** Mean light, 0…255. */
  readonly luminance: number;
  /** How much the light differs within it; 0 = one colour. */
  readonly variance: number;
  /** Changes with any pixel; empty: not told. */
  readonly digest: string;
}

/** `black`: nothing to be seen; `covered`: one colour, whatever its light; `frozen`: always the same picture. */
export type Sight = 'ok' | 'black' | 'covered' | 'frozen';

interface Figured extends Figures {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  readonly sight: Sight;
}

/** Judges a series of pictures by their figures. One picture of nothing is told at once; what the camera itself is taken
 *  for changes only when several say the same. */
export class FigureSeries {
  #seen: Figured[] = [];
  #settled: Sight | undefined;

  /** @returns what this picture is; `frozen` when those before it were the same one. */
  add(figures: Figures, atMs: number): Sight {
    const recent = this.#seen.filter((one) => atMs - one.atMs <= CAMERA_LIMITS.figuresMs);
    if (recent.length === 0) this.#settled = undefined;
    const sight = sightOf(figures, recent, atMs);
    this.#seen = [...recent, { ...figures, atMs, sight }].slice(-CAMERA_LIMITS.figuresKept);
    this.#settled = this.#settledNow() ?? this.#settled;
    return sight;
  }

  /** What the camera is taken for; `undefined`: too little was seen, or too long ago. */
  settled(nowMs: number): Sight | undefined {
    const last = this.#seen.at(-1);
    return last === undefined || nowMs - last.atMs > CAMERA_LIMITS.figuresMs ? undefined : this.#settled;
  }

  /** Another camera, or the same one anew. */
  forget(): void {
    this.#seen = [];
    this.#settled = undefined;
  }

  /** What the last pictures agree on, long enough: of blind ones the last one's word. */
  #settledNow(): Sight | undefined {
    const last = this.#seen.at(-1);
    if (last === undefined) return undefined;
    const isLikeLast = (one: Figured): boolean => (one.sight === 'ok') === (last.sight === 'ok');
    // A frozen camera is only seen to be frozen by its third picture; that one says it of those before it too.
    if (last.sight === 'frozen') return 'frozen';
    const run = this.#seen.slice(this.#seen.findLastIndex((one) => !isLikeLast(one)) + 1);
    return isLongEnough(run, last.atMs) ? last.sight : undefined;
  }
}

function sightOf({ luminance, variance, digest }: Figures, before: readonly Figured[], atMs: number): Sight {
  if (luminance < CAMERA_LIMITS.blackLuminance) return 'black';
  if (variance < CAMERA_LIMITS.flatVariance) return 'covered';
  // Noise sees to it that a living camera never gives the same picture twice.
  const same = digest === '' ? [] : before.slice(before.findLastIndex((one) => one.digest !== digest) + 1);
  const now: Figured = { luminance, variance, digest, atMs, sight: 'ok' };
  return isLongEnough([...same, now], atMs) ? 'frozen' : 'ok';
}

function isLongEnough(run: readonly Figured[], nowMs: number): boolean {
  const [first] = run;
  const spanMs = first === undefined ? 0 : nowMs - first.atMs;
  return run.length >= CAMERA_LIMITS.settleFigures && spanMs >= CAMERA_LIMITS.settleMs;
}
