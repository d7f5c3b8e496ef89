import { toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { BareHost, idField } from '../../testing/ref1-device/bare-host.ts';
import { text, u16, u32, u8, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { createSimulatedPaymentTerminal } from './simulator.ts';

const CHARGE = 0x10;
const CANCEL = 0x11;
const QUERY = 0x12;
const REFUND = 0x13;
const STOP = 0x06;
const BILL = text(0x40, 'b1');
const TRACE = toHex(Buffer.from('YM0000000001'));

function charge(billRef = 'b1', waits = 45): DeviceField[] {
  return [text(0x40, billRef), u32(0x41, 1_500), text(0x42, 'https://pay.example/1'), u16(0x45, waits)];
}

function world(speed: 'real' | 'fast' = 'real') {
  const clock = new ManualClock();
  const context = { clock, random: seededRandom(1), speed };
  const terminal = createSimulatedPaymentTerminal(context);
  const host = new BareHost(clock, terminal);
  const state = async (): Promise<string | undefined> => (await host.say(QUERY, [BILL]))[1]?.fields['46']?.[0];
  return { clock, context, terminal, host, state };
}

const result = (code: string) => ({ fields: { '02': [code] } });

describe('a charge', () => {
  it.each([
    ['phone-alipay', '01', 'qr', 1_000],
    ['phone-wechat', '01', 'qr', 1_000],
    ['bank-card', '02', 'card', 4_000],
  ])('paid with %s', async (thing, channel, word, takesMs) => {
    const { host, terminal } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    expect(terminal.state()).toMatchObject({ shows: 'amount', waiting: { billRef: 'b1', amountFen: 1_500 } });
    expect(terminal.put(thing)).toEqual({ ok: true, value: undefined });
    await host.pass(takesMs);
    expect(host.answersTo(1)).toMatchObject([{ command: 0x50, ...result('00') }, { command: 0x90 }]);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['00'], '03': ['01'], '43': [channel], '44': [TRACE] });
    expect(terminal.state()).toMatchObject({
      shows: 'paid',
      waiting: null,
      charges: [{ billRef: 'b1', amountFen: 1_500, state: 'captured', channel: word, trace: 'YM0000000001' }],
    });
    expect((await host.say(QUERY, [BILL]))[1]?.fields).toEqual({
      '02': ['00'],
      '46': ['03'],
      '41': ['000005dc'],
      '43': [channel],
      '44': [TRACE],
    });
    await host.pass(5_000);
    expect(terminal.state()['shows']).toBe('idle');
  });

  it('is paid at once when the bench is fast', async () => {
    const { host, terminal } = world('fast');
    await host.say(CHARGE, [idField(1), ...charge()], 0);
    terminal.put('bank-card');
    expect(terminal.state()['shows']).toBe('paid');
  });

  it('declined: no money, and the bill may be shown again', async () => {
    const { host, terminal, state } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.put('phone-declined');
    await host.pass(1_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['21'], '03': ['00'] });
    expect(await state()).toBe('04');
    await host.say(CHARGE, [idField(2), ...charge()]);
    terminal.put('phone-alipay');
    await host.pass(1_000);
    expect(await state()).toBe('03');
    expect(terminal.state()['charges']).toMatchObject([{ state: 'declined', trace: '' }, { state: 'captured' }]);
  });

  it('nobody came: time out after the seconds that were asked for; a phone that comes later is told so', async () => {
    const { host, terminal, state } = world();
    void host.say(CHARGE, [idField(1), ...charge('b1', 60)], 0);
    await host.pass(59_500);
    expect(host.answersTo(1)).toHaveLength(1);
    await host.pass(1_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['20'], '03': ['00'] });
    expect(terminal.put('phone-alipay')).toEqual({ ok: false, error: 'nothing to pay: the pad shows timed-out' });
    expect(await state()).toBe('05');
  });

  it('time does not run out while the provider is being asked', async () => {
    const { host, terminal } = world();
    void host.say(CHARGE, [idField(1), ...charge('b1', 1)], 0);
    await host.pass(800);
    terminal.put('phone-alipay');
    await host.pass(1_500);
    expect(host.answersTo(1)[1]?.fields).toMatchObject({ '02': ['00'], '43': ['01'] });
  });

  it('a bill that took money, or may have, is never charged again', async () => {
    const { host, terminal } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.put('phone-alipay');
    await host.pass(1_000);
    expect(await host.say(CHARGE, [idField(2), ...charge()])).toMatchObject([result('24')]);
    await host.say(REFUND, [idField(3), BILL, u32(0x41, 1_500)], 3_000);
    expect(await host.say(CHARGE, [idField(4), ...charge()])).toMatchObject([result('24')]);
  });

  it.each([
    ['no bill', charge().slice(1)],
    ['a long bill', [text(0x40, 'b'.repeat(41)), ...charge().slice(1)]],
    ['no amount', [...charge().slice(0, 1), ...charge().slice(2)]],
    ['nothing to pay', [BILL, u32(0x41, 0), ...charge().slice(2)]],
    ['an amount of one byte', [BILL, u8(0x41, 5), ...charge().slice(2)]],
    ['a long QR', [...charge().slice(0, 2), text(0x42, 'x'.repeat(301)), u16(0x45, 45)]],
    ['no waiting', charge('b1', 0)],
    ['waiting too long', charge('b1', 601)],
    ['two bills', [...charge(), BILL]],
  ])('%s: refused, nothing shown', async (_name, fields) => {
    const { host, terminal } = world();
    expect(await host.say(CHARGE, [idField(1), ...fields])).toMatchObject([result('02')]);
    expect(terminal.state()).toMatchObject({ shows: 'idle', charges: [] });
  });

  it('things only fit while an amount is shown', async () => {
    const { host, terminal } = world();
    expect(terminal.put('phone-alipay')).toEqual({ ok: false, error: 'nothing to pay: the pad shows idle' });
    await host.say(CHARGE, [idField(1), ...charge()]);
    expect(terminal.put('permit-li-na')).toMatchObject({ ok: false });
    terminal.put('phone-alipay');
    expect(terminal.put('bank-card')).toEqual({ ok: false, error: 'a payment is under way already' });
    expect(terminal.take()).toMatchObject({ ok: false });
  });
});

