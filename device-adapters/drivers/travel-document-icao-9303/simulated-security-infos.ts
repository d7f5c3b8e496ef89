import type { ChipOffers } from '../../testing/card-path.ts';
import { PACE_PROTOCOL } from './simulated-chip-pace.ts';
import {
  encodeCoordinate,
  encodePoint,
  simulatedCurve,
  type CurvePoint,
  type SimulatedCurve,
} from './simulated-curve.ts';
import { bitString, integer, object, objectIdentifier, octetString, sequence, setOf } from './simulated-der.ts';

/** id-CA-ECDH-AES-CBC-CMAC-128 and id-CA-ECDH-3DES-CBC-CBC (ICAO 9303-11 §9.2.4). */
export const CHIP_AUTHENTICATION = { AES: '0.4.0.127.0.7.2.2.3.2.2', '3DES': '0.4.0.127.0.7.2.2.3.2.1' } as const;

/** Curve of chip authentication, and the number by which DG14 and the terminal call its key. */
export const AGREEMENT_CURVE = simulatedCurve(13);
export const AGREEMENT_KEY = 1;

/** EF.CardAccess: a set of security infos, readable before access (ICAO 9303-11 §9.2.11).
 *  @param isUnknown the chip only knows a mapping and parameters that nobody else does */
export function cardAccessFile(parameter: 12 | 13, isUnknown: boolean): Buffer {
  return setOf(isUnknown ? paceInfo('0.4.0.127.0.7.2.2.4.9.9', 31) : paceInfo(PACE_PROTOCOL, parameter));
}

/** DG14: 6E { security infos }: chip authentication and its public key, the algorithm of active authentication, and what
 *  EF.CardAccess says, so that nobody could change that unseen (§9.2). */
export function securityInfosFile(offers: ChipOffers, agreementKey: CurvePoint): Buffer {
  const infos: Buffer[] = [];
  if (offers.pace !== undefined) infos.push(paceInfo(PACE_PROTOCOL, offers.pace.parameter));
  if (offers.chipAuthentication !== undefined)
    infos.push(
      sequence(objectIdentifier(CHIP_AUTHENTICATION[offers.chipAuthentication]), integer(1), integer(AGREEMENT_KEY)),
      sequence(objectIdentifier('0.4.0.127.0.7.2.2.1.2'), agreementKeyInfo(agreementKey), integer(AGREEMENT_KEY)),
    );
  // id-icao-mrtd-security-aaProtocolObject with ecdsa-plain-SHA256 (§9.2.5, BSI TR-03111 §5.2.1).
  if (offers.activeAuthentication === 'ECDSA')
    infos.push(sequence(objectIdentifier('2.23.136.1.1.5'), integer(1), objectIdentifier('0.4.0.127.0.7.1.1.4.1.3')));
  return object(0x6e, setOf(...infos));
}

function paceInfo(protocol: string, parameter: number): Buffer {
  return sequence(objectIdentifier(protocol), integer(2), integer(parameter));
}

/** SubjectPublicKeyInfo with the curve spelt out, as ICAO 9303-11 §9.3 asks of chips. */
function agreementKeyInfo(key: CurvePoint): Buffer {
  const algorithm = sequence(objectIdentifier('1.2.840.10045.2.1'), explicitParameters(AGREEMENT_CURVE));
  return sequence(algorithm, bitString(encodePoint(key)));
}

/** ECParameters, version 1 (BSI TR-03111 §4.1; X9.62). */
function explicitParameters(curve: SimulatedCurve): Buffer {
  return sequence(
    integer(1),
    sequence(objectIdentifier('1.2.840.10045.1.1'), integer(encodeCoordinate(curve.p))),
    sequence(octetString(encodeCoordinate(curve.a)), octetString(encodeCoordinate(curve.b))),
    octetString(encodePoint(curve.g)),
    integer(encodeCoordinate(curve.n)),
    integer(1),
  );
}
