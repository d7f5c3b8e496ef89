import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { createSimulatedPaymentTerminal } from '../../drivers/payment-terminal-yimen-ref1/simulator.ts';
import { seededRandom } from '../contract-bench.ts';
import { BareHost, idField } from './bare-host.ts';
import { text, u16, u32 } from './fields.ts';
import { crcXmodem } from './frame.ts';

/** The README's example, and its acceptance; both checks were worked out by another program. */
const STATUS_FRAME = fromHex('59 4D 52 31 00 01 02 00 00 18 D4');
const ACCEPTED_FRAME = '594d52310001420004020001 00 AD83'.replaceAll(' ', '').toLowerCase();
const CHARGE = 0x10;
const CANCEL = 0x11;
const REFUND = 0x13;
const bill = (name: string) => [text(0x40, name), u32(0x41, 1_500), text(0x42, 'https://pay.example/1'), u16(0x45, 60)];

function world() {
  const clock = new ManualClock();
  const device = createSimulatedPaymentTerminal({ clock, random: seededRandom(1), speed: 'real' });
  return { clock, device, host: new BareHost(clock, device) };
}

describe('frames', () => {
  it('checks as the standard does', () => {
    expect(crcXmodem(Buffer.from('123456789'))).toBe(0x31c3);
  });

  it('accepts and completes, byte for byte', async () => {
    const { host } = world();
    await host.raw(STATUS_FRAME);
    await host.pass(500);
    expect(toHex(host.bytes)).toContain(ACCEPTED_FRAME);
    expect(host.answersTo(1)).toMatchObject([
      { command: 0x42 },
      { command: 0x82, fields: { '02': ['00'], '10': ['00'], '14': ['0000'], '15': ['0001'], '47': ['00'] } },
    ]);
  });

  it.each([
    ['whole', [STATUS_FRAME]],
    ['after noise that begins like one', [concatBytes(fromHex('59 4D 52 59 4D'), STATUS_FRAME)]],
    ['after a false length', [concatBytes(fromHex('59 4D 52 31 00 01 02 FF FF'), STATUS_FRAME)]],
    ['after a false checksum', [concatBytes(STATUS_FRAME.slice(0, -1), Uint8Array.of(0), STATUS_FRAME)]],
    ['byte by byte', [...STATUS_FRAME].map((byte) => Uint8Array.of(byte))],
    ['split after five', [STATUS_FRAME.slice(0, 5), STATUS_FRAME.slice(5)]],
  ])('is heard %s', async (_name, chunks) => {
    const { host } = world();
    for (const chunk of chunks) await host.raw(chunk);
    await host.pass(500);
    expect(host.heard.map(({ command }) => command)).toEqual([0x42, 0x82]);
  });

  it('a gap of 200 ms ends a frame, and one that stood behind a false beginning is heard', async () => {
    const { host } = world();
    await host.raw(STATUS_FRAME.slice(0, 7));
    await host.pass(250);
    await host.raw(STATUS_FRAME.slice(7));
    await host.pass(500);
    expect(host.heard).toEqual([]);
    await host.raw(concatBytes(fromHex('59 4D 52 31 00 09 02 00 40'), STATUS_FRAME));
    await host.pass(600);
    expect(host.heard.map(({ command }) => command)).toEqual([0x42, 0x82]);
  });

  it('silence for a wrong check, for answers and for echoes; a refusal for fields that lead nowhere', async () => {
    const { host } = world();
    await host.raw(concatBytes(STATUS_FRAME.slice(0, -1), Uint8Array.of(0xd5)));
    await host.raw(fromHex(ACCEPTED_FRAME));
    await host.say(0xf0);
    expect(host.heard).toEqual([]);
    expect(await host.say(CHARGE, [{ tag: 0x01, value: new Uint8Array(15) }])).toMatchObject([
      { command: 0x50, fields: { '02': ['02'] } },
    ]);
    const cut = '0003100003 01 00 10';
    const body = fromHex(cut);
    const check = crcXmodem(body);
    await host.raw(concatBytes(fromHex('594D5231'), body, Uint8Array.of(check >> 8, check)));
    expect(host.heard.at(-1)).toMatchObject({ seq: 3, command: 0x50, fields: { '02': ['02'] } });
  });

  it('the same number twice in a row repeats the answers; a new line begins anew', async () => {
    const { host, clock, device } = world();
    await host.raw(STATUS_FRAME);
    await host.pass(200);
    device.fault('F49');
    await host.raw(STATUS_FRAME);
    await host.pass(200);
    const [first, second] = host.answersTo(1).filter(({ command }) => command === 0x82);
    expect(second).toEqual(first);
    const next = new BareHost(clock, device);
    await next.raw(STATUS_FRAME);
    await next.pass(200);
    expect(next.answersTo(1).at(-1)?.fields).toMatchObject({ '47': ['01'], '14': ['0001'] });
  });
});

