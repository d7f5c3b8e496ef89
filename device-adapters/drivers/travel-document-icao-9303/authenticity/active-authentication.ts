import { constants, createHash, createPublicKey, publicDecrypt, verify, type KeyObject } from 'node:crypto';
import { concatBytes, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { ChipLink } from '../chip-link.ts';
import { chipLimits } from '../limits.table.ts';
import { internalAuthenticate } from '../protocol.ts';
import { equalBytes } from '../triple-des.ts';

const CHALLENGE_BYTES = 8;

/** Active authentication: the chip signs our random number with the private key that belongs to DG15.
 *  @param publicKey DER of the SubjectPublicKeyInfo in DG15
 *  @param ecdsaDigest digest that DG14 names for ECDSA
 *  @returns `unsupported` when the key is of a kind or length that this driver does not verify
 *  @source ICAO 9303-11 §6.1 */
export async function runActiveAuthentication(
  link: ChipLink,
  publicKey: Uint8Array,
  ecdsaDigest: string | undefined,
): Promise<Result<'proved' | 'notProved' | 'unsupported', Fault>> {
  const key = keyOf(publicKey);
  const answerBytes = key === undefined ? undefined : signatureBytes(key);
  if (key === undefined || answerBytes === undefined) return ok('unsupported');
  const challenge = link.random(CHALLENGE_BYTES);
  // A key above 1,848 bits obliges the chip to extended length (9303-11 §6.1.2); a short answer has no room for it.
  const le = answerBytes > chipLimits.readBytes ? 65_536 : 256;
  const answer = await link.transmit(internalAuthenticate(challenge, le));
  if (!answer.ok) return answer;
  const isGood = answer.value.statusWord === 0x9000 && isAnswerGood(key, ecdsaDigest, challenge, answer.value.data);
  return ok(isGood ? 'proved' : 'notProved');
}

/** Whether `signature` over the challenge is good: RSA after ISO/IEC 9796-2 scheme 1, ECDSA as r ‖ s. */
export function isAnswerGood(
  key: KeyObject,
  ecdsaDigest: string | undefined,
  challenge: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (key.asymmetricKeyType === 'rsa') return isRecovered(recover(key, signature), challenge);
    const digest = ecdsaDigest ?? digestForField((signatureBytes(key) ?? 0) / 2);
    return verify(digest, challenge, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    // OpenSSL throws for a signature of another length than the key's.
    return false;
  }
}

/** Trailers of ISO/IEC 9796-2 and the digest each stands for: BC alone is SHA-1. */
const TRAILERS: Readonly<Record<number, string>> = {
  0x33: 'sha1',
  0x34: 'sha256',
  0x35: 'sha512',
  0x36: 'sha384',
  0x38: 'sha224',
};

/** What scheme 1 with partial recovery gives back: 6A | M1 | digest of M1 ‖ challenge | trailer.
 *  @source ICAO 9303-11 §6.1.3; ISO/IEC 9796-2 §8 */
function isRecovered(block: Uint8Array, challenge: Uint8Array): boolean {
  const last = block.at(-1);
  const digest = last === 0xbc ? 'sha1' : last === 0xcc ? TRAILERS[block.at(-2) ?? 0] : undefined;
  if (block[0] !== 0x6a || digest === undefined) return false;
  const trailerBytes = last === 0xbc ? 1 : 2;
  const digestBytes = createHash(digest).digest().length;
  const digestAt = block.length - trailerBytes - digestBytes;
  if (digestAt < 1) return false;
  const message = concatBytes(block.subarray(1, digestAt), challenge);
  return equalBytes(createHash(digest).update(message).digest(), block.subarray(digestAt, digestAt + digestBytes));
}

function recover(key: KeyObject, signature: Uint8Array): Uint8Array {
  return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
}

/** Where DG14 names no digest: the one as long as the curve's field (assumed, README.md). */
function digestForField(fieldBytes: number): string {
  return fieldBytes > 48 ? 'sha512' : fieldBytes > 32 ? 'sha384' : 'sha256';
}

const EC_FIELD_BYTES: Readonly<Record<string, number>> = {
  prime256v1: 32,
  secp384r1: 48,
  secp521r1: 66,
  brainpoolP256r1: 32,
  brainpoolP384r1: 48,
  brainpoolP512r1: 64,
};

function signatureBytes(key: KeyObject): number | undefined {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') {
    const field = EC_FIELD_BYTES[namedCurve];
    return field === undefined ? undefined : 2 * field;
  }
  const bytes = Math.ceil(modulusLength / 8);
  return key.asymmetricKeyType === 'rsa' && bytes <= chipLimits.signatureBytes ? bytes : undefined;
}

function keyOf(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
