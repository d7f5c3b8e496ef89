import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../base/bytes.ts';
import { decodePayload } from './decode.ts';
import { evBatchSchema, ledgerEventText, ledgerGenesisText } from './ledger.ts';
import { birthSchema, lifeSchema } from './report.ts';
import { partitionOf } from './topics.ts';

const sha = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const sha256Hex = (text: string): string => sha(text).toString('hex');

/** The worked example of the wire contract, §2.3. */
const EVENTS = [
  {
    seq: 1,
    j: 1,
    kind: 'epoch-opened',
    boot: 'b7f3c1d2',
    mono: 9100,
    wall: 1795371092445,
    epoch: 3,
    prevEpoch: 2,
    prevHead: 'DaDuvqYNGJw1ovR6yLGoSsnBJI0lrvH9i6unHZk7UEw',
    reason: 'disk-replaced',
  },
  {
    seq: 2,
    j: 14,
    kind: 'service-result',
    boot: 'b7f3c1d2',
    mono: 512040,
    wall: 1795371595385,
    sessionId: 's7Qk2mVd0aYt',
    service: 'exit.endorse',
    release: 17,
    outcome: 'done',
    reason: null,
    stop: null,
    amountFen: 1500,
    chargedFen: 1500,
    refundedFen: 0,
    produced: 1,
    handedOver: 1,
    steps: [
      { step: 'read-card', outcome: 'done', ms: 812 },
      { step: 'pay', outcome: 'done', ms: 21400 },
    ],
    receiptId: 'R7K2-9QXM',
    incident: null,
  },
];

describe('the wire contract', () => {
  it('puts terminals into their partitions', () => {
    expect(partitionOf('GUEST-01', sha256Hex)).toBe('p33');
    expect(partitionOf('SD-DALIANG-01', sha256Hex)).toBe('p42');
    expect(partitionOf('SD-RONGGUI-01', sha256Hex)).toBe('p07');
  });

  it('chains events as the worked example does', () => {
    let head: Uint8Array = sha(ledgerGenesisText('SD-DALIANG-01', 3));
    expect(toBase64Url(head)).toBe('GqnqRaHGW67bO7AbhsKDvf_17UfXc0O682N0S0TWPfE');
    for (const event of EVENTS) head = sha(head, ledgerEventText(event));
    expect(toBase64Url(head)).toBe('NladMX_9teHbMh5ATa7k4sbT-5B0oQkYpE5mvUE6nKw');
  });

  it('keeps fields of events that it does not know', () => {
    const batch = {
      v: 1,
      linkSession: 1,
      t: { boot: 'b7f3c1d2', mono: 1, wall: 1, srv: null },
      epoch: 1,
      from: 1,
      events: [{ ...EVENTS[0], later: [1] }],
      chain: { prev: 'A'.repeat(43), head: 'B'.repeat(43) },
    };
    const read = decodePayload(JSON.stringify(batch), evBatchSchema);
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
