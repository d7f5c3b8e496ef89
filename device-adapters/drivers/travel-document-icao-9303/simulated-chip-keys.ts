import {
  constants,
  createHash,
  generateKeyPairSync,
  privateEncrypt,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { ChipOffers, SimulatedPermit } from '../../testing/card-path.ts';
import { multiplyPoint, SCALAR_RANDOM_BYTES, scalarFrom, type CurvePoint } from './simulated-curve.ts';
import { AGREEMENT_CURVE } from './simulated-security-infos.ts';

type ActiveKind = NonNullable<ChipOffers['activeAuthentication']>;

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A signature of RSA-1536 is 192 bytes and still fits a protected short answer. */
const RSA_BITS = 1_536;

/** What a chip keeps without its field: its own key pairs, and how often somebody came with a wrong password. A clone has
 *  another memory. */
export class ChipMemory {
  /** Wrong passwords since the last right one. */
  wrongTries = 0;
  readonly #pairs = new Map<'ec' | 'rsa', KeyPair>();
  #agreement: { secret: bigint; point: CurvePoint } | undefined;

  /** Key pair of chip authentication. */
  get agreement(): { readonly secret: bigint; readonly point: CurvePoint } {
    return (this.#agreement ??= newAgreement());
  }

  /** Public key of active authentication. */
  activeKey(kind: ActiveKind): KeyObject {
    return this.#pair(kind).publicKey;
  }

  /** Signs a terminal's challenge (ICAO 9303-11 §6.1): ECDSA as r ‖ s, or RSA with recovery of a random message. */
  activeSignature(kind: ActiveKind, challenge: Buffer): Buffer {
    const { privateKey } = this.#pair(kind);
    if (kind === 'ECDSA') return sign('sha256', challenge, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const message = recoverableMessage(kind === 'RSA-SHA1' ? 'sha1' : 'sha256', challenge);
    return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, message);
  }

  #pair(kind: ActiveKind): KeyPair {
    const family = kind === 'ECDSA' ? 'ec' : 'rsa';
    const known =
      this.#pairs.get(family) ??
      (family === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: RSA_BITS }));
    this.#pairs.set(family, known);
    return known;
  }
}

const memories = new WeakMap<SimulatedPermit, { own: ChipMemory; clone: ChipMemory }>();

/** The chip of a card keeps its memory as long as the card exists; so does a clone of it. */
export function chipMemory(card: SimulatedPermit): { readonly own: ChipMemory; readonly clone: ChipMemory } {
  const known = memories.get(card) ?? { own: new ChipMemory(), clone: new ChipMemory() };
  memories.set(card, known);
  return known;
}

function newAgreement(): { secret: bigint; point: CurvePoint } {
  const secret = scalarFrom(AGREEMENT_CURVE, randomBytes(SCALAR_RANDOM_BYTES));
  return { secret, point: multiplyPoint(AGREEMENT_CURVE, secret, AGREEMENT_CURVE.g) ?? AGREEMENT_CURVE.g };
}

/** ISO/IEC 9796-2 scheme 1, partial recovery: 6A ‖ M1 ‖ H(M1 ‖ M2) ‖ trailer, where M1 is the chip's random and M2 the
 *  challenge. The trailer is BC for SHA-1 and 34 CC for SHA-256. */
function recoverableMessage(hash: 'sha1' | 'sha256', challenge: Buffer): Buffer {
  const trailer = Buffer.from(hash === 'sha1' ? 'bc' : '34cc', 'hex');
  const hashBytes = hash === 'sha1' ? 20 : 32;
  const own = randomBytes(RSA_BITS / 8 - 1 - hashBytes - trailer.length);
  const digest = createHash(hash).update(own).update(challenge).digest();
  return Buffer.concat([Buffer.from([0x6a]), own, digest, trailer]);
}
