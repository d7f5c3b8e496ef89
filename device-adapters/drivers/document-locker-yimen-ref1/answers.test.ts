import { newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { numberField, ref1Value, textField, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { ref1Context, ScriptedRef1 } from '../../driver-kit/testing/scripted-ref1.ts';
import { runUntil } from '../../testing/run-until.ts';
import { createDocumentLocker } from './driver.ts';

// What no simulator says, because a sound device would not: answers written by hand.

const NEVER = new AbortController().signal;
const SERIAL = 'C12345678';
const OTHER = 'C12345679';
const { u8, text } = ref1Value;

function bench() {
  const peer = new ScriptedRef1();
  peer.kind = 'document-locker';
  const context = ref1Context(peer);
  const { clock } = context;
  let made = 0;
  const random = (n: number): Uint8Array => new Uint8Array(n).fill((made += 1));
  const driver = createDocumentLocker(context);
  const op = (deadlineMs = 60_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  return {
    peer,
    op,
    perform: (verb: string, args: unknown = {}, asked: Op = op()) =>
      runUntil(clock, driver.perform(verb, asked, args, NEVER)),
    recall: (asked: Op, by = driver) => runUntil(clock, by.recall?.(asked.operationId) ?? Promise.resolve(undefined)),
    nextHost: () => createDocumentLocker(context),
    readBack: () => runUntil(clock, driver.read('readBack', 5_000, {}, NEVER)),
  };
}

function ends(result: number, motion: number | undefined, ...more: readonly Ref1Field[]): readonly Ref1Field[] {
  return [[0x02, u8(result)], ...(motion === undefined ? [] : [[0x03, u8(motion)] as const]), ...more];
}
const evidence = (kind: number, detail: string, access = 1): Ref1Field => [
  0x04,
  Uint8Array.of(kind, access, ...text(detail)),
];
const seen = (serial: string): Ref1Field => evidence(5, serial);
const told = (serial: string): Ref1Field => [0x46, text(serial)];
const wanted = (serial: string): Ref1Field => [0x4c, text(serial)];
const PRESENTED = evidence(0, 'exit', 0);
const TAKEN = evidence(1, 'exit', 0);

describe('present', () => {
  it.each([
    ['read as asked, taken', 0, 1, [seen(SERIAL), PRESENTED, TAKEN, told(SERIAL)], 'done', undefined],
    ['taken without being read', 0, 1, [PRESENTED, TAKEN, told(SERIAL)], 'unknown', 'hardwareError'],
    ['read, and not said what', 0, 1, [seen(SERIAL), PRESENTED, TAKEN], 'unknown', 'hardwareError'],
    ['F35: well with another', 0, 1, [seen(OTHER), PRESENTED, TAKEN, told(OTHER)], 'unknown', 'verifyMismatch'],
    ['F35: two readings', 0, 1, [seen(SERIAL), PRESENTED, TAKEN, told(OTHER)], 'unknown', 'verifyMismatch'],
    [
      'F35: two readings the other way',
      0,
      1,
      [seen(OTHER), PRESENTED, TAKEN, told(SERIAL)],
      'unknown',
      'verifyMismatch',
    ],
    ['well with what cannot be read', 0, 1, [seen(SERIAL), PRESENTED, TAKEN, told('')], 'unknown', 'verifyMismatch'],
    ['not seen to go', 0, 1, [seen(SERIAL), PRESENTED, told(SERIAL)], 'unknown', 'hardwareError'],
    ['F32: not taken', 0x25, 1, [seen(SERIAL), PRESENTED, told(SERIAL)], 'notDone', 'notTaken'],
    ['not taken, and taken', 0x25, 1, [PRESENTED, TAKEN], 'unknown', 'notTaken'],
    ['stopped at the exit', 0x05, 1, [PRESENTED], 'notDone', 'canceled'],
    ['interrupted', 0x05, 2, [], 'unknown', 'canceled'],
    ['not there, or twice', 0x20, 0, [], 'notDone', 'noMedia'],
    ['another one fetched, and presented', 0x27, 1, [PRESENTED, told(OTHER)], 'unknown', 'verifyMismatch'],
    ['a jam', 0x21, 1, [], 'unknown', 'mediaJam'],
  ] as const)('%s', async (_, result, motion, fields, outcome, code) => {
    const { peer, perform } = bench();
    peer.on.set(0x12, (heard) => peer.answer(heard, ends(result, motion, ...fields)));
    const presented = await perform('present', { serial: SERIAL });
    expect(presented.outcome).toBe(outcome);
    expect(presented.fault?.code).toBe(code);
  });

  it.each([
    [told(OTHER), { readSerial: OTHER }],
    [told(''), { readSerial: null }],
    [undefined, undefined],
  ] as const)('F18: another document lies in the reject bin, and what was read is kept (%j)', async (field, value) => {
    const { peer, perform } = bench();
    const fields = [seen(OTHER), ...(field === undefined ? [] : [field])];
    peer.on.set(0x12, (heard) => peer.answer(heard, ends(0x27, 1, ...fields)));
    const kept = await perform('present', { serial: SERIAL });
    expect(kept).toMatchObject({ outcome: 'notDone', fault: { code: 'verifyMismatch', action: 'maintenance' } });
    expect(kept.value).toEqual(value);
  });

  it('says which document and how long a hand is waited for', async () => {
    const { peer, perform, op } = bench();
    const heardOf: unknown[] = [];
    peer.on.set(0x12, (heard) => {
      heardOf.push(textField(heard.fields, 0x44), numberField(heard.fields, 0x45));
      peer.answer(heard, ends(0x25, 1, PRESENTED));
    });
    await perform('present', { serial: SERIAL }, op(39_000));
    expect(heardOf).toEqual([SERIAL, 30]);
    const late = await perform('present', { serial: SERIAL }, op(9_000));
    expect(late).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(peer.times(0x12)).toBe(1);
  });

  it('the same host recalls it by what it asked, the next one cannot when the device does not say it', async () => {
    const { peer, perform, op, recall, nextHost } = bench();
    const asked = op();
    const good = ends(0, 1, seen(SERIAL), PRESENTED, TAKEN, told(SERIAL));
    peer.on.set(0x12, (heard) => peer.answer(heard, ends(0x05, 2)));
    peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x12)], ...good]));
    expect(await perform('present', { serial: SERIAL }, asked)).toMatchObject({ outcome: 'unknown' });
    expect(await recall(asked)).toMatchObject({ outcome: 'done' });
    const next = await recall(asked, nextHost());
    expect(next).toMatchObject({ outcome: 'unknown' });
    expect(next?.evidence[0]).toMatchObject({ kind: 'readBack', detail: SERIAL });
  });
});

