import { concatBytes } from '@yimen/contracts/base';
import { scannedCodeSchema } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { openTcp } from '../../transport/tcp-channel.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';
import { fixture } from './testing/fixtures.ts';
import { HidposBench, type HidposBenchOptions } from './testing/hidpos-bench.ts';
import { ScriptedHidpos } from './testing/scripted-hidpos.ts';

const CODE = fixture('code').received;
const LONG = fixture('long code').received;
const TEXT = 'yimen:R7K2M9QX4T;4406062611050012';
const IDENTITY = fixture('identity').received;
const benches: HidposBench[] = [];

function bench(options: Omit<HidposBenchOptions, 'open'> = {}): { one: HidposBench; peer: ScriptedHidpos } {
  const peer = new ScriptedHidpos();
  const one = new HidposBench({ ...options, open: peer.open });
  benches.push(one);
  return { one, peer };
}

afterEach(async () => {
  for (const one of benches.splice(0)) await one.run(one.driver.close());
});

async function textOf(one: HidposBench, deadlineMs = 1_000): Promise<unknown> {
  const code = await one.ask('waitForCode', {}, deadlineMs);
  return code.ok ? scannedCodeSchema.parse(code.value).text : code.error.code;
}

describe('identity', () => {
  it.each([
    ['no identity', ScriptedHidpos.message(0, 5, 0, 1, 3, 0x61, 0x3b, 0x62), 'configuration'],
    ['a part that is missing', ScriptedHidpos.message(0, 5, 1, 2, 1, 0x61), 'timeOut'],
    [
      'a part in the middle that is missing',
      concatBytes(...[0, 2, 2].map((part) => ScriptedHidpos.message(0, 5, part, 3, 1, 0x61))),
      'timeOut',
    ],
    ['a report instead', CODE, 'timeOut'],
    ['half a message', IDENTITY.slice(0, 40), 'timeOut'],
    ['nothing', new Uint8Array(0), 'timeOut'],
  ])('%s: %s is %s', async (_, answer, code) => {
    const { one, peer } = bench();
    peer.identity = [answer];
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code } });
    peer.identity = [IDENTITY];
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('in parts with reports in between, each part twice, in any pieces', async () => {
    const { one, peer } = bench();
    const text = new TextEncoder().encode(`0c2e:0b61;008c:0002;0110;${'示例'.repeat(8)};Scanner 1900;SN-00042`);
    const part = (at: number): Uint8Array =>
      ScriptedHidpos.message(
        0,
        5,
        at,
        2,
        text.subarray(at * 59, at * 59 + 59).length,
        ...text.subarray(at * 59, at * 59 + 59),
      );
    const stream = concatBytes(part(0), part(0), CODE, part(1), part(1));
    peer.identity = Array.from({ length: Math.ceil(stream.length / 7) }, (_, at) => stream.slice(at * 7, at * 7 + 7));
    expect(await one.run(one.driver.describe())).toMatchObject({
      ok: true,
      value: { model: 'Scanner 1900', serial: 'SN-00042' },
    });
  });

  it('unasked changes nothing', async () => {
    const { one, peer } = bench();
    await one.start();
    peer.say(IDENTITY, CODE, IDENTITY);
    expect(await textOf(one)).toBe(TEXT);
    expect(peer.opens).toBe(1);
  });
});

