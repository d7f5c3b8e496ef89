import { err, ok, type Result } from '@yimen/contracts/base';
import { asLinks, brokenRule, type CertificateFault } from './profile-rules.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { identityOf, readAll, type CertificateIdentity, type ReadCertificate } from './read-certificate.ts';

export type { CertificateFault, CertificateIdentity };

/** More certificates than root, intermediate and leaf are no chain of ours. */
const CHAIN_LIMIT = 4;
/** Roots and intermediates that stand side by side while they are being renewed. */
const BUNDLE_LIMIT = 32;
const SIGNATURES: ReadonlySet<string> = new Set(['ECDSA/SHA-256', 'ECDSA/SHA-384']);
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1']);

/** Decides whether `chain` (DER or PEM; leaf first, issuers after it, root not needed) is believed as a certificate of
 *  `profile` at `now` (wall milliseconds). Trusted are the self-signed certificates of `bundle` (PEM); its others only
 *  help to find the way to them, because a Node server does not show the intermediates its peer sent. Pure. Repeats what
 *  TLS checked and adds our profiles: strength, chain, then the rules of each profile on the path.
 *  @param listed SPKI hashes that are on the allow-list. A profile that outlives its issuers (`birth`) is believed only
 *  with one of them; the others do not look at it
 *  @fault CERT_… the first check that failed */
export function verifyCertificate(
  chain: readonly (string | Uint8Array)[],
  bundle: string,
  profile: ProfileName,
  now: number,
  listed: ReadonlySet<string> = new Set(),
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
  const links = asLinks(path, profile);
  if ('code' in links) return err(links);
  const broken = brokenRule(links, now);
  if (broken !== undefined) return err(broken);
  const identity = identityOf(leaf);
  return PROFILES[profile].issuersAsOf === 'issue' && !listed.has(identity.spkiHash)
    ? fault('CERT_UNLISTED', `the key of "${leaf.parsed.subject}" is not listed`)
    : ok(identity);
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

interface Bundle {
  readonly all: readonly ReadCertificate[];
  readonly roots: readonly ReadCertificate[];
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
function findPath(
  leaf: ReadCertificate,
  others: readonly ReadCertificate[],
  roots: readonly ReadCertificate[],
): ReadCertificate[] | undefined {
  const path = [leaf];
  for (let at = leaf; path.length <= CHAIN_LIMIT;) {
    const itself = roots.find((one) => one.node.raw.equals(at.node.raw));
    if (itself !== undefined) return path;
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
const proven = new WeakMap<ReadCertificate, ReadCertificate>();

function isIssuedBy(certificate: ReadCertificate, issuer: ReadCertificate): boolean {
  if (proven.get(certificate) === issuer) return true;
  if (!certificate.node.checkIssued(issuer.node) || !certificate.node.verify(issuer.node.publicKey)) return false;
  proven.set(certificate, issuer);
  return true;
}

function isStrong({ node, parsed }: ReadCertificate): boolean {
  // The library types this by the browser's `Algorithm`, which Node's type list does not have.
  const signature: { readonly name?: string; readonly hash?: { readonly name?: string } } = parsed.signatureAlgorithm;
  const key = node.publicKey;
  return (
    SIGNATURES.has(`${signature.name ?? ''}/${signature.hash?.name ?? ''}`) &&
    key.asymmetricKeyType === 'ec' &&
    CURVES.has(key.asymmetricKeyDetails?.namedCurve ?? '')
  );
}
