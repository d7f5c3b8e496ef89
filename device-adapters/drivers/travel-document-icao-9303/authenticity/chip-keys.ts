import { ECParameters } from '@peculiar/asn1-ecc';
import { SubjectPublicKeyInfo, type AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { err, ok, type Result } from '@yimen/contracts/base';
import { findTlv } from '../../../framing/tlv.ts';
import { AES_128, AES_192, AES_256, TRIPLE_DES, type CipherSuite } from '../cipher-suite.ts';
import {
  curveOf,
  curveOfPrime,
  decodePoint,
  toNumber,
  type Curve,
  type CurveName,
  type CurvePoint,
} from '../curves.ts';
import type { FileFault } from '../data-groups.ts';
import { readDer, readIntegerBytes, readObjectIdentifier, readSmallInteger } from '../der.ts';
import { chipLimits } from '../limits.table.ts';
import { objectIdentifierBytes, readSecurityInfos, type SecurityInfo } from '../security-infos.ts';
import { plainEcdsaDigest } from './algorithms.ts';

/** One way to run chip authentication that the chip offers and this driver speaks. */
export interface ChipAuthenticationOffer {
  /** Contents of the protocol's object identifier. */
  readonly protocol: Uint8Array;
  readonly suite: CipherSuite;
  readonly curve: Curve;
  readonly chipPublicKey: CurvePoint;
  /** The key's number as the chip spells it, where it has several. */
  readonly keyId: Uint8Array | undefined;
}

/** What DG14 says about proving that the chip is no copy. */
export interface SecurityOptions {
  readonly chipAuthentication: ChipAuthenticationOffer | undefined;
  /** Digest of ECDSA active authentication, as node:crypto names it. */
  readonly activeAuthenticationDigest: string | undefined;
}

/** id-CA-ECDH and what follows it, the strongest first (ICAO 9303-11 §9.2.5). */
const SUITES: readonly (readonly [string, CipherSuite])[] = [
  ['0.4.0.127.0.7.2.2.3.2.4', AES_256],
  ['0.4.0.127.0.7.2.2.3.2.3', AES_192],
  ['0.4.0.127.0.7.2.2.3.2.2', AES_128],
  ['0.4.0.127.0.7.2.2.3.2.1', TRIPLE_DES],
];
const PUBLIC_KEY_ECDH = '0.4.0.127.0.7.2.2.1.2';
const ACTIVE_AUTHENTICATION = '2.23.136.1.1.5';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const STANDARDIZED_DOMAIN = '0.4.0.127.0.7.1.2';
const TLV_LIMITS = { valueBytes: chipLimits.fileBytes, objects: 4 };

const NAMED: Readonly<Record<string, CurveName>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
};
/** ICAO 9303-11 §9.5.1, table. */
const STANDARDIZED: Readonly<Record<number, CurveName>> = {
  12: 'P-256',
  13: 'brainpoolP256r1',
  15: 'P-384',
  16: 'brainpoolP384r1',
  17: 'brainpoolP512r1',
  18: 'P-521',
};

/** Reads DG14: 6E { SecurityInfos }. What this driver does not speak is as if it were not there.
 *  @source ICAO 9303-11 §9.2.4–9.2.6 */
export function readDg14(file: Uint8Array): Result<SecurityOptions, FileFault> {
  const value = findTlv(file, [0x6e], TLV_LIMITS);
  const infos = value.ok && value.value !== undefined ? readSecurityInfos(value.value) : undefined;
  if (infos === undefined) return err({ code: 'FILE_MALFORMED', message: 'DG14 does not follow ICAO 9303-11' });
  const active = infos.find(({ protocol }) => protocol === ACTIVE_AUTHENTICATION);
  return ok({
    chipAuthentication: chipAuthentication(infos),
    activeAuthenticationDigest: plainEcdsaDigest(readObjectIdentifier(active?.optionalData) ?? ''),
  });
}

/** Reads DG15: 6F { SubjectPublicKeyInfo }, and gives the DER of the key.
 *  @source ICAO 9303-11 §6.1.2 */
export function readDg15(file: Uint8Array): Result<Uint8Array, FileFault> {
  const value = findTlv(file, [0x6f], TLV_LIMITS);
  return value.ok && value.value !== undefined && readDer(value.value, SubjectPublicKeyInfo) !== undefined
    ? ok(value.value)
    : err({ code: 'FILE_MALFORMED', message: 'DG15 does not follow ICAO 9303-11' });
}

function chipAuthentication(infos: readonly SecurityInfo[]): ChipAuthenticationOffer | undefined {
  const keys = infos.filter(({ protocol }) => protocol === PUBLIC_KEY_ECDH);
  for (const [protocol, suite] of SUITES) {
    const info = infos.find((candidate) => candidate.protocol === protocol);
    const keyId = info?.optionalData;
    const key = keys.find(({ optionalData }) => isSameNumber(optionalData, keyId));
    // Without an info of its own a key is for 3DES, the oldest form (BSI TR-03110-3 §A.1.1.2).
    const isOffered = info !== undefined || suite === TRIPLE_DES;
    const point = key === undefined || !isOffered ? undefined : readKey(key.requiredData);
    if (point === undefined) continue;
    const number = keyId === undefined ? undefined : new Uint8Array(keyId).slice(2);
    return { protocol: objectIdentifierBytes(protocol), suite, ...point, keyId: number };
  }
  return undefined;
}

function isSameNumber(a: ArrayBuffer | undefined, b: ArrayBuffer | undefined): boolean {
  return readSmallInteger(a) === readSmallInteger(b);
}

function readKey(der: ArrayBuffer): { curve: Curve; chipPublicKey: CurvePoint } | undefined {
  const info = readDer(der, SubjectPublicKeyInfo);
  const curve = info === undefined ? undefined : curveOfKey(info.algorithm);
  if (info === undefined || curve === undefined) return undefined;
  const point = decodePoint(curve, new Uint8Array(info.subjectPublicKey));
  return point.ok ? { curve, chipPublicKey: point.value } : undefined;
}

/** The curve by name, by its number among the standardized parameters, or by the field of parameters spelled out. */
function curveOfKey({ algorithm, parameters }: AlgorithmIdentifier): Curve | undefined {
  if (parameters == null) return undefined;
  if (algorithm === STANDARDIZED_DOMAIN) return named(STANDARDIZED[readSmallInteger(parameters) ?? -1]);
  if (algorithm !== EC_PUBLIC_KEY) return undefined;
  const { namedCurve, specifiedCurve } = readDer(parameters, ECParameters) ?? {};
  if (namedCurve !== undefined) return named(NAMED[namedCurve]);
  const prime = specifiedCurve?.fieldID.parameters;
  return prime === undefined ? undefined : curveOfPrime(toNumber(readIntegerBytes(prime)));
}

function named(name: CurveName | undefined): Curve | undefined {
  return name === undefined ? undefined : curveOf(name);
}
