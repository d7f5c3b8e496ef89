import type { RandomBytes } from '@yimen/contracts/base';
import { aesBlock, aesCmac, aesKey, aesSessionKeys } from './simulated-chip-aes.ts';
import type { ChipKeys } from './simulated-chip-crypto.ts';
import type { ChipFault } from './simulated-chip-faults.ts';
import type { ChipAnswer } from './simulated-chip-messaging.ts';
import {
  addPoints,
  decodePoint,
  encodeCoordinate,
  encodePoint,
  multiplyPoint,
  SCALAR_RANDOM_BYTES,
  scalarFrom,
  toNumber,
  type CurvePoint,
  type SimulatedCurve,
} from './simulated-curve.ts';
import { object, objectIdentifier, objectIdentifierValue, readObject, readObjects } from './simulated-der.ts';

/** id-PACE-ECDH-GM-AES-CBC-CMAC-128 (ICAO 9303-11 §9.2.1). */
export const PACE_PROTOCOL = '0.4.0.127.0.7.2.2.4.2.2';

interface PaceParts {
  readonly curve: SimulatedCurve;
  /** Password by its reference: 1 zone (SHA-1 of its information), 2 card access number. */
  readonly passwords: ReadonlyMap<number, Buffer>;
  readonly random: RandomBytes;
  readonly faults: ReadonlySet<ChipFault>;
}

type Stage =
  | { readonly at: 'idle' }
  | { readonly at: 'set'; readonly password: Buffer }
  | { readonly at: 'nonce'; readonly nonce: Buffer }
  | { readonly at: 'mapped'; readonly generator: CurvePoint }
  | { readonly at: 'agreed'; readonly keys: ChipKeys; readonly own: Buffer; readonly peer: Buffer };

interface PaceStep extends ChipAnswer {
  /** Set by the last step alone: access is granted, these are the session's keys. */
  readonly keys?: ChipKeys;
  /** The terminal did not know the password. */
  readonly isWrongPassword?: true;
}

/** The chip's side of PACE with generic mapping over an elliptic curve (ICAO 9303-11 §4.4): one conversation at a time,
 *  begun anew by each MSE:SET AT. Whatever is out of order ends it. */
export class ChipPace {
  readonly #parts: PaceParts;
  #stage: Stage = { at: 'idle' };

  constructor(parts: PaceParts) {
    this.#parts = parts;
  }

  abandon(): void {
    this.#stage = { at: 'idle' };
  }

