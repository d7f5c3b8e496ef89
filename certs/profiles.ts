/** Placeholder arc until one is registered: IANA's example enterprise number (RFC 5612). Below it stand yimen's own
 *  extensions, all non-critical. */
const OWN_ARC = '1.3.6.1.4.1.32473.440606';
/** Extension that names the profile of a certificate, as UTF8String. */
export const PROFILE_OID = `${OWN_ARC}.1`;

export const ORGANISATION = 'yimen';

export const PROFILE_NAMES = ['root', 'device-ca', 'server-ca', 'operational', 'server'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What a certificate of a kind is like. Lives in days; `pathLength` null = not a CA. */
export interface Profile {
  readonly curve: 'P-256' | 'P-384';
  readonly lifeDays: number;
  readonly purpose: 'clientAuth' | 'serverAuth' | null;
  readonly pathLength: number | null;
  readonly issuer: ProfileName | null;
  /** Organisational unit of the subject; a CA's leaves are held to it by its name constraints. */
  readonly unit: string;
  /** What the common name must look like; null = there is none (names of servers stand in the alternative name). */
  readonly commonName: RegExp | null;
  /** Names the leaves of a CA are held to, beside what `issueCertificate` is given. */
  readonly permits: 'terminal-names' | 'server-names' | null;
}

/** The certificate kinds of the trust design §2.1 that exist so far. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  root: {
    curve: 'P-384',
    lifeDays: 15 * 365,
    purpose: null,
    pathLength: 1,
    issuer: null,
    unit: 'trust',
    commonName: /^yimen root [0-9]{4}$/,
    permits: null,
  },
  'device-ca': {
    curve: 'P-256',
    lifeDays: 2 * 365,
    purpose: 'clientAuth',
    pathLength: 0,
    issuer: 'root',
    unit: 'trust',
    commonName: /^yimen device ca [0-9]{4}$/,
    permits: 'terminal-names',
  },
  'server-ca': {
    curve: 'P-256',
    lifeDays: 2 * 365,
    purpose: 'serverAuth',
    pathLength: 0,
    issuer: 'root',
    unit: 'trust',
    commonName: /^yimen server ca [0-9]{4}$/,
    permits: 'server-names',
  },
  operational: {
    curve: 'P-256',
    lifeDays: 30,
    purpose: 'clientAuth',
    pathLength: null,
    issuer: 'device-ca',
    unit: 'terminal',
    commonName: /^[A-Z0-9-]{6,32}$/,
    permits: null,
  },
  server: {
    curve: 'P-256',
    lifeDays: 90,
    purpose: 'serverAuth',
    pathLength: null,
    issuer: 'server-ca',
    unit: 'server',
    commonName: null,
    permits: null,
  },
};

/** Clocks of two honest machines may differ by this much (trust design §4, class "time"). */
export const CLOCK_SKEW_MS = 60_000;
