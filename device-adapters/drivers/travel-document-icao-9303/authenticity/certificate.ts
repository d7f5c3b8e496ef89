import { X509Certificate } from 'node:crypto';
import {
  BasicConstraints,
  Certificate as CertificateSyntax,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  SubjectKeyIdentifier,
  type Name,
} from '@peculiar/asn1-x509';
import { toHex } from '@yimen/contracts/base';
import { readDer } from '../der.ts';

/** One certificate of a country signing authority or of a document signer, with what the chain asks of it. */
export interface IssuerCertificate {
  readonly x509: X509Certificate;
  /** Names in one spelling, for comparison: what they say, not how their text is encoded. */
  readonly subject: string;
  readonly issuer: string;
  /** Country of the issuer's name, two capitals; `undefined` when it names none. */
  readonly issuerCountry: string | undefined;
  readonly subjectCountry: string | undefined;
  /** Hex without leading zeros. */
  readonly serialNumber: string;
  readonly subjectKeyId: string | undefined;
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly isAuthority: boolean;
  readonly canSignCertificates: boolean;
  readonly canSignDocuments: boolean;
}

const COUNTRY = '2.5.4.6';

/** Reads a certificate; `undefined` when it is none or holds a key that this program cannot use.
 *  @source ICAO 9303-12 §7.1, certificate profiles */
export function readCertificate(der: Uint8Array): IssuerCertificate | undefined {
  const syntax = readDer(der, CertificateSyntax);
  const x509 = x509Of(der);
  if (syntax === undefined || x509 === undefined) return undefined;
  const { issuer, subject, serialNumber, extensions = [] } = syntax.tbsCertificate;
  const extension = (id: string): ArrayBuffer | undefined =>
    extensions.find(({ extnID }) => extnID === id)?.extnValue.buffer;
  const constraints = read(extension(id_ce_basicConstraints), BasicConstraints);
  const usage = read(extension(id_ce_keyUsage), KeyUsage)?.toNumber() ?? 0;
  const keyId = read(extension(id_ce_subjectKeyIdentifier), SubjectKeyIdentifier);
  return {
    x509,
    subject: nameText(subject),
    issuer: nameText(issuer),
    issuerCountry: countryOf(issuer),
    subjectCountry: countryOf(subject),
    serialNumber: hexNumber(serialNumber),
    subjectKeyId: keyId === undefined ? undefined : toHex(new Uint8Array(keyId.buffer)),
    validFromMs: x509.validFromDate.getTime(),
    validToMs: x509.validToDate.getTime(),
    isAuthority: constraints?.cA === true,
    canSignCertificates: (usage & KeyUsageFlags.keyCertSign) !== 0,
    canSignDocuments: (usage & KeyUsageFlags.digitalSignature) !== 0,
  };
}

/** A distinguished name in one spelling: attributes in order, text without case and doubled spaces (RFC 5280 §7.1). */
export function nameText(name: Name): string {
  const attributes = Array.from(name).map((rdn) =>
    Array.from(rdn)
      .map(({ type, value }) => `${type}=${value.toString().trim().replace(/\s+/gu, ' ').toLowerCase()}`)
      .toSorted()
      .join('+'),
  );
  return JSON.stringify(attributes);
}

/** An INTEGER's bytes as hex without leading zeros. */
export function hexNumber(integer: ArrayBuffer): string {
  return toHex(new Uint8Array(integer)).replace(/^0+/u, '');
}

function read<T>(der: ArrayBuffer | undefined, schema: new () => T): T | undefined {
  return der === undefined ? undefined : readDer(der, schema);
}

function countryOf(name: Name): string | undefined {
  const attribute = Array.from(name)
    .flatMap((rdn) => Array.from(rdn))
    .find(({ type }) => type === COUNTRY);
  return attribute?.value.toString().trim().toUpperCase();
}

function x509Of(der: Uint8Array): X509Certificate | undefined {
  try {
    const x509 = new X509Certificate(der);
    // Read once here: a key that OpenSSL cannot use throws.
    return x509.publicKey.type === 'public' ? x509 : undefined;
  } catch {
    return undefined;
  }
}
