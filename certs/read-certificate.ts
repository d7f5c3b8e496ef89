import { createHash, X509Certificate as NodeCertificate } from 'node:crypto';
import * as x509 from './x509.ts';
import { readDer } from './der.ts';
import { FACT_NAMES, FACT_OIDS, PROFILE_NAMES, PROFILE_OID, type FactName, type ProfileName } from './profiles.ts';

/** A certificate as both parsers see it. */
export interface ReadCertificate {
  readonly node: NodeCertificate;
  readonly parsed: x509.X509Certificate;
}

/** Who a certificate speaks for. */
export interface CertificateIdentity {
  /** Empty for profiles without a common name. */
  readonly commonName: string;
  /** Upper-case hexadecimal. */
  readonly serial: string;
  /** SHA-256 of the SubjectPublicKeyInfo, base64url. */
  readonly spkiHash: string;
  readonly notAfterMs: number;
  /** What it says beside the name. */
  readonly facts: Readonly<Partial<Record<FactName, string>>>;
}

/** Reads DER or PEM; `undefined` when one of them is no certificate, or there are more than `limit`. */
export function readAll(certificates: readonly (string | Uint8Array)[], limit: number): ReadCertificate[] | undefined {
  if (certificates.length > limit) return undefined;
  try {
    return certificates.map((one) => {
      const node = new NodeCertificate(one);
      return { node, parsed: new x509.X509Certificate(new Uint8Array(node.raw)) };
    });
  } catch {
    // Both parsers throw on whatever they do not like; which byte it was does not matter to the answer.
    return undefined;
  }
}

/** The profile that a certificate names; `undefined` when it names none of ours. */
export function profileOf(parsed: x509.X509Certificate): ProfileName | undefined {
  const text = textOf(parsed, PROFILE_OID);
  return PROFILE_NAMES.find((name) => name === text);
}

/** The text of an own extension; `undefined` when it is absent or no UTF8String. */
export function textOf(parsed: x509.X509Certificate, oid: string): string | undefined {
  const extension = parsed.extensions.find((one) => one.type === oid);
  if (extension === undefined) return undefined;
  const elements = readDer(new Uint8Array(extension.value));
  const text = elements?.[0];
  return elements?.length !== 1 || text?.tag !== 0x0c ? undefined : new TextDecoder().decode(text.body);
}

/** Who a certificate says it is. */
export function identityOf({ node, parsed }: ReadCertificate): CertificateIdentity {
  const spki = node.publicKey.export({ type: 'spki', format: 'der' });
  const facts: Partial<Record<FactName, string>> = {};
  for (const fact of FACT_NAMES) {
    const text = textOf(parsed, FACT_OIDS[fact]);
    if (text !== undefined) facts[fact] = text;
  }
  return {
    commonName: parsed.subjectName.getField('CN')[0] ?? '',
    serial: node.serialNumber.toUpperCase(),
    spkiHash: createHash('sha256').update(spki).digest('base64url'),
    notAfterMs: parsed.notAfter.getTime(),
    facts,
  };
}
