import { fromHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { ApduCarrier } from './apdu-carrier.ts';
import { memoryChannelPair } from './memory-channel.ts';

function wire() {
  const clock = new ManualClock();
  const [host, reader] = memoryChannelPair();
  return { clock, host, reader, carrier: new ApduCarrier(host, { clock, messageBytes: 258 }) };
}

describe('APDU carrier', () => {
  it.each([
    ['0002 9000', { kind: 'bytes', bytes: fromHex('9000') }],
    ['0000', { kind: 'noChip' }],
    ['0001 01', { kind: 'collision' }],
    ['0001 02', { kind: 'mute' }],
    ['0001 7f', { kind: 'unknown', vendorCode: '7F' }],
  ])('takes %s for what it is', async (message, value) => {
    const { carrier, reader, clock } = wire();
    const asking = carrier.exchange(fromHex('00840000 08'), 1_000);
    await reader.write(fromHex(message));
    expect(await asking).toEqual({ ok: true, value });
    expect(clock.waiting).toBe(0);
  });

  it('writes orders and questions as one byte', async () => {
    const { carrier, reader } = wire();
    const sent = reader.chunks[Symbol.asyncIterator]();
    for (const [what, hex] of [
      ['powerOff', '000100'],
      ['powerOn', '000101'],
      ['reset', '000102'],
    ] as const) {
      await carrier.order(what);
      expect((await sent.next()).value).toEqual(fromHex(hex));
    }
    const atr = carrier.askAtr(1_000);
    expect((await sent.next()).value).toEqual(fromHex('000104'));
    await reader.write(fromHex('0002 3b80'));
    await atr;
    const identity = carrier.askIdentity(1_000);
    expect((await sent.next()).value).toEqual(fromHex('000105'));
    await reader.write(fromHex('0000'));
    expect(await identity).toEqual({ ok: true, value: { kind: 'noChip' } });
  });

  it('an answer that is too late costs the line: it could be taken for the next', async () => {
    const { carrier, host, clock } = wire();
    const asking = carrier.askAtr(1_000);
    await clock.advance(1_000);
    expect(await asking).toMatchObject({ ok: false, error: { code: 'timeOut', action: 'reset' } });
    expect(await host.closed).toEqual({ why: 'closed' });
    expect(await carrier.askAtr(1_000)).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('refuses a second request while one runs, and drops what nobody asked for', async () => {
    const { carrier, reader, clock } = wire();
    await reader.write(fromHex('0002 9000'));
    await clock.advance(0);
    expect(carrier.unaskedMessages).toBe(1);
    const asking = carrier.askAtr(1_000);
    expect(await carrier.askAtr(1_000)).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    await reader.write(fromHex('0002 3b80'));
    expect(await asking).toMatchObject({ ok: true });
  });

  it('closes on a length that no message has', async () => {
    const { carrier, host, reader } = wire();
    const asking = carrier.askAtr(1_000);
    await reader.write(fromHex('ffff'));
    expect(await asking).toMatchObject({ ok: false, error: { code: 'offline', vendorCode: 'APDU_OVERSIZE' } });
    expect(await host.closed).toEqual({ why: 'closed' });
  });

  it.each(['reader', 'carrier'] as const)('a line closed by the %s ends the request that waits', async (who) => {
    const { carrier, reader, clock } = wire();
    const asking = carrier.askAtr(1_000);
    await (who === 'reader' ? reader : carrier).close();
    expect(await asking).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(clock.waiting).toBe(0);
  });
});
