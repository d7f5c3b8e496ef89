import { createPrivateKey, type webcrypto } from 'node:crypto';
import { generateKeys, issueCertificate, privateKeyPem, type IssueRequest, type KeyPair } from '../issue.ts';
import { PROFILES, type ProfileName } from '../profiles.ts';

/** A CA with its key, in memory. */
export interface TestAuthority {
  readonly cert: string;
  readonly keys: KeyPair;
}

/** Root and the three intermediates. Nothing of it touches a disk. */
export interface TestTree {
  readonly root: TestAuthority;
  readonly deviceCa: TestAuthority;
  readonly serverCa: TestAuthority;
  readonly staffCa: TestAuthority;
  /** All four as PEM, as a server is given them. */
  readonly bundle: string;
}

/** A certificate with its key, as a TLS client or server takes them. */
export interface TestLeaf {
  /** The leaf and its issuer. */
  readonly cert: string;
  readonly key: string;
}

const ZONE = ['localhost', '127.0.0.0/8'];

/** A throw-away tree of the real profiles, valid from `now`. */
export async function createTestTree(now: number, zone: readonly string[] = ZONE): Promise<TestTree> {
  const year = new Date(now).getUTCFullYear();
  const root = await authority('root', { commonName: `yimen root ${year}`, now }, null);
  const [deviceCa, serverCa, staffCa] = await Promise.all([
    authority('device-ca', { commonName: `yimen device ca ${year}`, now }, root),
    authority('server-ca', { commonName: `yimen server ca ${year}`, now, hosts: zone }, root),
    authority('staff-ca', { commonName: `yimen staff ca ${year}`, now }, root),
  ]);
  return {
    root,
    deviceCa,
    serverCa,
    staffCa,
    bundle: [root, deviceCa, serverCa, staffCa].map((ca) => ca.cert).join(''),
  };
}

type Names = Pick<IssueRequest, 'commonName' | 'hosts' | 'facts' | 'now'>;

async function authority(profile: ProfileName, names: Names, by: TestAuthority | null): Promise<TestAuthority> {
  const keys = await generateKeys(profile);
  const signer = { certificate: by?.cert ?? null, privateKey: (by?.keys ?? keys).privateKey };
  return { cert: await issueCertificate({ profile, ...names, publicKey: keys.publicKey, signer }), keys };
}

/** The CA that issues certificates of a profile. */
export function issuerIn(tree: TestTree, profile: ProfileName): TestAuthority {
  const issuer = PROFILES[profile].issuer;
  if (issuer === 'device-ca') return tree.deviceCa;
  if (issuer === 'server-ca') return tree.serverCa;
  return issuer === 'staff-ca' ? tree.staffCa : tree.root;
}

/** A certificate that is as it should be. */
export async function issueLeaf(tree: TestTree, profile: ProfileName, names: Names): Promise<TestLeaf> {
  const keys = await generateKeys(profile);
  const issuer = issuerIn(tree, profile);
  const signer = { certificate: issuer.cert, privateKey: issuer.keys.privateKey };
  const cert = await issueCertificate({ profile, ...names, publicKey: keys.publicKey, signer });
  return { cert: cert + issuer.cert, key: await keyPem(keys.privateKey) };
}

/** PEM of any private key, RSA too.
 *  @throws what `createPrivateKey` throws when the key cannot be taken out */
export async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const pem = await privateKeyPem(key);
  return createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
}
