import { newOperationId } from '@yimen/contracts/base';
import { expect, it } from 'vitest';
import { numberField, ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { ref1Context, ScriptedRef1 } from '../../driver-kit/testing/scripted-ref1.ts';
import { runUntil } from '../../testing/run-until.ts';
import { createPaymentTerminal } from './driver.ts';

// What no simulator says, because a sound device would not: answers written by hand.

const NEVER = new AbortController().signal;
const CHARGE = { billRef: 'bill-1', amountFen: 1_500, qrText: 'https://pay.example/bill-1' };
const { u8, u32, text } = ref1Value;
const QR: Ref1Field = [0x43, u8(1)];
const TRACE: Ref1Field = [0x44, text('T-1')];

function bench() {
  const peer = new ScriptedRef1();
  peer.kind = 'payment-terminal';
  const context = ref1Context(peer);
  const { clock } = context;
  const driver = createPaymentTerminal(context);
  return {
    peer,
    perform: (verb: string, args: unknown, deadlineMs = 60_000) => {
      const operationId = newOperationId(clock.wallMs(), context.random);
      return runUntil(clock, driver.perform(verb, { operationId, deadlineMs }, args, NEVER));
    },
  };
}

function ends(result: number, motion: number | undefined, ...more: readonly Ref1Field[]): readonly Ref1Field[] {
  return [[0x02, u8(result)], ...(motion === undefined ? [] : [[0x03, u8(motion)] as const]), ...more];
}

it.each([
  ['channel and trace', ends(0, 1, QR, TRACE), 'done'],
  ['channel and trace, motion left out', ends(0, undefined, QR, TRACE), 'done'],
  ['no trace', ends(0, 1, QR), 'unknown'],
  ['an empty trace', ends(0, 1, QR, [0x44, text('')]), 'unknown'],
  ['no channel', ends(0, 1, TRACE), 'unknown'],
  ['a channel of no table', ends(0, 1, [0x43, u8(9)], TRACE), 'unknown'],
  ['"nothing happened"', ends(0, 0, QR, TRACE), 'unknown'],
] as const)('a charge that ended well with %s: %s', async (_, fields, outcome) => {
  const { peer, perform } = bench();
  peer.on.set(0x10, (heard) => peer.answer(heard, fields));
  expect(await perform('charge', CHARGE)).toMatchObject({ outcome });
});

it.each([0x20, 0x21, 0x22, 0x27])(
  'after result %i no money moves, also when that is not said beside it',
  async (result) => {
    const { peer, perform } = bench();
    for (const [motion, outcome] of [
      [undefined, 'notDone'],
      [0, 'notDone'],
      [2, 'notDone'],
      [1, 'unknown'],
    ] as const) {
      peer.on.set(0x10, (heard) => peer.answer(heard, ends(result, motion)));
      expect(await perform('charge', CHARGE), `motion ${motion}`).toMatchObject({ outcome });
    }
  },
);

it.each([0x05, 0x06, 0x24, 0x26, 0x7f])('result %i alone says nothing of the money', async (result) => {
  const { peer, perform } = bench();
  peer.on.set(0x10, (heard) => peer.answer(heard, ends(result, undefined)));
  expect(await perform('charge', CHARGE)).toMatchObject({ outcome: 'unknown' });
  peer.on.set(0x10, (heard) => peer.answer(heard, ends(result, 0)));
  expect(await perform('charge', CHARGE)).toMatchObject({ outcome: 'notDone' });
});

it.each([
  [60_000, 57],
  [4_000, 1],
  [600_000, 597],
])('of %i ms the customer has %i seconds', async (deadlineMs, seconds) => {
  const { peer, perform } = bench();
  peer.on.set(0x10, (heard) => peer.answer(heard, ends(0x20, 0)));
  await perform('charge', CHARGE, deadlineMs);
  const charge = peer.heard.find((heard) => heard.command === 0x10);
  expect(charge && numberField(charge.fields, 0x45)).toBe(seconds);
});

it.each([
  ['held', 2, 1_500, 'done'],
  ['captured', 3, 1_500, 'done'],
  ['captured, another amount', 3, 1_501, 'unknown'],
  ['declined', 4, 1_500, 'notDone'],
  ['cancelled', 5, 1_500, 'notDone'],
  ['refunded', 6, 1_500, 'unknown'],
  ['waiting', 1, 1_500, 'unknown'],
  ['never seen', 0, 0, 'unknown'],
  ['unknown', 7, 1_500, 'unknown'],
])('an interrupted charge that the book has as %s', async (_, state, amountFen, outcome) => {
  const { peer, perform } = bench();
  peer.on.set(0x10, (heard) => peer.accept(heard));
  peer.on.set(0x04, (heard) =>
    peer.answer(heard, [
      [0x05, u8(3)],
      [0x06, u8(0x10)],
    ]),
  );
  peer.on.set(0x12, (heard) => peer.answer(heard, [[0x46, u8(state)], [0x41, u32(amountFen)], QR, TRACE]));
  const result = await perform('charge', CHARGE);
  expect(result).toMatchObject({ outcome });
  if (outcome === 'done') expect(result.value).toEqual({ channel: 'qr', trace: 'T-1' });
});

it('the book proves nothing for a charge that was never accepted: the bill may have been paid by another', async () => {
  const { peer, perform } = bench();
  peer.on.set(0x10, () => {
    peer.bootCount += 1;
  });
  peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(0)]]));
  peer.on.set(0x12, (heard) => peer.answer(heard, [[0x46, u8(3)], [0x41, u32(1_500)], QR, TRACE]));
  expect(await perform('charge', CHARGE)).toMatchObject({ outcome: 'unknown' });
  expect(peer.times(0x12)).toBe(0);
});

it('a refund is proved by its trace number', async () => {
  const { peer, perform } = bench();
  const refund = { billRef: 'bill-1', amountFen: 1_500 };
  peer.on.set(0x13, (heard) => peer.answer(heard, ends(0, 1, TRACE)));
  expect(await perform('refund', refund)).toMatchObject({ outcome: 'done', value: { trace: 'T-1' } });
  peer.on.set(0x13, (heard) => peer.answer(heard, ends(0, 1)));
  expect(await perform('refund', refund)).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
});

it('a cancel with nothing to end is well', async () => {
  const { peer, perform } = bench();
  peer.on.set(0x11, (heard) => peer.answer(heard, ends(0, 0)));
  expect(await perform('cancel', { billRef: 'bill-1' })).toMatchObject({ outcome: 'done' });
});