describe('stop, cancel and a phone at the same moment', () => {
  it.each([
    ['06', STOP, [] as DeviceField[]],
    ['11', CANCEL, [BILL]],
  ])('%s ends a waiting charge: 10 stopped first, no money later', async (_name, command, more) => {
    const { host, terminal, state } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    await host.say(command, [idField(command === STOP ? 1 : 2), ...more]);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['05'], '03': ['00'] });
    expect(host.answersTo(2)).toMatchObject([result('00'), result('00')]);
    const ends = host.heard.map(({ command: answer }) => answer).filter((answer) => answer >= 0x80 && answer !== 0xf0);
    expect(ends).toEqual([0x90, command + 0x80]);
    expect(terminal.put('phone-alipay')).toMatchObject({ ok: false });
    expect(await state()).toBe('05');
  });

  it.each([
    ['06', STOP, [] as DeviceField[], '00'],
    ['11', CANCEL, [BILL], '23'],
  ])('%s after the phone: the money is taken, and the host is told', async (_name, command, more, code) => {
    const { host, terminal, state } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.put('phone-alipay');
    await host.say(command, [idField(command === STOP ? 1 : 2), ...more], 1_500);
    expect(host.answersTo(1)[1]?.fields).toMatchObject({ '02': ['00'], '44': [TRACE] });
    expect(host.answersTo(2)[1]?.fields['02']).toEqual([code]);
    expect(await state()).toBe('03');
  });

  it('at every moment around the phone: exactly one of paid and cancelled', async () => {
    for (const command of [STOP, CANCEL]) {
      for (let stopAt = 0; stopAt <= 2_000; stopAt += 125) {
        const { clock, host, terminal } = world();
        await host.say(CHARGE, [idField(1), ...charge()], 100);
        clock.after(1_000, () => void terminal.put('phone-alipay'));
        clock.after(stopAt, () => void host.say(command, command === STOP ? [idField(1)] : [idField(2), BILL], 0));
        await host.pass(4_000);
        const code = host.answersTo(1)[1]?.fields['02']?.[0];
        const charges = terminal.state()['charges'] as readonly { state: string }[];
        expect(
          charges.map(({ state }) => state),
          `${command} at ${stopAt}`,
        ).toEqual([code === '00' ? 'captured' : 'cancelled']);
        expect(['00', '05']).toContain(code);
        expect(host.answersTo(1)).toHaveLength(2);
      }
    }
  });

  it('cancel of nothing ends well without motion; of a declined one after it was asked for, too', async () => {
    const { host, terminal } = world();
    expect((await host.say(CANCEL, [idField(1), BILL]))[1]?.fields).toEqual({ '02': ['00'], '03': ['00'] });
    await host.say(CHARGE, [idField(2), ...charge()]);
    terminal.put('phone-declined');
    expect((await host.say(CANCEL, [idField(3), BILL], 1_500))[1]?.fields).toEqual({ '02': ['00'], '03': ['00'] });
    expect(host.answersTo(2)[1]?.fields['02']).toEqual(['21']);
  });

  it('cancel of another bill leaves the charge waiting', async () => {
    const { host, terminal } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    await host.say(CANCEL, [idField(2), text(0x40, 'b2')]);
    expect(terminal.state()['shows']).toBe('amount');
    expect(await host.say(STOP, [idField(9)])).toMatchObject([result('00'), result('00')]);
    expect(terminal.state()['shows']).toBe('amount');
  });

  it('reset ends what waits, and waits for a provider that was asked', async () => {
    const { host, terminal } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    await host.say(0x05, [idField(2), u8(0x07, 3)], 3_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['05'], '03': ['00'] });
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['03'], '06': ['10'] });
    await host.say(CHARGE, [idField(3), ...charge('b2')]);
    const seq = host.heard.at(-2)?.seq ?? 0;
    terminal.put('phone-alipay');
    const reset = await host.say(0x05, [idField(4), u8(0x07, 1)], 4_000);
    expect(reset[1]?.fields).toMatchObject({ '02': ['00'] });
    expect(host.heard.find((frame) => frame.seq === seq && frame.command === 0x90)?.fields).toMatchObject({
      '02': ['00'],
    });
    expect(terminal.state()['charges']).toMatchObject([{ state: 'cancelled' }, { state: 'captured' }]);
  });
});

