import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import { sessionKeys, type KeyPair } from '../cipher-suite.ts';
import { decodePoint, encodePoint, multiply, sharedSecret, toNumber, type CurvePoint } from '../curves.ts';
import { encodeTlv } from '../protocol.ts';
import { equalBytes } from '../triple-des.ts';
import type { PaceOffer } from './card-access.ts';

// The arithmetic of PACE with Generic Mapping, step by step, without a chip (ICAO 9303-11 §4.4.3, Appendix G.1).

/** The chip's nonce in the clear: decrypted under the key that the password gives.
 *  @param password SHA-1 of the printed page, or the digits of the card access number
 *  @fault nonce not 16 to 32 bytes in whole blocks */
export function decryptNonce(
  offer: PaceOffer,
  password: Uint8Array,
  encrypted: Uint8Array,
): Result<Uint8Array<ArrayBuffer>, 'nonce'> {
  const { suite } = offer;
  const isNonce = encrypted.length >= 16 && encrypted.length <= 32 && encrypted.length % suite.blockBytes === 0;
  if (!isNonce) return err('nonce');
  const key = suite.deriveKey(password, 3);
  const nonce = suite.decryptNonce(key, encrypted);
  key.fill(0);
  return ok(nonce);
}

/** Generic Mapping: the generator that both sides agree on, nonce × G + H, where H is the agreed point of one anonymous
 *  key agreement.
 *  @fault point the chip's point is none of the curve, or the result would be infinity */
export function mapGenerator(
  offer: PaceOffer,
  nonce: Uint8Array,
  ownKey: bigint,
  chipPublicKey: Uint8Array,
): Result<CurvePoint, 'point'> {
  const { curve } = offer;
  const chipPoint = decodePoint(curve, chipPublicKey);
  if (!chipPoint.ok) return chipPoint;
  const agreed = multiply(curve, chipPoint.value, ownKey);
  const ofNonce = multiply(curve, curve.generator, toNumber(nonce));
  if (!agreed.ok || !ofNonce.ok) return err('point');
  const mapped = ofNonce.value.add(agreed.value);
  return mapped.is0() ? err('point') : ok(mapped);
}

/** The public key that belongs to a private one over a generator. */
export function publicKey(offer: PaceOffer, generator: CurvePoint, ownKey: bigint): Result<Uint8Array, 'point'> {
  const point = multiply(offer.curve, generator, ownKey);
  return point.ok ? ok(encodePoint(point.value)) : point;
}

/** Session keys of the second key agreement.
 *  @fault point the chip's point is none of the curve; reflected the chip sent our own key back, which would let it
 *  answer with our own token */
export function agreeKeys(
  offer: PaceOffer,
  ownKey: bigint,
  ownPublicKey: Uint8Array,
  chipPublicKey: Uint8Array,
): Result<KeyPair, 'point' | 'reflected'> {
  if (equalBytes(ownPublicKey, chipPublicKey)) return err('reflected');
  const chipPoint = decodePoint(offer.curve, chipPublicKey);
  if (!chipPoint.ok) return chipPoint;
  const agreed = multiply(offer.curve, chipPoint.value, ownKey);
  if (!agreed.ok) return agreed;
  const secret = sharedSecret(offer.curve, agreed.value);
  const keys = sessionKeys(offer.suite, secret);
  secret.fill(0);
  return ok(keys);
}

/** Authentication token over the other side's public key, 8 bytes: a MAC of 7F49 { 06 protocol, 86 key }.
 *  @source ICAO 9303-11 §4.4.3.4 */
export function authenticationToken(offer: PaceOffer, macKey: Uint8Array, key: Uint8Array): Uint8Array<ArrayBuffer> {
  const data = encodeTlv(0x7f49, concatBytes(encodeTlv(0x06, offer.protocol), encodeTlv(0x86, key)));
  return offer.suite.tokenMac(macKey, data);
}
