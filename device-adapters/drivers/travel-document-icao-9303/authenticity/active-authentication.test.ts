import { constants, createHash, generateKeyPairSync, privateEncrypt, sign, type KeyObject } from 'node:crypto';
import { concatBytes, fromHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { linkTo } from '../testing/chip-responder.ts';
import { isAnswerGood, runActiveAuthentication } from './active-authentication.ts';

const CHALLENGE = fromHex('0102030405060708');
const RSA = generateKeyPairSync('rsa', { modulusLength: 1024 });
const TRAILERS = { sha1: 'bc', sha224: '38cc', sha256: '34cc', sha384: '36cc', sha512: '35cc' } as const;

/** ISO/IEC 9796-2 scheme 1 with partial recovery: what a chip signs. */
function recoverable(digest: keyof typeof TRAILERS, challenge: Uint8Array, trailer = TRAILERS[digest], head = 0x6a) {
  const ending = fromHex(trailer);
  const digestBytes = createHash(digest).digest().length;
  const own = new Uint8Array(128 - 1 - digestBytes - ending.length).fill(0xa5);
  const hash = createHash(digest).update(concatBytes(own, challenge)).digest();
  const block = concatBytes(Uint8Array.of(head), own, hash, ending);
  return privateEncrypt({ key: RSA.privateKey, padding: constants.RSA_NO_PADDING }, block);
}

describe('RSA after ISO/IEC 9796-2', () => {
  it.each(Object.keys(TRAILERS) as (keyof typeof TRAILERS)[])('is good with %s', (digest) => {
    expect(isAnswerGood(RSA.publicKey, undefined, CHALLENGE, recoverable(digest, CHALLENGE))).toBe(true);
  });

  it('SHA-1 is good with its long trailer too', () => {
    expect(isAnswerGood(RSA.publicKey, undefined, CHALLENGE, recoverable('sha1', CHALLENGE, '33cc' as 'bc'))).toBe(
      true,
    );
  });

  it.each<[string, () => Uint8Array]>([
    ['over another challenge', () => recoverable('sha256', new Uint8Array(8))],
    ['with the trailer of another digest', () => recoverable('sha256', CHALLENGE, '33cc' as '34cc')],
    ['with a trailer that nobody knows', () => recoverable('sha256', CHALLENGE, '99cc' as '34cc')],
    ['with another head', () => recoverable('sha256', CHALLENGE, '34cc', 0x4a)],
    ['of another length', () => new Uint8Array(20)],
    ['that is empty', () => new Uint8Array(0)],
    ['that is zero', () => new Uint8Array(128)],
  ])('is not good %s', (_, signature) => {
    expect(isAnswerGood(RSA.publicKey, undefined, CHALLENGE, signature())).toBe(false);
  });
});

describe('ECDSA', () => {
  const signed = (key: KeyObject, digest: string, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Uint8Array =>
    sign(digest, CHALLENGE, { key, dsaEncoding });

  it.each([
    ['P-256', 'sha256'],
    ['brainpoolP256r1', 'sha256'],
    ['P-384', 'sha384'],
    ['brainpoolP384r1', 'sha384'],
    ['P-521', 'sha512'],
    ['brainpoolP512r1', 'sha512'],
  ])('on %s is good with the digest of the field where none is named (%s)', (namedCurve, digest) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    expect(isAnswerGood(publicKey, undefined, CHALLENGE, signed(privateKey, digest))).toBe(true);
    expect(isAnswerGood(publicKey, 'sha224', CHALLENGE, signed(privateKey, 'sha224'))).toBe(true);
    expect(isAnswerGood(publicKey, 'sha224', CHALLENGE, signed(privateKey, digest))).toBe(false);
    expect(isAnswerGood(publicKey, undefined, new Uint8Array(8), signed(privateKey, digest))).toBe(false);
    expect(isAnswerGood(publicKey, undefined, CHALLENGE, signed(privateKey, digest, 'der'))).toBe(false);
  });
});

describe('the conversation', () => {
  const spki = (key: KeyObject): Uint8Array => key.export({ type: 'spki', format: 'der' });

  it('asks in extended length for a signature that no short answer holds', async () => {
    const long = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const heard: number[] = [];
    const link = linkTo((command) => {
      heard.push(command.length);
      return fromHex('6982');
    });
    expect(await runActiveAuthentication(link, spki(RSA.publicKey), undefined)).toEqual({
      ok: true,
      value: 'notProved',
    });
    expect(await runActiveAuthentication(link, spki(long.publicKey), undefined)).toEqual({
      ok: true,
      value: 'notProved',
    });
    // 5 + 8 + Le of one byte; 7 + 8 + Le of two.
    expect(heard).toEqual([14, 17]);
  });

  it('proves a chip that signs, and not one that answers well with a foreign signature', async () => {
    const own = linkTo((command) => concatBytes(recoverable('sha256', command.subarray(5, 13)), fromHex('9000')));
    expect(await runActiveAuthentication(own, spki(RSA.publicKey), undefined)).toEqual({ ok: true, value: 'proved' });
    const foreign = linkTo(() => concatBytes(recoverable('sha256', CHALLENGE), fromHex('9000')));
    expect(await runActiveAuthentication(foreign, spki(RSA.publicKey), undefined)).toEqual({
      ok: true,
      value: 'notProved',
    });
  });

  it.each<[string, Uint8Array]>([
    ['no key', new Uint8Array(5)],
    ['a curve of another size', spki(generateKeyPairSync('ec', { namedCurve: 'brainpoolP320r1' }).publicKey)],
    ['another kind of key', spki(generateKeyPairSync('ed25519').publicKey)],
  ])('asks nothing where the key is %s', async (_, key) => {
    const link = linkTo(() => {
      throw new Error('asked');
    });
    expect(await runActiveAuthentication(link, key, undefined)).toEqual({ ok: true, value: 'unsupported' });
  });
});
