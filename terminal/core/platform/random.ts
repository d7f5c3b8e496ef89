import { randomBytes } from 'node:crypto';
import type { RandomBytes } from '@yimen/contracts/base';

/** Unpredictable bytes of the operating system. */
export const systemRandom: RandomBytes = (n) => new Uint8Array(randomBytes(n));

/** A number in [0, 1) from 32 random bits, for jitter and spreads. */
export function fraction(random: RandomBytes): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32;
}
