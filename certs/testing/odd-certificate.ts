import { webcrypto } from 'node:crypto';
import * as x509 from '../x509.ts';
import { writeDer } from '../der.ts';
import { generateKeys, nameOf, unitLimits } from '../issue.ts';
import { NAME_CONSTRAINTS_OID } from '../name-constraints.ts';
import { CLOCK_SKEW_MS, DAY_MS, PROFILE_OID, PROFILES, type ProfileName } from '../profiles.ts';
import { keyPem, type TestAuthority, type TestLeaf } from './test-tree.ts';

/** What is other than it should be. Everything left out is as the profile has it. */
export interface Oddities {
  readonly keys?: 'RSA-1024' | 'RSA-2048' | 'P-521' | 'P-384' | KeyPair;
  readonly hash?: 'SHA-1' | 'SHA-256' | 'SHA-512';
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly subject?: x509.JsonName;
  /** Names in the alternative name. */
  readonly names?: readonly x509.JsonGeneralName[];
  /** Object identifiers. */
  readonly purposes?: readonly string[];
  readonly usage?: number;
  readonly ca?: { readonly pathLength: number | undefined } | false;
  /** What the profile extension says; `null` = it is not there. */
  readonly profileText?: string | null;
  /** Without name constraints, or with these. */
  readonly limits?: Uint8Array<ArrayBuffer> | null;
  readonly more?: readonly {
    readonly oid: string;
    readonly critical: boolean;
    readonly der: Uint8Array<ArrayBuffer>;
  }[];
}

type KeyPair = webcrypto.CryptoKeyPair;

/** A certificate made by hand, past all that `issueCertificate` refuses: for tests of who must refuse it. */
export async function issueOdd(
  by: TestAuthority,
  profile: ProfileName,
  commonName: string,
  now: number,
  odd: Oddities = {},
): Promise<TestLeaf & { readonly keys: KeyPair }> {
  const keys = await oddKeys(profile, odd.keys);
  const issuer = new x509.X509Certificate(by.cert);
  const { unit, lifeDays } = PROFILES[profile];
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: `40${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`,
      subject:
        odd.subject === undefined
          ? nameOf(unit, commonName === '' ? undefined : commonName)
          : new x509.Name(odd.subject),
      issuer: issuer.subjectName,
      notBefore: new Date(odd.notBefore ?? now - CLOCK_SKEW_MS),
      notAfter: new Date(odd.notAfter ?? now + lifeDays * DAY_MS),
      publicKey: keys.publicKey,
      signingKey: by.keys.privateKey,
      signingAlgorithm: { name: 'ECDSA', hash: odd.hash ?? 'SHA-256' },
      extensions: extensionsOf(profile, odd),
    },
    webcrypto,
  );
  return { cert: `${certificate.toString('pem')}\n${by.cert}`, key: await keyPem(keys.privateKey), keys };
}

function extensionsOf(profile: ProfileName, odd: Oddities): x509.Extension[] {
  const { purpose, pathLength, permits } = PROFILES[profile];
  const ca = odd.ca ?? (pathLength === null ? false : { pathLength });
  const usual =
    pathLength === null
      ? x509.KeyUsageFlags.digitalSignature
      : x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  const purposes = odd.purposes ?? (purpose === null ? [] : [x509.ExtendedKeyUsage[purpose]]);
  const limits =
    odd.limits === undefined && permits !== null && permits !== 'server-names' ? unitLimits(permits.unit) : odd.limits;
  const text = odd.profileText === undefined ? profile : odd.profileText;
  return [
    new x509.BasicConstraintsExtension(ca !== false, ca === false ? undefined : ca.pathLength, true),
    new x509.KeyUsagesExtension(odd.usage ?? usual, true),
    ...(purposes.length > 0 ? [new x509.ExtendedKeyUsageExtension([...purposes], pathLength === null)] : []),
    ...(text === null ? [] : [new x509.Extension(PROFILE_OID, false, writeDer(0x0c, new TextEncoder().encode(text)))]),
    ...(limits === undefined || limits === null ? [] : [new x509.Extension(NAME_CONSTRAINTS_OID, true, limits)]),
    ...(odd.names === undefined ? [] : [new x509.SubjectAlternativeNameExtension([...odd.names])]),
    ...(odd.more ?? []).map((one) => new x509.Extension(one.oid, one.critical, one.der)),
  ];
}

async function oddKeys(profile: ProfileName, keys: Oddities['keys']): Promise<KeyPair> {
  if (keys === undefined) return generateKeys(profile);
  if (typeof keys !== 'string') return keys;
  if (!keys.startsWith('RSA'))
    return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: keys }, true, ['sign', 'verify']);
  const modulusLength = Number(keys.slice(4));
  const publicExponent = Uint8Array.of(1, 0, 1);
  return webcrypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent },
    true,
    ['sign', 'verify'],
  );
}
