import { fromHex, newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { expect, it } from 'vitest';
import { ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { REF1_LIMITS } from '../../driver-kit/ref1-limits.table.ts';
import { ref1Context, ScriptedRef1 } from '../../driver-kit/testing/scripted-ref1.ts';
import { runUntil } from '../../testing/run-until.ts';
import { createEndorsementPrinter } from './driver.ts';
import { panelDigestOf } from './protocol.ts';

// What no simulator says, because a sound device would not: answers written by hand.

const NEVER = new AbortController().signal;
const PRINT = {
  lines: [
    {
      destination: 'HKG',
      kind: 'G',
      countCode: '1',
      issued: '2026-11-26',
      validUntil: '2027-02-26',
      serial: 'E123456',
    },
  ],
};
const ASKED = panelDigestOf(['HKG G 1 2026-11-26 2027-02-26 E123456']);
const OTHER = panelDigestOf(['HKG G 1 2026-11-26 2027-02-26 E123457']);
const { u8, text } = ref1Value;

function bench() {
  const peer = new ScriptedRef1();
  const context = ref1Context(peer);
  const { clock } = context;
  let made = 0;
  const random = (n: number): Uint8Array => new Uint8Array(n).fill((made += 1));
  const driver = createEndorsementPrinter(context);
  const op = (): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs: 60_000 });
  return {
    peer,
    op,
    perform: (verb: string, args: unknown = {}, asked: Op = op()) =>
      runUntil(clock, driver.perform(verb, asked, args, NEVER)),
    recall: (asked: Op, by = driver) => runUntil(clock, by.recall?.(asked.operationId) ?? Promise.resolve(undefined)),
    nextHost: () => createEndorsementPrinter(context),
    readBack: () => runUntil(clock, driver.read('readBack', 5_000, {}, NEVER)),
  };
}

/** A good end of a print: its evidence, what was read, what was asked. */
function printed(evidence?: string, read?: string, asked?: string): readonly Ref1Field[] {
  return [
    [0x02, u8(0)],
    [0x03, u8(1)],
    ...(evidence === undefined ? [] : [[0x04, Uint8Array.of(5, 1, ...text(evidence))] as const]),
    ...(read === undefined ? [] : [[0x43, fromHex(read)] as const]),
    ...(asked === undefined ? [] : [[0x46, fromHex(asked)] as const]),
  ];
}

it.each([
  ['evidence and digest as asked', printed(ASKED, ASKED), 'done', undefined],
  ['evidence in capitals, no digest beside it', printed(ASKED.toUpperCase()), 'done', undefined],
  ['no evidence', printed(undefined, ASKED), 'unknown', 'hardwareError'],
  ['another evidence', printed(OTHER, ASKED), 'unknown', 'verifyMismatch'],
  ['another digest', printed(ASKED, OTHER), 'unknown', 'verifyMismatch'],
  ['a digest that it was never asked for', printed(OTHER, OTHER, OTHER), 'unknown', 'verifyMismatch'],
] as const)('print with %s: %s', async (_, fields, outcome, code) => {
  const { peer, perform } = bench();
  peer.on.set(0x12, (heard) => peer.answer(heard, fields));
  const result = await perform('printEndorsement', PRINT);
  expect(result.outcome).toBe(outcome);
  expect(result.fault?.code).toBe(code);
});

it.each([
  ['takeCard', 0x10, 'printPath'],
  ['handBack', 0x14, 'handedBack'],
])('%s is done at its own place only', async (verb, command, place) => {
  const { peer, perform } = bench();
  for (const [detail, outcome] of [
    [place, 'done'],
    ['between', 'unknown'],
  ] as const) {
    const evidence: Ref1Field = [0x04, Uint8Array.of(3, 1, ...text(detail))];
    peer.on.set(command, (heard) => peer.answer(heard, [[0x02, u8(0)], [0x03, u8(1)], evidence]));
    expect(await perform(verb)).toMatchObject({ outcome });
  }
});

it.each([
  ['with what was asked beside it', printed(ASKED, ASKED, ASKED), 'done', undefined],
  ['with another text', printed(OTHER, OTHER, ASKED), 'unknown', 'verifyMismatch'],
  ['of which nobody knows what was asked', printed(ASKED, ASKED), 'unknown', 'hardwareError'],
] as const)('the next host recalls a print %s', async (_, fields, outcome, code) => {
  const { peer, op, recall, nextHost } = bench();
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x12)], ...fields]));
  const result = await recall(op(), nextHost());
  expect(result?.outcome).toBe(outcome);
  expect(result?.fault?.code).toBe(code);
});

it('the same host remembers what it asked while nobody knows the end, for as many prints as the device does', async () => {
  const { peer, perform, op, recall } = bench();
  const first = op();
  peer.on.set(0x12, (heard) => peer.answer(heard, printed(undefined, ASKED)));
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x12)], ...printed(ASKED, ASKED)]));
  expect(await perform('printEndorsement', PRINT, first)).toMatchObject({ outcome: 'unknown' });
  expect(await recall(first)).toMatchObject({ outcome: 'done' });
  for (let i = 0; i < REF1_LIMITS.rememberedOrders; i += 1) await perform('printEndorsement', PRINT);
  expect(await recall(first)).toMatchObject({ outcome: 'unknown' });
});

it('what was asked is forgotten when its end is known: it is some citizen’s', async () => {
  const { peer, perform, op, recall } = bench();
  const first = op();
  peer.on.set(0x12, (heard) => peer.answer(heard, printed(ASKED, ASKED)));
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x12)], ...printed(ASKED, ASKED)]));
  expect(await perform('printEndorsement', PRINT, first)).toMatchObject({ outcome: 'done' });
  expect(await recall(first)).toMatchObject({ outcome: 'unknown' });
});

it('what is remembered under an unknown command is not judged', async () => {
  const { peer, op, recall } = bench();
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x3f)], ...printed(ASKED, ASKED)]));
  expect(await recall(op())).toBeUndefined();
});

it.each([
  ['that is not of its lines', [[0x43, fromHex(OTHER)]]],
  ['that is missing', []],
] as const)('a read-back with a digest %s is not believed', async (_, fields) => {
  const { peer, readBack } = bench();
  peer.on.set(0x13, (heard) => peer.answer(heard, [[0x42, text('HKG G 1')], ...fields]));
  expect(await readBack()).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
});
