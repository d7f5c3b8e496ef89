import { createHash, X509Certificate as NodeCertificate } from 'node:crypto';
import * as x509 from './x509.ts';
import { err, ok, type Result } from '@yimen/contracts/base';
import { keepsNameConstraints, NAME_CONSTRAINTS_OID, type BoundNames } from './name-constraints.ts';
import { CLOCK_SKEW_MS, ORGANISATION, PROFILE_OID, PROFILES, type ProfileName } from './profiles.ts';

/** Why a certificate is not believed; the words are those of the error table. */
export interface CertificateFault {
  readonly code:
    | 'CERT_UNREADABLE'
    | 'CERT_STRENGTH'
    | 'CERT_CHAIN'
    | 'CERT_EXPIRED'
    | 'CERT_NOT_YET_VALID'
    | 'CERT_EXTENSION'
    | 'CERT_PURPOSE'
    | 'CERT_NAME';
  readonly message: string;
}

/** Who a believed certificate speaks for. */
export interface CertificateIdentity {
  /** Empty for profiles without a common name. */
  readonly commonName: string;
  /** Upper-case hexadecimal. */
  readonly serial: string;
  /** SHA-256 of the SubjectPublicKeyInfo, base64url. */
  readonly spkiHash: string;
  readonly notAfterMs: number;
}

/** More certificates than root, intermediate and leaf are no chain of ours. */
const CHAIN_LIMIT = 4;
/** Roots and intermediates that stand side by side while they are being renewed. */
const BUNDLE_LIMIT = 32;
/** Every extension that is understood below; any other critical one refuses (RFC 5280 §4.2). */
const KNOWN_EXTENSIONS = new Set([
  '2.5.29.14',
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.5.29.35',
  '2.5.29.37',
  NAME_CONSTRAINTS_OID,
  PROFILE_OID,
]);
const SIGNATURES: ReadonlySet<string> = new Set(['ECDSA/SHA-256', 'ECDSA/SHA-384']);
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1']);

interface Read {
  readonly node: NodeCertificate;
  readonly parsed: x509.X509Certificate;
}

/** Decides whether `chain` (DER or PEM; leaf first, issuers after it, root not needed) is believed as a certificate of
 *  `profile` at `now` (wall milliseconds). Trusted are the self-signed certificates of `bundle` (PEM); its others only
 *  help to find the way to them, because a Node server does not show the intermediates its peer sent. Pure. Repeats what
 *  TLS checked, in RFC 5280 §6.1's order, and adds our profiles: strength, chain, time, extensions, purpose, name.
 *  @fault CERT_… the first check that failed */
export function verifyCertificate(
  chain: readonly (string | Uint8Array)[],
  bundle: string,
  profile: ProfileName,
  now: number,
): Result<CertificateIdentity, CertificateFault> {
  const read = readAll(chain, CHAIN_LIMIT);
  const known = readBundle(bundle);
  const leaf = read?.[0];
  if (read === undefined || known === undefined || leaf === undefined)
    return fault('CERT_UNREADABLE', 'a certificate cannot be read');
  const path = findPath(leaf, [...read.slice(1), ...known.all], known.roots);
  const weak = [...(path ?? read)].find((one) => !isStrong(one));
  if (weak !== undefined)
    return fault('CERT_STRENGTH', `key or signature of "${weak.parsed.subject}" is not on the list`);
  if (path === undefined) return fault('CERT_CHAIN', `no trusted chain for "${leaf.parsed.subject}"`);
  return (
    timeFault(path, now) ??
    extensionFault(path) ??
    issuerFault(path, profile) ??
    purposeFault(path, profile) ??
    nameFault(path, profile) ??
    ok(identityOf(leaf))
  );
}

/** Who a single certificate says it is, without believing it; for allow-lists and reports.
 *  @fault CERT_UNREADABLE */
export function readIdentity(certificate: string | Uint8Array): Result<CertificateIdentity, CertificateFault> {
  const read = readAll(typeof certificate === 'string' ? pemBlocks(certificate).slice(0, 1) : [certificate], 1);
  const leaf = read?.[0];
  return leaf === undefined ? fault('CERT_UNREADABLE', 'the certificate cannot be read') : ok(identityOf(leaf));
}

/** The PEM blocks of a text, in order. */
export function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu) ?? [];
}

function fault(
  code: CertificateFault['code'],
  message: string,
): { readonly ok: false; readonly error: CertificateFault } {
  return err({ code, message });
}

