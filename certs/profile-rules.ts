import * as x509 from './x509.ts';
import { unitLimits } from './issue.ts';
import { keepsNameConstraints, NAME_CONSTRAINTS_OID, type BoundNames } from './name-constraints.ts';
import {
  CLOCK_SKEW_MS,
  DAY_MS,
  FACT_OIDS,
  FACT_PATTERN,
  ORGANISATION,
  PROFILE_OID,
  PROFILES,
  type ProfileName,
} from './profiles.ts';
import { profileOf, textOf, type ReadCertificate } from './read-certificate.ts';

/** Why a certificate is not believed; the words are those of the error table. */
export interface CertificateFault {
  readonly code:
    | 'CERT_UNREADABLE'
    | 'CERT_STRENGTH'
    | 'CERT_CHAIN'
    | 'CERT_EXPIRED'
    | 'CERT_NOT_YET_VALID'
    | 'CERT_LIFE'
    | 'CERT_EXTENSION'
    | 'CERT_PURPOSE'
    | 'CERT_NAME'
    | 'CERT_UNLISTED';
  readonly message: string;
}

/** A certificate of a path with the profile it must be of. */
export interface Link extends ReadCertificate {
  readonly profile: ProfileName;
}

/** A check: the first thing that is wrong with a path, leaf first, or nothing. */
type Rule = (path: readonly Link[], now: number) => CertificateFault | undefined;

const BASIC = '2.5.29.19';
const USAGE = '2.5.29.15';
const PURPOSE = '2.5.29.37';
const ALTERNATIVE_NAME = '2.5.29.17';
/** Subject and authority key identifiers: helps on the way, not rules. */
const IDENTIFIERS = ['2.5.29.14', '2.5.29.35'];
const NODE_CURVES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1' } as const;
/** Times have whole seconds. */
const ROUNDING_MS = 1000;

/** Each certificate of the path is what its profile says, in RFC 5280 §6.1's order.
 *  @returns the first rule that does not hold */
