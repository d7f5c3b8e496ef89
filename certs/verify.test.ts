import { webcrypto } from 'node:crypto';
import * as x509 from './x509.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeNameConstraints } from './name-constraints.ts';
import { generateKeys, issueCertificate, unitLimits } from './issue.ts';
import { DAY_MS as DAY, FACT_OIDS, PROFILE_OID, PROFILES, type ProfileName } from './profiles.ts';
import { issueOdd, type Oddities } from './testing/odd-certificate.ts';
import { createTestTree, issueLeaf, issuerIn, type TestAuthority, type TestTree } from './testing/test-tree.ts';
import { pemBlocks, readIdentity, verifyCertificate } from './verify.ts';

const NOW = Date.UTC(2026, 10, 23);
const TID = 'SD-DALIANG-01';
const LEAVES = {
  birth: { commonName: 'YM-KIOSK-000117' },
  operational: { commonName: TID },
  server: { hosts: ['localhost', '127.0.0.1'] },
  staff: { commonName: 'staff-0042' },
} as const;
type LeafName = keyof typeof LEAVES;
const LEAF_NAMES = Object.keys(LEAVES) as LeafName[];

let tree: TestTree;
beforeAll(async () => {
  tree = await createTestTree(NOW);
});

/** PEM of a right leaf. */
async function leafOf(profile: LeafName, more: object = {}, from = tree): Promise<string> {
  const { cert } = await issueLeaf(from, profile, { ...LEAVES[profile], now: NOW, ...more });
  return pemBlocks(cert)[0] ?? '';
}

async function odd(
  oddities: Oddities,
  profile: LeafName = 'operational',
  by = issuerIn(tree, profile),
): Promise<string> {
  const name = 'commonName' in LEAVES[profile] ? (LEAVES[profile] as { commonName: string }).commonName : '';
  const { cert } = await issueOdd(
    by,
    profile,
    name,
    NOW,
    profile === 'server' ? { names: [LOCALHOST], ...oddities } : oddities,
  );
  return pemBlocks(cert)[0] ?? '';
}
const LOCALHOST = { type: 'dns', value: 'localhost' } as const;

function verdict(
  chain: string[],
  profile: ProfileName = 'operational',
  more: { now?: number; bundle?: string; listed?: Set<string> } = {},
): string {
  const result = verifyCertificate(chain, more.bundle ?? tree.bundle, profile, more.now ?? NOW, more.listed);
  return result.ok ? 'ok' : result.error.code;
}

function hashOf(pem: string): string {
  const read = readIdentity(pem);
  if (!read.ok) throw new Error(read.error.message);
  return read.value.spkiHash;
}

