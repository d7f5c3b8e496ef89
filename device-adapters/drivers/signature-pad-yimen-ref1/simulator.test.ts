import { createHash } from 'node:crypto';
import { concatBytes, fromHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { BareHost, idField, type HeardFrame } from '../../testing/ref1-device/bare-host.ts';
import { text, u16, u32, u8, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { createSimulatedSignaturePad } from './simulator.ts';

const CAPTURE = 0x10;
const FETCH = 0x11;
const CLEAR = 0x12;
const CANCEL = 0x13;
const STOP = 0x06;
const LI_NA = 'signature-li-na';
/** A person signs within this. */
const SIGNING_MS = 3_400;

const waiting = (number: number, seconds = 60, prompt = '请签名'): DeviceField[] => [
  u32(0x35, number),
  u16(0x36, seconds),
  text(0x40, prompt),
];
const result = (code: string) => ({ fields: { '02': [code] } });

function world(speed: 'real' | 'fast' = 'real') {
  const clock = new ManualClock();
  const context = { clock, random: seededRandom(1), speed };
  const pad = createSimulatedSignaturePad(context);
  const host = new BareHost(clock, pad);
  /** Asks, lets somebody sign, and gives the end of the capture. */
  const sign = async (thing = LI_NA): Promise<HeardFrame | undefined> => {
    const [accepted] = await host.say(CAPTURE, waiting(1));
    pad.put(thing);
    await host.pass(SIGNING_MS);
    return host.answersTo(accepted?.seq ?? 0)[1];
  };
  const fetchAll = async (number = 1): Promise<{ bytes: Uint8Array; digest: string | undefined }> => {
    const pieces: Uint8Array[] = [];
    let digest: string | undefined;
    for (let chunk = 0; digest === undefined; chunk += 1) {
      const [, said] = await host.say(FETCH, [u16(0x30, number), u16(0x32, chunk)], 200);
      pieces.push(fromHex(said?.fields['33']?.[0] ?? ''));
      digest = said?.fields['34']?.[0];
    }
    return { bytes: concatBytes(...pieces), digest };
  };
  return { clock, context, pad, host, sign, fetchAll, state: () => pad.state() };
}

/** Taken apart as README.md, "The object", has it. */
function strokesIn(object: Uint8Array): [x: number, y: number, pressure: number, ms: number][][] {
  const bytes = Buffer.from(object);
  const strokes: [number, number, number, number][][] = [];
  for (let at = 0; at < bytes.length;) {
    const count = bytes.readUInt16BE(at);
    strokes.push(
      Array.from({ length: count }, (_, i) => {
        const from = at + 2 + i * 10;
        return [
          bytes.readUInt16BE(from),
          bytes.readUInt16BE(from + 2),
          bytes.readUInt16BE(from + 4),
          bytes.readUInt32BE(from + 6),
        ];
      }),
    );
    at += 2 + count * 10;
  }
  return strokes;
}

describe('a signature', () => {
  it('shows the prompt, waits, and gives what was written', async () => {
    const { host, pad, state } = world();
    expect(state()).toMatchObject({ shows: 'dark', waiting: false, signatures: 0 });
    expect(await host.say(CAPTURE, waiting(1))).toMatchObject([{ command: 0x50, ...result('00') }]);
    expect(state()).toMatchObject({ shows: 'prompt', prompt: '请签名', waiting: true, busy: false });
    pad.put(LI_NA);
    await host.pass(1_000);
    expect(state()['shows']).toBe('ink');
    await host.pass(SIGNING_MS - 1_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({
      '02': ['00'],
      '30': ['0001'],
      '31': ['00001d9a'],
      '41': ['0064'],
      '42': ['0032'],
      '43': ['0009'],
    });
    expect(state()).toMatchObject({ shows: 'dark', waiting: false, signatures: 1, holdsSignature: true });
  });

  it.each([
    [LI_NA, 9],
    ['signature-wang-wei', 8],
  ])('%s: %i strokes inside the area, in time, the same each time', async (thing, count) => {
    const { sign, fetchAll } = world();
    await sign(thing);
    const { bytes, digest } = await fetchAll();
    expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
    const strokes = strokesIn(bytes);
    expect(strokes).toHaveLength(count);
    const points = strokes.flat();
    expect(points[0]?.[3]).toBe(0);
    points.forEach(([x, y, pressure, ms], i) => {
      expect(x).toBeLessThanOrEqual(10_000);
      expect(y).toBeLessThanOrEqual(5_000);
      expect(pressure).toBeLessThanOrEqual(1_023);
      expect(ms).toBeGreaterThanOrEqual(points[i - 1]?.[3] ?? 0);
    });
    expect(points.at(-1)?.[3]).toBeLessThan(3_000);
    await sign(thing);
    expect((await fetchAll(2)).digest).toBe(digest);
  });

  it('done without a stroke: 23, no object', async () => {
    const { host, sign, state } = world();
    expect((await sign('signature-empty'))?.fields).toEqual({ '02': ['23'] });
    expect(state()).toMatchObject({ signatures: 0, holdsSignature: false });
    expect(await host.say(FETCH, [u16(0x30, 1), u16(0x32, 0)])).toMatchObject([result('22')]);
  });

  it('the time is over, also for whoever is still writing: 20', async () => {
    const { host, pad, state } = world();
    await host.say(CAPTURE, waiting(1, 2), 1_500);
    pad.put(LI_NA);
    await host.pass(600);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['20'] });
    await host.pass(SIGNING_MS);
    expect(state()).toMatchObject({ shows: 'dark', signatures: 0 });
  });

  it.each([
    ['no prompt', waiting(1).slice(0, 2)],
    ['two prompts', [...waiting(1), text(0x40, 'x')]],
    ['too many characters', waiting(1, 60, 'x'.repeat(61))],
    ['too many bytes', waiting(1, 60, '𠮷'.repeat(46))],
    ['no text', [...waiting(1).slice(0, 2), { tag: 0x40, value: Uint8Array.of(0xff) }]],
    ['no number', waiting(1).slice(1)],
    ['too long', waiting(1, 301)],
  ])('%s: refused', async (_name, fields) => {
    const { host, state } = world();
    expect(await host.say(CAPTURE, fields)).toMatchObject([result('02')]);
    expect(state()['shows']).toBe('dark');
  });

  it.each(['', '签'.repeat(60)])('the prompt %j fits', async (prompt) => {
    const { host, state } = world();
    expect(await host.say(CAPTURE, waiting(1, 60, prompt))).toMatchObject([result('00')]);
    expect(state()['prompt']).toBe(prompt);
  });

  it('hands: only what exists, only while it waits, only one', async () => {
    const { host, pad } = world();
    expect(pad.put('permit-li-na')).toEqual({ ok: false, error: 'no such signature: permit-li-na' });
    expect(pad.put(LI_NA)).toEqual({ ok: false, error: 'nothing to sign: the pad does not wait' });
    expect(pad.take()).toMatchObject({ ok: false });
    await host.say(CAPTURE, waiting(1));
    pad.put(LI_NA);
    expect(pad.put('signature-wang-wei')).toEqual({ ok: false, error: 'somebody is signing already' });
  });

  it('is there at once when the bench is fast', async () => {
    const { host, pad, state } = world('fast');
    await host.say(CAPTURE, waiting(1), 0);
    pad.put(LI_NA);
    expect(state()).toMatchObject({ waiting: false, signatures: 1 });
  });
});

describe('clear and cancel', () => {
  it('12 while it waits: ink gone, the seconds begin anew, the capture goes on', async () => {
    const { host, pad, state } = world();
    await host.say(CAPTURE, waiting(1, 5), 4_000);
    pad.put(LI_NA);
    expect(await host.say(CLEAR)).toMatchObject([result('00'), result('00')]);
    expect(state()).toMatchObject({ shows: 'prompt', waiting: true });
    await host.pass(4_000);
    expect(state()).toMatchObject({ waiting: true, signatures: 0 });
    pad.put('signature-empty');
    await host.pass(400);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['23'] });
  });

  it.each([
    ['13', CANCEL, [] as DeviceField[]],
    ['06 with 35', STOP, [u32(0x35, 1)]],
    ['05', 0x05, [idField(1), u8(0x07, 1)]],
    ['the next 10', CAPTURE, waiting(2)],
  ])('%s ends what waits with 05, before its own end', async (_name, command, fields) => {
    const { host, pad, state } = world();
    await host.say(CAPTURE, waiting(1));
    pad.put(LI_NA);
    await host.say(command, fields, 1_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['05'] });
    const ends = host.heard.filter((frame) => frame.command >= 0x80 && frame.command !== 0xf0);
    expect(ends[0]?.command).toBe(0x90);
    expect(state()).toMatchObject({ shows: command === CAPTURE ? 'prompt' : 'dark', signatures: 0 });
  });

  it.each([
    ['12', (host: BareHost) => host.say(CLEAR)],
    ['13', (host: BareHost) => host.say(CANCEL)],
    ['05', (host: BareHost) => host.say(0x05, [idField(1), u8(0x07, 3)], 1_000)],
    ['the next 10', (host: BareHost) => host.say(CAPTURE, waiting(2))],
    ['a minute', (host: BareHost) => host.pass(60_000)],
  ])('%s overwrites a finished signature', async (_name, act) => {
    const { host, sign, state } = world();
    await sign();
    expect(state()['holdsSignature']).toBe(true);
    await act(host);
    expect(state()['holdsSignature']).toBe(false);
    expect(await host.say(FETCH, [u16(0x30, 1), u16(0x32, 0)])).toMatchObject([result('22')]);
  });

  it('12 and 13 end well when nothing waits; a new line ends what waits unheard', async () => {
    const { clock, host, pad, state } = world();
    expect(await host.say(CLEAR)).toMatchObject([result('00'), result('00')]);
    expect(await host.say(CANCEL)).toMatchObject([result('00'), result('00')]);
    await host.say(CAPTURE, waiting(1));
    const next = new BareHost(clock, pad);
    await next.pass(20);
    expect([state()['waiting'], next.heard]).toEqual([false, []]);
  });
});

