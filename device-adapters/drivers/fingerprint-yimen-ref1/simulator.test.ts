import { createHash } from 'node:crypto';
import { concatBytes, fromHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { BareHost, idField, type HeardFrame } from '../../testing/ref1-device/bare-host.ts';
import { u16, u32, u8, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { FINGERS } from './simulator-fingers.table.ts';
import { createSimulatedFingerprint } from './simulator.ts';

const CAPTURE = 0x10;
const FETCH = 0x11;
const CLEAR = 0x12;
const STOP = 0x06;
const IMAGE_BYTES = 256 * 288;
const THUMB = 'finger-li-na-thumb';

const waiting = (number: number, seconds = 30, finger = 1): DeviceField[] => [
  u32(0x35, number),
  u16(0x36, seconds),
  u8(0x40, finger),
];
const result = (code: string) => ({ fields: { '02': [code] } });

function world(speed: 'real' | 'fast' = 'real') {
  const clock = new ManualClock();
  const context = { clock, random: seededRandom(1), speed };
  const collector = createSimulatedFingerprint(context);
  const host = new BareHost(clock, collector);
  /** Waits for a finger, lays it there and gives the end of the capture. */
  const capture = async (thing = THUMB): Promise<HeardFrame | undefined> => {
    const [accepted] = await host.say(CAPTURE, waiting(1));
    collector.put(thing);
    await host.pass(1_200);
    return host.answersTo(accepted?.seq ?? 0)[1];
  };
  /** The whole object, chunk by chunk. */
  const fetchAll = async (number = 1): Promise<{ bytes: Uint8Array; digest: string | undefined }> => {
    const pieces: Uint8Array[] = [];
    let digest: string | undefined;
    for (let chunk = 0; digest === undefined; chunk += 1) {
      const [, said] = await host.say(FETCH, [u16(0x30, number), u16(0x32, chunk)], 200);
      expect(said?.fields['32']).toEqual([chunk.toString(16).padStart(4, '0')]);
      pieces.push(fromHex(said?.fields['33']?.[0] ?? ''));
      digest = said?.fields['34']?.[0];
    }
    return { bytes: concatBytes(...pieces), digest };
  };
  return { clock, context, collector, host, capture, fetchAll, state: () => collector.state() };
}

describe('a capture', () => {
  it('lights up, waits, and gives the image of the first second', async () => {
    const { host, collector, state } = world();
    expect(state()).toMatchObject({ lit: false, finger: null, captures: 0 });
    expect(await host.say(CAPTURE, waiting(1))).toMatchObject([{ command: 0x50, ...result('00') }]);
    expect(state()).toMatchObject({ lit: true, busy: false });
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'], '12': ['00'] });
    collector.put(THUMB);
    await host.pass(900);
    expect(host.answersTo(1)).toHaveLength(1);
    await host.pass(200);
    expect(host.answersTo(1)[1]).toEqual({
      seq: 1,
      command: 0x90,
      fields: {
        '02': ['00'],
        '30': ['0001'],
        '31': [IMAGE_BYTES.toString(16).padStart(8, '0')],
        '41': ['0100'],
        '42': ['0120'],
        '43': ['01f4'],
        '44': ['58'],
        '45': ['00'],
      },
    });
    expect(state()).toMatchObject({ lit: false, finger: THUMB, captures: 1, holdsImage: true });
  });

  it('is fetched in chunks of 7500 bytes, closed by the digest of the whole', async () => {
    const { capture, fetchAll, host } = world();
    await capture();
    const { bytes, digest } = await fetchAll();
    expect(bytes).toHaveLength(IMAGE_BYTES);
    expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
    const [, first] = await host.say(FETCH, [u16(0x30, 1), u16(0x32, 0)], 200);
    expect(first?.fields['33']?.[0]).toHaveLength(15_000);
    expect(first?.fields['34']).toBeUndefined();
    for (const [object, chunk] of [
      [1, 10],
      [2, 0],
      [0, 0],
    ] as const)
      expect(await host.say(FETCH, [u16(0x30, object), u16(0x32, chunk)])).toMatchObject([result('22')]);
    expect(await host.say(FETCH, [u16(0x30, 1)])).toMatchObject([result('02')]);
  });

  it('the same finger gives the same image, another thing another one; each with its hint', async () => {
    const seen = new Map<string, string>();
    for (const [thing, { hint, quality }] of FINGERS) {
      const { capture, fetchAll, collector } = world();
      const ended = await capture(thing);
      expect(ended?.fields, thing).toMatchObject({
        '02': ['00'],
        '44': [quality.toString(16).padStart(2, '0')],
        '45': [hint.toString(16).padStart(2, '0')],
      });
      seen.set(thing, (await fetchAll()).digest ?? '');
      collector.take();
      await capture(thing);
      expect((await fetchAll(2)).digest).toBe(seen.get(thing));
    }
    expect(new Set(seen.values()).size).toBe(FINGERS.size);
  });

  it('nobody came: 20 after the seconds; a finger in its last moment is taken to the end', async () => {
    const { host, collector, state } = world();
    await host.say(CAPTURE, waiting(1, 5), 4_000);
    expect(host.answersTo(1)).toHaveLength(1);
    await host.pass(1_200);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['20'] });
    expect(state()['lit']).toBe(false);
    await host.say(CAPTURE, waiting(2, 5), 4_900);
    collector.put(THUMB);
    await host.pass(1_200);
    expect(host.answersTo(2)[1]).toMatchObject(result('00'));
  });

  it('a finger that lies there: 21; what is on the glass is told unasked', async () => {
    const { host, collector } = world();
    collector.put(THUMB);
    await host.pass(20);
    expect(host.changes.at(-1)?.fields['12']).toEqual(['01']);
    expect(await host.say(CAPTURE, waiting(1))).toMatchObject([result('21')]);
    expect(collector.take()).toEqual({ ok: true, value: { thing: THUMB } });
    await host.pass(20);
    expect(host.changes.at(-1)?.fields['12']).toEqual(['00']);
    expect(await host.say(CAPTURE, waiting(2))).toMatchObject([result('00')]);
  });

  it('a finger lifted too early was too fast; the hasty one goes by itself', async () => {
    const { host, collector, state } = world();
    await host.say(CAPTURE, waiting(1));
    collector.put(THUMB);
    await host.pass(300);
    collector.take();
    await host.pass(20);
    expect(host.answersTo(1)[1]?.fields).toMatchObject({ '02': ['00'], '45': ['04'] });
    collector.put('finger-too-fast');
    await host.pass(250);
    expect(state()).toMatchObject({ finger: null, captures: 1 });
  });

  it.each([
    ['no number', waiting(1).slice(1)],
    ['no seconds', waiting(1).toSpliced(1, 1)],
    ['no time', waiting(1, 0)],
    ['too long', waiting(1, 301)],
    ['no finger', waiting(1).slice(0, 2)],
    ['finger 0', waiting(1, 30, 0)],
    ['finger 11', waiting(1, 30, 11)],
  ])('%s: refused, no light', async (_name, fields) => {
    const { host, state } = world();
    expect(await host.say(CAPTURE, fields)).toMatchObject([result('02')]);
    expect(state()['lit']).toBe(false);
  });

  it('answers at once when the bench is fast', async () => {
    const { host, collector, state } = world('fast');
    await host.say(CAPTURE, waiting(1), 0);
    collector.put(THUMB);
    expect(state()).toMatchObject({ lit: false, captures: 1 });
  });

  it('hands: one finger that exists', () => {
    const { collector } = world();
    expect(collector.take()).toMatchObject({ ok: false });
    expect(collector.put('permit-li-na')).toEqual({ ok: false, error: 'no such finger: permit-li-na' });
    collector.put(THUMB);
    expect(collector.put('finger-dry')).toEqual({ ok: false, error: 'a finger lies on the glass already' });
  });
});

