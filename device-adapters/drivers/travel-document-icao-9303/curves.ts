import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { err, ok, type RandomBytes, type Result } from '@yimen/contracts/base';

// node:crypto has no point arithmetic, which the mapping of PACE needs; and not every runtime's OpenSSL has brainpool.

const POINTS = {
  'P-256': p256.Point,
  'P-384': p384.Point,
  'P-521': p521.Point,
  brainpoolP256r1: brainpoolP256r1.Point,
  brainpoolP384r1: brainpoolP384r1.Point,
  brainpoolP512r1: brainpoolP512r1.Point,
} as const;

export type CurveName = keyof typeof POINTS;

/** A point that is on its curve and not the one at infinity. */
export type CurvePoint = InstanceType<(typeof p256)['Point']>;

/** A prime curve of cofactor 1 with its arithmetic. */
export interface Curve {
  readonly name: CurveName;
  readonly generator: CurvePoint;
  readonly order: bigint;
  /** Modulus of the coordinates' field. */
  readonly prime: bigint;
  /** Length of one coordinate. */
  readonly fieldBytes: number;
}

export function curveOf(name: CurveName): Curve {
  const point = POINTS[name];
  const { n, p } = point.CURVE();
  return { name, generator: point.BASE, order: n, prime: p, fieldBytes: Math.ceil(p.toString(16).length / 2) };
}

/** The curve over this field, for keys that spell their parameters out: each of ours has a field of its own. */
export function curveOfPrime(prime: bigint): Curve | undefined {
  return (Object.keys(POINTS) as CurveName[]).map(curveOf).find((curve) => curve.prime === prime);
}

/** A private key, evenly spread over 1 … order−1: 64 bits more than the order has make the rest of the division even. */
export function privateKey(curve: Curve, random: RandomBytes): bigint {
  return (toNumber(random(curve.fieldBytes + 8)) % (curve.order - 1n)) + 1n;
}

/** `scalar` × `point`; `point` when the product would be infinity.
 *  @fault point the scalar is a multiple of the order */
export function multiply(curve: Curve, point: CurvePoint, scalar: bigint): Result<CurvePoint, 'point'> {
  const reduced = scalar % curve.order;
  return reduced === 0n ? err('point') : ok(point.multiply(reduced));
}

/** Bytes of a point: 04 | x | y. */
export function encodePoint(point: CurvePoint): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(point.toBytes(false));
}

/** Reads `04 | x | y` and checks that it solves the curve's equation: another point would give parts of our private
 *  key away (ICAO 9303-11 §4.4.3.3: "public key validation"). Infinity has no such form. */
export function decodePoint(curve: Curve, bytes: Uint8Array): Result<CurvePoint, 'point'> {
  if (bytes.length !== 1 + 2 * curve.fieldBytes || bytes[0] !== 0x04) return err('point');
  try {
    return ok(POINTS[curve.name].fromBytes(bytes));
  } catch {
    return err('point');
  }
}

/** The x coordinate in full length: the shared secret of a key agreement. */
export function sharedSecret(curve: Curve, point: CurvePoint): Uint8Array<ArrayBuffer> {
  return encodePoint(point).slice(1, 1 + curve.fieldBytes);
}

/** Big-endian bytes as a number. */
export function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