describe('faults', () => {
  it('customer-cancels: at once while it waits, else the next time; once', async () => {
    const { host, pad, state } = world();
    await host.say(CAPTURE, waiting(1));
    pad.fault('customer-cancels');
    await host.pass(20);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['21'] });
    pad.fault('customer-cancels');
    await host.say(CAPTURE, waiting(2), 1_000);
    expect(host.answersTo(2)[1]?.fields).toEqual({ '02': ['21'] });
    await host.say(CAPTURE, waiting(3), 2_000);
    expect(state()).toMatchObject({ waiting: true, faults: [] });
  });

  it('customer-cancels of a fast bench', async () => {
    const { host, pad } = world('fast');
    pad.fault('customer-cancels');
    expect(await host.say(CAPTURE, waiting(1))).toMatchObject([result('00'), result('21')]);
  });

  it('chunk-lost: a chunk is accepted and never comes, once', async () => {
    const { host, pad, sign, fetchAll } = world();
    pad.fault('chunk-lost');
    await sign();
    expect(await host.say(FETCH, [u16(0x30, 1), u16(0x32, 0)])).toHaveLength(2);
    expect(await host.say(FETCH, [u16(0x30, 1), u16(0x32, 1)], 5_000)).toMatchObject([result('00')]);
    expect((await fetchAll()).bytes).toHaveLength(7_578);
  });

  it('wrong-digest', async () => {
    const { pad, sign, fetchAll } = world();
    pad.fault('wrong-digest');
    await sign();
    const { bytes, digest } = await fetchAll();
    expect(digest).not.toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('hardware-broken: what waits ends, 10 and 03 are refused until clear', async () => {
    const { host, pad } = world();
    await host.say(CAPTURE, waiting(1));
    pad.fault('hardware-broken');
    await host.pass(20);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['06'] });
    const status = (await host.say(0x02))[1]?.fields;
    expect(status).toMatchObject({ '10': ['03'], '11': ['06'] });
    expect(status?.['12']).toBeUndefined();
    expect(await host.say(CAPTURE, waiting(2))).toMatchObject([result('06')]);
    expect(await host.say(0x03, [idField(1)])).toMatchObject([result('06')]);
    pad.clear();
    expect((await host.say(0x03, [idField(2)], 1_200))[1]?.fields).toEqual({ '02': ['00'], '03': ['01'] });
  });

  it('power-dip: gone in the middle of the signing, and nothing is left', async () => {
    const { host, pad, state } = world();
    pad.fault('power-dip');
    await host.say(CAPTURE, waiting(1));
    pad.put(LI_NA);
    await host.pass(1_800);
    expect(state()).toMatchObject({ power: 'off', shows: 'dark', waiting: false });
    await host.pass(1_500);
    expect(await host.say(CLEAR, [], 100)).toMatchObject([result('04')]);
    await host.pass(1_500);
    expect(host.answersTo(1)).toHaveLength(1);
    expect(state()).toMatchObject({ power: 'on', bootCount: 2, signatures: 0, faults: [] });
    expect(pad.put(LI_NA)).toMatchObject({ ok: false });
  });

  it('answer-lost, stuck-busy, F12, identity', async () => {
    const { host, pad, sign, state } = world();
    pad.fault('answer-lost');
    expect(await sign()).toBeUndefined();
    expect(state()['signatures']).toBe(1);
    pad.clear();
    pad.fault('stuck-busy');
    expect(await host.say(CAPTURE, waiting(2))).toMatchObject([result('03')]);
    pad.clear();
    pad.fault('F12');
    expect(await host.say(0x02)).toEqual([]);
    pad.clear();
    const said = (await host.say(0x01))[1]?.fields;
    expect(Buffer.from(said?.['20']?.[0] ?? '', 'hex').toString()).toBe('signature-pad');
    expect(said).toMatchObject({ '24': ['04'], '25': [''], '26': ['01'] });
    expect(pad.fault('F24')).toEqual({ ok: false, error: 'no such fault: F24' });
  });
});

describe('a restart of the bench', () => {
  it('keeps effects and power-ons, no ink', async () => {
    const { context, clock, host, pad, sign } = world();
    await host.say(0x03, [idField(1)], 1_200);
    await sign();
    const next = createSimulatedSignaturePad(context);
    next.restore(JSON.parse(JSON.stringify(pad.save())));
    expect(next.state()).toMatchObject({ bootCount: 2, waiting: false, holdsSignature: false });
    const nextHost = new BareHost(clock, next);
    expect((await nextHost.say(0x04, [idField(1)]))[1]?.fields).toMatchObject({ '05': ['02'], '06': ['03'] });
    next.restore('nothing');
    expect(next.state()['bootCount']).toBe(2);
  });
});
