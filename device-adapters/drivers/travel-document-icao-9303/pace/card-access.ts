import { err, ok, type Result } from '@yimen/contracts/base';
import { AES_128, AES_192, AES_256, TRIPLE_DES, type CipherSuite } from '../cipher-suite.ts';
import { curveOf, type Curve, type CurveName } from '../curves.ts';
import type { FileFault } from '../data-groups.ts';
import { readSmallInteger } from '../der.ts';
import { objectIdentifierBytes, readSecurityInfos, type SecurityInfo } from '../security-infos.ts';

/** One way to run PACE that the chip offers and this driver speaks. */
export interface PaceOffer {
  /** Contents of the protocol's object identifier. */
  readonly protocol: Uint8Array;
  readonly suite: CipherSuite;
  readonly curve: Curve;
  /** Domain parameters to name; `undefined` where the chip leaves no choice. */
  readonly parameterId: number | undefined;
}

/** id-PACE-ECDH-GM and what follows it, the strongest first (ICAO 9303-11 §9.2.2). */
const SUITES: readonly (readonly [string, CipherSuite])[] = [
  ['0.4.0.127.0.7.2.2.4.2.4', AES_256],
  ['0.4.0.127.0.7.2.2.4.2.3', AES_192],
  ['0.4.0.127.0.7.2.2.4.2.2', AES_128],
  ['0.4.0.127.0.7.2.2.4.2.1', TRIPLE_DES],
];
const PACE = '0.4.0.127.0.7.2.2.4.';
/** Standardized domain parameters (ICAO 9303-11 §9.5.1, table). */
const CURVES: Readonly<Record<number, CurveName>> = { 12: 'P-256', 13: 'brainpoolP256r1' };
const VERSION = 2;

/** The best way to run PACE that EF.CardAccess offers; `undefined` when it offers none that this driver speaks.
 *  PACEInfo: protocol, version 2, identifier of standardized domain parameters.
 *  @source ICAO 9303-11 §9.2.1 */
export function readCardAccess(file: Uint8Array): Result<PaceOffer | undefined, FileFault> {
  const infos = readSecurityInfos(file);
  if (infos === undefined) return err({ code: 'FILE_MALFORMED', message: 'EF.CardAccess does not follow 9303-11' });
  const offered = infos.filter(({ protocol }) => protocol.startsWith(PACE)).map(parameterOf);
  const isChoice = new Set(offered).size > 1;
  for (const [protocol, suite] of SUITES) {
    const info = infos.find((candidate) => candidate.protocol === protocol && isUsable(candidate));
    const name = info === undefined ? undefined : CURVES[parameterOf(info) ?? -1];
    if (info === undefined || name === undefined) continue;
    const parameterId = isChoice ? parameterOf(info) : undefined;
    return ok({ protocol: objectIdentifierBytes(protocol), suite, curve: curveOf(name), parameterId });
  }
  return ok(undefined);
}

function isUsable(info: SecurityInfo): boolean {
  return readSmallInteger(info.requiredData) === VERSION && CURVES[parameterOf(info) ?? -1] !== undefined;
}

function parameterOf(info: SecurityInfo): number | undefined {
  return readSmallInteger(info.optionalData);
}
