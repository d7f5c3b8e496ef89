import { createHash } from 'node:crypto';
import { ledgerGenesisText, partitionOf } from '@yimen/contracts/fleet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, chainHash } from './chain.ts';
import { correctedTime, decodeBatch, type DecodedBatch } from './decode-batch.ts';
import { LedgerMaker } from '../test/ledger-maker.ts';

const TID = 'SD-DALIANG-01';
const AT = 1_795_371_900_000;
const decode = (text: string | Uint8Array): DecodedBatch => decodeBatch(TID, Buffer.from(text), AT);

function batchOf(text: string): Extract<DecodedBatch, { what: 'batch' }>['batch'] {
  const decoded = decode(text);
  if (decoded.what !== 'batch') throw new Error(decoded.broken.reason);
  return decoded.batch;
}

/** The example of the wire contract (§2.3), as printed there. */
const EXAMPLE = `{"v":1,"linkSession":812,"t":{"boot":"b7f3c1d2","mono":512061,"wall":1795371595406,"srv":1795371594900},"epoch":3,"from":1,"events":[
 {"seq":1,"j":1,"kind":"epoch-opened","boot":"b7f3c1d2","mono":9100,"wall":1795371092445,"epoch":3,"prevEpoch":2,"prevHead":"DaDuvqYNGJw1ovR6yLGoSsnBJI0lrvH9i6unHZk7UEw","reason":"disk-replaced"},
 {"seq":2,"j":14,"kind":"service-result","boot":"b7f3c1d2","mono":512040,"wall":1795371595385,"sessionId":"s7Qk2mVd0aYt","service":"exit.endorse","release":17,
  "outcome":"done","reason":null,"stop":null,"amountFen":1500,"chargedFen":1500,"refundedFen":0,"produced":1,"handedOver":1,
  "steps":[{"step":"read-card","outcome":"done","ms":812},{"step":"pay","outcome":"done","ms":21400}],"receiptId":"R7K2-9QXM","incident":null}],
 "chain":{"prev":"GqnqRaHGW67bO7AbhsKDvf_17UfXc0O682N0S0TWPfE","head":"NladMX_9teHbMh5ATa7k4sbT-5B0oQkYpE5mvUE6nKw"}}`;

describe('the wire contract’s example', () => {
  it('gives its h(0), chain and partition numbers', () => {
    const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect([TID, 'GUEST-01', 'SD-RONGGUI-01'].map((tid) => partitionOf(tid, sha256Hex))).toEqual(['p42', 'p33', 'p07']);
    expect(createHash('sha256').update(ledgerGenesisText(TID, 3)).digest('base64url')).toBe(
      'GqnqRaHGW67bO7AbhsKDvf_17UfXc0O682N0S0TWPfE',
    );
    const batch = batchOf(EXAMPLE);
    expect(batch).toMatchObject({
      tid: TID,
      epoch: 3,
      from: 1,
      to: 2,
      prev: 'GqnqRaHGW67bO7AbhsKDvf_17UfXc0O682N0S0TWPfE',
      poison: [],
    });
    expect(batch.events.map((event) => event.kind)).toEqual(['epoch-opened', 'service-result']);
    expect(batch.events[1]?.hash).toBe('NladMX_9teHbMh5ATa7k4sbT-5B0oQkYpE5mvUE6nKw');
    expect(batch.events[1]).toMatchObject({ at: AT - 21, approx: false });
  });

  it('is refused as a whole chain when one character of it is changed', () => {
    const batch = batchOf(EXAMPLE.replace('"chargedFen":1500', '"chargedFen":1501'));
    expect(batch).toMatchObject({ prev: null, events: [] });
    expect(batch.poison.map((row) => [row.seq, row.reason, row.hash])).toEqual([
      [1, 'LEDGER_CHAIN', null],
      [2, 'LEDGER_CHAIN', null],
    ]);
  });
});

