/** What is measured of one picture. */
export interface FrameMeasure {
  /** Mean light, 0 (black) to 255. */
  readonly luminance: number;
  /** How much the light differs within the picture; 0 = one colour. */
  readonly variance: number;
  /** Changes with any pixel: two pictures of a living camera never have the same, their noise sees to that. Hexadecimal. */
  readonly digest: string;
}

/** Weights of red, green and blue in perceived light (ITU-R BT.601). */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];
/** FNV-1a, 32 bits: enough to tell two pictures apart, no secret. */
const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Measures a picture of RGBA bytes. */
export function measureFrame(rgba: Uint8ClampedArray): FrameMeasure {
  let sum = 0;
  let squares = 0;
  let digest = FNV_START;
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = [rgba[at], rgba[at + 1], rgba[at + 2]];
    const light = RED * red + GREEN * green + BLUE * blue;
    sum += light;
    squares += light * light;
    digest = Math.imul(digest ^ (red | (green << 8) | (blue << 16)), FNV_PRIME) >>> 0;
  }
  const count = Math.max(1, Math.floor(rgba.length / 4));
  const mean = sum / count;
  return {
    luminance: Math.round(mean),
    variance: Math.max(0, Math.round(squares / count - mean * mean)),
    digest: digest.toString(16).padStart(8, '0'),
  };
}
