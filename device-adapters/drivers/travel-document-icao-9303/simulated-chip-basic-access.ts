import type { RandomBytes } from '@yimen/contracts/base';
import { chipDecrypt, chipEncrypt, chipMac, chipSessionKeys } from './simulated-chip-crypto.ts';
import { ChipMessaging, type ChipAnswer } from './simulated-chip-messaging.ts';

interface BasicAccessStep extends ChipAnswer {
  /** Set when access was granted. */
  readonly messaging?: ChipMessaging;
}

/** The chip's answer to EXTERNAL AUTHENTICATE of Basic Access Control (ICAO 9303-11 §4.3.4).
 *  @param zoneDigest SHA-1 of the printed zone's information
 *  @param challenge what GET CHALLENGE gave just before
 *  @returns 6700 not 40 bytes, 6300 wrong keys or another challenge */
export function answerBasicAccess(
  zoneDigest: Buffer,
  challenge: Buffer,
  data: Buffer,
  random: RandomBytes,
): BasicAccessStep {
  if (data.length !== 40) return { data: Buffer.alloc(0), sw: 0x6700 };
  const keys = chipSessionKeys(zoneDigest.subarray(0, 16));
  const cryptogram = data.subarray(0, 32);
  const isAuthentic = chipMac(keys.mac, cryptogram).equals(data.subarray(32));
  const plain = chipDecrypt(keys.enc, cryptogram);
  if (!isAuthentic || !plain.subarray(8, 16).equals(challenge)) return { data: Buffer.alloc(0), sw: 0x6300 };
  const hostRandom = plain.subarray(0, 8);
  const ownKey = Buffer.from(random(16));
  const seed = Buffer.from(ownKey.map((byte, at) => byte ^ (plain[16 + at] ?? 0)));
  const counter = Buffer.concat([challenge.subarray(4), hostRandom.subarray(4)]).readBigUInt64BE();
  const answer = chipEncrypt(keys.enc, Buffer.concat([challenge, hostRandom, ownKey]));
  return {
    data: Buffer.concat([answer, chipMac(keys.mac, answer)]),
    sw: 0x9000,
    messaging: ChipMessaging.tripleDes(chipSessionKeys(seed), counter),
  };
}