describe('one event that does not fit', () => {
  const maker = (): LedgerMaker => {
    const ledger = new LedgerMaker(TID);
    for (let i = 0; i < 3; i += 1) ledger.addService();
    return ledger;
  };

  it.each<[string, (ledger: LedgerMaker) => void]>([
    ['a field of the wrong type', (ledger) => ledger.addService({ produced: 'one' })],
    ['a missing field', (ledger) => ledger.add('power', {})],
    ['an unknown word', (ledger) => ledger.add('power', { state: 'solar' })],
    [
      'a kind that stays on the terminal',
      (ledger) => ledger.add('screen-shown', { sessionId: 'session-0001', view: 'pay', version: 1 }),
    ],
    ['an event above 4 KiB', (ledger) => ledger.add('power', { state: 'mains', extra: 'x'.repeat(4_100) })],
    ['nesting too deep', (ledger) => ledger.add('power', { state: 'mains', extra: { a: { b: { c: { d: 1 } } } } })],
    [
      'a field that reaches for the prototype',
      (ledger) => ledger.add('power', { state: 'mains', ...(JSON.parse('{"constructor":1}') as object) }),
    ],
  ])('is poison alone: %s', (_what, addBad) => {
    const ledger = maker();
    addBad(ledger);
    ledger.addService();
    const batch = batchOf(ledger.batch(1, 5));
    expect(batch.events.map((event) => event.seq)).toEqual([1, 2, 3, 5]);
    expect(batch.poison.map((row) => [row.seq, row.hash])).toEqual([[4, ledger.hash(4)]]);
    expect(batch.prev).toBe(ledger.hash(0));
  });

  it('with a fraction still has its place in the chain', () => {
    const ledger = maker();
    const payload = JSON.parse(ledger.batch(1, 3)) as { events: Record<string, unknown>[]; chain: { head: string } };
    payload.events[2] = { ...payload.events[2], amountFen: 15.5 };
    payload.chain.head = chainHash(ledger.hash(2), canonicalText(payload.events[2]) ?? '');
    expect(batchOf(JSON.stringify(payload))).toMatchObject({ poison: [{ seq: 3 }], events: [{ seq: 1 }, { seq: 2 }] });
  });

  it('with a wrong number is poison at the number that was due', () => {
    const ledger = maker();
    const payload = JSON.parse(ledger.batch(1, 3)) as { events: Record<string, unknown>[]; chain: { head: string } };
    payload.events[2] = { ...payload.events[2], seq: 9 };
    payload.chain.head = chainHash(ledger.hash(2), canonicalText(payload.events[2]) ?? '');
    expect(batchOf(JSON.stringify(payload)).poison).toMatchObject([{ seq: 3, reason: 'number 9 where 3 was due' }]);
  });

  it('is no poison when only its kind or a field is newer than this program', () => {
    const ledger = maker();
    ledger.add('drone-landed', { pad: 3 });
    ledger.add('power', { state: 'mains', volts: 231 });
    const batch = batchOf(ledger.batch(1, 5));
    expect(batch.poison).toEqual([]);
    expect(batch.events[4]?.body).toContain('"volts":231');
  });

  it('that could not be read on the terminal brings its own hash', () => {
    const ledger = maker();
    const h = createHash('sha256').update('torn').digest('base64url');
    const row = { seq: 4, j: 12, kind: 'unreadable', boot: ledger.boot, mono: ledger.mono, wall: ledger.wall, h };
    const payload = JSON.parse(ledger.batch(1, 3)) as { events: unknown[]; chain: { head: string } };
    payload.events.push(row);
    payload.chain.head = h;
    const batch = batchOf(JSON.stringify(payload));
    expect(batch.poison).toEqual([]);
    expect(batch.events[3]).toMatchObject({ kind: 'unreadable', hash: h });
  });
});

describe('a payload that is broken as a whole', () => {
  const ledger = new LedgerMaker(TID);
  ledger.addService();
  const change = (field: string, value: unknown): string => ledger.batch(1, 1, (payload) => (payload[field] = value));

  it.each<[string, string | Uint8Array]>([
    ['no JSON', '{"v":1'],
    ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['another version', change('v', 2)],
    ['no events', change('events', [])],
    [
      'too many events',
      change(
        'events',
        Array.from({ length: 101 }, () => ledger.events[0]),
      ),
    ],
    ['no chain', change('chain', undefined)],
    ['a fractional epoch', change('epoch', 1.5)],
    ['a negative from', change('from', -1)],
    ['a lone surrogate', ledger.batch(1, 1).replace('R7K2-9QXM', '\\ud800')],
    ['too many bytes', `${ledger.batch(1, 1)}${' '.repeat(64 * 1024)}`],
    ['a million brackets', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ])('%s', (_what, text) => {
    expect(decode(text)).toMatchObject({ what: 'broken', broken: { tid: TID, leaf: 'ev', at: AT } });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.json().map((text) => Buffer.from(text)),
          fc.json().map((text) => Buffer.from(change('events', [JSON.parse(text)]))),
        ),
        (bytes) => {
          expect(['batch', 'broken']).toContain(decode(bytes).what);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('correctedTime', () => {
  const t = { boot: 'boot-0001', mono: 60_000, wall: 5_000, srv: null };
  it.each<[string, { boot: string; mono: number; wall: number }, { at: number; approx: boolean }]>([
    ['same boot: counts back', { boot: 'boot-0001', mono: 40_000, wall: 1 }, { at: AT - 20_000, approx: false }],
    ['another boot: its wall time', { boot: 'boot-0000', mono: 40_000, wall: AT - 7 }, { at: AT - 7, approx: true }],
    [
      'another boot, wall ahead of us: not later than heard',
      { boot: 'boot-0000', mono: 40_000, wall: AT + 9_000 },
      { at: AT, approx: true },
    ],
    [
      'same boot but a later monotonic time: cannot be',
      { boot: 'boot-0001', mono: 60_001, wall: AT - 7 },
      { at: AT - 7, approx: true },
    ],
  ])('%s', (_what, event, expected) => {
    expect(correctedTime(event, t, AT)).toEqual(expected);
  });
});