describe('refund', () => {
  it('gives the whole captured amount back, once', async () => {
    const { host, terminal, state } = world();
    expect(await host.say(REFUND, [idField(1), BILL, u32(0x41, 1_500)])).toMatchObject([result('25')]);
    await host.say(CHARGE, [idField(2), ...charge()]);
    terminal.put('bank-card');
    await host.pass(4_000);
    expect(await host.say(REFUND, [idField(3), BILL, u32(0x41, 1_499)])).toMatchObject([result('25')]);
    const refunded = await host.say(REFUND, [idField(4), BILL, u32(0x41, 1_500)], 2_500);
    expect(refunded[1]?.fields).toEqual({ '02': ['00'], '03': ['01'], '44': [toHex(Buffer.from('YM0000000002'))] });
    expect(await state()).toBe('06');
    expect(await host.say(REFUND, [idField(5), BILL, u32(0x41, 1_500)])).toMatchObject([result('25')]);
    expect((await host.say(CANCEL, [idField(6), BILL]))[1]?.fields).toEqual({ '02': ['00'], '03': ['00'] });
  });
});

describe('faults', () => {
  it('F49: a card is not taken and the amount stays shown; QR works; the status says so', async () => {
    const { host, terminal } = world();
    terminal.fault('F49');
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'], '11': ['26'], '47': ['01'] });
    await host.say(CHARGE, [idField(1), ...charge()]);
    expect(terminal.put('bank-card')).toMatchObject({ ok: false });
    expect(terminal.state()['shows']).toBe('amount');
    terminal.put('phone-wechat');
    await host.pass(1_000);
    expect(terminal.state()['shows']).toBe('paid');
    expect((await host.say(0x03, [idField(2)], 4_000))[1]?.fields).toEqual({ '02': ['26'], '03': ['01'] });
  });

  it('F49 while a PIN is being keyed in: the charge ends without money', async () => {
    const { host, terminal, state } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.put('bank-card');
    terminal.fault('F49');
    await host.pass(4_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['26'], '03': ['00'] });
    expect(await state()).toBe('05');
  });

  it.each(['tampered', 'hardware-broken'])('%s: what waits ends, nothing more is taken until clear', async (fault) => {
    const { host, terminal } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.fault(fault);
    await host.pass(100);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['06'], '03': ['00'] });
    const expected = fault === 'tampered' ? { '10': ['04'], '47': ['02'] } : { '10': ['03'], '47': ['00'] };
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ ...expected, '11': ['06'] });
    expect(await host.say(CHARGE, [idField(2), ...charge()])).toMatchObject([result('06')]);
    expect(await host.say(0x03, [idField(3)])).toMatchObject([result('06')]);
    terminal.clear();
    expect(await host.say(CHARGE, [idField(4), ...charge()])).toMatchObject([result('00')]);
  });

  it('declines: every payment is refused', async () => {
    const { host, terminal } = world();
    terminal.fault('declines');
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.put('phone-alipay');
    await host.pass(1_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['21'], '03': ['00'] });
  });

  it('provider-away: refused before an amount is shown; ended without money when it goes in between', async () => {
    const { host, terminal, state } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.fault('provider-away');
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '11': ['27'] });
    terminal.put('phone-alipay');
    await host.pass(1_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['27'], '03': ['00'] });
    expect(await state()).toBe('05');
    expect(await host.say(CHARGE, [idField(2), ...charge()])).toMatchObject([result('27')]);
  });

  it('pays-at-once: a customer pays by QR 400 ms after the amount is shown', async () => {
    const { host, terminal } = world();
    terminal.fault('pays-at-once');
    void host.say(CHARGE, [idField(1), ...charge()], 0);
    await host.pass(300);
    expect(terminal.state()['shows']).toBe('amount');
    await host.pass(1_300);
    expect(terminal.state()['shows']).toBe('paid');
    await host.say(CHARGE, [idField(2), ...charge('b2')], 2_000);
    expect(terminal.state()['charges']).toMatchObject([{ state: 'captured' }, { state: 'captured' }]);
  });

  it('customer-cancels: once, now or with the next amount', async () => {
    const { host, terminal } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.fault('customer-cancels');
    await host.pass(50);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['22'], '03': ['00'] });
    terminal.fault('customer-cancels');
    expect(terminal.state()['faults']).toEqual(['customer-cancels']);
    const second = await host.say(CHARGE, [idField(2), ...charge()], 1_000);
    expect(second[1]?.fields['02']).toEqual(['22']);
    expect(terminal.state()['faults']).toEqual([]);
  });

  it('book-unreadable: a question about a bill is answered with unknown', async () => {
    const { terminal, state } = world();
    expect(await state()).toBe('00');
    terminal.fault('book-unreadable');
    expect(await state()).toBe('07');
  });

  it('offers every fault that it names', () => {
    const { terminal } = world();
    for (const fault of terminal.faults) expect(terminal.fault(fault)).toEqual({ ok: true, value: undefined });
    expect(terminal.fault('F24')).toEqual({ ok: false, error: 'no such fault: F24' });
    terminal.clear();
    expect(terminal.state()['faults']).toEqual([]);
  });
});