  /** MSE:SET AT: 80 protocol, 83 password reference, 84 domain parameters (may be absent: there is one set only).
   *  6A80 protocol or form, 6A88 a password or parameters that this chip does not have. */
  choose(data: Buffer): ChipAnswer {
    this.abandon();
    const objects = readObjects(data);
    const reference = objects?.get(0x83);
    if (objects === undefined || reference?.length !== 1) return status(0x6a80);
    if (!objects.get(0x80)?.equals(objectIdentifierValue(PACE_PROTOCOL))) return status(0x6a80);
    const parameter = objects.get(0x84);
    if (parameter !== undefined && !parameter.equals(Buffer.from([this.#parts.curve.parameter]))) return status(0x6a88);
    const password = this.#parts.passwords.get(reference.readUInt8());
    if (password === undefined) return status(0x6a88);
    this.#stage = { at: 'set', password };
    return status(0x9000);
  }

  /** One GENERAL AUTHENTICATE. All but the last are chained (class 10). 6985 out of order, 6883 the last one is not
   *  marked as last, 6A80 not the expected object or no point of the curve, 6300 the terminal's token is wrong. */
  step(isChained: boolean, data: Buffer): PaceStep {
    const stage = this.#stage;
    this.abandon();
    if (stage.at === 'idle') return status(0x6985);
    if (stage.at === 'agreed' && isChained) return status(0x6883);
    if (stage.at !== 'agreed' && !isChained) return status(0x6985);
    const template = readObject(data);
    if (template?.tag !== 0x7c || template.rest.length > 0) return status(0x6a80);
    if (stage.at === 'set') return this.#giveNonce(stage.password, template.value);
    const only = readObject(template.value);
    if (only === undefined || only.rest.length > 0) return status(0x6a80);
    if (stage.at === 'nonce') return this.#map(stage.nonce, only.tag, only.value);
    if (stage.at === 'mapped') return this.#agree(stage.generator, only.tag, only.value);
    return this.#compareTokens(stage, only.tag, only.value);
  }

  #giveNonce(password: Buffer, value: Buffer): PaceStep {
    if (value.length > 0) return status(0x6a80);
    const nonce = Buffer.from(this.#parts.random(16));
    this.#stage = { at: 'nonce', nonce };
    return answer(0x80, aesBlock(aesKey(password, 3), nonce));
  }

  #map(nonce: Buffer, tag: number, value: Buffer): PaceStep {
    const { curve } = this.#parts;
    const peer = decodePoint(curve, value);
    if (tag !== 0x81 || peer === undefined) return status(0x6a80);
    const { secret, point } = this.#pair(curve.g);
    const generator = mappedGenerator(curve, nonce, secret, peer);
    if (generator === undefined) return status(0x6a80);
    this.#stage = { at: 'mapped', generator };
    return answer(0x82, this.#bent('pace-mapping-off-curve', encodePoint(point)));
  }

  #agree(generator: CurvePoint, tag: number, value: Buffer): PaceStep {
    const { curve } = this.#parts;
    const peerPoint = decodePoint(curve, value);
    if (tag !== 0x83 || peerPoint === undefined) return status(0x6a80);
    const { secret, point } = this.#pair(generator);
    const own = this.#parts.faults.has('pace-same-key') ? Buffer.from(value) : encodePoint(point);
    const shared = multiplyPoint(curve, secret, peerPoint);
    if (shared === undefined) return status(0x6a80);
    this.#stage = { at: 'agreed', keys: aesSessionKeys(encodeCoordinate(shared.x)), own, peer: Buffer.from(value) };
    return answer(0x84, this.#bent('pace-key-off-curve', own));
  }

  #compareTokens(stage: Stage & { at: 'agreed' }, tag: number, value: Buffer): PaceStep {
    if (tag !== 0x85) return status(0x6a80);
    const { keys, own, peer } = stage;
    // A chip without the password can send the terminal's key and then its token back: both sides' tokens are then equal.
    if (this.#parts.faults.has('pace-same-key')) return answer(0x86, value);
    if (!value.equals(paceToken(keys.mac, own))) return { ...status(0x6300), isWrongPassword: true };
    return { ...answer(0x86, this.#bent('pace-wrong-token', paceToken(keys.mac, peer))), keys };
  }

  /** An ephemeral key pair. A chip is not asked to be lucky: infinity is impossible for 1 ≤ secret < n. */
  #pair(generator: CurvePoint): { secret: bigint; point: CurvePoint } {
    const secret = scalarFrom(this.#parts.curve, this.#parts.random(SCALAR_RANDOM_BYTES));
    return { secret, point: multiplyPoint(this.#parts.curve, secret, generator) ?? generator };
  }

  #bent(fault: ChipFault, bytes: Buffer): Buffer {
    if (!this.#parts.faults.has(fault)) return bytes;
    const bent = Buffer.from(bytes);
    bent.writeUInt8(bent.readUInt8(bent.length - 1) ^ 1, bent.length - 1);
    return bent;
  }
}

/** Generic mapping (§4.4.3.3.1): nonce·G + H, where H is the secret that both mapping keys agree on. */
export function mappedGenerator(
  curve: SimulatedCurve,
  nonce: Buffer,
  secret: bigint,
  peer: CurvePoint,
): CurvePoint | undefined {
  const agreed = multiplyPoint(curve, secret, peer);
  const moved = multiplyPoint(curve, toNumber(nonce), curve.g);
  if (agreed === undefined) return undefined;
  return moved === undefined ? agreed : addPoints(curve, moved, agreed);
}

/** Authentication token (§4.4.3.4): eight bytes of a CMAC over 7F49 { 06 protocol, 86 the other side's key }. */
export function paceToken(key: Buffer, otherKey: Buffer): Buffer {
  const authenticated = object(0x7f49, objectIdentifier(PACE_PROTOCOL), object(0x86, otherKey));
  return aesCmac(key, authenticated).subarray(0, 8);
}

function answer(tag: number, value: Buffer): ChipAnswer {
  return { data: object(0x7c, object(tag, value)), sw: 0x9000 };
}

function status(sw: number): ChipAnswer {
  return { data: Buffer.alloc(0), sw };
}
