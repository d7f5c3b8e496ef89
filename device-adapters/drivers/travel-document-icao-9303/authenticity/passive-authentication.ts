import { createHash } from 'node:crypto';
import { OctetString } from '@peculiar/asn1-schema';
import { toHex } from '@yimen/contracts/base';
import type { TravelDocument } from '@yimen/contracts/device';
import { readDer, readObjectIdentifier } from '../der.ts';
import { equalBytes } from '../triple-des.ts';
import { digestName } from './algorithms.ts';
import { hexNumber, nameText, readCertificate, type IssuerCertificate } from './certificate.ts';
import { readSecurityObject, type SecurityObject, type Signer } from './security-object.ts';
import type { TrustAnchors } from './trust-anchors.ts';
import { isSignatureGood } from './verify-signature.ts';

/** Why a document's authenticity is not `passed`, in the port's words. */
export type AuthenticityReason =
  | 'noSecurityObject'
  | 'malformed'
  | 'digest'
  | 'signature'
  | 'noTrustAnchor'
  | 'chain'
  | 'expired';

/** What passive authentication judges. */
export interface AuthenticityQuestion {
  /** EF.SOD; `undefined` when the chip has none. */
  readonly securityObject: Uint8Array | undefined;
  /** Every data group that was read, by its number: the whole file. */
  readonly groups: ReadonlyMap<number, Uint8Array>;
  readonly anchors: TrustAnchors;
  readonly nowMs: number;
}

/** Passive authentication: are the files as their issuer signed them? What needs no trust anchor is checked first, so
 *  that changed files are `failed` also where no anchor is configured.
 *  @returns the reason; `null` when all checks passed
 *  @source ICAO 9303-11 §5.1, 9303-12 §7 */
export function authenticityOf(question: AuthenticityQuestion): AuthenticityReason | null {
  if (question.securityObject === undefined) return 'noSecurityObject';
  const object = readSecurityObject(question.securityObject);
  const signer = object === undefined ? undefined : documentSigner(object);
  if (object === undefined || signer === undefined) return 'malformed';
  if (!areDigestsGood(object, question.groups)) return 'digest';
  if (!isSignedBy(object, signer)) return 'signature';
  return chainReason(signer, question.anchors, question.nowMs);
}

/** How the port says it: without a security object or an anchor nothing was found wrong, and nothing right. */
export function authenticityWord(reason: AuthenticityReason | null): TravelDocument['authenticity'] {
  if (reason === null) return 'passed';
  return reason === 'noSecurityObject' || reason === 'noTrustAnchor' ? 'notChecked' : 'failed';
}

/** Whether the security object vouches for the files that were read: only then does a key in one of them prove
 *  anything. Without an anchor it vouches as far as can be seen. */
export function isVouchedFor(reason: AuthenticityReason | null): boolean {
  return reason === null || reason === 'noTrustAnchor' || reason === 'expired';
}

/** The groups that the security object lists, whatever EF.COM says: EF.COM is not signed. */
export function listedGroups(securityObject: Uint8Array | undefined): readonly number[] {
  const object = securityObject === undefined ? undefined : readSecurityObject(securityObject);
  return object === undefined ? [] : [...object.groups.keys()];
}

function areDigestsGood(object: SecurityObject, groups: ReadonlyMap<number, Uint8Array>): boolean {
  return [...groups].every(([number, file]) => {
    const expected = object.groups.get(number);
    return expected !== undefined && equalBytes(digestOf(object.digest, file), expected);
  });
}

/** The certificate in the security object that its signer points to. */
function documentSigner({ signer, certificates }: SecurityObject): IssuerCertificate | undefined {
  const { issuerAndSerialNumber, subjectKeyIdentifier } = signer.sid;
  return certificates
    .map(readCertificate)
    .filter((certificate) => certificate !== undefined)
    .find((certificate) =>
      issuerAndSerialNumber === undefined
        ? subjectKeyIdentifier !== undefined &&
          certificate.subjectKeyId === toHex(new Uint8Array(subjectKeyIdentifier.buffer))
        : certificate.issuer === nameText(issuerAndSerialNumber.issuer) &&
          certificate.serialNumber === hexNumber(issuerAndSerialNumber.serialNumber),
    );
}

/** The signature is over the signed attributes, and these bear the digest of the content (RFC 5652 §5.4, §11). */
function isSignedBy({ signer, content, contentType }: SecurityObject, certificate: IssuerCertificate): boolean {
  const digest = digestName(signer.digestAlgorithm.algorithm);
  const attributes = signedAttributes(signer);
  if (digest === undefined || attributes === undefined) return false;
  const { messageDigest, type } = attributes;
  if (type !== contentType || !equalBytes(digestOf(digest, content), messageDigest)) return false;
  const { publicKey } = certificate.x509;
  const signature = new Uint8Array(signer.signature.buffer);
  return isSignatureGood(publicKey, signer.signatureAlgorithm, digest, attributes.bytes, signature);
}

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SET_OF = 0x31;

interface SignedAttributes {
  /** As the signature covers them: with the tag of a SET OF in place of [0]. */
  readonly bytes: Uint8Array;
  readonly messageDigest: Uint8Array;
  readonly type: string;
}

function signedAttributes({ signedAttrs, signedAttrsRaw }: Signer): SignedAttributes | undefined {
  const only = (id: string): ArrayBuffer | undefined => {
    const [attribute, second] = Array.from(signedAttrs ?? []).filter(({ attrType }) => attrType === id);
    return second === undefined && attribute?.attrValues.length === 1 ? attribute.attrValues[0] : undefined;
  };
  const messageDigest = readOctets(only(MESSAGE_DIGEST));
  const type = readObjectIdentifier(only(CONTENT_TYPE));
  if (signedAttrsRaw === undefined || messageDigest === undefined || type === undefined) return undefined;
  const bytes = Uint8Array.from(signedAttrsRaw);
  bytes[0] = SET_OF;
  return { bytes, messageDigest, type };
}

function readOctets(der: ArrayBuffer | undefined): Uint8Array | undefined {
  const octets = der === undefined ? undefined : readDer(der, OctetString);
  return octets === undefined ? undefined : new Uint8Array(octets.buffer);
}

function chainReason(signer: IssuerCertificate, anchors: TrustAnchors, nowMs: number): AuthenticityReason | null {
  const ofState = anchors.filter(
    ({ subjectCountry }) => subjectCountry !== undefined && subjectCountry === signer.issuerCountry,
  );
  if (ofState.length === 0) return 'noTrustAnchor';
  const issuers = ofState.filter((anchor) => isIssuedBy(signer, anchor));
  if (issuers.length === 0 || !signer.canSignDocuments) return 'chain';
  return isValid(signer, nowMs) && issuers.some((anchor) => isValid(anchor, nowMs)) ? null : 'expired';
}

function isIssuedBy(signer: IssuerCertificate, anchor: IssuerCertificate): boolean {
  if (signer.issuer !== anchor.subject || !anchor.isAuthority || !anchor.canSignCertificates) return false;
  try {
    return signer.x509.verify(anchor.x509.publicKey);
  } catch {
    // OpenSSL throws when the signature's algorithm does not go with the key.
    return false;
  }
}

function isValid({ validFromMs, validToMs }: IssuerCertificate, nowMs: number): boolean {
  return validFromMs <= nowMs && nowMs <= validToMs;
}

function digestOf(name: string, bytes: Uint8Array): Uint8Array {
  return createHash(name).update(bytes).digest();
}
