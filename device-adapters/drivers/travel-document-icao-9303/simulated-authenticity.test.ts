import { createHash, createPublicKey, publicDecrypt, constants, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ChipOffers } from '../../testing/card-path.ts';
import { aesSessionKeys } from './simulated-chip-aes.ts';
import { chipSessionKeys } from './simulated-chip-crypto.ts';
import type { ChipFault } from './simulated-chip-faults.ts';
import { ALL_OFFERS, cardWith, rig } from './simulated-chip-rig.ts';
import {
  decodePoint,
  encodeCoordinate,
  encodePoint,
  multiplyPoint,
  simulatedCurve,
  type CurvePoint,
} from './simulated-curve.ts';
import { object, objectIdentifierValue, readObject } from './simulated-der.ts';
import { simulatedTrustAnchors } from './simulated-issuer.ts';
import { pair, type TestTerminal } from './simulated-test-terminal.ts';

const EMPTY = Buffer.alloc(0);
const curve = simulatedCurve(13);
const authority = new X509Certificate(simulatedTrustAnchors());

function opened(offers: ChipOffers = ALL_OFFERS, ...faults: readonly ChipFault[]): TestTerminal {
  const { terminal, card } = rig(cardWith(offers), ...faults);
  expect(terminal.basicAccess(card)).toBe('9000');
  return terminal;
}

/** Values of the objects below `bytes`, one after another. */
function members(bytes: Buffer): { tag: number; value: Buffer; whole: Buffer }[] {
  const found = [];
  for (let rest = bytes; rest.length > 0;) {
    const next = readObject(rest);
    if (next === undefined) throw new Error('not an object');
    found.push({ ...next, whole: rest.subarray(0, rest.length - next.rest.length) });
    rest = next.rest;
  }
  return found;
}

/** Walks down by positions. */
function at(bytes: Buffer, ...path: readonly number[]): Buffer {
  return path.reduce((value, position) => members(value)[position]?.value ?? EMPTY, bytes);
}

/** What a security object says, cut by position (RFC 5652 §5.1, ICAO 9303-10 appendix D). */
function securityObjectOf(terminal: TestTerminal) {
  const file = terminal.readFile(0x011d) ?? EMPTY;
  const signedData = at(file, 0, 0, 1, 0);
  const content = at(signedData, 2, 1, 0);
  const certificate = members(members(signedData)[3]?.value ?? EMPTY)[0]?.whole ?? EMPTY;
  const signer = at(signedData, 4, 0);
  const attributes = members(signer)[3]?.value ?? EMPTY;
  const digests = new Map(members(at(content, 0, 2)).map(({ value }) => [at(value, 0)[0] ?? 0, at(value, 1)]));
  return { content, digests, signer: new X509Certificate(certificate), attributes, signature: at(signer, 5) };
}

function isSigned(read: ReturnType<typeof securityObjectOf>): boolean {
  const digest = createHash('sha256').update(read.content).digest();
  const signed = object(0x31, read.attributes);
  return read.attributes.includes(digest) && verify('sha256', signed, read.signer.publicKey, read.signature);
}