describe('the end of a wait', () => {
  it('06 with its number: 05 first; another number ends nothing', async () => {
    const { host, state } = world();
    await host.say(CAPTURE, waiting(7));
    expect(await host.say(STOP, [u32(0x35, 8)])).toMatchObject([result('00'), result('00')]);
    expect(state()['lit']).toBe(true);
    expect(await host.say(STOP, [u32(0x35, 7)])).toMatchObject([result('00'), result('00')]);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['05'] });
    const ends = host.heard.map(({ command }) => command).filter((command) => command >= 0x80 && command !== 0xf0);
    expect(ends).toEqual([0x86, 0x90, 0x86]);
    expect(await host.say(STOP, [])).toMatchObject([result('02')]);
    expect(await host.say(STOP, [idField(1)])).toMatchObject([result('00'), result('00')]);
  });

  it('the next capture, a reset, and a new line end it', async () => {
    const { clock, host, collector, state } = world();
    await host.say(CAPTURE, waiting(1));
    await host.say(CAPTURE, waiting(2));
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['05'] });
    const reset = await host.say(0x05, [idField(1), u8(0x07, 1)], 1_000);
    expect(reset[1]?.fields).toEqual({ '02': ['00'], '03': ['01'] });
    expect(host.answersTo(2)[1]?.fields).toEqual({ '02': ['05'] });
    expect(host.heard.findIndex(({ seq, command }) => seq === 2 && command === 0x90)).toBeLessThan(
      host.heard.findIndex(({ command }) => command === 0x85),
    );
    await host.say(CAPTURE, waiting(3));
    const next = new BareHost(clock, collector);
    await next.pass(20);
    expect(state()['lit']).toBe(false);
    expect(next.heard).toEqual([]);
  });

  it('beside a self-test: refused as busy, though a wait goes on beside one', async () => {
    const { host, state } = world();
    await host.say(CAPTURE, waiting(1));
    const test = await host.say(0x03, [idField(1)], 1_200);
    expect(test[1]?.fields).toEqual({ '02': ['00'], '03': ['01'] });
    expect(state()['lit']).toBe(true);
    await host.say(0x03, [idField(2)], 100);
    expect(await host.say(CAPTURE, waiting(2), 100)).toMatchObject([result('03')]);
  });
});

