import { connect } from 'node:net';
import { once } from 'node:events';
import { ManualClock, SYNTHETIC_CODES } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startBench } from './bench.ts';
import { connectTo } from './bench-test-host.ts';
import { seededRandom } from './contract-bench.ts';
import { text, u16, u32, u8 } from './ref1-device/fields.ts';
import { THINGS } from './things.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start() {
  const clock = new ManualClock();
  const started = await startBench({ httpPort: 0, speed: 'fast', clock, random: seededRandom(2) });
  if (!started.ok) throw new Error(started.error.message);
  const bench = started.value;
  ends.push(() => bench.close());
  const post = async (kind: string, verb: string, body: object = {}) => {
    const answer = await fetch(`http://127.0.0.1:${bench.httpPort}/devices/${kind}/${verb}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const host = async (kind: string) => {
    const connected = await connectTo(bench.devices[kind] ?? 0);
    ends.push(() => connected.close());
    return connected;
  };
  return { bench, clock, post, host, state: (kind: string) => bench.world.view().devices[kind]?.state };
}

const things = (device: string): string[] =>
  THINGS.filter((thing) => thing.device === device).map(({ thing }) => thing);

describe('the fingerprint collector at the bench', () => {
  it('takes every finger that the bench offers, and only those', async () => {
    const { post, host, state } = await start();
    const line = await host('fingerprint');
    for (const [i, thing] of things('fingerprint').entries()) {
      const ended = line.say(0x10, [u32(0x35, i), u16(0x36, 60), u8(0x40, 1)]);
      await line.until(() => Promise.resolve(state('fingerprint')?.['lit'] === true));
      expect(await post('fingerprint', 'put', { thing })).toMatchObject({ status: 200, json: { thing } });
      expect((await ended)[1]?.fields).toMatchObject({ '02': ['00'], '31': ['00012000'] });
      expect(await post('fingerprint', 'take')).toMatchObject({ status: 200, json: { thing } });
    }
    expect(state('fingerprint')).toMatchObject({ captures: 6, lit: false });
    expect(await post('fingerprint', 'put', { thing: 'qr-receipt' })).toMatchObject({ status: 409 });
  });

  it('faults by the matrix’s id and by its word: one switch', async () => {
    const { post, state } = await start();
    for (const [word, id] of [
      ['dirty-sensor', 'F42'],
      ['finger-stays', 'F43'],
    ]) {
      for (const fault of [word, id]) {
        expect(await post('fingerprint', 'fault', { fault })).toMatchObject({ status: 200 });
        expect(state('fingerprint')).toMatchObject({ faults: [id] });
        await post('fingerprint', 'clear');
      }
    }
    expect(await post('qr-reader', 'fault', { fault: 'barcode-storm' })).toMatchObject({ status: 200 });
    expect(state('qr-reader')).toMatchObject({ faults: ['F44'] });
  });
});

describe('the signature pad at the bench', () => {
  it('is signed while it waits, cancelled by a key, and keeps nothing', async () => {
    const { post, host, state } = await start();
    expect(await post('signature-pad', 'put', { thing: 'signature-li-na' })).toMatchObject({
      status: 409,
      json: { error: { message: 'nothing to sign: the pad does not wait' } },
    });
    const line = await host('signature-pad');
    const waits = async (number: number) => {
      const ended = line.say(0x10, [u32(0x35, number), u16(0x36, 60), text(0x40, '请签名')]);
      await line.until(() => Promise.resolve(state('signature-pad')?.['waiting'] === true));
      return { ended };
    };
    for (const [i, [thing, code]] of [
      ['signature-li-na', '00'],
      ['signature-wang-wei', '00'],
      ['signature-empty', '23'],
    ].entries()) {
      const { ended } = await waits(i);
      expect(await post('signature-pad', 'put', { thing })).toMatchObject({ status: 200 });
      expect((await ended)[1]?.fields['02']).toEqual([code]);
    }
    const { ended } = await waits(9);
    await post('signature-pad', 'fault', { fault: 'customer-cancels' });
    expect((await ended)[1]?.fields['02']).toEqual(['21']);
    expect(state('signature-pad')).toMatchObject({ signatures: 2, shows: 'dark', faults: [] });
    expect(await post('signature-pad', 'take')).toMatchObject({ status: 409 });
  });
});

describe('the QR reader at the bench', () => {
  it('reads what is held before it over its port, every code that the bench offers', async () => {
    const { bench, clock, post, state } = await start();
    const socket = connect(bench.devices['qr-reader'] ?? 0, '127.0.0.1');
    ends.push(() => void socket.destroy());
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    for (const thing of things('qr-reader')) {
      expect(await post('qr-reader', 'put', { thing })).toMatchObject({ status: 200 });
      expect(state('qr-reader')).toMatchObject({ holds: thing, lit: true });
      const before = heard.length;
      await clock.advance(100);
      while (heard.length === before) await once(socket, 'data');
      expect(await post('qr-reader', 'take')).toMatchObject({ status: 200, json: { thing } });
    }
    const held = SYNTHETIC_CODES.map(({ text }) => text).join('');
    expect(heard.startsWith(`yimen:R7K2M9QX4T;4406062611050012${held}https:`)).toBe(true);
    expect(state('qr-reader')).toMatchObject({ scans: 5 + SYNTHETIC_CODES.length, holds: null });
  });
});