describe('power', () => {
  it('dips while an amount is shown: cancelled, and no phone fits any more', async () => {
    const { host, terminal, state } = world();
    terminal.fault('power-dip');
    await host.say(CHARGE, [idField(1), ...charge()], 1_100);
    expect(terminal.state()).toMatchObject({ power: 'off', shows: 'dark', waiting: null });
    expect(terminal.put('phone-alipay')).toMatchObject({ ok: false });
    await host.pass(3_000);
    expect(terminal.state()).toMatchObject({ power: 'on', bootCount: 2 });
    expect(host.answersTo(1)).toHaveLength(1);
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['03'], '06': ['10'] });
    expect(await state()).toBe('05');
  });

  it('dips while the provider is asked: nobody here knows', async () => {
    const { host, terminal, state } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.fault('power-dip');
    terminal.put('phone-alipay');
    await host.pass(4_000);
    expect(await state()).toBe('07');
    expect((await host.say(CANCEL, [idField(2), BILL]))[1]?.fields).toEqual({ '02': ['23'], '03': ['02'] });
    expect(await host.say(CHARGE, [idField(3), ...charge()])).toMatchObject([result('24')]);
  });

  it('a restart of the bench: the money is where it was, and what waited is over', async () => {
    const { host, terminal, context, clock } = world();
    await host.say(CHARGE, [idField(1), ...charge()]);
    terminal.put('phone-alipay');
    await host.pass(1_000);
    await host.say(CHARGE, [idField(2), ...charge('b2')]);
    const kept: unknown = JSON.parse(JSON.stringify(terminal.save()));
    const second = createSimulatedPaymentTerminal(context);
    second.restore(kept);
    const next = new BareHost(clock, second);
    expect(second.state()).toMatchObject({
      shows: 'idle',
      bootCount: 2,
      charges: [
        { billRef: 'b1', state: 'captured', trace: 'YM0000000001' },
        { billRef: 'b2', state: 'cancelled' },
      ],
    });
    expect((await next.say(0x04, [idField(1)]))[1]?.fields).toMatchObject({ '05': ['02'], '44': [TRACE] });
    expect((await next.say(0x04, [idField(2)]))[1]?.fields).toMatchObject({ '05': ['03'] });
    await next.say(CHARGE, [idField(3), ...charge('b3')]);
    second.put('phone-wechat');
    await next.pass(1_000);
    expect(second.state()['charges']).toMatchObject([{}, {}, { trace: 'YM0000000002' }]);
    second.restore('not ours');
    expect(second.state()['charges']).toHaveLength(3);
  });

  it('keeps the last 200 charges', async () => {
    const { host, terminal } = world('fast');
    for (let n = 1; n <= 205; n += 1) {
      await host.say(CHARGE, [idField(n), ...charge(`b${n}`)], 0);
      terminal.put('phone-alipay');
    }
    const charges = terminal.state()['charges'] as readonly { billRef: string }[];
    expect(charges).toHaveLength(200);
    expect(charges.at(-1)?.billRef).toBe('b205');
  });
});

describe('identity', () => {
  it('says what it is', async () => {
    const { host } = world();
    expect((await host.say(0x01))[1]?.fields).toMatchObject({
      '20': [toHex(Buffer.from('payment-terminal'))],
      '22': [toHex(Buffer.from('YMPT-000058'))],
      '24': ['04'],
      '26': ['01'],
    });
  });
});
