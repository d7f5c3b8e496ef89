/** Placeholder arc until one is registered: IANA's example enterprise number (RFC 5612). Below it stand yimen's own
 *  extensions, all non-critical UTF8Strings. */
const OWN_ARC = '1.3.6.1.4.1.32473.440606';
/** Extension that names the profile of a certificate. */
export const PROFILE_OID = `${OWN_ARC}.1`;

/** What a certificate may say of its holder beside the name: which program holds the key, where it stands, what it is. */
export const FACT_OIDS = {
  component: `${OWN_ARC}.2`,
  region: `${OWN_ARC}.3`,
  model: `${OWN_ARC}.4`,
} as const;
export type FactName = keyof typeof FACT_OIDS;
export const FACT_NAMES = ['component', 'region', 'model'] as const satisfies readonly FactName[];
/** A fact as text: printable, at most 64 characters, so that its DER length is one byte. */
export const FACT_PATTERN = /^[\x20-\x7e]{1,64}$/u;

export const ORGANISATION = 'yimen';

export const PROFILE_NAMES = [
  'root',
  'device-ca',
  'server-ca',
  'staff-ca',
  'birth',
  'operational',
  'server',
  'staff',
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What a certificate of a kind is like. `issueCertificate` builds from it, `verifyCertificate` checks against it. */
export interface Profile {
  readonly curve: 'P-256' | 'P-384';
  /** Longest life; a certificate that was issued for longer is refused. */
  readonly lifeDays: number;
  readonly purpose: 'clientAuth' | 'serverAuth' | null;
  /** `null` = not a CA. */
  readonly pathLength: number | null;
  readonly issuer: ProfileName | null;
  /** Organisational unit of the subject; a CA's leaves are held to it by its name constraints. */
  readonly unit: string;
  /** What the common name must look like; null = there is none (names of servers stand in the alternative name). */
  readonly commonName: RegExp | null;
  /** Names that the leaves of a CA are held to: those of one unit, without any host name; or the given zone. */
  readonly permits: { readonly unit: string } | 'server-names' | null;
  /** Whether hosts stand in the alternative name. Without them there is no alternative name at all. */
  readonly namesHosts: boolean;
  readonly facts: readonly FactName[];
  /** When the issuers have to be valid: `now`, or when the certificate was issued. The latter outlives its issuer, so
   *  it is believed only when its key is listed besides (a CA key that leaks after its end could date one back). */
  readonly issuersAsOf: 'now' | 'issue';
}

const YEAR_DAYS = 365;
const CA = { curve: 'P-256', namesHosts: false, facts: [], issuersAsOf: 'now' } as const;
const LEAF = { curve: 'P-256', pathLength: null, permits: null, namesHosts: false, issuersAsOf: 'now' } as const;

/** The certificate kinds of the trust design §2.1. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  root: {
    ...CA,
    curve: 'P-384',
    lifeDays: 15 * YEAR_DAYS,
    purpose: null,
    pathLength: 1,
    issuer: null,
    unit: 'trust',
    commonName: /^yimen root [0-9]{4}$/,
    permits: null,
  },
  'device-ca': {
    ...CA,
    lifeDays: 2 * YEAR_DAYS,
    purpose: 'clientAuth',
    pathLength: 0,
    issuer: 'root',
    unit: 'trust',
    commonName: /^yimen device ca [0-9]{4}$/,
    permits: { unit: 'terminal' },
  },
  'server-ca': {
    ...CA,
    lifeDays: 2 * YEAR_DAYS,
    purpose: 'serverAuth',
    pathLength: 0,
    issuer: 'root',
    unit: 'trust',
    commonName: /^yimen server ca [0-9]{4}$/,
    permits: 'server-names',
  },
  'staff-ca': {
    ...CA,
    lifeDays: 2 * YEAR_DAYS,
    purpose: 'clientAuth',
    pathLength: 0,
    issuer: 'root',
    unit: 'trust',
    commonName: /^yimen staff ca [0-9]{4}$/,
    permits: { unit: 'staff' },
  },
  // 出生证书: the cabinet's own, from its factory or first enrolment. Refused by every route but enrolment.
  birth: {
    ...LEAF,
    lifeDays: 10 * YEAR_DAYS,
    purpose: 'clientAuth',
    issuer: 'device-ca',
    unit: 'terminal',
    commonName: /^[A-Z0-9-]{6,32}$/,
    facts: ['component', 'model'],
    issuersAsOf: 'issue',
  },
  operational: {
    ...LEAF,
    lifeDays: 30,
    purpose: 'clientAuth',
    issuer: 'device-ca',
    unit: 'terminal',
    commonName: /^[A-Z0-9-]{6,32}$/,
    facts: ['component', 'region', 'model'],
  },
  server: {
    ...LEAF,
    lifeDays: 90,
    purpose: 'serverAuth',
    issuer: 'server-ca',
    unit: 'server',
    commonName: null,
    namesHosts: true,
    facts: ['component'],
  },
  // The staff id alone: who that is stands in the fleet's own tables.
  staff: {
    ...LEAF,
    lifeDays: 365,
    purpose: 'clientAuth',
    issuer: 'staff-ca',
    unit: 'staff',
    commonName: /^[a-z0-9-]{4,32}$/,
    facts: [],
  },
};

/** Clocks of two honest machines may differ by this much (trust design §4, class "time"). */
export const CLOCK_SKEW_MS = 60_000;
export const DAY_MS = 86_400_000;