describe('every profile', () => {
  it('builds what it believes, under its own name alone', async () => {
    for (const made of LEAF_NAMES) {
      const leaf = await leafOf(made);
      const listed = new Set([hashOf(leaf)]);
      for (const asked of LEAF_NAMES) {
        const word = verdict([leaf], asked, { listed });
        if (asked === made) expect(word, `${made} as ${asked}`).toBe('ok');
        else expect(word, `${made} as ${asked}`).toMatch(/^CERT_(CHAIN|PURPOSE)$/);
      }
    }
    for (const [name, ca] of [
      ['device-ca', tree.deviceCa],
      ['server-ca', tree.serverCa],
      ['staff-ca', tree.staffCa],
      ['root', tree.root],
    ] as const) {
      expect(verdict([ca.cert], name)).toBe('ok');
      for (const leaf of LEAF_NAMES) expect(verdict([ca.cert], leaf)).not.toBe('ok');
    }
  });

  it('says who that is, with its facts', async () => {
    const facts = { component: 'core', region: '440606', model: 'ym-1' };
    const leaf = await leafOf('operational', { facts });
    const result = verifyCertificate([leaf], tree.bundle, 'operational', NOW);
    expect(result).toEqual(readIdentity(leaf));
    expect(result).toMatchObject({ ok: true, value: { commonName: TID, facts } });
    expect(result.ok && result.value.serial).toMatch(/^[0-9A-F]{32}$/);
    expect(result.ok && result.value.spkiHash).toMatch(/^[\w-]{43}$/);
  });

  it.each(LEAF_NAMES)('%s: refuses one day more than it may live', async (profile) => {
    const end = NOW + PROFILES[profile].lifeDays * DAY;
    const right = await odd({ notAfter: end }, profile);
    expect(verdict([right], profile, { listed: new Set([hashOf(right)]) })).toBe('ok');
    expect(verdict([await odd({ notAfter: end + DAY }, profile)], profile)).toBe('CERT_LIFE');
  });

  const WRONG: readonly [what: string, oddities: Oddities, word: string][] = [
    ['another curve of ours', { keys: 'P-384' }, 'CERT_STRENGTH'],
    ['P-521', { keys: 'P-521' }, 'CERT_STRENGTH'],
    ['RSA-1024', { keys: 'RSA-1024' }, 'CERT_STRENGTH'],
    ['RSA-2048', { keys: 'RSA-2048' }, 'CERT_STRENGTH'],
    ['SHA-1', { hash: 'SHA-1' }, 'CERT_STRENGTH'],
    ['no profile', { profileText: null }, 'CERT_PURPOSE'],
    ['a profile that does not exist', { profileText: 'admin' }, 'CERT_PURPOSE'],
    [
      'an extra purpose',
      { purposes: [x509.ExtendedKeyUsage.clientAuth, x509.ExtendedKeyUsage.serverAuth] },
      'CERT_PURPOSE',
    ],
    ['any purpose', { purposes: ['2.5.29.37.0'] }, 'CERT_PURPOSE'],
    ['code signing', { purposes: [x509.ExtendedKeyUsage.codeSigning] }, 'CERT_PURPOSE'],
    ['no purpose', { purposes: [] }, 'CERT_EXTENSION'],
    [
      'an extra usage',
      { usage: x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment },
      'CERT_PURPOSE',
    ],
    ['the usage of a CA', { usage: x509.KeyUsageFlags.keyCertSign }, 'CERT_PURPOSE'],
    ['being a CA besides', { ca: { pathLength: 0 } }, 'CERT_PURPOSE'],
    [
      'an unknown critical extension',
      { more: [{ oid: '1.3.6.1.4.1.32473.9', critical: true, der: Uint8Array.of(5, 0) }] },
      'CERT_EXTENSION',
    ],
    [
      'a fact that is no text',
      { more: [{ oid: FACT_OIDS.component, critical: false, der: Uint8Array.of(5, 0) }] },
      'CERT_EXTENSION',
    ],
    ['name limits in a leaf', { limits: unitLimits('terminal') }, 'CERT_EXTENSION'],
    [
      'a profile said twice',
      { more: [{ oid: PROFILE_OID, critical: false, der: Uint8Array.of(12, 1, 65) }] },
      'CERT_EXTENSION',
    ],
    ['another unit', { subject: [{ O: ['yimen'] }, { OU: ['elsewhere'] }, { CN: [TID] }] }, 'CERT_NAME'],
    ['another organisation', { subject: [{ O: ['other'] }, { OU: ['terminal'] }, { CN: [TID] }] }, 'CERT_NAME'],
    ['no name', { subject: [] }, 'CERT_NAME'],
    ['an alternative name of another form', { names: [{ type: 'email', value: 'a@example.com' }] }, 'CERT_NAME'],
    ['not yet valid', { notBefore: NOW + 61_000, notAfter: NOW + DAY }, 'CERT_NOT_YET_VALID'],
    ['expired', { notBefore: NOW - 2 * DAY, notAfter: NOW - 61_000 }, 'CERT_EXPIRED'],
  ];
  const cells = LEAF_NAMES.flatMap((profile) =>
    WRONG.map(([what, oddities, word]) => [profile, what, oddities, word] as const),
  );
  it.each(cells)('%s: refuses %s', async (profile, _what, oddities, word) => {
    expect(verdict([await odd(oddities, profile)], profile)).toBe(word);
    // The same hand-made certificate without the oddity is believed.
    const right = await odd({}, profile);
    expect(verdict([right], profile, { listed: new Set([hashOf(right)]) })).toBe('ok');
  });

  it('takes an extension it does not know when that is not critical', async () => {
    const more = [{ oid: '1.3.6.1.4.1.32473.9', critical: false, der: Uint8Array.of(5, 0) }];
    expect(verdict([await odd({ more })])).toBe('ok');
  });

  it('refuses names beside the one, in the subject and beside it', async () => {
    const subjects: x509.JsonName[] = [
      [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: [TID] }, { CN: ['GUEST-01'] }],
      [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: [TID] }, { L: ['Shunde'] }],
      [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: ['A+/#'] }],
      [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: ['short'] }],
    ];
    for (const subject of subjects) expect(verdict([await odd({ subject })])).toBe('CERT_NAME');
    expect(verdict([await odd({ names: [{ type: 'dns', value: 'fleet.example' }] })])).toBe('CERT_NAME');
    for (const hosts of [['localhost', '10.0.0.1'], ['evil.example'], ['localhost.evil.example']])
      expect(verdict([await leafOf('server', { hosts })], 'server')).toBe('CERT_NAME');
    const ipv6 = await odd({ names: [LOCALHOST, { type: 'ip', value: '2001:db8::1' }] }, 'server');
    expect(verdict([ipv6], 'server')).toBe('CERT_NAME');
  });
});

