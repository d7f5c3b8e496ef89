import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketSizeGuard } from './packet-size-guard.ts';
import { TokenBucket } from './token-bucket.ts';

/** A packet of `body` bytes with its fixed header (MQTT 3.1.1 §2.2.3). */
function packet(body: number): Uint8Array {
  const length: number[] = [];
  let rest = body;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Uint8Array.of(0x32, ...length, ...new Uint8Array(body).fill(0xff));
}

/** Whether all of `bytes` passes, cut into pieces at `cuts`. */
function passes(bytes: Uint8Array, cuts: readonly number[], limit: number): boolean {
  const guard = new PacketSizeGuard(limit);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  let from = 0;
  for (const end of ends) {
    if (!guard.passes(bytes.subarray(from, end))) return false;
    from = end;
  }
  return true;
}

describe('PacketSizeGuard', () => {
  it('passes packets up to the limit and none above, wherever the bytes are cut', () => {
    const sizes = fc.array(fc.constantFrom(0, 1, 127, 128, 129, 300, 995, 996, 997, 998, 1_500, 16_384), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(), { maxLength: 8 }), (bodies, cuts) => {
        const packets = bodies.map(packet);
        const stream = Buffer.concat(packets);
        expect(passes(stream, cuts, 1_000)).toBe(packets.every((one) => one.length <= 1_000));
      }),
      { numRuns: 500 },
    );
  });

  it('says no at the header, before any of the body came', () => {
    expect(passes(packet(2_000).subarray(0, 3), [], 1_000)).toBe(false);
    expect(passes(packet(900).subarray(0, 3), [], 1_000)).toBe(true);
  });

  it('refuses a length of more than four bytes', () => {
    expect(passes(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01), [], 1_000)).toBe(false);
  });
});

describe('TokenBucket', () => {
  it('gives its burst at once and then its rate', () => {
    const bucket = new TokenBucket(50, 200, 0);
    expect(Array.from({ length: 200 }, () => bucket.take(0)).every((wait) => wait === 0)).toBe(true);
    expect([bucket.take(0), bucket.take(0)]).toEqual([20, 40]);
    expect(bucket.take(60)).toBe(0);
    expect(bucket.take(10_060)).toBe(0);
    expect(Array.from({ length: 200 }, () => bucket.take(10_060)).filter((wait) => wait === 0).length).toBe(199);
  });
});