describe('effects', () => {
  it('one at a time: a second is refused as busy and never seen; questions are answered', async () => {
    const { host } = world();
    expect(await host.say(CHARGE, [idField(1), ...bill('b1')])).toMatchObject([{ fields: { '02': ['00'] } }]);
    expect(await host.say(CHARGE, [idField(2), ...bill('b2')])).toMatchObject([{ fields: { '02': ['03'] } }]);
    expect(await host.say(0x03, [idField(3)])).toMatchObject([{ fields: { '02': ['03'] } }]);
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['01'] });
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['01'], '06': ['10'] });
    expect((await host.say(0x04, [idField(2)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['00'] });
  });

  it('the same id again moves nothing: while it runs, when it has ended, and for another command', async () => {
    const { host, device } = world();
    await host.say(CHARGE, [idField(1), ...bill('b1')]);
    await host.say(CHARGE, [idField(1), ...bill('b1')]);
    device.put('phone-wechat');
    await host.pass(1_000);
    const completed = host.heard.filter(({ command }) => command === 0x90);
    expect(completed.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(completed[0]?.fields).toEqual(completed[1]?.fields);
    expect(await host.say(CHARGE, [idField(1), ...bill('b1')])).toMatchObject([
      { fields: { '02': ['00'] } },
      { fields: completed[0]?.fields },
    ]);
    expect(await host.say(CANCEL, [idField(1), text(0x40, 'b1')])).toMatchObject([{ fields: { '02': ['02'] } }]);
    expect(device.state()['charges']).toHaveLength(1);
  });

  it('an id of the wrong size, or none, is refused', async () => {
    const { host } = world();
    expect(await host.say(CHARGE, bill('b1'))).toMatchObject([{ fields: { '02': ['02'] } }]);
    expect(await host.say(0x04, [])).toMatchObject([{ fields: { '02': ['02'] } }]);
    expect(await host.say(0x06, [])).toMatchObject([{ fields: { '02': ['02'] } }]);
  });

  it('remembers 64 effects; the highest that fell out is told, and nothing at or below it moves again', async () => {
    const { host } = world();
    for (let n = 1; n <= 66; n += 1) await host.say(CANCEL, [idField(n), text(0x40, 'none')], 50);
    const id = (n: number): string => toHex(idField(n).value);
    expect((await host.say(0x04, [idField(2)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['00'], '08': [id(2)] });
    expect((await host.say(0x04, [idField(3)]))[1]?.fields).toMatchObject({
      '05': ['02'],
      '06': ['11'],
      '08': [id(2)],
    });
    expect(await host.say(CANCEL, [idField(1), text(0x40, 'none')])).toMatchObject([{ fields: { '02': ['02'] } }]);
    expect(await host.say(CANCEL, [idField(67), text(0x40, 'none')])).toHaveLength(2);
  });
});

describe('faults of the protocol', () => {
  it('silent: nothing is heard, nothing is said; what it knew is still there', async () => {
    const { host, device } = world();
    device.fault('F12');
    expect(await host.say(0x02)).toEqual([]);
    expect(device.state()['faults']).toEqual(['silent']);
    device.clear();
    expect(await host.say(0x02)).toHaveLength(2);
  });

  it('answer-lost: the effect happens, its completed never comes, the memory has it', async () => {
    const { host, device } = world();
    device.fault('answer-lost');
    await host.say(CHARGE, [idField(1), ...bill('b1')]);
    device.put('phone-alipay');
    await host.pass(5_000);
    expect(host.answersTo(1)).toHaveLength(1);
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toMatchObject({ '02': ['00'], '05': ['02'], '43': ['01'] });
    expect(await host.say(REFUND, [idField(2), text(0x40, 'b1'), u32(0x41, 1_500)], 3_000)).toHaveLength(2);
  });

  it('forgets: ended effects look never seen, and nothing tells of it', async () => {
    const { host, device } = world();
    await host.say(CANCEL, [idField(1), text(0x40, 'none')]);
    device.fault('forgets');
    await host.say(CANCEL, [idField(2), text(0x40, 'none')]);
    for (const n of [1, 2])
      expect((await host.say(0x04, [idField(n)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['00'] });
  });

  it('stuck-busy: refuses effects, answers questions', async () => {
    const { host, device } = world();
    device.fault('stuck-busy');
    expect(await host.say(CHARGE, [idField(1), ...bill('b1')])).toMatchObject([{ fields: { '02': ['03'] } }]);
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['01'] });
  });

  it('unplugged and plugged in: it goes on where it was, and tells the new line nothing unasked', async () => {
    const { host, device, clock } = world();
    await host.say(CHARGE, [idField(1), ...bill('b1')]);
    device.unplug();
    expect(device.state()).toMatchObject({ plugged: false, connected: false });
    device.put('phone-alipay');
    await host.pass(1_000);
    device.plug();
    const next = new BareHost(clock, device);
    await next.pass(500);
    expect(next.heard).toEqual([]);
    expect((await next.say(0x04, [idField(1)]))[1]?.fields).toMatchObject({ '02': ['00'], '05': ['02'] });
  });
});

describe('status changes', () => {
  it('come unasked, numbered without gaps, with the fields of a status', async () => {
    const { host, device } = world();
    device.fault('F49');
    await host.pass(50);
    device.fault('provider-away');
    await host.pass(50);
    device.clear();
    await host.pass(50);
    expect(host.changes.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(host.changes[0]?.fields).toEqual({
      '02': ['00'],
      '10': ['00'],
      '11': ['26'],
      '14': ['0001'],
      '15': ['0001'],
      '47': ['01'],
    });
    expect((await host.say(0x02))[1]?.fields['14']).toEqual(['0003']);
  });

  it('what happened while no host was there leaves a gap', async () => {
    const { device, clock, host } = world();
    await host.close();
    await host.pass(50);
    device.fault('F49');
    const next = new BareHost(clock, device);
    device.clear();
    await next.pass(50);
    expect(next.changes.map(({ seq }) => seq)).toEqual([2]);
  });
});
