import { createECDH } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  addPoints,
  decodePoint,
  encodeCoordinate,
  encodePoint,
  isOnCurve,
  multiplyPoint,
  scalarFrom,
  simulatedCurve,
} from './simulated-curve.ts';

describe.each([
  [13, 'brainpoolP256r1'],
  [12, 'prime256v1'],
] as const)('parameter %i, %s', (parameter, name) => {
  const curve = simulatedCurve(parameter);

  it('agrees with OpenSSL on public keys and shared secrets', () => {
    for (let round = 0; round < 8; round += 1) {
      const [own, peer] = [createECDH(name), createECDH(name)];
      own.generateKeys();
      peer.generateKeys();
      const secret = BigInt(`0x${own.getPrivateKey('hex')}`);
      const publicKey = multiplyPoint(curve, secret, curve.g);
      expect(publicKey && encodePoint(publicKey).toString('hex')).toBe(own.getPublicKey('hex'));
      const peerKey = decodePoint(curve, peer.getPublicKey());
      const shared = peerKey && multiplyPoint(curve, secret, peerKey);
      expect(shared && encodeCoordinate(shared.x)).toEqual(own.computeSecret(peer.getPublicKey()));
    }
  });

  it('n·G is infinity, (n−1)·G is −G, G + G is 2·G, G + (−G) is infinity', () => {
    const minus = { x: curve.g.x, y: curve.p - curve.g.y };
    expect(multiplyPoint(curve, curve.n, curve.g)).toBeUndefined();
    expect(multiplyPoint(curve, curve.n - 1n, curve.g)).toEqual(minus);
    expect(addPoints(curve, curve.g, curve.g)).toEqual(multiplyPoint(curve, 2n, curve.g));
    expect(addPoints(curve, curve.g, minus)).toBeUndefined();
  });

  it('sums are independent of their order, and stay on the curve', () => {
    const [three, five] = [multiplyPoint(curve, 3n, curve.g), multiplyPoint(curve, 5n, curve.g)];
    if (three === undefined || five === undefined) throw new Error('infinity');
    const eight = addPoints(curve, three, five);
    expect(eight).toEqual(multiplyPoint(curve, 8n, curve.g));
    expect(addPoints(curve, five, three)).toEqual(eight);
    expect(eight && isOnCurve(curve, eight)).toBe(true);
  });

  it('takes no point off the curve, of another form or length', () => {
    const good = encodePoint(curve.g);
    expect(decodePoint(curve, good)).toEqual(curve.g);
    for (const at of [1, 32, 33, 64]) {
      const bent = Buffer.from(good);
      bent.writeUInt8(bent.readUInt8(at) ^ 1, at);
      expect(decodePoint(curve, bent), `byte ${at}`).toBeUndefined();
    }
    expect(decodePoint(curve, Buffer.concat([Buffer.from([2]), good.subarray(1)]))).toBeUndefined();
    expect(decodePoint(curve, good.subarray(0, 33))).toBeUndefined();
    expect(decodePoint(curve, Buffer.alloc(65))).toBeUndefined();
    const over = Buffer.concat([Buffer.from([4]), encodeCoordinate(curve.p + 0n), encodeCoordinate(curve.g.y)]);
    expect(decodePoint(curve, over)).toBeUndefined();
  });

  it('a secret number is never 0 and below the order', () => {
    expect(scalarFrom(curve, Buffer.alloc(40))).toBe(1n);
    expect(scalarFrom(curve, Buffer.alloc(40, 0xff))).toBeLessThan(curve.n);
    expect(scalarFrom(curve, Buffer.alloc(40, 0xff))).toBeGreaterThan(0n);
  });
});
