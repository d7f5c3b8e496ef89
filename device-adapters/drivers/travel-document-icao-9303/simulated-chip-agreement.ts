import { aesSessionKeys } from './simulated-chip-aes.ts';
import { chipSessionKeys } from './simulated-chip-crypto.ts';
import { ChipMessaging, type ChipAnswer, type ChipCommand } from './simulated-chip-messaging.ts';
import { decodePoint, encodeCoordinate, multiplyPoint } from './simulated-curve.ts';
import { object, objectIdentifierValue, readObject, readObjects } from './simulated-der.ts';
import { AGREEMENT_CURVE, AGREEMENT_KEY, CHIP_AUTHENTICATION } from './simulated-security-infos.ts';

interface AgreementStep extends ChipAnswer {
  /** Messaging from the next command on; the answer itself still goes out under the old keys. */
  readonly messaging?: ChipMessaging;
}

/** The chip's side of chip authentication (ICAO 9303-11 §6.2): for AES by MSE:SET AT and GENERAL AUTHENTICATE, for 3DES
 *  by MSE:SET KAT alone. Only inside secure messaging. */
export class ChipAgreement {
  readonly #cipher: 'AES' | '3DES';
  readonly #secret: () => bigint;
  #isChosen = false;

  /** @param secret the private key that this chip answers with: another one in a clone */
  constructor(cipher: 'AES' | '3DES', secret: () => bigint) {
    this.#cipher = cipher;
    this.#secret = secret;
  }

  /** MANAGE SECURITY ENVIRONMENT, P1P2 41A4 or 41A6. 6A86 not this chip's way, 6A80 form, protocol or point, 6A88 key. */
  manage({ p1, p2, data }: ChipCommand): AgreementStep {
    this.#isChosen = false;
    if (p1 !== 0x41 || p2 !== (this.#cipher === 'AES' ? 0xa4 : 0xa6)) return status(0x6a86);
    const objects = readObjects(data);
    if (objects === undefined) return status(0x6a80);
    const key = objects.get(0x84);
    if (key !== undefined && !key.equals(Buffer.from([AGREEMENT_KEY]))) return status(0x6a88);
    if (this.#cipher === '3DES') return this.#agree(objects.get(0x91), Buffer.alloc(0));
    if (!objects.get(0x80)?.equals(objectIdentifierValue(CHIP_AUTHENTICATION.AES))) return status(0x6a80);
    this.#isChosen = true;
    return status(0x9000);
  }

  /** GENERAL AUTHENTICATE: 7C { 80 terminal's ephemeral key } → 7C {}. 6985 nothing was chosen. */
  authenticate({ data }: ChipCommand): AgreementStep {
    if (!this.#isChosen) return status(0x6985);
    this.#isChosen = false;
    const template = readObject(data);
    const key = template?.tag === 0x7c ? readObject(template.value) : undefined;
    return this.#agree(key?.tag === 0x80 ? key.value : undefined, object(0x7c));
  }

  #agree(peer: Buffer | undefined, data: Buffer): AgreementStep {
    const point = peer && decodePoint(AGREEMENT_CURVE, peer);
    const shared = point && multiplyPoint(AGREEMENT_CURVE, this.#secret(), point);
    if (shared === undefined) return status(0x6a80);
    const secret = encodeCoordinate(shared.x);
    const messaging =
      this.#cipher === 'AES'
        ? ChipMessaging.aes(aesSessionKeys(secret))
        : ChipMessaging.tripleDes(chipSessionKeys(secret));
    return { data, sw: 0x9000, messaging };
  }
}

function status(sw: number): ChipAnswer {
  return { data: Buffer.alloc(0), sw };
}