describe('the image is overwritten', () => {
  const ways: [string, (bench: ReturnType<typeof world>) => Promise<unknown>][] = [
    ['by 12', ({ host }) => host.say(CLEAR)],
    ['by the next capture', ({ host, collector }) => (collector.take(), host.say(CAPTURE, waiting(2)))],
    ['by a reset', ({ host }) => host.say(0x05, [idField(1), u8(0x07, 3)], 1_000)],
    ['after a minute', ({ host }) => host.pass(60_000)],
  ];
  it.each(ways)('%s', async (_name, act) => {
    const bench = world();
    await bench.capture();
    await act(bench);
    expect(bench.state()['holdsImage']).toBe(false);
    expect(await bench.host.say(FETCH, [u16(0x30, 1), u16(0x32, 0)])).toMatchObject([result('22')]);
  });

  it('12 ends well without an image, too', async () => {
    const { host } = world();
    expect(await host.say(CLEAR)).toMatchObject([result('00'), result('00')]);
  });
});

describe('faults', () => {
  it.each(['F42', 'dirty-sensor'])('%s: a standing fault; captures go on with the hint 5', async (name) => {
    const { host, collector, capture, state } = world();
    collector.fault(name);
    expect(state()['faults']).toEqual(['F42']);
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'], '11': ['23'] });
    expect((await capture())?.fields).toMatchObject({ '02': ['00'], '44': ['1e'], '45': ['05'] });
    collector.clear();
    expect((await host.say(0x02))[1]?.fields['11']).toBeUndefined();
  });

  it.each(['F43', 'finger-stays'])('%s: take does not lift it', async (name) => {
    const { host, collector, capture } = world();
    collector.fault(name);
    await capture();
    expect(collector.take()).toEqual({ ok: false, error: 'the person does not lift the finger' });
    expect((await host.say(0x02))[1]?.fields['12']).toEqual(['01']);
    collector.clear();
    expect(collector.take()).toMatchObject({ ok: true });
  });

  it('chunk-lost: one chunk in the middle is accepted and never comes, once', async () => {
    const { host, collector, capture, fetchAll } = world();
    collector.fault('chunk-lost');
    await capture();
    expect(await host.say(FETCH, [u16(0x30, 1), u16(0x32, 4)])).toHaveLength(2);
    expect(await host.say(FETCH, [u16(0x30, 1), u16(0x32, 5)], 5_000)).toMatchObject([result('00')]);
    expect((await fetchAll()).bytes).toHaveLength(IMAGE_BYTES);
  });

  it('wrong-digest', async () => {
    const { collector, capture, fetchAll } = world();
    collector.fault('wrong-digest');
    await capture();
    const { bytes, digest } = await fetchAll();
    expect(digest).not.toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('hardware-broken: what waits ends, state 3, cannot tell who lies there, until clear', async () => {
    const { host, collector } = world();
    await host.say(CAPTURE, waiting(1));
    collector.fault('hardware-broken');
    await host.pass(20);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['06'] });
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['03'], '11': ['06'], '12': ['03'] });
    expect(await host.say(CAPTURE, waiting(2))).toMatchObject([result('06')]);
    expect(await host.say(0x03, [idField(1)])).toMatchObject([result('06')]);
    collector.clear();
    expect(await host.say(CAPTURE, waiting(3))).toMatchObject([result('00')]);
  });

  it('power-dip: gone in the middle of an image, starting, and nothing is left', async () => {
    const { host, collector, state } = world();
    collector.fault('power-dip');
    await host.say(CAPTURE, waiting(1));
    collector.put(THUMB);
    await host.pass(700);
    expect(state()).toMatchObject({ power: 'off', lit: false });
    await host.pass(1_500);
    expect(await host.say(CAPTURE, waiting(2), 100)).toMatchObject([result('04')]);
    await host.pass(1_500);
    expect(host.answersTo(1)).toHaveLength(1);
    expect(state()).toMatchObject({ power: 'on', bootCount: 2, holdsImage: false, finger: THUMB, faults: [] });
    expect(await host.say(CAPTURE, waiting(3))).toMatchObject([result('21')]);
  });

  it('answer-lost, stuck-busy, F12, wrong-model, F22', async () => {
    const { host, collector, capture, state } = world();
    collector.fault('answer-lost');
    expect(await capture()).toBeUndefined();
    expect(state()['captures']).toBe(1);
    collector.clear();
    collector.take();
    collector.fault('stuck-busy');
    expect(await host.say(CAPTURE, waiting(2))).toMatchObject([result('03')]);
    collector.clear();
    collector.fault('F12');
    expect(await host.say(0x02)).toEqual([]);
    collector.clear();
    const word = async (tag: string): Promise<string> =>
      Buffer.from((await host.say(0x01))[1]?.fields[tag]?.[0] ?? '', 'hex').toString();
    expect(await word('20')).toBe('fingerprint');
    expect(await word('22')).toBe('YMFP-000031');
    collector.fault('F22');
    expect(await word('22')).toBe('YMFP-OTHER-1');
    collector.fault('wrong-model');
    expect(await word('20')).toBe('licence-printer');
    expect(collector.fault('F24')).toEqual({ ok: false, error: 'no such fault: F24' });
  });
});

describe('a restart of the bench', () => {
  it('keeps effects and power-ons, no image and no finger', async () => {
    const { context, clock, host, collector, capture } = world();
    await host.say(0x03, [idField(1)], 1_200);
    await capture();
    const next = createSimulatedFingerprint(context);
    next.restore(JSON.parse(JSON.stringify(collector.save())));
    expect(next.state()).toMatchObject({ bootCount: 2, finger: null, holdsImage: false });
    const nextHost = new BareHost(clock, next);
    expect((await nextHost.say(0x04, [idField(1)]))[1]?.fields).toMatchObject({ '05': ['02'], '06': ['03'] });
    next.restore({ other: 1 });
    expect(next.state()['bootCount']).toBe(2);
  });
});
