// The chip's own elliptic-curve arithmetic (BSI TR-03111 §2.3), in Jacobian coordinates. Slow and not constant in time,
// which a simulated chip may be; the driver uses a library, so that one mistake is not made twice.

/** A curve y² = x³ + ax + b over the integers modulo p, with generator g of prime order n (cofactor 1). */
export interface SimulatedCurve {
  readonly name: 'brainpoolP256r1' | 'P-256';
  /** Number among the standardised domain parameters of ICAO 9303-11 §9.5.1. */
  readonly parameter: 12 | 13;
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly n: bigint;
  readonly g: CurvePoint;
}

/** A point other than the one at infinity, which is `undefined` throughout. */
export interface CurvePoint {
  readonly x: bigint;
  readonly y: bigint;
}

const COORDINATE_BYTES = 32;

/** RFC 5639 §3.4 */
const BRAINPOOL: SimulatedCurve = {
  name: 'brainpoolP256r1',
  parameter: 13,
  p: 0xa9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377n,
  a: 0x7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9n,
  b: 0x26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6n,
  n: 0xa9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7n,
  g: {
    x: 0x8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262n,
    y: 0x547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997n,
  },
};

/** FIPS 186-4 §D.1.2.3 */
const NIST: SimulatedCurve = {
  name: 'P-256',
  parameter: 12,
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  g: {
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
};

export function simulatedCurve(parameter: 12 | 13): SimulatedCurve {
  return parameter === 13 ? BRAINPOOL : NIST;
}

export function isOnCurve({ p, a, b }: SimulatedCurve, { x, y }: CurvePoint): boolean {
  return x >= 0n && x < p && y >= 0n && y < p && (y * y - (x * x * x + a * x + b)) % p === 0n;
}

/** k·P by doubling and adding from the highest bit; `undefined` is the point at infinity. */
export function multiplyPoint(curve: SimulatedCurve, k: bigint, point: CurvePoint): CurvePoint | undefined {
  const base: Jacobian = [point.x, point.y, 1n];
  let sum: Jacobian = [1n, 1n, 0n];
  for (const bit of mod(k, curve.n).toString(2)) {
    sum = doubled(curve, sum);
    if (bit === '1') sum = added(curve, sum, base);
  }
  return affine(curve, sum);
}

export function addPoints(curve: SimulatedCurve, one: CurvePoint, other: CurvePoint): CurvePoint | undefined {
  return affine(curve, added(curve, [one.x, one.y, 1n], [other.x, other.y, 1n]));
}

/** 04 ‖ x ‖ y, uncompressed (TR-03111 §3.2.1). */
export function encodePoint({ x, y }: CurvePoint): Buffer {
  return Buffer.concat([Buffer.from([4]), encodeCoordinate(x), encodeCoordinate(y)]);
}

export function encodeCoordinate(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * COORDINATE_BYTES, '0'), 'hex');
}

/** Reads an uncompressed point; `undefined` when it has another form or is not on the curve. */
export function decodePoint(curve: SimulatedCurve, bytes: Uint8Array): CurvePoint | undefined {
  if (bytes.length !== 1 + 2 * COORDINATE_BYTES || bytes[0] !== 4) return undefined;
  const point = { x: toNumber(bytes.subarray(1, 33)), y: toNumber(bytes.subarray(33)) };
  return isOnCurve(curve, point) ? point : undefined;
}

/** A secret number in 1…n−1 from random bytes: 8 more than the order has, so that the remainder is even enough
 *  (TR-03111 §4.1.1, algorithm 2). */
export function scalarFrom(curve: SimulatedCurve, bytes: Uint8Array): bigint {
  return (toNumber(bytes) % (curve.n - 1n)) + 1n;
}

export const SCALAR_RANDOM_BYTES = COORDINATE_BYTES + 8;

export function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

type Jacobian = readonly [x: bigint, y: bigint, z: bigint];

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function doubled({ p, a }: SimulatedCurve, [x, y, z]: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return [1n, 1n, 0n];
  const ySquared = (y * y) % p;
  const s = (4n * x * ySquared) % p;
  const zSquared = (z * z) % p;
  const m = mod(3n * x * x + a * zSquared * zSquared, p);
  const newX = mod(m * m - 2n * s, p);
  return [newX, mod(m * (s - newX) - 8n * ySquared * ySquared, p), (2n * y * z) % p];
}

function added(curve: SimulatedCurve, one: Jacobian, other: Jacobian): Jacobian {
  if (one[2] === 0n) return other;
  if (other[2] === 0n) return one;
  const { p } = curve;
  const [z1Squared, z2Squared] = [(one[2] * one[2]) % p, (other[2] * other[2]) % p];
  const [u1, u2] = [(one[0] * z2Squared) % p, (other[0] * z1Squared) % p];
  const [s1, s2] = [(one[1] * z2Squared * other[2]) % p, (other[1] * z1Squared * one[2]) % p];
  if (u1 === u2) return s1 === s2 ? doubled(curve, one) : [1n, 1n, 0n];
  const [h, r] = [mod(u2 - u1, p), mod(s2 - s1, p)];
  const hSquared = (h * h) % p;
  const hCubed = (hSquared * h) % p;
  const v = (u1 * hSquared) % p;
  const x = mod(r * r - hCubed - 2n * v, p);
  return [x, mod(r * (v - x) - s1 * hCubed, p), (h * one[2] * other[2]) % p];
}

function affine({ p }: SimulatedCurve, [x, y, z]: Jacobian): CurvePoint | undefined {
  if (z === 0n) return undefined;
  const inverse = inverted(z, p);
  const squared = (inverse * inverse) % p;
  return { x: (x * squared) % p, y: (y * squared * inverse) % p };
}

/** Extended Euclid; `modulus` is prime and does not divide `value`. */
function inverted(value: bigint, modulus: bigint): bigint {
  let [low, high] = [mod(value, modulus), modulus];
  let [lowFactor, highFactor] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high % low, low];
    [lowFactor, highFactor] = [highFactor - quotient * lowFactor, lowFactor];
  }
  return mod(lowFactor, modulus);
}