describe('issuing', () => {
  it('refuses what the profile has not', async () => {
    const keys = await generateKeys('operational');
    const signer = { certificate: tree.deviceCa.cert, privateKey: tree.deviceCa.keys.privateKey };
    const right = { profile: 'operational', commonName: TID, publicKey: keys.publicKey, signer, now: NOW } as const;
    await expect(issueCertificate(right)).resolves.toContain('BEGIN CERTIFICATE');
    await expect(issueCertificate({ ...right, commonName: 'sd-daliang-01' })).rejects.toThrow('CERT_NAME');
    await expect(issueCertificate({ ...right, facts: { model: 'x'.repeat(65) } })).rejects.toThrow('CERT_NAME');
    await expect(issueCertificate({ ...right, profile: 'staff', commonName: 'staff-0042' })).rejects.toThrow(
      'CERT_CHAIN',
    );
    await expect(issueCertificate({ ...right, profile: 'birth', facts: { region: '440606' } })).rejects.toThrow(
      'CERT_NAME',
    );
    await expect(issueCertificate({ ...right, profile: 'server' })).rejects.toThrow('CERT_NAME');
    const { publicKey } = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign']);
    await expect(issueCertificate({ ...right, publicKey })).rejects.toThrow('CERT_STRENGTH');
  });
});

