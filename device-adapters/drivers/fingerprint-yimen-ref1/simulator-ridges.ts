/** How a finger lies on the sensor, and which one. */
export interface RidgeLook {
  /** Another seed is another finger. */
  readonly seed: number;
  /** `dry` breaks the ridges, `wet` runs them together, `partial` shows the edge only, `smeared` was moving. */
  readonly look: 'clear' | 'dry' | 'wet' | 'partial' | 'smeared';
  /** Stains on the glass that no finger leaves. */
  readonly isDirty: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels from ridge to ridge: about half a millimetre at 500 dpi. */
const RIDGE_PX = 9;
const BACKGROUND = 236;

/** A picture of ridges that belong to nobody: arcs around a core, bent by a seed; 8-bit grey, row by row from the top
 *  left. The same look gives the same bytes. */
export function ridgeImage({ width, height }: Size, { seed, look, isDirty }: RidgeLook): Uint8Array {
  const image = new Uint8Array(width * height);
  const noise = noiseOf(seed);
  const core = { x: width * (0.42 + 0.16 * noise(1)), y: height * (0.44 + 0.12 * noise(2)) };
  const bend = 0.8 + 1.6 * noise(3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const place = look === 'partial' ? { x: x + width * 0.55, y: y + height * 0.3 } : { x, y };
      const isInside = isUnderFinger(place, { width, height });
      const grey = isInside ? ridgeAt(place, core, bend, look, noise) : BACKGROUND;
      image[y * width + x] = isDirty ? stained(grey, x, y, noise) : grey;
    }
  }
  return image;
}

function isUnderFinger(at: { x: number; y: number }, { width, height }: Size): boolean {
  const dx = (at.x - width / 2) / (width * 0.46);
  const dy = (at.y - height / 2) / (height * 0.48);
  return dx * dx + dy * dy < 1;
}

function ridgeAt(
  { x, y }: { x: number; y: number },
  core: { x: number; y: number },
  bend: number,
  look: RidgeLook['look'],
  noise: (n: number) => number,
): number {
  // Below the core the arcs open: distances are stretched downwards, as in a loop.
  const dy = (y - core.y) * (y > core.y ? 0.55 : 1);
  const dx = x - core.x;
  const radius = Math.hypot(dx, dy) + 3 * Math.sin((Math.atan2(dy, dx) + bend) * 3);
  const wave = Math.sin((2 * Math.PI * radius) / RIDGE_PX);
  if (look === 'smeared') return Math.round(150 + 22 * wave * noise(Math.floor(x / 24) + 40));
  if (look === 'wet') return Math.round(62 + 26 * wave);
  const isGap = look === 'dry' && noise(Math.floor(x / 5) * 97 + Math.floor(y / 5) + 100) < 0.55;
  return isGap ? BACKGROUND - 12 : Math.round(128 - 96 * wave);
}

function stained(grey: number, x: number, y: number, noise: (n: number) => number): number {
  const isStain = noise(Math.floor(x / 31) * 53 + Math.floor(y / 27) + 9_000) < 0.22;
  return isStain ? Math.round(grey * 0.35) : grey;
}

/** Numbers from 0 to below 1, each the same for the same seed and place. */
function noiseOf(seed: number): (n: number) => number {
  return (n) => {
    let mixed = Math.imul(n + 1, 0x9e37_79b1) ^ Math.imul(seed + 1, 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a_2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
