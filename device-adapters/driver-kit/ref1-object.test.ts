import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { runUntil } from '../testing/run-until.ts';
import { Ref1Device } from './ref1-device.ts';
import { decodeRef1Fields, encodeRef1Fields } from './ref1-fields.ts';
import { fetchRef1Object, rawChunkOf, rawObjectOf } from './ref1-object.ts';
import { ref1Axes } from './ref1-status.ts';
import { chunkFields, objectFields, serveObject, type ScriptedChunk } from './testing/scripted-object.ts';
import { ref1Context, ScriptedRef1 } from './testing/scripted-ref1.ts';

const FETCH = 0x11;
/** Two full chunks and a short one. */
const OBJECT = Uint8Array.from({ length: 15_010 }, (_, i) => (i * 7) & 0xff);

async function bench() {
  const peer = new ScriptedRef1();
  const context = ref1Context(peer);
  const device = new Ref1Device(context, {
    driver: 'endorsement-printer-yimen-ref1',
    kind: 'endorsement-printer',
    faults: {},
    axes: (raw) => ref1Axes(raw, {}),
  });
  await runUntil(context.clock, device.ready());
  const abort = new AbortController();
  const fetch = (size = OBJECT.length, withinMs = 10_000) =>
    runUntil(
      context.clock,
      fetchRef1Object(device, {
        command: FETCH,
        object: { number: 3, size },
        deadlineAt: context.clock.monoMs() + withinMs,
        signal: abort.signal,
      }),
    );
  return { peer, device, abort, fetch, clock: context.clock };
}

