import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from './x509.ts';
import { AppError } from '@yimen/contracts/base';
import { encodeNameConstraints, NAME_CONSTRAINTS_OID } from './name-constraints.ts';
import {
  CLOCK_SKEW_MS,
  DAY_MS,
  FACT_OIDS,
  FACT_PATTERN,
  ORGANISATION,
  PROFILE_OID,
  PROFILES,
  type FactName,
  type ProfileName,
} from './profiles.ts';
import { profileOf } from './read-certificate.ts';
import { writeDer } from './der.ts';

export type KeyPair = webcrypto.CryptoKeyPair;

export interface IssueRequest {
  readonly profile: ProfileName;
  /** Common name; must fit the profile. Left out for profiles without one. */
  readonly commonName?: string;
  /** For `server`: dNSNames and IP addresses it answers to. For `server-ca`: the zone its leaves are held to
   *  (names; addresses as IPv4 ranges `a.b.c.d/bits`). */
  readonly hosts?: readonly string[];
  /** Beside the name, as far as the profile has them. */
  readonly facts?: Readonly<Partial<Record<FactName, string>>>;
  readonly publicKey: webcrypto.CryptoKey;
  /** Who signs; for `root` its own key and no certificate. */
  readonly signer: { readonly certificate: string | null; readonly privateKey: webcrypto.CryptoKey };
  /** Wall milliseconds; valid from a clock skew before it. */
  readonly now: number;
}

const EKU = { clientAuth: '1.3.6.1.5.5.7.3.2', serverAuth: '1.3.6.1.5.5.7.3.1' } as const;

/** A fresh key pair on the profile's curve. */
export async function generateKeys(profile: ProfileName): Promise<KeyPair> {
  return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: PROFILES[profile].curve }, true, ['sign', 'verify']);
}

/** PKCS#8 PEM of a private key. */
export async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/gu, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

/** The private key of a PKCS#8 PEM on the profile's curve.
 *  @throws what WebCrypto throws when the text is no such key. */
export async function readPrivateKey(pem: string, profile: ProfileName): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[A-Z ]+-----/gu, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: PROFILES[profile].curve }, true, [
    'sign',
  ]);
}

/** Makes one certificate of a profile (trust design §2.1) and gives it as PEM: random 128-bit serial, SHA-256 or
 *  SHA-384 by the signer's curve, own profile extension, name constraints on CAs.
 *  @throws AppError CERT_NAME, CERT_STRENGTH or CERT_CHAIN when the request does not fit the profile: whoever asks has
 *  checked it before. */
export async function issueCertificate(request: IssueRequest): Promise<string> {
  const profile = PROFILES[request.profile];
  const signer = request.signer.certificate === null ? null : new x509.X509Certificate(request.signer.certificate);
  refuseMisfit(request, signer);
  const subject = nameOf(profile.unit, profile.commonName === null ? undefined : request.commonName);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject,
      issuer: signer === null ? subject : signer.subjectName,
      notBefore: wholeSecond(request.now - CLOCK_SKEW_MS),
      notAfter: wholeSecond(request.now + profile.lifeDays * DAY_MS),
      publicKey: request.publicKey,
      signingKey: request.signer.privateKey,
      signingAlgorithm: {
        name: 'ECDSA',
        hash: signer === null || curveOf(request.signer.privateKey) === 'P-384' ? 'SHA-384' : 'SHA-256',
      },
      extensions: await extensionsOf(request, signer),
    },
    webcrypto,
  );
  return `${certificate.toString('pem')}\n`;
}

