import { expect, it } from 'vitest';
import { readAtAnotherSpeed } from './bad-lines.ts';

const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all);

it('at the same speed every byte is read as it was sent', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(readAtAnotherSpeed(all, 9_600, 9_600)).toEqual(all);
});

it('twice as fast each bit is read twice, and a low stop bit waits for the line to rest', () => {
  // 55 on the wire: 0 10101010 1, read as 00 11 00 11 00 11 00 11 00 11 and at rest. The first byte is 0 | 01100110 | 0, a
  // framing error; the next start bit is the low level after the next high one: 0 | 0110011 and rest.
  expect(readAtAnotherSpeed(bytes(0x55), 9_600, 19_200)).toEqual(bytes(0x66, 0xe6));
});

it('twelve times as fast a byte is a burst of few different bytes; at a twelfth little is left of many', () => {
  const seen = readAtAnotherSpeed(bytes(0xaa, 0x96, 0x69), 9_600, 115_200);
  expect(seen.length).toBeGreaterThan(3);
  expect([...new Set(seen)]).toEqual([0x00]);
  expect(readAtAnotherSpeed(new Uint8Array(12).fill(0xaa), 115_200, 9_600).length).toBeLessThanOrEqual(2);
});