export function brokenRule(path: readonly Link[], now: number): CertificateFault | undefined {
  for (const rule of [keyRule, timeRule, lifeRule, extensionRule, issuerRule, purposeRule, subjectRule, limitsRule]) {
    const found = rule(path, now);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The path with the profile each certificate has to have, from the leaf's upwards: a profile has one issuer.
 *  @fault CERT_CHAIN the path is longer or shorter, or an issuer is of another profile; CERT_PURPOSE the leaf is */
export function asLinks(path: readonly ReadCertificate[], profile: ProfileName): readonly Link[] | CertificateFault {
  const links: Link[] = [];
  let wanted: ProfileName | null = profile;
  for (const one of path) {
    if (wanted === null) return { code: 'CERT_CHAIN', message: 'the chain goes on above its root' };
    links.push({ ...one, profile: wanted });
    wanted = PROFILES[wanted].issuer;
  }
  if (wanted !== null) return { code: 'CERT_CHAIN', message: `the chain ends below its ${wanted}` };
  const wrong = links.findLast((one) => profileOf(one.parsed) !== one.profile);
  if (wrong === undefined) return links;
  return wrong === links[0]
    ? { code: 'CERT_PURPOSE', message: `the certificate is not of profile ${profile}` }
    : { code: 'CERT_CHAIN', message: `"${wrong.parsed.subject}" is no ${wrong.profile}` };
}

const keyRule: Rule = (path) => {
  const wrong = path.find(
    ({ node, profile }) => node.publicKey.asymmetricKeyDetails?.namedCurve !== NODE_CURVES[PROFILES[profile].curve],
  );
  return wrong === undefined
    ? undefined
    : { code: 'CERT_STRENGTH', message: `a ${wrong.profile} key is on ${PROFILES[wrong.profile].curve}` };
};

const timeRule: Rule = (path, now) => {
  const leaf = path[0];
  // A minute after the beginning, because that was set a minute back for the sake of clocks that are late.
  const issuersAt =
    leaf !== undefined && PROFILES[leaf.profile].issuersAsOf === 'issue'
      ? leaf.parsed.notBefore.getTime() + CLOCK_SKEW_MS
      : now;
  for (const one of path) {
    const { parsed } = one;
    const at = one === leaf ? now : issuersAt;
    if (at > parsed.notAfter.getTime() + CLOCK_SKEW_MS)
      return { code: 'CERT_EXPIRED', message: `"${parsed.subject}" ended ${parsed.notAfter.toISOString()}` };
    if (at < parsed.notBefore.getTime() - CLOCK_SKEW_MS)
      return { code: 'CERT_NOT_YET_VALID', message: `"${parsed.subject}" begins ${parsed.notBefore.toISOString()}` };
  }
  return undefined;
};

const lifeRule: Rule = (path) => {
  for (const { parsed, profile } of path) {
    const lifeMs = parsed.notAfter.getTime() - parsed.notBefore.getTime();
    if (lifeMs > PROFILES[profile].lifeDays * DAY_MS + CLOCK_SKEW_MS + ROUNDING_MS)
      return { code: 'CERT_LIFE', message: `"${parsed.subject}" lives longer than a ${profile} may` };
  }
  return undefined;
};

const extensionRule: Rule = (path) => {
  for (const { parsed, profile } of path) {
    const { purpose, permits, namesHosts, facts } = PROFILES[profile];
    const needed = [BASIC, USAGE, PROFILE_OID];
    if (purpose !== null) needed.push(PURPOSE);
    if (permits !== null) needed.push(NAME_CONSTRAINTS_OID);
    if (namesHosts) needed.push(ALTERNATIVE_NAME);
    const known = new Set([...needed, ...IDENTIFIERS, ALTERNATIVE_NAME, ...facts.map((fact) => FACT_OIDS[fact])]);
    const types = parsed.extensions.map((one) => one.type);
    const unknown = parsed.extensions.find((one) => one.critical && !known.has(one.type));
    if (unknown !== undefined)
      return { code: 'CERT_EXTENSION', message: `critical extension ${unknown.type} is not known in a ${profile}` };
    if (new Set(types).size !== types.length) return { code: 'CERT_EXTENSION', message: 'an extension stands twice' };
    const missing = needed.find((type) => !types.includes(type));
    if (missing !== undefined) return { code: 'CERT_EXTENSION', message: `a ${profile} has no extension ${missing}` };
    const said = Object.entries(FACT_OIDS).find(
      ([fact, oid]) =>
        types.includes(oid) &&
        (!(facts as readonly string[]).includes(fact) || !FACT_PATTERN.test(textOf(parsed, oid) ?? '')),
    );
    if (said !== undefined) return { code: 'CERT_EXTENSION', message: `a ${profile} does not say its ${said[0]} so` };
  }
  return undefined;
};

/** Every issuer is a CA that may sign certificates, and its path is long enough. */
const issuerRule: Rule = (path) => {
  for (const [index, { parsed }] of path.entries()) {
    if (index === 0) continue;
    const basic = parsed.getExtension(x509.BasicConstraintsExtension);
    const usage = parsed.getExtension(x509.KeyUsagesExtension)?.usages ?? 0;
    if (basic?.ca !== true || (usage & x509.KeyUsageFlags.keyCertSign) === 0)
      return { code: 'CERT_CHAIN', message: `"${parsed.subject}" may not sign certificates` };
    if (basic.pathLength === undefined || basic.pathLength < index - 1)
      return { code: 'CERT_CHAIN', message: `"${parsed.subject}" allows no chain this long` };
  }
  return undefined;
};

/** Usages are the profile's and no more: what a certificate is good for besides, somebody will find a use for. */
const purposeRule: Rule = (path) => {
  for (const { parsed, profile } of path) {
    const { purpose, pathLength } = PROFILES[profile];
    const basic = parsed.getExtension(x509.BasicConstraintsExtension);
    const usage = parsed.getExtension(x509.KeyUsagesExtension)?.usages;
    const purposes = parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [];
    const wanted = pathLength === null ? x509.KeyUsageFlags.digitalSignature : CA_USAGE;
    if ((basic?.ca === true) !== (pathLength !== null) || (basic?.pathLength ?? null) !== pathLength)
      return { code: 'CERT_PURPOSE', message: `"${parsed.subject}" is not the CA, or the leaf, that a ${profile} is` };
    if (usage !== wanted)
      return { code: 'CERT_PURPOSE', message: `the key usage of "${parsed.subject}" is not that of a ${profile}` };
    const isRight =
      purpose === null
        ? purposes.length === 0
        : purposes.length === 1 && purposes[0] === x509.ExtendedKeyUsage[purpose];
    if (!isRight)
      return { code: 'CERT_PURPOSE', message: `"${parsed.subject}" is not for ${purpose ?? 'no'} use alone` };
  }
  return undefined;
};
const CA_USAGE = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;

/** Organisation, unit and common name, each once, and no other field. */
const subjectRule: Rule = (path) => {
  for (const { parsed, profile } of path) {
    const { unit, commonName, namesHosts } = PROFILES[profile];
    const subject = parsed.subjectName;
    const names = subject.getField('CN');
    if (!isSingle(subject.getField('O'), ORGANISATION) || !isSingle(subject.getField('OU'), unit))
      return { code: 'CERT_NAME', message: `"${parsed.subject}" is not of ${ORGANISATION}, ${unit}` };
    if (commonName === null ? names.length > 0 : names.length !== 1 || !commonName.test(names[0] ?? ''))
      return { code: 'CERT_NAME', message: `"${parsed.subject}" has not the common name of a ${profile}` };
    if (subject.toJSON().flatMap((rdn) => Object.keys(rdn)).length !== 2 + names.length)
      return { code: 'CERT_NAME', message: `"${parsed.subject}" has a field that a ${profile} has not` };
    const hosts = parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
    if (namesHosts ? hosts.length === 0 : parsed.extensions.some((one) => one.type === ALTERNATIVE_NAME))
      return { code: 'CERT_NAME', message: `a ${profile} names ${namesHosts ? 'its hosts' : 'no host'}` };
    if (hosts.some((one) => one.type !== 'dns' && one.type !== 'ip'))
      return { code: 'CERT_NAME', message: `"${parsed.subject}" has a name that is no host` };
  }
  return undefined;
};

/** A CA carries the limits of its profile, and what is below it keeps them. */
const limitsRule: Rule = (path) => {
  for (const [index, { parsed, profile }] of path.entries()) {
    const { permits } = PROFILES[profile];
    if (permits === null) continue;
    const limits = new Uint8Array(parsed.extensions.find((one) => one.type === NAME_CONSTRAINTS_OID)?.value ?? []);
    const isOwn = permits === 'server-names' ? isZone(limits) : Buffer.compare(limits, unitLimits(permits.unit)) === 0;
    if (!isOwn) return { code: 'CERT_NAME', message: `"${parsed.subject}" has not the name limits of a ${profile}` };
    const below = path.slice(0, index).find((one) => !keepsNameConstraints(limits, boundNames(one)));
    if (below !== undefined)
      return {
        code: 'CERT_NAME',
        message: `"${below.parsed.subject}" is outside the names "${parsed.subject}" may give`,
      };
  }
  return undefined;
};

/** A zone that permits every name is none. */
function isZone(limits: Uint8Array): boolean {
  const stranger: BoundNames = { subject: new Uint8Array(), dns: ['outside.invalid'], addresses: [] };
  return !keepsNameConstraints(limits, stranger);
}

function isSingle(values: readonly string[], wanted: string): boolean {
  return values.length === 1 && values[0] === wanted;
}

function boundNames({ parsed }: ReadCertificate): BoundNames {
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
