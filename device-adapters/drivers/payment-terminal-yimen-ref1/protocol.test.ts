import { fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { operationField, rawEndOf, rawIdentityOf, rawMemoryOf, rawStatusOf } from '../../driver-kit/ref1-protocol.ts';
import { readExchanges, ref1BytesContract, type FixtureFrame } from '../../driver-kit/testing/ref1-bytes.ts';
import { encodeYmr1 } from '../../framing/ymr1.ts';
import {
  COMMAND,
  decodeCharge,
  decodeKeypad,
  decodePayment,
  encodeBill,
  encodeCharge,
  encodeRefund,
} from './protocol.ts';

const FIXTURES = new URL('fixtures/exchanges.hex', import.meta.url);
const exchanges = readExchanges(FIXTURES);
const CHARGE = { billRef: 'bill-8KQ2', amountFen: 1_500, qrText: 'https://pay.example/b/8KQ2' };

/** The n-th frame of the exchange whose title begins so. */
function frameOf(title: string, n: number): FixtureFrame {
  const found = [...exchanges].find(([name]) => name.startsWith(title))?.[1][n];
  if (found === undefined) throw new Error(`no frame ${n} of ${title}`);
  return found;
}

function fieldsOf(encoded: ReturnType<typeof encodeBill>): readonly Ref1Field[] {
  if (!encoded.ok) throw new Error(encoded.error);
  return encoded.value;
}

describe('fixtures', () => {
  ref1BytesContract({ it, expect }, FIXTURES);

  it('are what the driver sends', () => {
    const id = (n: number): Ref1Field => operationField(`019ab000-0000-7000-8000-0000000000${n.toString(16)}`);
    const charge = fieldsOf(encodeCharge(CHARGE, 117));
    const bill = fieldsOf(encodeBill(CHARGE.billRef));
    const sent = [
      ['charge (10): 15', 0, 3, COMMAND.charge, [id(0x10), ...charge]],
      ['charge (10): stopped', 0, 4, COMMAND.charge, [id(0x11), ...charge]],
      ['charge (10): stopped', 2, 5, 0x06, [id(0x11)]],
      ['cancel', 0, 6, COMMAND.cancel, [id(0x12), ...bill]],
      ['query (12): captured', 0, 7, COMMAND.query, bill],
      ['refund', 0, 9, COMMAND.refund, [id(0x13), ...fieldsOf(encodeRefund(CHARGE.billRef, 1_500))]],
      ['last operation', 0, 10, 0x04, [id(0x10)]],
    ] as const;
    for (const [title, n, seq, command, fields] of sent) {
      const bytes = encodeYmr1({ seq, command, data: encodeRef1Fields(fields) });
      expect(toHex(bytes), title).toBe(toHex(frameOf(title, n).bytes));
    }
  });

  it('are read as their comments say', () => {
    expect(rawIdentityOf(frameOf('identify', 2).fields)).toMatchObject({ kind: 'payment-terminal', evidenceKinds: [] });
    const status = frameOf('status (02)', 2).fields;
    expect(rawStatusOf(status)).toMatchObject({ state: 0, fault: 0x26, media: undefined });
    expect(decodeKeypad(status)).toBe('failed');
    const paid = frameOf('charge (10): 15', 2).fields;
    expect(rawEndOf(paid)).toMatchObject({ result: 0, motion: 'something' });
    expect(decodePayment(paid)).toEqual({ channel: 'qr', trace: 'YM0000000001' });
    expect(rawEndOf(frameOf('charge (10): stopped', 4).fields)).toMatchObject({ result: 0, motion: 'cannotTell' });
    expect(rawEndOf(frameOf('charge (10): stopped', 5).fields)).toMatchObject({ result: 5, motion: 'nothing' });
    expect(rawEndOf(frameOf('cancel', 2).fields)).toMatchObject({ result: 0x23, motion: 'nothing' });
    expect(decodeCharge(frameOf('query (12): captured', 2).fields)).toEqual({
      state: 'captured',
      amountFen: 1_500,
      channel: 'card',
      trace: 'YM0000000002',
    });
    expect(decodeCharge(frameOf('query (12): a bill', 2).fields)).toEqual({
      state: 'none',
      amountFen: 0,
      channel: 'none',
      trace: '',
    });
    expect(decodePayment(frameOf('refund', 2).fields).trace).toBe('YM0000000003');
    expect(rawMemoryOf(frameOf('last operation', 2).fields)).toMatchObject({ phase: 'ended', command: COMMAND.charge });
    const change = frameOf('status change', 0).fields;
    expect(rawStatusOf(change)).toMatchObject({ state: 4, changeNumber: 8 });
    expect(decodeKeypad(change)).toBe('tampered');
  });
});

describe('fields', () => {
  it.each([
    ['a reference of 41 bytes', { ...CHARGE, billRef: 'b'.repeat(41) }],
    ['a reference of 14 characters and 42 bytes', { ...CHARGE, billRef: '单'.repeat(14) }],
    ['a QR text of 301 bytes', { ...CHARGE, qrText: 'q'.repeat(301) }],
  ])('%s does not fit', (_, charge) => {
    expect(encodeCharge(charge, 60)).toMatchObject({ ok: false });
  });

  it('a reference that is too long fits neither a query nor a refund', () => {
    expect(encodeBill('b'.repeat(41))).toMatchObject({ ok: false });
    expect(encodeRefund('b'.repeat(41), 1)).toMatchObject({ ok: false });
  });

  it.each([
    ['00', 'none'],
    ['01', 'waiting'],
    ['02', 'held'],
    ['03', 'captured'],
    ['04', 'declined'],
    ['05', 'cancelled'],
    ['06', 'refunded'],
    ['07', 'unknown'],
    ['08', 'unknown'],
  ])('charge state %s is %s', (raw, state) => {
    expect(decodeCharge(decodeRef1Fields(fromHex(`46 0001 ${raw}`)) ?? new Map()).state).toBe(state);
  });

  it('a state that is missing is unknown, a channel that is missing or strange is none', () => {
    expect(decodeCharge(new Map())).toEqual({ state: 'unknown', amountFen: 0, channel: 'none', trace: '' });
    expect(decodePayment(decodeRef1Fields(fromHex('43 0001 09 44 0001 C3')) ?? new Map())).toEqual({
      channel: 'none',
      trace: '',
    });
    expect(decodePayment(decodeRef1Fields(fromHex(`44 0032 ${'41'.repeat(50)}`)) ?? new Map()).trace).toHaveLength(40);
  });

  it.each([
    ['47 0001 00', 'works'],
    ['47 0001 01', 'failed'],
    ['47 0001 02', 'tampered'],
    ['47 0001 03', 'unknown'],
    ['', undefined],
  ])('keypad %s is %s', (hex, word) => {
    expect(decodeKeypad(decodeRef1Fields(fromHex(hex)) ?? new Map())).toBe(word);
  });

  it('any amount and trace are read as they were written; whatever bytes do not throw', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (amountFen) => {
        const fields = decodeRef1Fields(encodeRef1Fields(fieldsOf(encodeRefund('b', amountFen))));
        expect(decodeCharge(fields ?? new Map()).amountFen).toBe(amountFen);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0x50), fc.uint8Array({ maxLength: 50 })), { maxLength: 12 }), (list) => {
        const fields = decodeRef1Fields(encodeRef1Fields(list)) ?? new Map();
        decodeCharge(fields);
        decodeKeypad(fields);
      }),
    );
  });
});