describe('an object', () => {
  it.each([1, 7_499, 7_500, 7_501, 15_000, 15_010])('of %i bytes comes whole, in order, once each', async (size) => {
    const { peer, fetch } = await bench();
    const object = OBJECT.slice(0, size);
    serveObject(peer, FETCH, object);
    expect(await fetch(size)).toEqual({ ok: true, value: object });
    expect(peer.times(FETCH)).toBe(Math.ceil(size / 7_500));
  });

  it.each<[string, (chunk: ScriptedChunk) => void]>([
    ['the one before it, doubled', (chunk) => (chunk.chunk -= 1)],
    ['the one behind it', (chunk) => (chunk.chunk += 1)],
    ['one of another object', (chunk) => (chunk.object += 1)],
    ['a byte too few', (chunk) => (chunk.bytes = chunk.bytes.slice(1))],
    ['a byte too many', (chunk) => (chunk.bytes = Uint8Array.of(...chunk.bytes, 0))],
    ['no byte', (chunk) => (chunk.bytes = new Uint8Array(0))],
  ])('instead of any chunk %s: nothing of it is given', async (_, bend) => {
    for (const at of [0, 1, 2]) {
      const { peer, device, fetch } = await bench();
      serveObject(peer, FETCH, OBJECT, (chunk) => (chunk.chunk === at ? bend(chunk) : undefined));
      expect(await fetch(), `chunk ${at}`).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
      expect(peer.times(FETCH)).toBe(at + 1);
      expect(device.watcher.current.device).toBe('online');
    }
  });

  it.each<[string, (chunk: ScriptedChunk) => void]>([
    ['a changed byte', (chunk) => (chunk.bytes[3] = (chunk.bytes[3] ?? 0) ^ 1)],
    ['a wrong digest', (chunk) => (chunk.digest = chunk.digest && new Uint8Array(32))],
    ['a short digest', (chunk) => (chunk.digest = chunk.digest?.slice(1))],
    ['no digest', (chunk) => (chunk.digest = undefined)],
  ])('%s: the digest does not close it', async (_, bend) => {
    const { peer, fetch } = await bench();
    serveObject(peer, FETCH, OBJECT, bend);
    expect(await fetch()).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    expect(peer.times(FETCH)).toBe(3);
  });

  it('a chunk without its fields is none; a refused one is the device’s own fault', async () => {
    const { peer, fetch } = await bench();
    peer.on.set(FETCH, (heard) => peer.answer(heard));
    expect(await fetch()).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    peer.on.set(FETCH, (heard) => peer.accept(heard, 4));
    expect(await fetch()).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });

  it('a chunk that never comes is timeOut; the others are not asked for', async () => {
    for (const at of [0, 1, 2]) {
      const { peer, fetch } = await bench();
      serveObject(peer, FETCH, OBJECT, (chunk) => (chunk.chunk === at ? 'lost' : undefined));
      expect(await fetch()).toMatchObject({ ok: false, error: { code: 'timeOut' } });
      expect(peer.times(FETCH)).toBe(at + 1);
    }
  });

  it('a chunk whose first answer the line ate is asked for again, with the same number', async () => {
    const { peer, fetch } = await bench();
    serveObject(peer, FETCH, OBJECT);
    const serve = peer.on.get(FETCH);
    peer.on.set(FETCH, (heard) => (peer.times(FETCH) === 2 ? undefined : serve?.(heard)));
    expect(await fetch()).toEqual({ ok: true, value: OBJECT });
    const [, second, third] = peer.heard.filter((heard) => heard.command === FETCH);
    expect(third?.seq).toBe(second?.seq);
  });

  it('ends at the deadline, when the caller goes, and when the line does', async () => {
    const { peer, fetch, abort } = await bench();
    serveObject(peer, FETCH, OBJECT);
    expect(await fetch(OBJECT.length, 0)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(peer.times(FETCH)).toBe(0);
    serveObject(peer, FETCH, OBJECT, (chunk) => void (chunk.chunk === 1 && abort.abort()));
    expect(await fetch()).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(peer.times(FETCH)).toBe(2);
    const other = await bench();
    other.peer.on.set(FETCH, () => other.peer.unplug());
    expect(await other.fetch()).toMatchObject({ ok: false, error: { code: 'offline' } });
  });
});

describe('a person’s bytes', () => {
  it('the values of a frame are views: what is overwritten in them is gone from the frame', () => {
    const data = encodeRef1Fields(
      chunkFields({ object: 1, chunk: 0, bytes: Uint8Array.of(9, 9, 9), digest: undefined }),
    );
    rawChunkOf(decodeRef1Fields(data) ?? new Map())?.bytes.fill(0);
    expect([...data]).not.toContain(9);
  });

  it.each<[string, (chunk: ScriptedChunk) => void, boolean]>([
    ['well fetched', () => undefined, true],
    ['with a wrong digest', (chunk) => (chunk.digest = chunk.digest && new Uint8Array(32)), false],
    ['of another number', (chunk) => (chunk.chunk += 1), false],
  ])('a chunk %s is overwritten, and so is what was put together of a broken object', async (_, bend, isGood) => {
    const { device, peer, fetch } = await bench();
    serveObject(peer, FETCH, OBJECT, bend);
    const seen: Uint8Array[] = [];
    const ask = device.ask.bind(device);
    device.ask = async (...args) => {
      const answer = await ask(...args);
      if (answer.ok) seen.push(...(answer.value.fields.get(0x33) ?? []));
      return answer;
    };
    const fill = vi.spyOn(Uint8Array.prototype, 'fill');
    expect((await fetch()).ok).toBe(isGood);
    const wholes = (fill.mock.contexts as Uint8Array[]).filter((bytes) => bytes.length === OBJECT.length);
    fill.mockRestore();
    expect(wholes).toHaveLength(isGood ? 0 : 1);
    expect(wholes.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((bytes) => bytes.length > 0 && bytes.every((byte) => byte === 0))).toBe(true);
  });
});

describe('fields', () => {
  it('an object has a number and a size, none of them zero', () => {
    const of = (number: number, size: number) =>
      rawObjectOf(new Map(objectFields(number, size).map(([t, v]) => [t, [v]])));
    expect(of(65_535, 300_000)).toEqual({ number: 65_535, size: 300_000 });
    expect(of(0, 1)).toBeUndefined();
    expect(of(1, 0)).toBeUndefined();
    expect(rawObjectOf(new Map())).toBeUndefined();
  });

  it('any chunk is read as it was written; whatever bytes do not throw', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), fc.uint8Array({ maxLength: 60 }), (object, chunk, bytes) => {
        const fields = decodeRef1Fields(encodeRef1Fields(chunkFields({ object, chunk, bytes, digest: undefined })));
        expect(rawChunkOf(fields ?? new Map())).toEqual({ object, chunk, bytes, digest: undefined });
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0x2f, max: 0x36 }), fc.uint8Array({ maxLength: 9 }))), (list) => {
        const fields = decodeRef1Fields(encodeRef1Fields(list)) ?? new Map();
        rawObjectOf(fields);
        rawChunkOf(fields);
      }),
    );
  });
});
