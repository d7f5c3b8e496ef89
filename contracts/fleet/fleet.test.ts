import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodePayload } from './decode.ts';
import { evBatchSchema } from './ledger.ts';
import { MESSAGE_EXAMPLES } from './message-examples.ts';
import { birthSchema, lifeSchema } from './report.ts';
import { partitionOf } from './topics.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the wire contract', () => {
  it('puts terminals into their partitions', () => {
    expect(partitionOf('GUEST-01', sha256Hex)).toBe('p33');
    expect(partitionOf('SD-DALIANG-01', sha256Hex)).toBe('p42');
    expect(partitionOf('SD-RONGGUI-01', sha256Hex)).toBe('p07');
  });

  it('keeps fields of events that it does not know', () => {
    const batch = MESSAGE_EXAMPLES.events.replace('"seq":1,', '"seq":1,"later":[1],');
    const read = decodePayload(batch, evBatchSchema);
    expect(read.ok && read.value.events[0]?.['later']).toEqual([1]);
  });

  it('refuses floats, deep nesting, prototype keys and what is not JSON', () => {
    const lost = '{"v":1,"kind":"lost","linkSession":812}';
    expect(decodePayload(lost, lifeSchema).ok).toBe(true);
    for (const bad of [
      lost.replace('812', '8.5'),
      lost.replace('812}', '812,"x":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}'),
      lost.replace('812}', '812,"__proto__":{}}'),
      '{',
      lost.replace('1,', '2,'),
    ]) {
      expect(decodePayload(bad, lifeSchema).ok, bad).toBe(false);
    }
    expect(decodePayload(lost, birthSchema)).toMatchObject({ ok: false, error: { code: 'PAYLOAD_INVALID' } });
  });
});
