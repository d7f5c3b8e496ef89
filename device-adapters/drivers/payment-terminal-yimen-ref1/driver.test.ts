import { newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import { createPaymentTerminal } from './driver.ts';
import { createSimulatedPaymentTerminal } from './simulator.ts';

let nextSeed = 1;
const random = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);
const NEVER = new AbortController().signal;

const CHARGE = { billRef: 'bill-1', amountFen: 1_500, qrText: 'https://pay.example/bill-1' };
const BILL = { billRef: CHARGE.billRef };

interface Charge {
  readonly billRef: string;
  readonly amountFen: number;
  readonly state: string;
  readonly channel: string;
  readonly trace: string;
}

function bench(expectSerial?: string) {
  const clock = new ManualClock();
  const terminal = createSimulatedPaymentTerminal({ clock, random, speed: 'real' });
  const makeDriver = () =>
    createPaymentTerminal({
      open: cableTo(terminal),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'memory',
      options: {},
      expectSerial,
    });
  const driver = makeDriver();
  const abort = new AbortController();
  const op = (deadlineMs = 60_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  const charges = (): readonly Charge[] => terminal.state()['charges'] as readonly Charge[];
  return {
    clock,
    terminal,
    driver,
    makeDriver,
    abort,
    op,
    charges,
    begin: (asked: Op = op(), args: unknown = CHARGE): Promise<EffectResult> =>
      driver.perform('charge', asked, args, abort.signal),
    perform: (verb: string, args: unknown, asked: Op = op()) =>
      runUntil(clock, driver.perform(verb, asked, args, NEVER)),
    query: (billRef = CHARGE.billRef) => runUntil(clock, driver.read('queryCharge', 5_000, { billRef }, NEVER)),
    status: () => runUntil(clock, driver.status(0)),
    recall: (asked: Op, by = makeDriver()) =>
      runUntil(clock, by.recall?.(asked.operationId) ?? Promise.resolve(undefined)),
    paidTimes: () => charges().filter(({ state }) => state === 'held' || state === 'captured').length,
  };
}

describe('start', () => {
  it('is identified, looked at and online; it has no medium to report', async () => {
    const { driver, clock, status } = bench('YMPT-000058');
    const seen = await status();
    expect(seen).toMatchObject({ device: 'online', source: 'reported' });
    expect(seen.media).toBeUndefined();
    expect(await runUntil(clock, driver.describe())).toMatchObject({
      ok: true,
      value: { serial: 'YMPT-000058', mediaAtPowerOff: 'none', evidence: [] },
    });
  });

  it.each(['F22', 'wrong-model'])('%s: another device on the cable takes no money', async (fault) => {
    const { terminal, status, perform, charges } = bench('YMPT-000058');
    terminal.fault(fault);
    terminal.fault('pays-at-once');
    expect(await status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await perform('charge', CHARGE)).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(charges()).toEqual([]);
  });
});

describe('charge', () => {
  it('by phone: done, with its channel and trace number', async () => {
    const { begin, terminal, clock, charges, query } = bench();
    const charging = begin();
    await runFor(clock, 4_000);
    expect(terminal.state()).toMatchObject({ waiting: { billRef: 'bill-1', amountFen: 1_500 } });
    terminal.put('phone-alipay');
    const result = await runUntil(clock, charging, 5_000);
    const [charge] = charges();
    expect(result).toMatchObject({ outcome: 'done', value: { channel: 'qr', trace: charge?.trace } });
    expect(result.fault).toBeUndefined();
    expect(await query()).toEqual({
      ok: true,
      value: { state: 'captured', amountFen: 1_500, channel: 'qr', trace: charge?.trace },
    });
  });

  it('by card: done with the channel card', async () => {
    const { begin, terminal, clock } = bench();
    const charging = begin();
    await runFor(clock, 1_000);
    terminal.put('bank-card');
    expect(await runUntil(clock, charging)).toMatchObject({ outcome: 'done', value: { channel: 'card' } });
  });

  it('nobody pays: the terminal itself ends the wait before the deadline', async () => {
    const { begin, op, clock, charges } = bench();
    const before = clock.monoMs();
    expect(await runUntil(clock, begin(op(20_000)))).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(17_500);
    expect(charges()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('with too little time for a customer nothing is shown', async () => {
    const { begin, op, clock, terminal } = bench();
    expect(await runUntil(clock, begin(op(3_500)))).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(terminal.state()).toMatchObject({ shows: 'idle', charges: [] });
  });

  it.each([
    ['declines', 'pays-at-once', 'paymentDeclined'],
    ['provider-away', 'pays-at-once', 'offline'],
    ['customer-cancels', 'customer-cancels', 'canceled'],
    ['hardware-broken', 'pays-at-once', 'hardwareError'],
    ['stuck-busy', 'pays-at-once', 'deviceBusy'],
    ['tampered', 'pays-at-once', 'hardwareError'],
  ])('%s: notDone, and no money moved', async (fault, also, code) => {
    const { terminal, perform, paidTimes } = bench();
    terminal.fault(fault);
    terminal.fault(also);
    expect(await perform('charge', CHARGE)).toMatchObject({ outcome: 'notDone', fault: { code } });
    expect(paidTimes()).toBe(0);
  });

  it('declined, and paid at the second attempt of the same bill', async () => {
    const { begin, terminal, clock, paidTimes } = bench();
    const first = begin();
    await runFor(clock, 1_000);
    terminal.put('phone-declined');
    expect(await runUntil(clock, first)).toMatchObject({ outcome: 'notDone', fault: { code: 'paymentDeclined' } });
    const second = begin();
    await runFor(clock, 1_000);
    terminal.put('phone-wechat');
    expect(await runUntil(clock, second)).toMatchObject({ outcome: 'done' });
    expect(paidTimes()).toBe(1);
  });

  it('a paid bill is not charged again: under its own id the end is told, under another it is refused', async () => {
    const { terminal, perform, op, paidTimes } = bench();
    terminal.fault('pays-at-once');
    const asked = op();
    const first = await perform('charge', CHARGE, asked);
    expect(await perform('charge', CHARGE, asked)).toMatchObject({ outcome: 'done', value: first.value });
    expect(await perform('charge', CHARGE)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'deviceNotReady', vendorCode: '24' },
    });
    expect(paidTimes()).toBe(1);
  });

  it('a text that does not fit is refused before anything goes out', async () => {
    const { perform, charges } = bench();
    const long = { ...CHARGE, qrText: '码'.repeat(120) };
    expect(await perform('charge', long)).toMatchObject({ outcome: 'notDone', fault: { code: 'softwareError' } });
    for (const verb of ['cancel', 'refund']) {
      const args = { billRef: '单'.repeat(30), ...(verb === 'refund' && { amountFen: 1 }) };
      expect(await perform(verb, args)).toMatchObject({ outcome: 'notDone', fault: { code: 'softwareError' } });
    }
    expect(charges()).toEqual([]);
  });

  it('F49: without its keypad QR still works', async () => {
    const { terminal, status, perform } = bench();
    terminal.fault('F49');
    expect(await status()).toMatchObject({ device: 'online', fault: { code: 'hardwareError', vendorCode: '26' } });
    terminal.fault('pays-at-once');
    expect(await perform('charge', CHARGE)).toMatchObject({ outcome: 'done', value: { channel: 'qr' } });
  });

  it('a pad that was opened is a fraud attempt', async () => {
    const { terminal, status } = bench();
    terminal.fault('tampered');
    expect(await status()).toMatchObject({ device: 'fraudAttempt', action: 'maintenance' });
  });
});

describe('a caller that gives up', () => {
  it('ends the wait: notDone, the amount is not shown any more', async () => {
    const { begin, abort, clock, terminal, charges } = bench();
    const charging = begin();
    await runFor(clock, 3_000);
    abort.abort();
    expect(await runUntil(clock, charging, 2_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(terminal.state()).toMatchObject({ waiting: null });
    expect(charges()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('while the provider is asked: what was taken stays taken', async () => {
    for (let afterMs = 0; afterMs <= 1_000; afterMs += 100) {
      const { begin, abort, clock, terminal, paidTimes } = bench();
      const charging = begin();
      await runFor(clock, 2_000);
      terminal.put('phone-alipay');
      await runFor(clock, afterMs);
      abort.abort();
      const result = await runUntil(clock, charging, 5_000);
      expect(paidTimes(), `after ${afterMs} ms`).toBe(1);
      expect(result, `after ${afterMs} ms`).toMatchObject({ outcome: 'done', value: { channel: 'qr' } });
    }
  });

  it('before anything was sent: nothing is', async () => {
    const { begin, abort, clock, charges } = bench();
    abort.abort();
    expect(await runUntil(clock, begin())).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(charges()).toEqual([]);
  });

  it('with the answer lost as well: the memory tells', async () => {
    const { begin, abort, clock, terminal } = bench();
    terminal.fault('answer-lost');
    const charging = begin();
    await runFor(clock, 2_000);
    abort.abort();
    expect(await runUntil(clock, charging, 5_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
  });
});

describe('cancel', () => {
  it('ends the waiting charge of its bill, beside it', async () => {
    const { begin, clock, perform, paidTimes } = bench();
    const charging = begin();
    await runFor(clock, 2_000);
    expect(await perform('cancel', BILL)).toMatchObject({ outcome: 'done' });
    expect(await runUntil(clock, charging)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(paidTimes()).toBe(0);
  });

  it('too late: notDone, and the charge is done', async () => {
    const { begin, clock, perform, terminal } = bench();
    const charging = begin();
    await runFor(clock, 2_000);
    terminal.put('phone-alipay');
    await runFor(clock, 100);
    expect(await perform('cancel', BILL)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'deviceNotReady', vendorCode: '23' },
    });
    expect(await runUntil(clock, charging)).toMatchObject({ outcome: 'done' });
  });
});

describe('refund', () => {
  it('gives the whole amount back once, with a trace number', async () => {
    const { terminal, perform, query, charges } = bench();
    terminal.fault('pays-at-once');
    await perform('charge', CHARGE);
    const refund = { ...BILL, amountFen: CHARGE.amountFen };
    expect(await perform('refund', { ...refund, amountFen: 1 })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'noMedia', action: 'softwareError' },
    });
    expect(await perform('refund', refund)).toMatchObject({
      outcome: 'done',
      value: { trace: expect.stringMatching(/^.+$/) as string },
    });
    expect(await perform('refund', refund)).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
    expect(charges()).toMatchObject([{ state: 'refunded' }]);
    expect(await query()).toMatchObject({ ok: true, value: { state: 'refunded' } });
  });
});

describe('query', () => {
  it('tells where a bill stands, also while it waits', async () => {
    const { begin, clock, query, abort, terminal } = bench();
    expect(await query()).toEqual({ ok: true, value: { state: 'none', amountFen: 0, channel: 'none', trace: '' } });
    const charging = begin();
    await runFor(clock, 1_000);
    expect(await query()).toMatchObject({ ok: true, value: { state: 'waiting', amountFen: 1_500 } });
    abort.abort();
    await runUntil(clock, charging);
    expect(await query()).toMatchObject({ ok: true, value: { state: 'cancelled' } });
    terminal.fault('F12');
    expect(await query()).toMatchObject({ ok: false, error: { code: 'timeOut' } });
  });

  it('what cannot be asked is refused', async () => {
    const { driver, query, perform } = bench();
    expect(await query('单'.repeat(20))).toMatchObject({ ok: false, error: { code: 'softwareError' } });
    expect(await driver.read('charge', 100, {}, NEVER)).toMatchObject({ error: { code: 'unsupportedCommand' } });
    expect(await perform('queryCharge', BILL)).toMatchObject({ outcome: 'notDone' });
  });
});

describe('a charge whose end is not heard', () => {
  it('is proved by the terminal’s memory, within seconds', async () => {
    const { begin, clock, terminal, charges, op } = bench();
    terminal.fault('answer-lost');
    terminal.fault('pays-at-once');
    const before = clock.monoMs();
    const result = await runUntil(clock, begin(op(120_000)));
    expect(result).toMatchObject({ outcome: 'done', value: { channel: 'qr', trace: charges()[0]?.trace } });
    expect(clock.monoMs() - before).toBeLessThan(8_000);
  });

  it('by its book, when the memory was lost', async () => {
    const { begin, clock, terminal } = bench();
    for (const fault of ['answer-lost', 'forgets', 'pays-at-once']) terminal.fault(fault);
    expect(await runUntil(clock, begin())).toMatchObject({ outcome: 'done', value: { channel: 'qr' } });
  });

  it('by nothing, when the book was lost too: unknown, and not charged again', async () => {
    const { begin, clock, terminal, paidTimes } = bench();
    for (const fault of ['answer-lost', 'forgets', 'book-unreadable', 'pays-at-once']) terminal.fault(fault);
    expect(await runUntil(clock, begin())).toMatchObject({ outcome: 'unknown' });
    expect(paidTimes()).toBe(1);
  });

  it('power gone while it waited: the book says that nothing was taken', async () => {
    const { begin, clock, terminal, paidTimes } = bench();
    terminal.fault('power-dip');
    expect(await runUntil(clock, begin())).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(paidTimes()).toBe(0);
  });

  it('power gone while the provider was asked: nobody knows', async () => {
    const { begin, clock, terminal, op, recall } = bench();
    const asked = op();
    const charging = begin(asked);
    await runFor(clock, 800);
    terminal.fault('power-dip');
    terminal.put('phone-alipay');
    expect(await runUntil(clock, charging)).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    expect(await recall(asked)).toBeUndefined();
  });

  it('is recalled by the next host with its channel and trace', async () => {
    const { terminal, perform, op, recall } = bench();
    terminal.fault('pays-at-once');
    const asked = op();
    const { value } = await perform('charge', CHARGE, asked);
    expect(await recall(asked)).toMatchObject({ outcome: 'done', value });
    const refund = op();
    await perform('refund', { ...BILL, amountFen: CHARGE.amountFen }, refund);
    expect(await recall(refund)).toMatchObject({ outcome: 'done' });
  });
});

describe('reset and self-test', () => {
  it('end well, and a reset ends what waits', async () => {
    const { driver, begin, op, clock, recall, paidTimes } = bench();
    const test = op();
    expect(await runUntil(clock, driver.selfTest(test))).toMatchObject({ outcome: 'done' });
    expect(await recall(test)).toMatchObject({ outcome: 'done' });
    const charging = begin();
    await runFor(clock, 1_000);
    expect(await runUntil(clock, driver.reset(op(), 'stay'))).toMatchObject({ outcome: 'done' });
    const result = await runUntil(clock, charging);
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(paidTimes()).toBe(0);
  });
});

describe('the line', () => {
  it('F12 while a customer is awaited: told within three seconds, unknown in the end', async () => {
    const { begin, terminal, clock, status, op } = bench();
    const charging = begin(op(120_000));
    await runFor(clock, 2_000);
    expect(await status()).toMatchObject({ device: 'deviceBusy' });
    terminal.fault('F12');
    const before = clock.monoMs();
    expect(await status()).toMatchObject({ device: 'offline', source: 'stale' });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(3_000);
    expect(await runUntil(clock, charging)).toMatchObject({ outcome: 'unknown' });
    expect(clock.monoMs() - before).toBeLessThan(25_000);
  });

  it('a silence that ends: the charge goes on as if nothing had been', async () => {
    const { begin, terminal, clock, op } = bench();
    const charging = begin(op(120_000));
    await runFor(clock, 2_000);
    terminal.fault('silent');
    await runFor(clock, 6_000);
    terminal.clear();
    await runFor(clock, 3_000);
    terminal.put('phone-alipay');
    expect(await runUntil(clock, charging)).toMatchObject({ outcome: 'done' });
  });

  it.each(['garbage', 'duplicate'])('%s does not disturb', async (fault) => {
    const { terminal, perform, paidTimes } = bench();
    terminal.fault(fault);
    terminal.fault('pays-at-once');
    expect(await perform('charge', CHARGE)).toMatchObject({ outcome: 'done' });
    expect(paidTimes()).toBe(1);
  });

  it.each(['wrong-checksum', 'half-frame', 'late-answer', 'slow-bytes', 'silent', 'flood'])(
    '%s in the middle ends in time, never as done, and charges no second time',
    async (fault) => {
      const { terminal, begin, clock, op, status, paidTimes } = bench();
      await status();
      const before = clock.monoMs();
      const charging = begin(op(20_000));
      await runFor(clock, 300);
      terminal.fault(fault);
      terminal.put('phone-alipay');
      const result = await runUntil(clock, charging, 30_000);
      expect(clock.monoMs() - before).toBeLessThanOrEqual(20_100);
      expect(result.outcome).toBe('unknown');
      expect(paidTimes()).toBe(1);
    },
  );

  it('unplugged at each moment and plugged again: the outcome is true', async () => {
    for (let atMs = 0; atMs <= 2_000; atMs += 40) {
      const { terminal, begin, clock, op, paidTimes } = bench();
      terminal.fault('pays-at-once');
      const charging = begin(op(20_000));
      await runFor(clock, atMs);
      terminal.unplug();
      await runFor(clock, 2_000, 100);
      terminal.plug();
      const result = await runUntil(clock, charging);
      await runFor(clock, 5_000, 500);
      expect(paidTimes(), `${result.outcome} at ${atMs}`).toBe({ done: 1, notDone: 0, unknown: -1 }[result.outcome]);
    }
  });
});