describe('the chain', () => {
  it('refuses by time, with a minute of skew', async () => {
    const leaf = await leafOf('operational');
    expect(verdict([leaf], 'operational', { now: NOW + 30 * DAY + 59_000 })).toBe('ok');
    expect(verdict([leaf], 'operational', { now: NOW + 30 * DAY + 61_000 })).toBe('CERT_EXPIRED');
    expect(verdict([leaf], 'operational', { now: NOW - 119_000 })).toBe('ok');
    expect(verdict([leaf], 'operational', { now: NOW - 121_000 })).toBe('CERT_NOT_YET_VALID');
  });

  it('refuses another tree of the same names, a missing issuer, a root that only looks like ours', async () => {
    const other = await createTestTree(NOW);
    const foreign = await leafOf('operational', {}, other);
    const own = await leafOf('operational');
    const { cert: root } = tree.root;
    expect(verdict([foreign, other.deviceCa.cert])).toBe('CERT_CHAIN');
    expect(verdict([foreign, other.deviceCa.cert, other.root.cert])).toBe('CERT_CHAIN');
    expect(verdict([foreign, tree.deviceCa.cert])).toBe('CERT_CHAIN');
    // An intermediate in the bundle leads to the root; alone it is not trusted.
    expect(verdict([own], 'operational', { bundle: root })).toBe('CERT_CHAIN');
    expect(verdict([own, tree.deviceCa.cert], 'operational', { bundle: root })).toBe('ok');
    expect(verdict([own], 'operational', { bundle: tree.deviceCa.cert })).toBe('CERT_CHAIN');
    const mixed = root + tree.deviceCa.cert + other.deviceCa.cert;
    expect(verdict([foreign, other.deviceCa.cert, other.root.cert], 'operational', { bundle: mixed })).toBe(
      'CERT_CHAIN',
    );
  });

  it('believes the leaves of two device CAs side by side', async () => {
    const second = await issueOdd(tree.root, 'device-ca', 'yimen device ca 2026', NOW);
    const by: TestAuthority = { cert: pemBlocks(second.cert)[0] ?? '', keys: second.keys };
    const bundle = tree.bundle + by.cert;
    expect(verdict([await odd({}, 'operational', by)], 'operational', { bundle })).toBe('ok');
    expect(verdict([await leafOf('operational')], 'operational', { bundle })).toBe('ok');
  });

  it('refuses a leaf of the wrong CA, a CA under a CA, and a leaf that signs', async () => {
    expect(verdict([await odd({}, 'operational', tree.serverCa)])).toBe('CERT_CHAIN');
    expect(verdict([await odd({}, 'operational', tree.root)])).toBe('CERT_CHAIN');
    const under = await issueOdd(tree.deviceCa, 'device-ca', 'yimen device ca 2027', NOW);
    const byUnder = { cert: pemBlocks(under.cert)[0] ?? '', keys: under.keys };
    expect(verdict([await odd({}, 'operational', byUnder), byUnder.cert])).toBe('CERT_CHAIN');
    const leaf = await issueOdd(tree.deviceCa, 'operational', TID, NOW);
    const byLeaf = { cert: pemBlocks(leaf.cert)[0] ?? '', keys: leaf.keys };
    expect(verdict([await odd({}, 'operational', byLeaf), byLeaf.cert])).toBe('CERT_CHAIN');
  });

  const CAS: readonly [what: string, oddities: Oddities, word: string][] = [
    ['on another curve', { keys: 'P-384' }, 'CERT_STRENGTH'],
    ['signed with SHA-1', { hash: 'SHA-1' }, 'CERT_STRENGTH'],
    ['with no path length', { ca: { pathLength: undefined } }, 'CERT_CHAIN'],
    ['with a longer path', { ca: { pathLength: 1 } }, 'CERT_PURPOSE'],
    ['that may sign whatever', { usage: 0xff }, 'CERT_PURPOSE'],
    [
      'for servers too',
      { purposes: [x509.ExtendedKeyUsage.clientAuth, x509.ExtendedKeyUsage.serverAuth] },
      'CERT_PURPOSE',
    ],
    ['for more years', { notAfter: NOW + 3 * 365 * DAY }, 'CERT_LIFE'],
    ['without name limits', { limits: null }, 'CERT_EXTENSION'],
    ['with the limits of another', { limits: unitLimits('staff') }, 'CERT_NAME'],
    ['with limits that permit all', { limits: encodeNameConstraints({ noHostNames: true }) }, 'CERT_NAME'],
    ['that calls itself something else', { profileText: 'staff-ca' }, 'CERT_CHAIN'],
  ];
  it.each(CAS)('refuses the leaf of a device CA %s', async (_what, oddities, word) => {
    const ca = await issueOdd(tree.root, 'device-ca', 'yimen device ca 2026', NOW, oddities);
    const by = { cert: pemBlocks(ca.cert)[0] ?? '', keys: ca.keys };
    // A P-384 key signs with P-384; the leaf below it is otherwise right.
    const leaf = await odd({}, 'operational', by);
    expect(verdict([leaf, by.cert], 'operational', { bundle: tree.root.cert })).toBe(word);
  });

  it('refuses servers of a server CA whose zone is everything', async () => {
    const ca = await issueOdd(tree.root, 'server-ca', 'yimen server ca 2026', NOW, {
      limits: encodeNameConstraints({}),
    });
    const by = { cert: pemBlocks(ca.cert)[0] ?? '', keys: ca.keys };
    expect(verdict([await odd({}, 'server', by), by.cert], 'server', { bundle: tree.root.cert })).toBe('CERT_NAME');
  });

  it('answers, and does not throw, on what is no certificate', () => {
    expect(verdict([])).toBe('CERT_UNREADABLE');
    expect(verdict(['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])).toBe('CERT_UNREADABLE');
    expect(readIdentity('nothing')).toMatchObject({ ok: false, error: { code: 'CERT_UNREADABLE' } });
  });
});

describe('a birth certificate', () => {
  const LATER = NOW + 5 * 365 * DAY;

  it('outlives its issuer: believed by its listed key, its chain as of its issue', async () => {
    const leaf = await leafOf('birth');
    const listed = new Set([hashOf(leaf)]);
    expect(verdict([leaf], 'birth', { now: LATER, listed })).toBe('ok');
    expect(verdict([leaf], 'birth', { now: LATER })).toBe('CERT_UNLISTED');
    expect(verdict([leaf], 'birth', { now: LATER, listed: new Set(['another']) })).toBe('CERT_UNLISTED');
    expect(verdict([leaf], 'birth', { now: NOW + 3651 * DAY, listed })).toBe('CERT_EXPIRED');
  });

  it('of a CA that had ended by then, or had not begun, is refused', async () => {
    const early = await odd({ notBefore: NOW - 10 * DAY, notAfter: NOW + DAY }, 'birth');
    expect(verdict([early], 'birth', { listed: new Set([hashOf(early)]) })).toBe('CERT_NOT_YET_VALID');
    const late = await odd({ notBefore: NOW + 731 * DAY, notAfter: NOW + 800 * DAY }, 'birth');
    expect(verdict([late], 'birth', { now: LATER - 3 * 365 * DAY + 5 * DAY, listed: new Set([hashOf(late)]) })).toBe(
      'CERT_EXPIRED',
    );
  });

  it('alone does so: a terminal ends with its CA, listed or not', async () => {
    const leaf = await odd({ notBefore: NOW + 720 * DAY, notAfter: NOW + 749 * DAY });
    expect(verdict([leaf], 'operational', { now: NOW + 729 * DAY })).toBe('ok');
    expect(verdict([leaf], 'operational', { now: NOW + 731 * DAY, listed: new Set([hashOf(leaf)]) })).toBe(
      'CERT_EXPIRED',
    );
  });
});