function refuseMisfit(request: IssueRequest, signer: x509.X509Certificate | null): void {
  const { profile: name, commonName = '', facts = {} } = request;
  const profile = PROFILES[name];
  if (profile.commonName !== null && !profile.commonName.test(commonName))
    throw new AppError('CERT_NAME', `"${commonName}" is no name of a ${name} certificate`);
  if ((profile.namesHosts || profile.permits === 'server-names') && (request.hosts ?? []).length === 0)
    throw new AppError('CERT_NAME', `a ${name} certificate needs host names`);
  for (const [fact, value] of Object.entries(facts))
    if (!(profile.facts as readonly string[]).includes(fact) || !FACT_PATTERN.test(value))
      throw new AppError('CERT_NAME', `a ${name} certificate cannot say ${fact} "${value}"`);
  if (curveOf(request.publicKey) !== profile.curve)
    throw new AppError('CERT_STRENGTH', `a ${name} key is on ${profile.curve}`);
  const by = signer === null ? null : (profileOf(signer) ?? 'none');
  if (by !== profile.issuer) throw new AppError('CERT_CHAIN', `a ${name} certificate is not issued by ${by ?? name}`);
}

async function extensionsOf(request: IssueRequest, signer: x509.X509Certificate | null): Promise<x509.Extension[]> {
  const profile = PROFILES[request.profile];
  const isCa = profile.pathLength !== null;
  const extensions: x509.Extension[] = [
    new x509.BasicConstraintsExtension(isCa, profile.pathLength ?? undefined, true),
    new x509.KeyUsagesExtension(
      isCa ? x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign : x509.KeyUsageFlags.digitalSignature,
      true,
    ),
    await x509.SubjectKeyIdentifierExtension.create(request.publicKey, false, webcrypto),
    textExtension(PROFILE_OID, request.profile),
  ];
  for (const fact of profile.facts) {
    const value = request.facts?.[fact];
    if (value !== undefined) extensions.push(textExtension(FACT_OIDS[fact], value));
  }
  if (signer !== null)
    extensions.push(await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey, false, webcrypto));
  if (profile.purpose !== null) extensions.push(new x509.ExtendedKeyUsageExtension([EKU[profile.purpose]], !isCa));
  const limits = limitsOf(request);
  if (limits !== undefined) extensions.push(new x509.Extension(NAME_CONSTRAINTS_OID, true, limits));
  if (profile.namesHosts)
    extensions.push(new x509.SubjectAlternativeNameExtension((request.hosts ?? []).map(generalName)));
  return extensions;
}

function textExtension(oid: string, text: string): x509.Extension {
  return new x509.Extension(oid, false, writeDer(0x0c, new TextEncoder().encode(text)));
}

function limitsOf(request: IssueRequest): Uint8Array<ArrayBuffer> | undefined {
  const { permits } = PROFILES[request.profile];
  if (permits === null) return undefined;
  if (permits !== 'server-names') return unitLimits(permits.unit);
  const hosts = request.hosts ?? [];
  return encodeNameConstraints({
    dns: hosts.filter((host) => !host.includes('/')),
    addresses: hosts.filter((host) => host.includes('/')),
  });
}

/** Name constraints of a CA whose leaves are of one unit and name no host. */
export function unitLimits(unit: string): Uint8Array<ArrayBuffer> {
  return encodeNameConstraints({
    directory: new Uint8Array(nameOf(unit, undefined).toArrayBuffer()),
    noHostNames: true,
  });
}

/** Organisation first, so that a CA's name constraint can be the beginning of its leaves' names. */
export function nameOf(unit: string, commonName: string | undefined): x509.Name {
  return new x509.Name([
    { O: [ORGANISATION] },
    { OU: [unit] },
    ...(commonName === undefined ? [] : [{ CN: [commonName] }]),
  ]);
}

function generalName(host: string): x509.GeneralName {
  return new x509.GeneralName(isIP(host) > 0 ? 'ip' : 'dns', host);
}

/** 127 random bits behind a set one: positive, 16 bytes, never beginning with zeros (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function curveOf(key: webcrypto.CryptoKey): string {
  return (key.algorithm as webcrypto.EcKeyAlgorithm).namedCurve;
}

/** X.509 times have no milliseconds. */
function wholeSecond(wallMs: number): Date {
  return new Date(Math.floor(wallMs / 1000) * 1000);
}
