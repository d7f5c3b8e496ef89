import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { ChipLink } from '../chip-link.ts';
import { sessionKeys, TRIPLE_DES } from '../cipher-suite.ts';
import { encodePoint, multiply, privateKey, sharedSecret } from '../curves.ts';
import {
  encodeTlv,
  FILE,
  generalAuthenticate,
  selectFile,
  setChipAuthentication,
  setKeyAgreement,
  type CommandApdu,
} from '../protocol.ts';
import { chipAuthenticationFault } from '../status.ts';
import type { ChipAuthenticationOffer } from './chip-keys.ts';

/** Chip authentication: a key agreement with the chip's long-lived key, after which secure messaging goes on with the
 *  agreed keys. Only a chip that holds the private key can answer under them: the first such answer is the proof.
 *  @returns `refused` when the chip answered that it will not; the conversation goes on with the old keys
 *  @fault securityFail with `CHIP_AUTHENTICATION_BROKE`: the chip does not answer under the agreed keys, and the
 *  conversation has ended; the reader's and the line's own faults
 *  @source ICAO 9303-11 §6.2 */
export async function runChipAuthentication(
  link: ChipLink,
  offer: ChipAuthenticationOffer,
): Promise<Result<'agreed' | 'refused', Fault>> {
  const ownKey = privateKey(offer.curve, (count) => link.random(count));
  const ownPublicKey = multiply(offer.curve, offer.curve.generator, ownKey);
  const agreed = multiply(offer.curve, offer.chipPublicKey, ownKey);
  if (!ownPublicKey.ok || !agreed.ok) return ok('refused');
  for (const command of commandsOf(offer, encodePoint(ownPublicKey.value))) {
    const answer = await link.transmit(command);
    if (!answer.ok) return answer;
    if (answer.value.statusWord !== 0x9000) return ok('refused');
  }
  const secret = sharedSecret(offer.curve, agreed.value);
  const keys = sessionKeys(offer.suite, secret);
  secret.fill(0);
  link.secure({ suite: offer.suite, keys, counter: new Uint8Array(offer.suite.blockBytes) });
  const proof = await link.transmit(selectFile(FILE.com));
  if (proof.ok) return ok('agreed');
  return err(proof.error.code === 'securityFail' ? chipAuthenticationFault() : proof.error);
}

/** 3DES has a command of its own that does all at once; AES names the protocol, then agrees. */
function commandsOf(offer: ChipAuthenticationOffer, ownPublicKey: Uint8Array): readonly CommandApdu[] {
  if (offer.suite === TRIPLE_DES) return [setKeyAgreement(ownPublicKey, offer.keyId)];
  return [setChipAuthentication(offer.protocol, offer.keyId), generalAuthenticate(encodeTlv(0x80, ownPublicKey), true)];
}