describe('the security object', () => {
  it('bears the digest of every group, signed by a signer under the trust anchor', () => {
    const terminal = opened();
    const read = securityObjectOf(terminal);
    expect([...read.digests.keys()]).toEqual([1, 2, 11, 14, 15]);
    for (const [group, digest] of read.digests)
      expect(
        createHash('sha256')
          .update(terminal.readFile(0x0100 | group) ?? EMPTY)
          .digest(),
        `DG${group}`,
      ).toEqual(digest);
    expect(isSigned(read)).toBe(true);
    expect(read.signer.verify(authority.publicKey)).toBe(true);
    expect(read.signer.checkIssued(authority)).toBe(true);
    expect(read.signer.ca).toBe(false);
    expect(authority.ca && authority.checkIssued(authority) && authority.verify(authority.publicKey)).toBe(true);
  });

  it('is one file as long as the field is on, and the anchor one as long as the process', () => {
    const terminal = opened();
    expect(terminal.readFile(0x011d)).toEqual(terminal.readFile(0x011d));
    expect(new X509Certificate(simulatedTrustAnchors()).fingerprint256).toBe(authority.fingerprint256);
  });

  it('foreign-face: DG2 is not the one that was signed, everything else is', () => {
    const terminal = opened(ALL_OFFERS, 'foreign-face');
    const { digests } = securityObjectOf(terminal);
    const wrong = [...digests].filter(
      ([group, digest]) =>
        !createHash('sha256')
          .update(terminal.readFile(0x0100 | group) ?? EMPTY)
          .digest()
          .equals(digest),
    );
    expect(wrong.map(([group]) => group)).toEqual([2]);
  });

  it('foreign-signer: sound in itself, the right names, not under the anchor', () => {
    const read = securityObjectOf(opened(ALL_OFFERS, 'foreign-signer'));
    expect(isSigned(read)).toBe(true);
    expect(read.signer.issuer).toBe(authority.subject);
    expect(read.signer.verify(authority.publicKey)).toBe(false);
  });

  it('expired-signer: under the anchor, and over', () => {
    const read = securityObjectOf(opened(ALL_OFFERS, 'expired-signer'));
    expect(isSigned(read) && read.signer.verify(authority.publicKey)).toBe(true);
    expect(new Date(read.signer.validTo).getUTCFullYear()).toBe(2019);
    expect(new Date(securityObjectOf(opened()).signer.validTo).getUTCFullYear()).toBe(2049);
  });

  it('F47: another person’s chip, genuine in itself', () => {
    const terminal = opened(ALL_OFFERS, 'F47');
    expect(terminal.readFile(0x0101)?.toString('latin1')).toContain('MO<<MINGSHENG');
    expect(terminal.readFile(0x010b)?.toString('utf8')).toContain('莫明生');
    const read = securityObjectOf(terminal);
    expect(
      createHash('sha256')
        .update(terminal.readFile(0x0101) ?? EMPTY)
        .digest(),
    ).toEqual(read.digests.get(1));
    expect(isSigned(read)).toBe(true);
  });

  it('dg11-malformed: signed as it stands, and no sound object inside', () => {
    const terminal = opened(ALL_OFFERS, 'dg11-malformed');
    const file = terminal.readFile(0x010b) ?? EMPTY;
    expect(createHash('sha256').update(file).digest()).toEqual(securityObjectOf(terminal).digests.get(11));
    expect(() => members(readObject(file)?.value ?? EMPTY)).toThrow('not an object');
  });

  it('no-security-object, and a chip that was never signed', () => {
    expect(opened(ALL_OFFERS, 'no-security-object').readFile(0x011d)).toBeUndefined();
    expect(opened({ ...ALL_OFFERS, isSigned: false }).readFile(0x011d)).toBeUndefined();
  });
});

describe('chip authentication', () => {
  /** The chip's static key as DG14 gives it: the last 65 bytes of its public key info. */
  function staticKey(terminal: TestTerminal): CurvePoint {
    const dg14 = terminal.readFile(0x010e) ?? EMPTY;
    const info = members(at(dg14, 0, 0)).find(({ value }) =>
      at(value, 0).equals(objectIdentifierValue('0.4.0.127.0.7.2.2.1.2')),
    );
    const point = decodePoint(curve, at(info?.value ?? EMPTY, 1, 1).subarray(1));
    if (point === undefined) throw new Error('no key in DG14');
    return point;
  }

  function chooseAes(terminal: TestTerminal): string {
    const data = Buffer.concat([
      object(0x80, objectIdentifierValue('0.4.0.127.0.7.2.2.3.2.2')),
      object(0x84, Buffer.from([1])),
    ]);
    return terminal.secure('0c2241a4', data).sw;
  }

  it('AES: the chip goes on under the keys that only its secret key gives', () => {
    const terminal = opened();
    const chipKey = staticKey(terminal);
    expect(chooseAes(terminal)).toBe('9000');
    const own = pair(curve, curve.g);
    const answer = terminal.secure('0c860000', object(0x7c, object(0x80, encodePoint(own.point))), 0);
    expect([answer.sw, answer.data.toString('hex')]).toEqual(['9000', '7c00']);
    const shared = multiplyPoint(curve, own.secret, chipKey);
    terminal.session = { cipher: 'AES', keys: aesSessionKeys(encodeCoordinate(shared?.x ?? 0n)), counter: 0n };
    expect(terminal.readFile(0x0101)).toBeDefined();
  });

  it('3DES: by MSE:SET KAT alone', () => {
    const terminal = opened({ ...ALL_OFFERS, chipAuthentication: '3DES' });
    const chipKey = staticKey(terminal);
    expect(chooseAes(terminal)).toBe('6a86');
    const own = pair(curve, curve.g);
    expect(terminal.secure('0c2241a6', object(0x91, encodePoint(own.point))).sw).toBe('9000');
    const shared = multiplyPoint(curve, own.secret, chipKey);
    terminal.session = { cipher: '3DES', keys: chipSessionKeys(encodeCoordinate(shared?.x ?? 0n)), counter: 0n };
    expect(terminal.readFile(0x0101)).toBeDefined();
  });

  it('cloned-chip: the copy answers, and then speaks under other keys', () => {
    const terminal = opened(ALL_OFFERS, 'cloned-chip');
    const chipKey = staticKey(terminal);
    expect(chooseAes(terminal)).toBe('9000');
    const own = pair(curve, curve.g);
    expect(terminal.secure('0c860000', object(0x7c, object(0x80, encodePoint(own.point))), 0).sw).toBe('9000');
    const shared = multiplyPoint(curve, own.secret, chipKey);
    terminal.session = { cipher: 'AES', keys: aesSessionKeys(encodeCoordinate(shared?.x ?? 0n)), counter: 0n };
    expect(terminal.secure('0ca4020c', Buffer.from('0101', 'hex')).sw).toBe('6988');
  });

  it('refuses what is out of order or malformed, and stays in its session', () => {
    const terminal = opened();
    const off = encodePoint({ x: curve.g.x, y: curve.g.y + 1n });
    expect(terminal.secure('0c860000', object(0x7c, object(0x80, encodePoint(curve.g)))).sw).toBe('6985');
    expect(terminal.secure('0c2241a6', object(0x91, encodePoint(curve.g))).sw).toBe('6a86');
    expect(terminal.secure('0c2241a4', Buffer.from('80010184', 'hex')).sw).toBe('6a80');
    expect(terminal.secure('0c2241a4', Buffer.from('840101', 'hex')).sw).toBe('6a80');
    expect(terminal.secure('0c2241a4', Buffer.from('840102', 'hex')).sw).toBe('6a88');
    for (const data of [object(0x7c, object(0x80, off)), object(0x7c, object(0x81, encodePoint(curve.g))), EMPTY]) {
      expect(chooseAes(terminal)).toBe('9000');
      expect(terminal.secure('0c860000', data).sw).toBe('6a80');
    }
    expect(terminal.readFile(0x0101)).toBeDefined();
  });

  it('a chip without it does not know its commands', () => {
    const terminal = opened({});
    expect(chooseAes(terminal)).toBe('6d00');
    expect(terminal.secure('0c860000', object(0x7c)).sw).toBe('6d00');
  });
});