describe('order of things', () => {
  it('a new line: identity, stop; then start; a stop is sent with the stop, and nothing twice', async () => {
    const { one, peer } = bench({ options: { startReport: '0401', stopReport: '0400' } });
    await one.start();
    await one.ask('stop');
    expect(peer.heard).toEqual(['05', '01 0400', '01 0401', '01 0400']);
  });

  it('as feature reports where they are', async () => {
    const { one, peer } = bench({ options: { startReport: '09 01 02', feature: true } });
    await one.start();
    expect(peer.heard).toEqual(['05', '02 090102']);
  });

  it('without reports nothing but the identity is asked for', async () => {
    const { one, peer } = bench();
    await one.start();
    await one.ask('stop');
    await one.status();
    expect(peer.heard).toEqual(['05', '05']);
  });

  it('a report that the device refuses is configuration, told in the status, until it is set right', async () => {
    const { one, peer } = bench({ options: { startReport: '0401' } });
    peer.refuses = true;
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
    expect(await one.run(one.driver.status(1_000))).toMatchObject({ fault: { code: 'configuration' } });
    expect(peer.opens).toBe(1);
    peer.refuses = false;
    await one.start();
    // From the cable on: a device that is not to be used is not kept either.
    expect(peer.opens).toBe(2);
    peer.say(CODE);
    expect(await textOf(one)).toBe(TEXT);
  });
});

describe('reports', () => {
  it('a pause inside one drops what is there of it; the next report is whole', async () => {
    const { one, peer } = bench();
    await one.start(0);
    peer.say(CODE.slice(0, 30));
    await one.pass(100);
    peer.say(CODE);
    expect(await textOf(one)).toBe(TEXT);
    expect(one.log).toContain('discarded');
  });

  it('a code goes on after a pause that is shorter than half a second, not after a longer one', async () => {
    const { one, peer } = bench();
    await one.start(0);
    peer.say(LONG.slice(0, 64));
    await one.pass(480);
    peer.say(LONG.slice(64));
    expect(await textOf(one)).toBe('0123456789ABC'.repeat(5));
    peer.say(LONG.slice(0, 64));
    await one.pass(520);
    peer.say(LONG.slice(64));
    // What comes then looks like a code of its own: the reader lost its line in between, or its reports.
    expect(await textOf(one)).toBe('0123456789ABC'.repeat(5).slice(56));
  });

  it('what belonged to a lost line does not begin the first code of the next', async () => {
    const { one, peer } = bench();
    await one.start(0);
    peer.say(LONG.slice(0, 64));
    await one.pass(20);
    peer.hangUp();
    await one.pass(20);
    await one.start(0);
    peer.say(CODE);
    expect(await textOf(one)).toBe(TEXT);
  });

  it('nothing of a code is left in the buffers of the line, while started or stopped', async () => {
    const { one, peer } = bench();
    await one.status();
    peer.say(CODE);
    await one.pass(100);
    await one.start(0);
    peer.say(CODE, LONG, fixture('another id').received, fixture('over length').received);
    expect(await textOf(one)).toBe(TEXT);
    await one.pass(100);
    expect(peer.given.length).toBeGreaterThan(5);
    for (const chunk of peer.given) expect(chunk.every((byte) => byte === 0)).toBe(true);
  });
});

describe('over TCP', () => {
  it('a code of two reports in two pieces, split at every point, is whole', async () => {
    const peer: { channel?: ByteChannel } = {};
    // Stands still: however slow the machine is, no pause is seen and no deadline passes.
    const clock = new ManualClock();
    const listening = await listenTcp(0, clock, (channel) => {
      peer.channel = channel;
      void (async () => {
        for await (const chunk of channel.chunks) if (chunk[1] === 5) void (await channel.write(IDENTITY));
      })();
    });
    if (!listening.ok) throw new Error(listening.error.message);
    const address = { host: '127.0.0.1', port: listening.value.port };
    const one = new HidposBench({ clock, open: openTcp(address, { clock }) });
    try {
      expect(await one.begin('start', { windowMs: 0 })).toMatchObject({ ok: true });
      for (let at = 0; at <= LONG.length; at += 1) {
        const waiting = one.begin('waitForCode');
        await peer.channel?.write(LONG.slice(0, at));
        await new Promise((resolve) => setImmediate(resolve));
        await peer.channel?.write(LONG.slice(at));
        const code = await waiting;
        expect(code, `split at ${at}`).toMatchObject({ ok: true, value: { text: '0123456789ABC'.repeat(5) } });
      }
    } finally {
      await one.driver.close();
      await listening.value.close();
    }
  });
});
