import { fromHex, newOperationId } from '@yimen/contracts/base';
import { operationRecordSchema, type Op } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { numberField, ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { ref1Context, ScriptedRef1 } from '../../driver-kit/testing/scripted-ref1.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { createLicencePrinter } from './driver.ts';
import { licenceDigestOf, type Licence } from './protocol.ts';

// What no simulator says, because a sound device would not: answers written by hand.

const NEVER = new AbortController().signal;
const MAKE: Licence = { form: 'driving', blankSerial: 'DL20260001', fields: { name: '李娜', class: 'C1' } };
const ASKED = licenceDigestOf(MAKE);
const OTHER = licenceDigestOf({ ...MAKE, fields: { name: '李娜', class: 'C2' } });
const { u8, text } = ref1Value;

function bench() {
  const peer = new ScriptedRef1();
  peer.kind = 'licence-printer';
  const context = ref1Context(peer);
  const { clock } = context;
  let made = 0;
  const random = (n: number): Uint8Array => new Uint8Array(n).fill((made += 1));
  const driver = createLicencePrinter(context);
  const op = (deadlineMs = 90_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  return {
    peer,
    clock,
    driver,
    op,
    perform: (verb: string, args: unknown = {}, asked: Op = op()) =>
      runUntil(clock, driver.perform(verb, asked, args, NEVER)),
    recall: (asked: Op, by = driver) => runUntil(clock, by.recall?.(asked.operationId) ?? Promise.resolve(undefined)),
    nextHost: () => createLicencePrinter(context),
    read: (verb: string) => runUntil(clock, driver.read(verb, 5_000, {}, NEVER)),
  };
}

function ends(result: number, motion: number | undefined, ...more: readonly Ref1Field[]): readonly Ref1Field[] {
  return [[0x02, u8(result)], ...(motion === undefined ? [] : [[0x03, u8(motion)] as const]), ...more];
}
const evidence = (kind: number, detail: string, access = 1): Ref1Field => [
  0x04,
  Uint8Array.of(kind, access, ...text(detail)),
];
const readBack = (digest: string): Ref1Field => evidence(5, digest);
const told = (digest: string): Ref1Field => [0x45, fromHex(digest)];
const wanted = (digest: string): Ref1Field => [0x4c, fromHex(digest)];
const spoiled = (serial: string): Ref1Field => [0x43, text(serial)];
const PRESENTED = evidence(0, 'exit', 0);
const TAKEN = evidence(1, 'exit', 0);

describe('make', () => {
  it.each([
    ['as asked', [readBack(ASKED), told(ASKED)], 'done', undefined],
    ['as asked, in capitals', [readBack(ASKED.toUpperCase()), told(ASKED)], 'done', undefined],
    ['no evidence', [told(ASKED)], 'unknown', 'hardwareError'],
    ['no digest', [readBack(ASKED)], 'unknown', 'hardwareError'],
    ['F19: another digest', [readBack(ASKED), told(OTHER)], 'unknown', 'verifyMismatch'],
    ['F19: another evidence', [readBack(OTHER), told(ASKED)], 'unknown', 'verifyMismatch'],
    [
      'its blank in the reject bin',
      [readBack(ASKED), told(ASKED), spoiled(MAKE.blankSerial)],
      'unknown',
      'hardwareError',
    ],
  ] as const)('that ended well, %s: %s', async (_, fields, outcome, code) => {
    const { peer, perform } = bench();
    peer.on.set(0x10, (heard) => peer.answer(heard, ends(0, 1, ...fields)));
    const result = await perform('make', MAKE);
    expect(result.outcome).toBe(outcome);
    expect(result.fault?.code).toBe(code);
    expect(result.value).toEqual(outcome === 'done' ? { blank: 'finished' } : undefined);
  });

  const rejected = { blank: 'rejected', spoiledSerial: MAKE.blankSerial };
  const both = { ...rejected, alsoSpoiled: 'DL20260002' };
  it.each([
    ['F15: another blank lies first', 0x24, 0, [], 'notDone', { blank: 'untouched' }],
    ['F17: ribbon out, the blank rejected', 0x26, 1, [spoiled(MAKE.blankSerial)], 'notDone', rejected],
    ['F18: read as something else, the blank rejected', 0x27, 1, [spoiled(MAKE.blankSerial)], 'notDone', rejected],
    ['F16: two at once, both told', 0x2d, 1, [spoiled('DL20260002'), spoiled(MAKE.blankSerial)], 'notDone', both],
    ['one told twice', 0x2d, 1, [spoiled(MAKE.blankSerial), spoiled(MAKE.blankSerial)], 'notDone', rejected],
    ['laminate out, motion left out', 0x2e, undefined, [spoiled(MAKE.blankSerial)], 'notDone', rejected],
    ['ribbon out, nothing said of the blank', 0x26, 1, [], 'unknown', undefined],
    ['ribbon out, of another blank', 0x26, 1, [spoiled('DL20260002')], 'unknown', undefined],
    ['F27: a jam, the blank in the works', 0x21, 1, [], 'unknown', undefined],
    ['a fault of which the device cannot tell', 0x06, 2, [], 'unknown', undefined],
  ] as const)('%s: %i', async (_, result, motion, fields, outcome, value) => {
    const { peer, perform } = bench();
    peer.on.set(0x10, (heard) => peer.answer(heard, ends(result, motion, ...fields)));
    const made = await perform('make', MAKE);
    expect(made.outcome).toBe(outcome);
    expect(made.value).toEqual(value);
  });

  it('names no more other blanks than a record holds, however many the device names', async () => {
    const { peer, perform } = bench();
    const many = Array.from({ length: 20 }, (_, i) => `X${String(i).padStart(23, '0')}`);
    peer.on.set(0x10, (heard) => peer.answer(heard, ends(0x2d, 1, ...[MAKE.blankSerial, ...many].map(spoiled))));
    const { value } = await perform('make', MAKE);
    expect(value).toEqual({ ...rejected, alsoSpoiled: many.slice(0, 8).join(',') });
    expect(operationRecordSchema.shape.value.safeParse(value).success).toBe(true);
  });

  it('that is refused has touched no blank', async () => {
    const { peer, perform } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard, 0x28));
    expect(await perform('make', MAKE)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'headHot', action: 'suspend' },
      value: { blank: 'untouched' },
    });
  });

  it.each([
    ['a text too long', { ...MAKE, fields: { name: 'x', address: '娜'.repeat(67) } }, 'softwareError', 'address'],
    [
      'a field too many',
      { ...MAKE, fields: Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`f${i}`, 'x'])) },
      'softwareError',
      'f24',
    ],
  ] as const)('with %s never goes out, and the field is named', async (_, args, code, name) => {
    const { peer, perform } = bench();
    const result = await perform('make', args);
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code }, value: { blank: 'untouched' } });
    expect(result.fault?.message).toContain(name);
    expect(peer.times(0x10)).toBe(0);
  });

  it('with too little time for a whole licence is not begun', async () => {
    const { peer, perform, op } = bench();
    peer.on.set(0x10, (heard) => peer.answer(heard, ends(0, 1, readBack(ASKED), told(ASKED))));
    expect(await perform('make', MAKE, op(60_000))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'timeOut' },
      value: { blank: 'untouched' },
    });
    expect(peer.times(0x10)).toBe(0);
    expect(await perform('make', MAKE, op(66_000))).toMatchObject({ outcome: 'done' });
  });

  it('is left alone for its minute and asked for only afterwards', async () => {
    const { peer, clock, driver, op } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard));
    peer.on.set(0x04, (heard) =>
      peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x10)], ...ends(0, 1, readBack(ASKED), told(ASKED))]),
    );
    const making = driver.perform('make', op(), MAKE, NEVER);
    await runFor(clock, 65_000);
    expect(peer.times(0x04)).toBe(0);
    expect(await runUntil(clock, making)).toMatchObject({ outcome: 'done', value: { blank: 'finished' } });
    expect(peer.times(0x10)).toBe(1);
  });

  it.each([
    [
      'two spoiled blanks, the first its own',
      ends(0x2d, 1, spoiled('DL20260009'), spoiled('DL20260003')),
      'notDone',
      { blank: 'rejected', spoiledSerial: 'DL20260009', alsoSpoiled: 'DL20260003' },
    ],
    [
      'a spoiled blank',
      ends(0x26, 1, spoiled('DL20260009')),
      'notDone',
      { blank: 'rejected', spoiledSerial: 'DL20260009' },
    ],
    ['an untouched blank', ends(0x24, 0), 'notDone', { blank: 'untouched' }],
  ] as const)('the next host recalls %s', async (_, fields, outcome, value) => {
    const { peer, op, recall, nextHost } = bench();
    peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x10)], ...fields]));
    const result = await recall(op(), nextHost());
    expect(result?.outcome).toBe(outcome);
    expect(result?.value).toEqual(value);
  });

  it.each([
    ['beside what was asked', ends(0, 1, readBack(ASKED), told(ASKED), wanted(ASKED)), 'done', undefined],
    ['of which nobody knows what was asked', ends(0, 1, readBack(ASKED), told(ASKED)), 'unknown', 'hardwareError'],
    [
      'whose asked digest is cut off',
      ends(0, 1, readBack(ASKED), told(ASKED), [0x4c, fromHex(ASKED).subarray(1)]),
      'unknown',
      'hardwareError',
    ],
    ['F19: another', ends(0, 1, readBack(OTHER), told(OTHER), wanted(ASKED)), 'unknown', 'verifyMismatch'],
    ['F19: another digest', ends(0, 1, readBack(ASKED), told(OTHER), wanted(ASKED)), 'unknown', 'verifyMismatch'],
    ['F19: another evidence', ends(0, 1, readBack(OTHER), told(ASKED), wanted(ASKED)), 'unknown', 'verifyMismatch'],
    ['without evidence', ends(0, 1, told(ASKED), wanted(ASKED)), 'unknown', 'hardwareError'],
    ['without its digest', ends(0, 1, readBack(ASKED), wanted(ASKED)), 'unknown', 'hardwareError'],
    ['that did not move', ends(0, 0, readBack(ASKED), told(ASKED), wanted(ASKED)), 'unknown', 'hardwareError'],
    [
      'whose blank lies in the reject bin',
      ends(0, 1, readBack(ASKED), told(ASKED), wanted(ASKED), spoiled(MAKE.blankSerial)),
      'unknown',
      'hardwareError',
    ],
    [
      'F18: rejected',
      ends(0x27, 1, told(OTHER), wanted(ASKED), spoiled(MAKE.blankSerial)),
      'notDone',
      'verifyMismatch',
    ],
    ['F35: of the other stack', ends(0x27, 1, told(OTHER), wanted(ASKED)), 'unknown', 'verifyMismatch'],
  ] as const)('the next host recalls a well ended one %s', async (_, fields, outcome, code) => {
    const { peer, op, recall, nextHost } = bench();
    peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x10)], ...fields]));
    const result = await recall(op(), nextHost());
    expect(result?.outcome).toBe(outcome);
    expect(result?.fault?.code).toBe(code);
    if (outcome === 'done') expect(result?.value).toEqual({ blank: 'finished' });
  });

  it('what this host asked counts, not what the device says that it was asked', async () => {
    const { peer, perform } = bench();
    peer.on.set(0x10, (heard) => peer.answer(heard, ends(0, 1, readBack(OTHER), told(OTHER), wanted(OTHER))));
    expect(await perform('make', MAKE)).toMatchObject({ outcome: 'unknown', fault: { code: 'verifyMismatch' } });
  });

  it('the same host remembers what it asked', async () => {
    const { peer, perform, op, recall } = bench();
    const asked = op();
    peer.on.set(0x10, (heard) => peer.answer(heard, ends(0, 1, readBack(OTHER), told(OTHER))));
    peer.on.set(0x04, (heard) =>
      peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x10)], ...ends(0, 1, readBack(ASKED), told(ASKED))]),
    );
    expect(await perform('make', MAKE, asked)).toMatchObject({ outcome: 'unknown' });
    expect(await recall(asked)).toMatchObject({ outcome: 'done', value: { blank: 'finished' } });
  });
});

