import { err, ok, type Result } from '@yimen/contracts/base';
import type { ChipAccess, Fault } from '@yimen/contracts/device';
import { findTlv } from '../../../framing/tlv.ts';
import { printedPagePassword } from '../access-keys.ts';
import type { ChipLink } from '../chip-link.ts';
import type { KeyPair } from '../cipher-suite.ts';
import { privateKey, type CurvePoint } from '../curves.ts';
import { encodeTlv, generalAuthenticate, setPace } from '../protocol.ts';
import { secureMessagingFault, statusWordFault } from '../status.ts';
import { equalBytes } from '../triple-des.ts';
import type { PaceOffer } from './card-access.ts';
import { agreeKeys, authenticationToken, decryptNonce, mapGenerator, publicKey } from './pace.ts';

/** Passwords as MSE:Set AT numbers them (ICAO 9303-11 §4.4.4.1). */
const PASSWORD = { mrz: 1, can: 2 } as const;
const NOT_AVAILABLE: ReadonlySet<number> = new Set([0x6a80, 0x6a88]);
const TLV_LIMITS = { valueBytes: 512, objects: 4 };

/** PACE with the way that the chip offers, in the master file; the link is secured with its keys. The card access
 *  number opens where it is given and the chip takes it as a password, else the printed page.
 *  @fault securityFail the chip refused the password, did not prove that it knows it, or broke the protocol. Whoever
 *  gets it must not go on with another way in (README.md, "Downgrade"). */
export async function runPace(link: ChipLink, offer: PaceOffer, access: ChipAccess): Promise<Result<void, Fault>> {
  const password = await choosePassword(link, offer, access);
  if (!password.ok) return password;
  const secrets = await agree(link, offer, password.value);
  password.value.fill(0);
  if (!secrets.ok) return secrets;
  link.secure({ suite: offer.suite, keys: secrets.value, counter: new Uint8Array(offer.suite.blockBytes) });
  return ok(undefined);
}

async function choosePassword(
  link: ChipLink,
  offer: PaceOffer,
  access: ChipAccess,
): Promise<Result<Uint8Array, Fault>> {
  if (access.can !== undefined) {
    const set = await link.transmit(setPace(offer.protocol, PASSWORD.can, offer.parameterId));
    if (!set.ok) return set;
    if (!NOT_AVAILABLE.has(set.value.statusWord)) {
      const refused = statusWordFault(set.value.statusWord, 'access');
      return refused === undefined ? ok(new TextEncoder().encode(access.can)) : err(refused);
    }
  }
  const set = await link.require(setPace(offer.protocol, PASSWORD.mrz, offer.parameterId), 'access');
  return set.ok ? ok(printedPagePassword(access)) : set;
}

async function agree(link: ChipLink, offer: PaceOffer, password: Uint8Array): Promise<Result<KeyPair, Fault>> {
  const encrypted = await step(link, undefined, 0x80);
  if (!encrypted.ok) return encrypted;
  const nonce = decryptNonce(offer, password, encrypted.value);
  if (!nonce.ok) return broken();
  const generator = await map(link, offer, nonce.value);
  nonce.value.fill(0);
  return generator.ok ? agreeOver(link, offer, generator.value) : generator;
}

async function map(link: ChipLink, offer: PaceOffer, nonce: Uint8Array): Promise<Result<CurvePoint, Fault>> {
  const { curve } = offer;
  const ownKey = privateKey(curve, (count) => link.random(count));
  const ownPublicKey = publicKey(offer, curve.generator, ownKey);
  if (!ownPublicKey.ok) return broken();
  const chipPublicKey = await step(link, { tag: 0x81, value: ownPublicKey.value }, 0x82);
  if (!chipPublicKey.ok) return chipPublicKey;
  const mapped = mapGenerator(offer, nonce, ownKey, chipPublicKey.value);
  return mapped.ok ? mapped : broken();
}

async function agreeOver(link: ChipLink, offer: PaceOffer, generator: CurvePoint): Promise<Result<KeyPair, Fault>> {
  const ownKey = privateKey(offer.curve, (count) => link.random(count));
  const ownPublicKey = publicKey(offer, generator, ownKey);
  if (!ownPublicKey.ok) return broken();
  const chipPublicKey = await step(link, { tag: 0x83, value: ownPublicKey.value }, 0x84);
  if (!chipPublicKey.ok) return chipPublicKey;
  const keys = agreeKeys(offer, ownKey, ownPublicKey.value, chipPublicKey.value);
  if (!keys.ok) return broken();
  const ownToken = authenticationToken(offer, keys.value.mac, chipPublicKey.value);
  const chipToken = await step(link, { tag: 0x85, value: ownToken }, 0x86);
  const expected = authenticationToken(offer, keys.value.mac, ownPublicKey.value);
  if (chipToken.ok && equalBytes(expected, chipToken.value)) return ok(keys.value);
  for (const key of [keys.value.encryption, keys.value.mac]) key.fill(0);
  return chipToken.ok ? err(secureMessagingFault('mac')) : chipToken;
}

/** One GENERAL AUTHENTICATE: sends one object (or asks for the nonce), gives the value of the one that must answer it. */
async function step(
  link: ChipLink,
  sent: { readonly tag: number; readonly value: Uint8Array } | undefined,
  answerTag: number,
): Promise<Result<Uint8Array, Fault>> {
  const object = sent === undefined ? new Uint8Array(0) : encodeTlv(sent.tag, sent.value);
  const answer = await link.require(generalAuthenticate(object, sent?.tag === 0x85), 'access');
  if (!answer.ok) return answer;
  const value = findTlv(answer.value, [0x7c, answerTag], TLV_LIMITS);
  return value.ok && value.value !== undefined ? ok(value.value) : broken();
}

function broken(): Result<never, Fault> {
  return err(secureMessagingFault('malformed'));
}
