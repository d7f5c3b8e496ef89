import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import { sessionKeys, TRIPLE_DES, type KeyPair, type SessionSecrets } from './cipher-suite.ts';
import { decryptTripleDes, encryptTripleDes, equalBytes, padMethod2, retailMac } from './triple-des.ts';

/** The terminal's share of one authentication: fresh random numbers for each run. */
export interface BasicAccessShare {
  /** RND.IFD, 8 bytes. */
  readonly random: Uint8Array;
  /** K.IFD, 16 bytes. */
  readonly key: Uint8Array;
}

/** Data of EXTERNAL AUTHENTICATE: E(RND.IFD ‖ RND.IC ‖ K.IFD) ‖ MAC, 40 bytes.
 *  @param chipRandom RND.IC, 8 bytes, from GET CHALLENGE
 *  @source ICAO 9303-11 §4.3.4, Appendix D.3 */
export function basicAccessCommand(
  access: KeyPair,
  chipRandom: Uint8Array,
  share: BasicAccessShare,
): Uint8Array<ArrayBuffer> {
  const cryptogram = encryptTripleDes(access.encryption, concatBytes(share.random, chipRandom, share.key));
  return concatBytes(cryptogram, retailMac(access.mac, padMethod2(cryptogram)));
}

/** Checks the chip's answer (40 bytes) and makes the session keys of K.IFD ⊕ K.IC and the first counter.
 *  `'authentication'` when length, MAC or either random number is not what it must be: the chip did not prove that
 *  it knows the access keys. */
export function basicAccessSecrets(
  access: KeyPair,
  chipRandom: Uint8Array,
  share: BasicAccessShare,
  answer: Uint8Array,
): Result<SessionSecrets, 'authentication'> {
  if (answer.length !== 40) return err('authentication');
  const cryptogram = answer.subarray(0, 32);
  if (!equalBytes(retailMac(access.mac, padMethod2(cryptogram)), answer.subarray(32))) return err('authentication');
  const plain = decryptTripleDes(access.encryption, cryptogram);
  const echoed = equalBytes(plain.subarray(0, 8), chipRandom) && equalBytes(plain.subarray(8, 16), share.random);
  if (!echoed) return err('authentication');
  const seed = share.key.map((byte, at) => byte ^ (plain[16 + at] ?? 0));
  const counter = concatBytes(chipRandom.subarray(4), share.random.subarray(4));
  return ok({ suite: TRIPLE_DES, keys: sessionKeys(TRIPLE_DES, seed), counter });
}
