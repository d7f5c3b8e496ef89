import { createHash, sign, type KeyObject } from 'node:crypto';
import { bitString, integer, object, objectIdentifier, octetString, sequence, setOf } from './simulated-der.ts';

/** ecdsa-with-SHA256 (RFC 5758 §3.2). */
export const ECDSA_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

interface CertificateParts {
  readonly serial: number;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly subjectKey: KeyObject;
  readonly issuerKey: KeyObject;
  /** The issuer's public key, for the authority key identifier. */
  readonly issuerPublicKey: KeyObject;
  /** First and last year, whole. */
  readonly years: readonly [first: number, last: number];
  readonly role: 'authority' | 'documentSigner';
}

/** C, O, CN in this order. */
export function distinguishedName(country: string, organisation: string, name: string): Buffer {
  const attribute = (identifier: string, tag: number, text: string): Buffer =>
    setOf(sequence(objectIdentifier(identifier), object(tag, Buffer.from(text, 'utf8'))));
  return sequence(
    attribute('2.5.4.6', 0x13, country),
    attribute('2.5.4.10', 0x0c, organisation),
    attribute('2.5.4.3', 0x0c, name),
  );
}

/** A certificate of the profiles in ICAO 9303-12 §7.1, DER, signed by ECDSA with SHA-256. */
export function certificate(parts: CertificateParts): Buffer {
  const toBeSigned = sequence(
    object(0xa0, integer(2)),
    integer(parts.serial),
    ECDSA_SHA256,
    parts.issuer,
    sequence(time(`${parts.years[0]}0101000000Z`), time(`${parts.years[1]}1231235959Z`)),
    parts.subject,
    publicKeyInfo(parts.subjectKey),
    object(0xa3, sequence(...extensions(parts))),
  );
  return sequence(toBeSigned, ECDSA_SHA256, bitString(sign('sha256', toBeSigned, parts.issuerKey)));
}

/** SubjectPublicKeyInfo, DER. */
export function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

export function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function extensions({ role, subjectKey, issuerPublicKey }: CertificateParts): Buffer[] {
  const critical = object(0x01, Buffer.from([0xff]));
  const isAuthority = role === 'authority';
  // keyCertSign and cRLSign are bits 5 and 6, digitalSignature is bit 0 (RFC 5280 §4.2.1.3).
  const usage = Buffer.from(isAuthority ? [0x01, 0x06] : [0x07, 0x80]);
  const all = [
    sequence(objectIdentifier('2.5.29.35'), octetString(sequence(object(0x80, keyIdentifier(issuerPublicKey))))),
    sequence(objectIdentifier('2.5.29.14'), octetString(octetString(keyIdentifier(subjectKey)))),
    sequence(objectIdentifier('2.5.29.15'), critical, octetString(object(0x03, usage))),
  ];
  const constraints = octetString(sequence(critical, integer(0)));
  return isAuthority ? [...all, sequence(objectIdentifier('2.5.29.19'), critical, constraints)] : all;
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(publicKeyInfo(key)).digest();
}

/** UTCTime up to 2049 (RFC 5280 §4.1.2.5); every year here is 2000 or later. */
function time(text: string): Buffer {
  return object(0x17, Buffer.from(text.slice(2), 'latin1'));
}