function readAll(certificates: readonly (string | Uint8Array)[], limit: number): Read[] | undefined {
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

interface Bundle {
  readonly all: readonly Read[];
  readonly roots: readonly Read[];
}

/** Bundles read before, newest last: a server checks thousands of links against the same one. */
const bundles = new Map<string, Bundle>();
const BUNDLES_KEPT = 4;

function readBundle(text: string): Bundle | undefined {
  const before = bundles.get(text);
  if (before !== undefined) return before;
  const all = readAll(pemBlocks(text), BUNDLE_LIMIT);
  if (all === undefined) return undefined;
  const bundle = { all, roots: all.filter((one) => isIssuedBy(one, one)) };
  bundles.set(text, bundle);
  const oldest = bundles.keys().next();
  if (bundles.size > BUNDLES_KEPT && oldest.done === false) bundles.delete(oldest.value);
  return bundle;
}

/** Leaf to root, each signed by the next; the root must be in the bundle itself, not merely look like it. */
function findPath(leaf: Read, others: readonly Read[], roots: readonly Read[]): Read[] | undefined {
  const path = [leaf];
  for (let at = leaf; path.length <= CHAIN_LIMIT;) {
    const root = roots.find((one) => isIssuedBy(at, one));
    if (root !== undefined) return [...path, root];
    const next = others.find((one) => !path.includes(one) && isIssuedBy(at, one));
    if (next === undefined) return undefined;
    path.push(next);
    at = next;
  }
  return undefined;
}

/** Signatures found good, by certificate: those of a kept bundle are looked at again with every link. */
const proven = new WeakMap<Read, Read>();

function isIssuedBy(certificate: Read, issuer: Read): boolean {
  if (proven.get(certificate) === issuer) return true;
  if (!certificate.node.checkIssued(issuer.node) || !certificate.node.verify(issuer.node.publicKey)) return false;
  proven.set(certificate, issuer);
  return true;
}

function isStrong({ node, parsed }: Read): boolean {
  // The library types this by the browser's `Algorithm`, which Node's type list does not have.
  const signature: { readonly name?: string; readonly hash?: { readonly name?: string } } = parsed.signatureAlgorithm;
  const key = node.publicKey;
  return (
    SIGNATURES.has(`${signature.name ?? ''}/${signature.hash?.name ?? ''}`) &&
    key.asymmetricKeyType === 'ec' &&
    CURVES.has(key.asymmetricKeyDetails?.namedCurve ?? '')
  );
}

function timeFault(path: readonly Read[], now: number): ReturnType<typeof fault> | undefined {
  for (const { parsed } of path) {
    if (now > parsed.notAfter.getTime() + CLOCK_SKEW_MS)
      return fault('CERT_EXPIRED', `"${parsed.subject}" ended ${parsed.notAfter.toISOString()}`);
    if (now < parsed.notBefore.getTime() - CLOCK_SKEW_MS)
      return fault('CERT_NOT_YET_VALID', `"${parsed.subject}" begins ${parsed.notBefore.toISOString()}`);
  }
  return undefined;
}

function extensionFault(path: readonly Read[]): ReturnType<typeof fault> | undefined {
  for (const { parsed } of path) {
    const types = parsed.extensions.map((one) => one.type);
    const unknown = parsed.extensions.find((one) => one.critical && !KNOWN_EXTENSIONS.has(one.type));
    if (unknown !== undefined) return fault('CERT_EXTENSION', `critical extension ${unknown.type} is not known`);
    if (new Set(types).size !== types.length) return fault('CERT_EXTENSION', 'an extension stands twice');
  }
  return undefined;
}

/** Every issuer is a CA that may sign certificates, its path is long enough, and the leaf's is the profile's own CA. */
function issuerFault(path: readonly Read[], profile: ProfileName): ReturnType<typeof fault> | undefined {
  for (const [index, { parsed }] of path.entries()) {
    if (index === 0) continue;
    const basic = parsed.getExtension(x509.BasicConstraintsExtension);
    const usage = parsed.getExtension(x509.KeyUsagesExtension);
    const below = index - 1;
    if (basic?.ca !== true || ((usage?.usages ?? 0) & x509.KeyUsageFlags.keyCertSign) === 0)
      return fault('CERT_CHAIN', `"${parsed.subject}" may not sign certificates`);
    if (basic.pathLength !== undefined && basic.pathLength < below)
      return fault('CERT_CHAIN', `"${parsed.subject}" allows no chain this long`);
  }
  const wanted = PROFILES[profile].issuer;
  const issuer = path[1];
  if (wanted !== null && (issuer === undefined || profileOf(issuer) !== wanted))
    return fault('CERT_CHAIN', `a ${profile} certificate is issued by ${wanted} alone`);
  return undefined;
}

function purposeFault(path: readonly Read[], profile: ProfileName): ReturnType<typeof fault> | undefined {
  const leaf = path[0];
  const { purpose, pathLength } = PROFILES[profile];
  if (leaf === undefined || profileOf(leaf) !== profile)
    return fault('CERT_PURPOSE', `the certificate is not of profile ${profile}`);
  const wanted = purpose === null ? undefined : x509.ExtendedKeyUsage[purpose];
  for (const one of path) {
    const usage = one.parsed.getExtension(x509.ExtendedKeyUsageExtension);
    if (usage !== null && wanted !== undefined && !usage.usages.includes(wanted))
      return fault('CERT_PURPOSE', `"${one.parsed.subject}" is not for ${purpose}`);
    if (one === leaf && wanted !== undefined && usage?.usages.length !== 1)
      return fault('CERT_PURPOSE', `the certificate is not for ${purpose} alone`);
  }
  const isCa = leaf.parsed.getExtension(x509.BasicConstraintsExtension)?.ca === true;
  const signs =
    ((leaf.parsed.getExtension(x509.KeyUsagesExtension)?.usages ?? 0) & x509.KeyUsageFlags.digitalSignature) !== 0;
  if (isCa !== (pathLength !== null) || (!isCa && !signs))
    return fault('CERT_PURPOSE', 'key usage does not fit the profile');
  return undefined;
}

function nameFault(path: readonly Read[], profile: ProfileName): ReturnType<typeof fault> | undefined {
  const leaf = path[0];
  const { unit, commonName } = PROFILES[profile];
  if (leaf === undefined) return fault('CERT_NAME', 'no certificate');
  const subject = leaf.parsed.subjectName;
  const names = subject.getField('CN');
  if (!isSingle(subject.getField('O'), ORGANISATION) || !isSingle(subject.getField('OU'), unit))
    return fault('CERT_NAME', `"${leaf.parsed.subject}" is not of ${ORGANISATION}, ${unit}`);
  if (commonName === null ? names.length > 0 : names.length !== 1 || !commonName.test(names[0] ?? ''))
    return fault('CERT_NAME', `"${leaf.parsed.subject}" has not the common name of a ${profile} certificate`);
  const bound = boundNames(leaf);
  if (profile === 'server' && bound.dns.length === 0) return fault('CERT_NAME', 'a server certificate names no host');
  for (const { parsed } of path.slice(1)) {
    const limits = parsed.extensions.find((one) => one.type === NAME_CONSTRAINTS_OID);
    if (limits !== undefined && !keepsNameConstraints(new Uint8Array(limits.value), bound))
      return fault('CERT_NAME', `"${leaf.parsed.subject}" is outside the names "${parsed.subject}" may give`);
  }
  return undefined;
}

function isSingle(values: readonly string[], wanted: string): boolean {
  return values.length === 1 && values[0] === wanted;
}

function boundNames({ parsed }: Read): BoundNames {
  const names = parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  return {
    subject: new Uint8Array(parsed.subjectName.toArrayBuffer()),
    dns: names.filter((one) => one.type === 'dns').map((one) => one.value),
    addresses: names.filter((one) => one.type === 'ip').map((one) => addressBytes(one.value)),
  };
}

/** IPv4 text as bytes; an IPv6 name gives 16 zero bytes with a set end, which only an IPv6 range could permit. */
function addressBytes(text: string): Uint8Array {
  return text.includes(':') ? Uint8Array.of(...new Uint8Array(15), 1) : Uint8Array.of(...text.split('.').map(Number));
}

function profileOf({ parsed }: Read): string | undefined {
  const extension = parsed.extensions.find((one) => one.type === PROFILE_OID);
  // UTF8String of at most 127 bytes: tag, length, text.
  return extension === undefined ? undefined : new TextDecoder().decode(new Uint8Array(extension.value).subarray(2));
}

function identityOf({ node, parsed }: Read): CertificateIdentity {
  const spki = node.publicKey.export({ type: 'spki', format: 'der' });
  return {
    commonName: parsed.subjectName.getField('CN')[0] ?? '',
    serial: node.serialNumber.toUpperCase(),
    spkiHash: createHash('sha256').update(spki).digest('base64url'),
    notAfterMs: parsed.notAfter.getTime(),
  };
}