describe('active authentication', () => {
  const challenge = Buffer.from('0102030405060708', 'hex');
  const kinds = ['ECDSA', 'RSA-SHA1', 'RSA-SHA256'] as const;

  function publicKey(terminal: TestTerminal) {
    const file = readObject(terminal.readFile(0x010f) ?? EMPTY);
    return createPublicKey({ key: file?.value ?? EMPTY, type: 'spki', format: 'der' });
  }

  function isRight(kind: (typeof kinds)[number], terminal: TestTerminal): boolean {
    const key = publicKey(terminal);
    const { data, sw } = terminal.secure('0c880000', challenge, 0);
    expect(sw).toBe('9000');
    if (kind === 'ECDSA') return verify('sha256', challenge, { key, dsaEncoding: 'ieee-p1363' }, data);
    let recovered: Buffer;
    try {
      recovered = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, data);
    } catch {
      // A clone's number may be larger than this key's modulus.
      return false;
    }
    const [hash, trailer] = kind === 'RSA-SHA1' ? (['sha1', 'bc'] as const) : (['sha256', '34cc'] as const);
    const hashBytes = hash === 'sha1' ? 20 : 32;
    const end = recovered.length - trailer.length / 2;
    const digest = createHash(hash)
      .update(recovered.subarray(1, end - hashBytes))
      .update(challenge)
      .digest();
    return (
      recovered[0] === 0x6a &&
      recovered.subarray(end).toString('hex') === trailer &&
      recovered.subarray(end - hashBytes, end).equals(digest)
    );
  }

  it.each(kinds)('%s: DG15 verifies what the chip signs, and the answer fits a protected short one', (kind) => {
    const terminal = opened({ activeAuthentication: kind });
    expect(isRight(kind, terminal)).toBe(true);
    const protectedAnswer = terminal.send(terminal.protect('0c880000', challenge, 0));
    expect(protectedAnswer.data.length).toBeLessThanOrEqual(256);
  });

  it.each(kinds)('%s: a clone signs with another key', (kind) => {
    expect(isRight(kind, opened({ activeAuthentication: kind }, 'cloned-chip'))).toBe(false);
  });

  it('takes eight bytes, and only where it is offered', () => {
    const terminal = opened({ activeAuthentication: 'ECDSA' });
    expect(terminal.secure('0c880000', challenge.subarray(1), 0).sw).toBe('6700');
    expect(opened({}).secure('0c880000', challenge, 0).sw).toBe('6d00');
  });
});
