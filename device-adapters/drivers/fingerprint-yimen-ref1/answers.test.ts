import { describe, expect, it, vi } from 'vitest';
import { numberField, ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { objectFields, serveObject, type ScriptedChunk } from '../../driver-kit/testing/scripted-object.ts';
import { ref1Context, ScriptedRef1 } from '../../driver-kit/testing/scripted-ref1.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { createFingerprint } from './driver.ts';

// Answers written by hand: those that no sound device would give, and moments that no simulator can choose.

const IMAGE = Uint8Array.from({ length: 256 * 288 }, (_, i) => (i * 31) & 0xff);
const { u8, u16 } = ref1Value;

function imageFields(quality = 62, hint = 1): readonly Ref1Field[] {
  return [
    ...objectFields(5, IMAGE.length),
    [0x41, u16(256)],
    [0x42, u16(288)],
    [0x43, u16(500)],
    [0x44, u8(quality)],
    [0x45, u8(hint)],
  ];
}

function bench(bend?: (chunk: ScriptedChunk) => unknown) {
  const peer = new ScriptedRef1();
  peer.kind = 'fingerprint';
  peer.statusFields = [[0x12, u8(0)]];
  peer.on.set(0x10, (heard) => peer.answer(heard, imageFields()));
  serveObject(peer, 0x11, IMAGE, bend);
  peer.on.set(0x12, (heard) => peer.answer(heard));
  const context = ref1Context(peer);
  const { clock } = context;
  const driver = createFingerprint(context);
  const abort = new AbortController();
  const begin = (verb: string, args: unknown = {}, deadlineMs = 20_000) =>
    driver.read(verb, deadlineMs, args, abort.signal);
  return {
    peer,
    clock,
    driver,
    abort,
    begin,
    read: (verb: string, args: unknown = {}, deadlineMs = 20_000) => runUntil(clock, begin(verb, args, deadlineMs)),
    setFinger: (media: number) => {
      peer.statusFields = [[0x12, u8(media)]];
      peer.change();
    },
  };
}

describe('capture', () => {
  it('gives the whole image, how good it is, and asks for each chunk once', async () => {
    const { peer, read } = bench();
    expect(await read('capture', { finger: 1 })).toEqual({
      ok: true,
      value: {
        image: Buffer.from(IMAGE).toString('base64'),
        width: 256,
        height: 288,
        dpi: 500,
        quality: 62,
        hint: 'dry',
      },
    });
    expect(peer.times(0x11)).toBe(10);
    const capture = peer.heard.find(({ command }) => command === 0x10);
    expect([0x36, 0x40].map((tag) => numberField(capture?.fields ?? new Map(), tag))).toEqual([14, 1]);
  });

  it('a poor image is an image', async () => {
    const { peer, read } = bench();
    peer.on.set(0x10, (heard) => peer.answer(heard, imageFields(0, 3)));
    expect(await read('capture', { finger: 2 })).toMatchObject({ ok: true, value: { quality: 0, hint: 'partial' } });
  });

  it.each([
    [0x20, 'noMedia', 'suspend'],
    [0x21, 'deviceNotReady', 'suspend'],
    [3, 'deviceBusy', 'suspend'],
    [6, 'hardwareError', 'reset'],
  ])('refused or ended with %i: %s', async (result, code, action) => {
    const { peer, read } = bench();
    const fault = { ok: false, error: { code, action } };
    peer.on.set(0x10, (heard) => peer.accept(heard, result));
    expect(await read('capture', { finger: 1 })).toMatchObject(fault);
    peer.on.set(0x10, (heard) => peer.answer(heard, [[0x02, u8(result)]]));
    expect(await read('capture', { finger: 1 })).toMatchObject(fault);
    expect(peer.times(0x11)).toBe(0);
  });

  it('an end that tells of no image is a broken device', async () => {
    const { peer, read } = bench();
    for (const fields of [[], objectFields(5, 100), imageFields().slice(1), imageFields(62, 9)]) {
      peer.on.set(0x10, (heard) => peer.answer(heard, fields));
      expect(await read('capture', { finger: 1 })).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    }
    expect(peer.times(0x11)).toBe(0);
  });

  it.each<[string, (chunk: ScriptedChunk) => unknown, string]>([
    ['lost', ({ chunk }) => (chunk === 4 ? 'lost' : undefined), 'timeOut'],
    ['doubled', (given) => void (given.chunk === 4 && (given.chunk = 3)), 'hardwareError'],
    ['out of order', (given) => void (given.chunk === 4 && (given.chunk = 5)), 'hardwareError'],
    ['damaged', (given) => void (given.chunk === 4 && (given.bytes[0] = 1 + (given.bytes[0] ?? 0))), 'hardwareError'],
    ['closed wrongly', (given) => void (given.digest &&= new Uint8Array(32)), 'hardwareError'],
  ])('a chunk %s: no image at all', async (_, bend, code) => {
    const { read } = bench(bend);
    const result = await read('capture', { finger: 1 });
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(result).not.toHaveProperty('value');
  });

  it('an image that was overwritten meanwhile', async () => {
    const { peer, read } = bench();
    peer.on.set(0x11, (heard) => peer.accept(heard, 0x22));
    expect(await read('capture', { finger: 1 })).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });

  it('nobody comes and the device forgets to say so: noMedia before the deadline', async () => {
    const { peer, read, clock } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard));
    peer.on.set(0x06, (heard) => peer.answer(heard));
    const before = clock.monoMs();
    expect(await read('capture', { finger: 1 }, 15_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(15_000);
  });

  it('once handed over, the driver’s own copy is overwritten', async () => {
    const { read } = bench();
    const fill = vi.spyOn(Uint8Array.prototype, 'fill');
    expect(await read('capture', { finger: 1 })).toMatchObject({ ok: true });
    const copies = (fill.mock.contexts as Uint8Array[]).filter((bytes) => bytes.length === IMAGE.length);
    fill.mockRestore();
    expect(copies).toHaveLength(1);
    expect(copies[0]?.every((byte) => byte === 0)).toBe(true);
  });

  it('with too little time the light is not even switched on', async () => {
    const { peer, read } = bench();
    expect(await read('capture', { finger: 1 }, 6_900)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(peer.times(0x10)).toBe(0);
  });

  it('a caller that goes away ends the wait, or the fetching', async () => {
    const { peer, begin, abort, clock } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard));
    peer.on.set(0x06, (heard) => peer.answer(heard));
    const capturing = begin('capture', { finger: 1 });
    await runFor(clock, 2_000);
    abort.abort();
    expect(await runUntil(clock, capturing, 2_000)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(peer.times(0x06)).toBe(1);
    const other = bench(({ chunk }) => void (chunk === 2 && other.abort.abort()));
    expect(await other.read('capture', { finger: 1 })).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(other.peer.times(0x11)).toBe(3);
  });
});

describe('waitForRemoval', () => {
  it('an empty glass is well at once', async () => {
    const { read } = bench();
    expect(await read('waitForRemoval')).toEqual({ ok: true, value: { present: false } });
  });

  it('is told by the status change', async () => {
    const { begin, peer, clock, setFinger } = bench();
    peer.statusFields = [[0x12, u8(1)]];
    const waiting = begin('waitForRemoval');
    await runFor(clock, 2_100);
    setFinger(0);
    expect(await runUntil(clock, waiting, 100)).toEqual({ ok: true, value: { present: false } });
  });

  it('is found by looking, should the status change be lost', async () => {
    const { begin, peer, clock } = bench();
    peer.statusFields = [[0x12, u8(1)]];
    const waiting = begin('waitForRemoval');
    await runFor(clock, 2_100);
    peer.statusFields = [[0x12, u8(0)]];
    peer.changeNumber += 1;
    expect(await runUntil(clock, waiting, 1_100)).toMatchObject({ ok: true });
  });

  it.each([
    ['stays', [[0x12, u8(1)]]],
    ['cannot be told', [[0x12, u8(3)]]],
    ['is not told', []],
  ] as const)('F43: a finger that %s is notTaken at the deadline', async (_, fields) => {
    const { read, peer, clock } = bench();
    peer.statusFields = fields;
    const before = clock.monoMs();
    expect(await read('waitForRemoval', {}, 5_000)).toMatchObject({ ok: false, error: { code: 'notTaken' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(5_500);
    expect(peer.times(0x02)).toBeLessThanOrEqual(8);
  });

  it('ends when the caller goes, and when the line does', async () => {
    const { begin, peer, clock, abort } = bench();
    peer.statusFields = [[0x12, u8(1)]];
    const waiting = begin('waitForRemoval');
    await runFor(clock, 500);
    abort.abort();
    expect(await runUntil(clock, waiting, 100)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    const other = bench();
    other.peer.statusFields = [[0x12, u8(1)]];
    const lost = other.begin('waitForRemoval');
    await runFor(other.clock, 500);
    other.peer.unplug();
    expect(await runUntil(other.clock, lost, 2_000)).toMatchObject({ ok: false, error: { code: 'offline' } });
  });
});

describe('the rest', () => {
  it('clear tells the device; a broken one says so', async () => {
    const { peer, read } = bench();
    expect(await read('clear')).toEqual({ ok: true, value: {} });
    peer.on.set(0x12, (heard) => peer.accept(heard, 6));
    expect(await read('clear')).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
  });

  it('no verb of its own is an effect, and it remembers none', async () => {
    const { clock, driver, read, peer } = bench();
    const op = { operationId: '019ab000-0000-7000-8000-000000000001' as never, deadlineMs: 5_000 };
    const refused = await runUntil(clock, driver.perform('capture', op, { finger: 1 }, new AbortController().signal));
    expect(refused).toMatchObject({ outcome: 'notDone', fault: { code: 'unsupportedCommand' } });
    expect(await read('enrol')).toMatchObject({ ok: false, error: { code: 'unsupportedCommand' } });
    peer.on.set(0x04, (heard) =>
      peer.answer(heard, [
        [0x05, u8(2)],
        [0x06, u8(0x10)],
        [0x03, u8(1)],
      ]),
    );
    expect(await runUntil(clock, driver.recall?.(op.operationId) ?? Promise.resolve(undefined))).toBeUndefined();
  });
});