describe('present', () => {
  it.each([
    ['taken', 0, 1, [PRESENTED, TAKEN], 'done', undefined],
    ['well, and the sensor did not see it go', 0, 1, [PRESENTED], 'unknown', 'hardwareError'],
    ['well, and never seen at the exit', 0, 1, [TAKEN], 'unknown', 'hardwareError'],
    ['F32: not taken, it stays there', 0x25, 1, [PRESENTED], 'notDone', 'notTaken'],
    ['not taken, motion left out', 0x25, undefined, [], 'notDone', 'notTaken'],
    ['not taken, and taken', 0x25, 1, [PRESENTED, TAKEN], 'unknown', 'notTaken'],
    ['stopped, it stays there', 0x05, 1, [PRESENTED], 'notDone', 'canceled'],
    ['stopped, and taken', 0x05, 1, [PRESENTED, TAKEN], 'unknown', 'canceled'],
    ['interrupted', 0x05, 2, [PRESENTED], 'unknown', 'canceled'],
    ['nothing there', 0x20, 0, [], 'notDone', 'noMedia'],
    ['a jam on the way', 0x21, 1, [], 'unknown', 'mediaJam'],
  ] as const)('%s', async (_, result, motion, fields, outcome, code) => {
    const { peer, perform } = bench();
    peer.on.set(0x12, (heard) => peer.answer(heard, ends(result, motion, ...fields)));
    const presented = await perform('present');
    expect(presented.outcome).toBe(outcome);
    expect(presented.fault?.code).toBe(code);
  });

  it('tells the device how long a hand is waited for: what remains after the way and a stop', async () => {
    const { peer, perform, op } = bench();
    const seconds: (number | undefined)[] = [];
    peer.on.set(0x12, (heard) => {
      seconds.push(numberField(heard.fields, 0x46));
      peer.answer(heard, ends(0x25, 1, PRESENTED));
    });
    for (const deadlineMs of [40_000, 9_000, 600_000]) await perform('present', {}, op(deadlineMs));
    expect(seconds).toEqual([32, 1, 300]);
    expect(await perform('present', {}, op(8_000))).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(seconds).toHaveLength(3);
  });

  it('is stopped when its caller goes, and then the device’s word counts', async () => {
    const { peer, clock, driver, op } = bench();
    const caller = new AbortController();
    let waiting: Parameters<ScriptedRef1['accept']>[0] | undefined;
    peer.on.set(0x12, (heard) => {
      waiting = heard;
      peer.accept(heard);
    });
    peer.on.set(0x06, (heard) => {
      if (waiting !== undefined) peer.complete(waiting, ends(0x05, 1, PRESENTED));
      peer.answer(heard);
    });
    const presenting = driver.perform('present', op(), {}, caller.signal);
    await runFor(clock, 3_000);
    expect(peer.times(0x06)).toBe(0);
    caller.abort();
    expect(await runUntil(clock, presenting)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(peer.times(0x06)).toBe(1);
  });
});

it.each([
  ['retract', 0x13, [evidence(2, 'retract')], 'done'],
  ['retract', 0x13, [evidence(4, 'retract +1')], 'done'],
  ['retract', 0x13, [evidence(4, 'reject +1')], 'unknown'],
  ['retract', 0x13, [], 'unknown'],
  ['acceptOld', 0x14, [evidence(4, 'recovery +1')], 'done'],
  ['acceptOld', 0x14, [evidence(4, 'retract +1')], 'unknown'],
  ['acceptOld', 0x14, [], 'unknown'],
] as const)('%s ends well only in its own bin (%i)', async (verb, command, fields, outcome) => {
  const { peer, perform } = bench();
  peer.on.set(command, (heard) => peer.answer(heard, ends(0, 1, ...fields)));
  expect(await perform(verb)).toMatchObject({ outcome });
});

it('nobody gives an old licence: notDone, noMedia', async () => {
  const { peer, perform } = bench();
  peer.on.set(0x14, (heard) => peer.answer(heard, ends(0x20, 0)));
  expect(await perform('acceptOld')).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
});

it.each([
  [0x12, ends(0, 1, PRESENTED, TAKEN), 'done'],
  [0x13, ends(0, 1, evidence(4, 'retract +1')), 'done'],
  [0x14, ends(0, 1, evidence(4, 'recovery +1')), 'done'],
  [0x17, ends(0, 1), 'done'],
  [0x3f, ends(0, 1), undefined],
] as const)('the next host recalls command %i', async (command, fields, outcome) => {
  const { peer, op, recall, nextHost } = bench();
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(command)], ...fields]));
  expect((await recall(op(), nextHost()))?.outcome).toBe(outcome);
});

describe('verify', () => {
  it('gives serial and digest; a serial that cannot be read is null', async () => {
    const { peer, read } = bench();
    peer.on.set(0x11, (heard) => peer.answer(heard, [[0x41, text('DL20260001')], told(ASKED)]));
    expect(await read('verify')).toEqual({ ok: true, value: { blankSerial: 'DL20260001', digest: ASKED } });
    peer.on.set(0x11, (heard) => peer.answer(heard, [told(ASKED)]));
    expect(await read('verify')).toEqual({ ok: true, value: { blankSerial: null, digest: ASKED } });
  });

  it('nothing there is noMedia; no digest is not believed', async () => {
    const { peer, read } = bench();
    peer.on.set(0x11, (heard) => peer.accept(heard, 0x20));
    expect(await read('verify')).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    peer.on.set(0x11, (heard) => peer.answer(heard, [[0x41, text('DL20260001')]]));
    expect(await read('verify')).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
  });
});
