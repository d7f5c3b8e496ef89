import { createHash, generateKeyPairSync } from 'node:crypto';
import { encodeTlv } from '../protocol.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificate } from './certificate.ts';
import { authenticityOf, authenticityWord, isVouchedFor, listedGroups } from './passive-authentication.ts';
import { name } from './testing/der-samples.ts';
import {
  certificate,
  CERTIFICATE_USAGE,
  ECDSA_SHA256,
  IS_AUTHORITY,
  keyIdentifier,
  ldsSecurityObject,
  plainWay,
  pssWay,
  securityObject,
  SIGNATURE_USAGE,
  type CertificateSample,
  type KeyPair,
  type SecurityObjectSample,
  type SigningWay,
} from './testing/signed-document.ts';

const ec = (namedCurve: string): KeyPair => generateKeyPairSync('ec', { namedCurve });
const KEYS = {
  p256: ec('P-256'),
  other: ec('P-256'),
  brainpool256: ec('brainpoolP256r1'),
  brainpool384: ec('brainpoolP384r1'),
  brainpool512: ec('brainpoolP512r1'),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const GROUPS: ReadonlyMap<number, Uint8Array> = new Map([
  [1, Uint8Array.of(0x61, 1, 1)],
  [2, Uint8Array.of(0x75, 1, 2)],
  [14, Uint8Array.of(0x6e, 1, 3)],
]);
const NOW = Date.UTC(2026, 10, 27);
const KEY_ID = Uint8Array.of(1, 2, 3, 4);

interface Case {
  readonly signerKey?: KeyPair;
  readonly authorityKey?: KeyPair;
  readonly authority?: Partial<CertificateSample>;
  readonly signer?: Partial<CertificateSample>;
  readonly object?: Partial<SecurityObjectSample>;
  readonly groups?: ReadonlyMap<number, Uint8Array>;
  readonly nowMs?: number;
  readonly hasAnchor?: boolean;
}

/** Makes a document, its signer and its authority, right in everything that the case does not say, and judges it. */
function judged(made: Case = {}): string | null {
  const authorityKey = made.authorityKey ?? KEYS.other;
  const signerKey = made.signerKey ?? KEYS.p256;
  const anchor = certificate({
    key: authorityKey.publicKey,
    signedBy: authorityKey.privateKey,
    extensions: [IS_AUTHORITY, CERTIFICATE_USAGE],
    ...made.authority,
  });
  const signerCertificate = certificate({
    serial: 2,
    subject: name('UT', 'Utopia signer'),
    key: signerKey.publicKey,
    signedBy: authorityKey.privateKey,
    extensions: [SIGNATURE_USAGE, keyIdentifier(KEY_ID)],
    ...made.signer,
  });
  const read = readCertificate(anchor);
  if (read === undefined) throw new Error('the sample is no certificate');
  return authenticityOf({
    securityObject: securityObject({ groups: GROUPS, signerCertificate, key: signerKey.privateKey, ...made.object }),
    groups: made.groups ?? GROUPS,
    anchors: made.hasAnchor === false ? [] : [read],
    nowMs: made.nowMs ?? NOW,
  });
}

const ECDSA = '1.2.840.10045.4.3';
const RSA = '1.2.840.113549.1.1';

describe('a document as its issuer signed it', () => {
  it.each<[string, KeyPair, SigningWay, SecurityObjectSample['signerDigest']]>([
    ['ECDSA P-256, SHA-256', KEYS.p256, ECDSA_SHA256, 'sha256'],
    ['ECDSA P-256, SHA-1', KEYS.p256, plainWay('1.2.840.10045.4.1', 'sha1'), 'sha1'],
    ['ECDSA P-256, SHA-224', KEYS.p256, plainWay(`${ECDSA}.1`, 'sha224'), 'sha224'],
    ['ECDSA brainpoolP256r1, SHA-256', KEYS.brainpool256, ECDSA_SHA256, 'sha256'],
    ['ECDSA brainpoolP384r1, SHA-384', KEYS.brainpool384, plainWay(`${ECDSA}.3`, 'sha384'), 'sha384'],
    ['ECDSA brainpoolP512r1, SHA-512', KEYS.brainpool512, plainWay(`${ECDSA}.4`, 'sha512'), 'sha512'],
    ['RSA PKCS #1 v1.5, SHA-256', KEYS.rsa, plainWay(`${RSA}.11`, 'sha256'), 'sha256'],
    ['RSA PKCS #1 v1.5, SHA-512', KEYS.rsa, plainWay(`${RSA}.13`, 'sha512'), 'sha512'],
    ['RSA that leaves its digest to the signer', KEYS.rsa, plainWay(`${RSA}.1`, 'sha384'), 'sha384'],
    ['RSASSA-PSS, SHA-256', KEYS.rsa, pssWay('sha256', 32), 'sha256'],
    ['RSASSA-PSS, SHA-512, another salt', KEYS.rsa, pssWay('sha512', 20), 'sha512'],
  ])('passes: %s', (_, signerKey, way, signerDigest) => {
    expect(judged({ signerKey, object: { way, ...(signerDigest && { signerDigest }) } })).toBeNull();
  });

  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
    'passes with %s of the groups, versions 0 and 1',
    (digest) => {
      for (const version of [0, 1] as const) expect(judged({ object: { digest, version } })).toBeNull();
    },
  );

  it('passes when the authority signs by RSASSA-PSS or on brainpoolP384r1', () => {
    expect(
      judged({
        authorityKey: KEYS.rsa,
        authority: { way: pssWay('sha256', 32) },
        signer: { way: pssWay('sha256', 32) },
      }),
    ).toBeNull();
    const way = plainWay(`${ECDSA}.3`, 'sha384');
    expect(judged({ authorityKey: KEYS.brainpool384, authority: { way }, signer: { way } })).toBeNull();
  });

  it('passes with keys whose curve is spelled out, as issuers have them', () => {
    const explicit = (): KeyPair =>
      generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1', paramEncoding: 'explicit' });
    expect(judged({ signerKey: explicit(), authorityKey: explicit() })).toBeNull();
  });

  it('passes when the signer is found by the identifier of its key', () => {
    expect(judged({ object: { sid: encodeTlv(0x80, KEY_ID) } })).toBeNull();
  });

  it('passes when the security object lists groups that were not read', () => {
    expect(judged({ groups: new Map([...GROUPS].slice(0, 1)) })).toBeNull();
  });
});

