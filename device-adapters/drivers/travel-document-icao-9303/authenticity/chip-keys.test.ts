import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { concatBytes, fromHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AES_128, AES_256, TRIPLE_DES } from '../cipher-suite.ts';
import { curveOf, encodePoint, type CurveName } from '../curves.ts';
import { encodeTlv } from '../protocol.ts';
import { readDg14, readDg15 } from './chip-keys.ts';
import { bits, integer, octets, oid, sequence, setOf } from './testing/der-samples.ts';

const CA = '0.4.0.127.0.7.2.2.3.2';
const PK_ECDH = '0.4.0.127.0.7.2.2.1.2';

const dg14 = (...infos: readonly Uint8Array[]): Uint8Array => encodeTlv(0x6e, setOf(...infos));
const agreement = (arc: number, keyId?: number): Uint8Array =>
  sequence(oid(`${CA}.${arc}`), integer(1), ...(keyId === undefined ? [] : [integer(keyId)]));
const keyInfo = (spki: Uint8Array, keyId?: number): Uint8Array =>
  sequence(oid(PK_ECDH), spki, ...(keyId === undefined ? [] : [integer(keyId)]));
const spkiOf = (key: KeyObject): Uint8Array => key.export({ type: 'spki', format: 'der' });
const ec = (namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named'): Uint8Array =>
  spkiOf(generateKeyPairSync('ec', { namedCurve, paramEncoding }).publicKey);
const point = (name: CurveName): Uint8Array => encodePoint(curveOf(name).generator);

describe('the key of chip authentication in DG14', () => {
  it.each<[string, CurveName]>([
    ['P-256', 'P-256'],
    ['P-384', 'P-384'],
    ['P-521', 'P-521'],
    ['brainpoolP256r1', 'brainpoolP256r1'],
    ['brainpoolP384r1', 'brainpoolP384r1'],
    ['brainpoolP512r1', 'brainpoolP512r1'],
  ])('on %s, by name and with its parameters spelled out', (namedCurve, name) => {
    for (const encoding of ['named', 'explicit'] as const)
      expect(readDg14(dg14(agreement(2), keyInfo(ec(namedCurve, encoding))))).toMatchObject({
        ok: true,
        value: { chipAuthentication: { suite: AES_128, curve: { name }, keyId: undefined } },
      });
  });

  it.each<[number, CurveName]>([
    [12, 'P-256'],
    [13, 'brainpoolP256r1'],
    [15, 'P-384'],
    [16, 'brainpoolP384r1'],
    [17, 'brainpoolP512r1'],
    [18, 'P-521'],
  ])('by number %i of the standardized parameters', (number, name) => {
    const spki = sequence(sequence(oid('0.4.0.127.0.7.1.2'), integer(number)), bits(point(name)));
    expect(readDg14(dg14(agreement(2), keyInfo(spki)))).toMatchObject({
      ok: true,
      value: { chipAuthentication: { curve: { name } } },
    });
  });

  it('the strongest cipher wins, with the key of its number', () => {
    const infos = [agreement(2, 1), keyInfo(ec('P-256'), 1), agreement(4, 2), keyInfo(ec('P-384'), 2)];
    expect(readDg14(dg14(...infos))).toMatchObject({
      ok: true,
      value: { chipAuthentication: { suite: AES_256, curve: { name: 'P-384' }, keyId: Uint8Array.of(2) } },
    });
  });

  it('a key without a cipher is for 3DES', () => {
    expect(readDg14(dg14(keyInfo(ec('P-256'))))).toMatchObject({
      ok: true,
      value: { chipAuthentication: { suite: TRIPLE_DES } },
    });
  });

  it.each<[string, Uint8Array[]]>([
    ['nothing', []],
    ['a cipher without a key', [agreement(2)]],
    ['a cipher whose key has another number', [agreement(2, 1), keyInfo(ec('P-256'), 2)]],
    ['a curve that is not spoken', [agreement(2), keyInfo(ec('brainpoolP320r1'))]],
    ['a curve that is not spoken, spelled out', [agreement(2), keyInfo(ec('secp256k1', 'explicit'))]],
    ['a key of RSA', [agreement(2), keyInfo(spkiOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey))]],
    [
      'a point off the curve',
      [
        agreement(2),
        keyInfo(
          sequence(
            sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')),
            bits(concatBytes(Uint8Array.of(4), new Uint8Array(64).fill(1))),
          ),
        ),
      ],
    ],
    ['a key that is none', [agreement(2), keyInfo(octets(new Uint8Array(4)))]],
  ])('is not offered: %s', (_, infos) => {
    expect(readDg14(dg14(...infos))).toMatchObject({ ok: true, value: { chipAuthentication: undefined } });
  });

  it.each([
    ['3', 'sha256'],
    ['5', 'sha512'],
    ['9', undefined],
  ])('names the digest of active authentication: %s', (arc, digest) => {
    const info = sequence(oid('2.23.136.1.1.5'), integer(1), oid(`0.4.0.127.0.7.1.1.4.1.${arc}`));
    expect(readDg14(dg14(info))).toMatchObject({ ok: true, value: { activeAuthenticationDigest: digest } });
  });
});

describe('files that are none', () => {
  it.each([new Uint8Array(0), Uint8Array.of(0x6e, 0), Uint8Array.of(0x61, 0), Uint8Array.of(0x6e, 2, 0x30, 0)])(
    'DG14 %#',
    (file) => {
      expect(readDg14(file)).toMatchObject({ ok: false, error: { code: 'FILE_MALFORMED' } });
    },
  );

  it('DG15 without its tag, or without a key', () => {
    for (const hex of ['', '6f00', '6f0107', '6f023000', '6e0430020101'])
      expect(readDg15(fromHex(hex))).toMatchObject({ ok: false, error: { code: 'FILE_MALFORMED' } });
    const key = ec('P-256');
    expect(readDg15(encodeTlv(0x6f, key))).toEqual({ ok: true, value: Uint8Array.from(key) });
  });

  it('never throws on any bytes', () => {
    const good = dg14(agreement(2, 1), keyInfo(ec('brainpoolP256r1', 'explicit'), 1));
    const bent = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255))
      .map(([at, byte]) => Uint8Array.from(good, (old, i) => (i === at ? byte : old)));
    fc.assert(
      fc.property(fc.oneof(bent, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const read = readDg14(bytes);
        if (read.ok) expect(read.value).toHaveProperty('chipAuthentication');
      }),
      { numRuns: 500 },
    );
  });
});
