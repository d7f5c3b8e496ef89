/** Digests by object identifier, as node:crypto names them (ICAO 9303-12 §4.4; SHA-1 for documents of the first years). */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** How a signature is to be verified. `digest` is missing where the identifier leaves it to its neighbours. */
export interface SignatureScheme {
  readonly kind: 'ecdsa' | 'rsa' | 'rsa-pss';
  readonly digest: string | undefined;
}

/** Signature algorithms (RFC 5754, RFC 4055, RFC 3279). */
const SCHEMES: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.10045.4.1': { kind: 'ecdsa', digest: 'sha1' },
  '1.2.840.10045.4.3.1': { kind: 'ecdsa', digest: 'sha224' },
  '1.2.840.10045.4.3.2': { kind: 'ecdsa', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { kind: 'ecdsa', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { kind: 'ecdsa', digest: 'sha512' },
  '1.2.840.113549.1.1.1': { kind: 'rsa', digest: undefined },
  '1.2.840.113549.1.1.5': { kind: 'rsa', digest: 'sha1' },
  '1.2.840.113549.1.1.14': { kind: 'rsa', digest: 'sha224' },
  '1.2.840.113549.1.1.11': { kind: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { kind: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { kind: 'rsa', digest: 'sha512' },
  '1.2.840.113549.1.1.10': { kind: 'rsa-pss', digest: undefined },
};

/** ECDSA in plain format (r ‖ s) for active authentication (BSI TR-03111 §5.2.1). */
const PLAIN_ECDSA: Readonly<Record<string, string>> = {
  '0.4.0.127.0.7.1.1.4.1.1': 'sha1',
  '0.4.0.127.0.7.1.1.4.1.2': 'sha224',
  '0.4.0.127.0.7.1.1.4.1.3': 'sha256',
  '0.4.0.127.0.7.1.1.4.1.4': 'sha384',
  '0.4.0.127.0.7.1.1.4.1.5': 'sha512',
};

export function digestName(objectIdentifier: string): string | undefined {
  return DIGESTS[objectIdentifier];
}

export function signatureScheme(objectIdentifier: string): SignatureScheme | undefined {
  return SCHEMES[objectIdentifier];
}

export function plainEcdsaDigest(objectIdentifier: string): string | undefined {
  return PLAIN_ECDSA[objectIdentifier];
}