describe('what is found', () => {
  const bent = (at: number): Uint8Array => Uint8Array.of(0x75, 1, at);

  it.each<[string, string, Case]>([
    ['digest', 'a changed group', { groups: new Map([...GROUPS, [2, bent(9)]]) }],
    ['digest', 'a group that was never signed', { groups: new Map([...GROUPS, [15, bent(2)]]) }],
    [
      'digest',
      'a changed group, also without an anchor',
      { groups: new Map([...GROUPS, [1, bent(1)]]), hasAnchor: false },
    ],
    ['signature', 'a signature by another key', { object: { key: KEYS.other.privateKey } }],
    ['signature', 'a signature that is none', { object: { change: { signature: new Uint8Array(70) } } }],
    ['signature', 'a wrong digest of the content', { object: { change: { messageDigest: new Uint8Array(32) } } }],
    [
      'signature',
      'another type of content',
      { object: { change: { contentType: encodeTlv(0x06, Uint8Array.of(0x2a, 3)) } } },
    ],
    ['signature', 'no signed attributes', { object: { hasAttributes: false } }],
    ['signature', 'an algorithm that nobody knows', { object: { way: plainWay('1.2.3.4', 'sha256') } }],
    ['signature', 'an algorithm of another kind of key', { object: { way: plainWay(`${RSA}.11`, 'sha256') } }],
    ['signature', 'a mask of another digest', { signerKey: KEYS.rsa, object: { way: pssWay('sha256', 32, 'sha1') } }],
    ['malformed', 'no signer', { object: { signers: 0 } }],
    ['malformed', 'two signers', { object: { signers: 2 } }],
    ['malformed', 'a signer without its certificate', { object: { sid: encodeTlv(0x80, Uint8Array.of(9)) } }],
    ['noTrustAnchor', 'no anchor', { hasAnchor: false }],
    ['noTrustAnchor', 'anchors of other states', { authority: { subject: name('XX', 'Utopia CSCA') } }],
    ['chain', 'an authority of the right name with another key', { signer: { signedBy: KEYS.p256.privateKey } }],
    ['chain', 'an authority of another name with the right key', { authority: { subject: name('UT', 'Other') } }],
    ['chain', 'an anchor that is no authority', { authority: { extensions: [CERTIFICATE_USAGE] } }],
    [
      'chain',
      'an anchor that may not sign certificates',
      { authority: { extensions: [IS_AUTHORITY, SIGNATURE_USAGE] } },
    ],
    ['chain', 'a signer that may not sign documents', { signer: { extensions: [CERTIFICATE_USAGE] } }],
    ['chain', 'a signer without key usage', { signer: { extensions: [] } }],
    ['expired', 'a signer that is over', { signer: { to: '200101' } }],
    ['expired', 'a signer that is to come', { signer: { from: '270101' } }],
    ['expired', 'an authority that is over', { authority: { to: '200101' } }],
    ['expired', 'an authority that is to come', { authority: { from: '270101' } }],
    ['expired', 'a clock after both', { nowMs: Date.UTC(2046, 0, 1) }],
  ])('%s: %s', (reason, _, made) => {
    expect(judged(made)).toBe(reason);
  });

  it('malformed: a content that is no LDS security object', () => {
    expect(judged({ object: { change: { content: Uint8Array.of(0x30, 0) } } })).toBe('malformed');
  });

  it('signature: changed groups with their new digests in the signed content', () => {
    const groups = new Map([...GROUPS, [1, bent(7)]]);
    const content = ldsSecurityObject({ groups });
    expect(judged({ groups, object: { change: { content } } })).toBe('signature');
    const messageDigest = createHash('sha256').update(content).digest();
    expect(judged({ groups, object: { change: { content, messageDigest, signature: new Uint8Array(70) } } })).toBe(
      'signature',
    );
  });

  it('noSecurityObject: there is none', () => {
    expect(authenticityOf({ securityObject: undefined, groups: GROUPS, anchors: [], nowMs: NOW })).toBe(
      'noSecurityObject',
    );
    expect(listedGroups(undefined)).toEqual([]);
  });

  it('names compare by what they say, not by case or spaces', () => {
    expect(
      judged({ signer: { issuer: name('UT', 'utopia  csca') }, object: { sid: encodeTlv(0x80, KEY_ID) } }),
    ).toBeNull();
  });

  it('malformed: never throws on any bytes, and never passes', () => {
    const good = securityObject({
      groups: GROUPS,
      signerCertificate: certificate({
        serial: 2,
        key: KEYS.p256.publicKey,
        signedBy: KEYS.p256.privateKey,
        extensions: [],
      }),
      key: KEYS.p256.privateKey,
    });
    const change = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, by]) => Uint8Array.from(good, (byte, i) => (i === at ? byte ^ by : byte)));
    fc.assert(
      fc.property(fc.oneof(change, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const reason = authenticityOf({ securityObject: bytes, groups: GROUPS, anchors: [], nowMs: NOW });
        expect(reason).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

describe('in the words of the port', () => {
  it.each([
    [null, 'passed', true],
    ['noSecurityObject', 'notChecked', false],
    ['noTrustAnchor', 'notChecked', true],
    ['malformed', 'failed', false],
    ['digest', 'failed', false],
    ['signature', 'failed', false],
    ['chain', 'failed', false],
    ['expired', 'failed', true],
  ] as const)('%s is %s; its keys prove something: %s', (reason, word, isVouched) => {
    expect(authenticityWord(reason)).toBe(word);
    expect(isVouchedFor(reason)).toBe(isVouched);
  });
});