it.each([
  ['as asked', [seen(SERIAL), PRESENTED, TAKEN, told(SERIAL), wanted(SERIAL)], 'done', undefined],
  ['of which nobody knows what was asked', [seen(SERIAL), PRESENTED, TAKEN, told(SERIAL)], 'unknown', 'hardwareError'],
  ['another', [seen(OTHER), PRESENTED, TAKEN, told(OTHER), wanted(SERIAL)], 'unknown', 'verifyMismatch'],
  ['told as another', [seen(SERIAL), PRESENTED, TAKEN, told(OTHER), wanted(SERIAL)], 'unknown', 'verifyMismatch'],
  ['read as another', [seen(OTHER), PRESENTED, TAKEN, told(SERIAL), wanted(SERIAL)], 'unknown', 'verifyMismatch'],
  ['unreadable', [seen(''), PRESENTED, TAKEN, told(''), wanted(SERIAL)], 'unknown', 'verifyMismatch'],
  ['unreadable, and nothing asked', [seen(''), PRESENTED, TAKEN, told(''), wanted('')], 'unknown', 'hardwareError'],
  ['not read', [PRESENTED, TAKEN, told(SERIAL), wanted(SERIAL)], 'unknown', 'hardwareError'],
  ['not said what', [seen(SERIAL), PRESENTED, TAKEN, wanted(SERIAL)], 'unknown', 'hardwareError'],
  ['not presented', [seen(SERIAL), TAKEN, told(SERIAL), wanted(SERIAL)], 'unknown', 'hardwareError'],
  ['not taken', [seen(SERIAL), PRESENTED, told(SERIAL), wanted(SERIAL)], 'unknown', 'hardwareError'],
] as const)('the next host recalls a present that ended well: %s', async (_, fields, outcome, code) => {
  const { peer, op, recall, nextHost } = bench();
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x12)], ...ends(0, 1, ...fields)]));
  const result = await recall(op(), nextHost());
  expect(result?.outcome).toBe(outcome);
  expect(result?.fault?.code).toBe(code);
});

it('what this host asked counts, not what the device says that it was asked', async () => {
  const { peer, perform } = bench();
  const fields = [seen(OTHER), PRESENTED, TAKEN, told(OTHER), wanted(OTHER)];
  peer.on.set(0x12, (heard) => peer.answer(heard, ends(0, 1, ...fields)));
  expect(await perform('present', { serial: SERIAL })).toMatchObject({
    outcome: 'unknown',
    fault: { code: 'verifyMismatch' },
  });
});

it.each([
  [[evidence(2, SERIAL), evidence(4, 'retract +1')], 'done'],
  [[evidence(2, SERIAL)], 'done'],
  [[evidence(4, 'reject +1')], 'unknown'],
  [[], 'unknown'],
] as const)('retract ends well only in the retract bin: %j', async (fields, outcome) => {
  const { peer, perform } = bench();
  peer.on.set(0x13, (heard) => peer.answer(heard, ends(0, 1, ...fields)));
  expect(await perform('retract')).toMatchObject({ outcome });
});

it.each([
  [0x12, ends(0x27, 1, told(OTHER)), 'notDone'],
  [0x13, ends(0, 1, evidence(4, 'retract +1')), 'done'],
  [0x18, ends(0x2d, 1), 'notDone'],
  [0x11, ends(0, 1), undefined],
] as const)('the next host recalls command %i', async (command, fields, outcome) => {
  const { peer, op, recall, nextHost } = bench();
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(command)], ...fields]));
  expect((await recall(op(), nextHost()))?.outcome).toBe(outcome);
});

it.each([
  [[told(SERIAL)], { ok: true, value: { serial: SERIAL } }],
  [[], { ok: true, value: { serial: null } }],
  [[told('')], { ok: false, error: { code: 'verifyMismatch' } }],
] as const)('read back of %j: what cannot be read is no empty exit', async (fields, result) => {
  const { peer, readBack } = bench();
  peer.on.set(0x14, (heard) => peer.answer(heard, fields));
  expect(await readBack()).toMatchObject(result);
});
