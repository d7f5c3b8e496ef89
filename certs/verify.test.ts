import { webcrypto } from 'node:crypto';
import * as x509 from './x509.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateKeys, issueCertificate, type KeyPair } from './issue.ts';
import type { ProfileName } from './profiles.ts';
import { readIdentity, verifyCertificate } from './verify.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;

interface Tree {
  root: string;
  rootKeys: KeyPair;
  deviceCa: string;
  deviceKeys: KeyPair;
  serverCa: string;
  serverKeys: KeyPair;
}

async function makeTree(now = NOW): Promise<Tree> {
  const rootKeys = await generateKeys('root');
  const deviceKeys = await generateKeys('device-ca');
  const serverKeys = await generateKeys('server-ca');
  const root = await issueCertificate({
    profile: 'root',
    commonName: 'yimen root 2026',
    publicKey: rootKeys.publicKey,
    signer: { certificate: null, privateKey: rootKeys.privateKey },
    now,
  });
  const signer = { certificate: root, privateKey: rootKeys.privateKey };
  const deviceCa = await issueCertificate({
    profile: 'device-ca',
    commonName: 'yimen device ca 2026',
    publicKey: deviceKeys.publicKey,
    signer,
    now,
  });
  const serverCa = await issueCertificate({
    profile: 'server-ca',
    commonName: 'yimen server ca 2026',
    hosts: ['localhost', '127.0.0.0/8'],
    publicKey: serverKeys.publicKey,
    signer,
    now,
  });
  return { root, rootKeys, deviceCa, deviceKeys, serverCa, serverKeys };
}

async function leafOf(
  tree: Tree,
  profile: 'operational' | 'server',
  more: { commonName?: string; hosts?: string[]; now?: number; by?: 'device' | 'server' } = {},
): Promise<string> {
  const keys = await generateKeys(profile);
  const byDevice = (more.by ?? (profile === 'operational' ? 'device' : 'server')) === 'device';
  const signer = byDevice
    ? { certificate: tree.deviceCa, privateKey: tree.deviceKeys.privateKey }
    : { certificate: tree.serverCa, privateKey: tree.serverKeys.privateKey };
  const names =
    profile === 'operational'
      ? { commonName: more.commonName ?? 'SD-DALIANG-01' }
      : { hosts: more.hosts ?? ['localhost', '127.0.0.1'] };
  return issueCertificate({ profile, ...names, publicKey: keys.publicKey, signer, now: more.now ?? NOW });
}

/** A certificate made by hand, to be refused for one thing. */
async function odd(
  tree: Tree,
  more: {
    extensions?: x509.Extension[];
    keys?: webcrypto.CryptoKeyPair;
    hash?: string;
    subject?: x509.JsonName;
    unusual?: 'server-auth';
  },
): Promise<string> {
  const keys = more.keys ?? (await generateKeys('operational'));
  const issuer = new x509.X509Certificate(tree.deviceCa);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '4011223344556677',
    subject: new x509.Name(more.subject ?? [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: ['SD-DALIANG-01'] }]),
    issuer: issuer.subjectName,
    notBefore: new Date(NOW),
    notAfter: new Date(NOW + 30 * DAY),
    publicKey: keys.publicKey,
    signingKey: tree.deviceKeys.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: more.hash ?? 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(
        [more.unusual === 'server-auth' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth],
        true,
      ),
      new x509.Extension(
        '1.3.6.1.4.1.32473.440606.1',
        false,
        Uint8Array.of(0x0c, 11, ...new TextEncoder().encode('operational')),
      ),
      ...(more.extensions ?? []),
    ],
  });
  return certificate.toString('pem');
}

let tree: Tree;
beforeAll(async () => {
  tree = await makeTree();
});

const verdict = (chain: string[], profile: ProfileName = 'operational', now = NOW, bundle = tree.root): string => {
  const result = verifyCertificate(chain, bundle, profile, now);
  return result.ok ? 'ok' : result.error.code;
};

