import { constants, verify, type KeyObject } from 'node:crypto';
import { AsnIntegerConverter, AsnProp, AsnPropTypes } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { readDer } from '../der.ts';
import { digestName, signatureScheme } from './algorithms.ts';

/** RSASSA-PSS-params (RFC 4055 §3.1). Left out: SHA-1, MGF1 with SHA-1, salt of 20 bytes. */
class PssParameters {
  hashAlgorithm: AlgorithmIdentifier = new AlgorithmIdentifier({ algorithm: '1.3.14.3.2.26' });
  maskGenAlgorithm?: AlgorithmIdentifier;
  saltLength = 20;
  trailerField = 1;
}
AsnProp({ type: AlgorithmIdentifier, context: 0, optional: true })(PssParameters.prototype, 'hashAlgorithm');
AsnProp({ type: AlgorithmIdentifier, context: 1, optional: true })(PssParameters.prototype, 'maskGenAlgorithm');
AsnProp({ type: AsnPropTypes.Integer, context: 2, optional: true, converter: AsnIntegerConverter })(
  PssParameters.prototype,
  'saltLength',
);
AsnProp({ type: AsnPropTypes.Integer, context: 3, optional: true, converter: AsnIntegerConverter })(
  PssParameters.prototype,
  'trailerField',
);

const KEY_TYPES = { ecdsa: ['ec'], rsa: ['rsa'], 'rsa-pss': ['rsa', 'rsa-pss'] } as const;

/** Whether `signature` over `data` is good under a certificate's key: ECDSA (r and s in DER), RSA PKCS #1 v1.5 or
 *  RSASSA-PSS. An algorithm that is not known, or is not of the key's kind, is not good.
 *  @param digest the signer's digest algorithm, for identifiers that name none */
export function isSignatureGood(
  key: KeyObject,
  algorithm: AlgorithmIdentifier,
  digest: string,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const scheme = signatureScheme(algorithm.algorithm);
  const isOfKind = scheme !== undefined && KEY_TYPES[scheme.kind].some((type) => type === key.asymmetricKeyType);
  if (!isOfKind) return false;
  try {
    if (scheme.kind !== 'rsa-pss') return verify(scheme.digest ?? digest, data, key, signature);
    const pss = pssOf(algorithm);
    if (pss === undefined) return false;
    const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.saltLength };
    return verify(pss.digest, data, options, signature);
  } catch {
    // OpenSSL throws for keys that it will not use, such as one that is shorter than the digest.
    return false;
  }
}

/** node:crypto takes one digest for message and mask; parameters that name two, or another trailer, are refused. */
function pssOf(algorithm: AlgorithmIdentifier): { digest: string; saltLength: number } | undefined {
  const { parameters } = algorithm;
  const pss = parameters == null ? new PssParameters() : readDer(parameters, PssParameters);
  if (pss === undefined || pss.trailerField !== 1 || pss.saltLength < 0 || pss.saltLength > 64) return undefined;
  const digest = digestName(pss.hashAlgorithm.algorithm);
  const mask = pss.maskGenAlgorithm?.parameters;
  const maskDigest = mask == null ? '1.3.14.3.2.26' : readDer(mask, AlgorithmIdentifier)?.algorithm;
  return digest !== undefined && digestName(maskDigest ?? '') === digest
    ? { digest, saltLength: pss.saltLength }
    : undefined;
}