describe('verifyCertificate', () => {
  it('believes a terminal and a server of its own tree, and says who they are', async () => {
    const leaf = await leafOf(tree, 'operational');
    const result = verifyCertificate([leaf, tree.deviceCa], tree.root, 'operational', NOW);
    const read = readIdentity(leaf);
    expect(result).toEqual(read);
    expect(result.ok && result.value.commonName).toBe('SD-DALIANG-01');
    expect(result.ok && result.value.serial).toMatch(/^[0-9A-F]{32}$/);
    expect(result.ok && result.value.spkiHash).toMatch(/^[\w-]{43}$/);
    expect(verdict([await leafOf(tree, 'server'), tree.serverCa], 'server')).toBe('ok');
  });

  it('refuses by time, with a minute of skew', async () => {
    const leaf = await leafOf(tree, 'operational');
    expect(verdict([leaf, tree.deviceCa], 'operational', NOW + 30 * DAY + 59_000)).toBe('ok');
    expect(verdict([leaf, tree.deviceCa], 'operational', NOW + 30 * DAY + 61_000)).toBe('CERT_EXPIRED');
    expect(verdict([leaf, tree.deviceCa], 'operational', NOW - 119_000)).toBe('ok');
    expect(verdict([leaf, tree.deviceCa], 'operational', NOW - 121_000)).toBe('CERT_NOT_YET_VALID');
  });

  it('refuses another tree of the same names, a missing issuer, a root that only looks like ours', async () => {
    const other = await makeTree();
    expect(verdict([await leafOf(other, 'operational'), other.deviceCa])).toBe('CERT_CHAIN');
    expect(verdict([await leafOf(other, 'operational'), other.deviceCa, other.root])).toBe('CERT_CHAIN');
    expect(verdict([await leafOf(other, 'operational'), tree.deviceCa])).toBe('CERT_CHAIN');
    expect(verdict([await leafOf(tree, 'operational')])).toBe('CERT_CHAIN');
    // An intermediate in the bundle leads to the root; alone it is not trusted.
    expect(verdict([await leafOf(tree, 'operational')], 'operational', NOW, tree.root + tree.deviceCa)).toBe('ok');
    expect(verdict([await leafOf(tree, 'operational')], 'operational', NOW, tree.deviceCa)).toBe('CERT_CHAIN');
    expect(
      verdict(
        [await leafOf(other, 'operational'), other.deviceCa, other.root],
        'operational',
        NOW,
        tree.root + tree.deviceCa + other.deviceCa,
      ),
    ).toBe('CERT_CHAIN');
  });

  it('refuses a certificate of the wrong CA and one CA signing another', async () => {
    expect(verdict([await leafOf(tree, 'operational', { by: 'server' }), tree.serverCa])).toBe('CERT_CHAIN');
    const keys = await generateKeys('device-ca');
    const second = await issueCertificate({
      profile: 'device-ca',
      commonName: 'yimen device ca 2027',
      publicKey: keys.publicKey,
      signer: { certificate: tree.deviceCa, privateKey: tree.deviceKeys.privateKey },
      now: NOW,
    });
    const leaf = await issueCertificate({
      profile: 'operational',
      commonName: 'SD-DALIANG-01',
      publicKey: (await generateKeys('operational')).publicKey,
      signer: { certificate: second, privateKey: keys.privateKey },
      now: NOW,
    });
    expect(verdict([leaf, second, tree.deviceCa])).toBe('CERT_CHAIN');
  });

  it('refuses purposes that are not the profile’s', async () => {
    expect(verdict([await leafOf(tree, 'server'), tree.serverCa], 'operational')).toBe('CERT_CHAIN');
    expect(verdict([await odd(tree, { unusual: 'server-auth' }), tree.deviceCa])).toBe('CERT_PURPOSE');
    expect(verdict([tree.deviceCa], 'operational')).toBe('CERT_CHAIN');
  });

  it('refuses names outside the pattern or the CA’s limits', async () => {
    await expect(leafOf(tree, 'operational', { commonName: 'sd-daliang-01' })).rejects.toThrow('CERT_NAME');
    expect(
      verdict([
        await odd(tree, { subject: [{ O: ['yimen'] }, { OU: ['staff'] }, { CN: ['SD-DALIANG-01'] }] }),
        tree.deviceCa,
      ]),
    ).toBe('CERT_NAME');
    expect(
      verdict([
        await odd(tree, {
          subject: [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: ['SD-DALIANG-01'] }, { CN: ['GUEST-01'] }],
        }),
        tree.deviceCa,
      ]),
    ).toBe('CERT_NAME');
    expect(
      verdict([
        await odd(tree, { subject: [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: ['A+/#'] }] }),
        tree.deviceCa,
      ]),
    ).toBe('CERT_NAME');
    const named = new x509.SubjectAlternativeNameExtension([new x509.GeneralName('dns', 'fleet.example')]);
    expect(verdict([await odd(tree, { extensions: [named] }), tree.deviceCa])).toBe('CERT_NAME');
    expect(verdict([await leafOf(tree, 'server', { hosts: ['localhost', '10.0.0.1'] }), tree.serverCa], 'server')).toBe(
      'CERT_NAME',
    );
    expect(verdict([await leafOf(tree, 'server', { hosts: ['evil.example'] }), tree.serverCa], 'server')).toBe(
      'CERT_NAME',
    );
  });

  it('refuses weak keys and signatures', async () => {
    const rsa = await webcrypto.subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
      true,
      ['sign', 'verify'],
    );
    expect(verdict([await odd(tree, { keys: rsa }), tree.deviceCa])).toBe('CERT_STRENGTH');
    const p521 = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-521' }, true, ['sign', 'verify']);
    expect(verdict([await odd(tree, { keys: p521 }), tree.deviceCa])).toBe('CERT_STRENGTH');
    expect(verdict([await odd(tree, { hash: 'SHA-1' }), tree.deviceCa])).toBe('CERT_STRENGTH');
  });

  it('refuses a critical extension it does not know and takes one that is not critical', async () => {
    const extension = (critical: boolean): x509.Extension =>
      new x509.Extension('1.3.6.1.4.1.32473.9', critical, Uint8Array.of(5, 0));
    expect(verdict([await odd(tree, { extensions: [extension(true)] }), tree.deviceCa])).toBe('CERT_EXTENSION');
    expect(verdict([await odd(tree, { extensions: [extension(false)] }), tree.deviceCa])).toBe('ok');
  });

  it('answers, and does not throw, on what is no certificate', () => {
    expect(verdict([])).toBe('CERT_UNREADABLE');
    expect(verdict(['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])).toBe('CERT_UNREADABLE');
    expect(readIdentity('nothing')).toMatchObject({ ok: false, error: { code: 'CERT_UNREADABLE' } });
  });
});
