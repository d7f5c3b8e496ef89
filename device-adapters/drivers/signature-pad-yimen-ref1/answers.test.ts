import { describe, expect, it, vi } from 'vitest';
import { numberField, ref1Value, textField, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { objectFields, serveObject, type ScriptedChunk } from '../../driver-kit/testing/scripted-object.ts';
import { ref1Context, ScriptedRef1, type Heard } from '../../driver-kit/testing/scripted-ref1.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { createSignaturePad } from './driver.ts';
import { strokeBytes } from './testing/stroke-bytes.ts';

// Answers written by hand: those that no sound pad would give, and moments that no simulator can choose.

/** 1000 points in 4 strokes: two chunks. */
const STROKES = Array.from({ length: 4 }, (_, s) =>
  Array.from({ length: 250 }, (_, i) => [i * 40, s * 1_000, 300, s * 5_000 + i * 10] as const),
);
const SIGNATURE = strokeBytes(STROKES);
const { u16, u8 } = ref1Value;

function writingFields(strokes = STROKES.length, size = SIGNATURE.length): readonly Ref1Field[] {
  return [...objectFields(9, size), [0x41, u16(120)], [0x42, u16(60)], [0x43, u16(strokes)]];
}

function bench(bend?: (chunk: ScriptedChunk) => unknown, object = SIGNATURE) {
  const peer = new ScriptedRef1();
  peer.kind = 'signature-pad';
  peer.on.set(0x10, (heard) => peer.answer(heard, writingFields()));
  serveObject(peer, 0x11, object, bend);
  peer.on.set(0x12, (heard) => peer.answer(heard));
  peer.on.set(0x13, (heard) => peer.answer(heard));
  const context = ref1Context(peer);
  const { clock } = context;
  const driver = createSignaturePad(context);
  const abort = new AbortController();
  const begin = (verb: string, args: unknown = {}, deadlineMs = 20_000) =>
    driver.read(verb, deadlineMs, args, abort.signal);
  return {
    peer,
    clock,
    abort,
    begin,
    read: (verb: string, args: unknown = {}, deadlineMs = 20_000) => runUntil(clock, begin(verb, args, deadlineMs)),
    waiting: (): Heard => {
      const heard = peer.heard.findLast(({ command }) => command === 0x10);
      if (heard === undefined) throw new Error('nothing waits');
      return heard;
    },
  };
}

const PROMPT = { prompt: '请签名' };

describe('capture', () => {
  it('shows the prompt and gives the whole way of the pen', async () => {
    const { peer, read, waiting } = bench();
    expect(await read('capture', PROMPT)).toEqual({
      ok: true,
      value: { widthMm: 120, heightMm: 60, strokes: STROKES },
    });
    expect(peer.times(0x11)).toBe(2);
    expect(textField(waiting().fields, 0x40)).toBe(PROMPT.prompt);
    expect(numberField(waiting().fields, 0x36)).toBe(15);
  });

  it.each([
    [0x20, 'noMedia'],
    [0x21, 'canceled'],
    [0x23, 'userError'],
    [0x24, 'userError'],
    [6, 'hardwareError'],
  ])('ended with %i: %s', async (result, code) => {
    const { peer, read } = bench();
    peer.on.set(0x10, (heard) => peer.answer(heard, [[0x02, u8(result)]]));
    expect(await read('capture', PROMPT)).toMatchObject({ ok: false, error: { code } });
    expect(peer.times(0x11)).toBe(0);
  });

  it('an end that tells of no signature is a broken pad', async () => {
    const { peer, read } = bench();
    for (const fields of [[], writingFields(0), writingFields(4, 7), writingFields().slice(1)]) {
      peer.on.set(0x10, (heard) => peer.answer(heard, fields));
      expect(await read('capture', PROMPT)).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    }
    expect(peer.times(0x11)).toBe(0);
  });

  it.each<[string, (chunk: ScriptedChunk) => unknown, string]>([
    ['lost', ({ chunk }) => (chunk === 1 ? 'lost' : undefined), 'timeOut'],
    ['doubled', (given) => void (given.chunk === 1 && (given.chunk = 0)), 'hardwareError'],
    ['damaged', (given) => void (given.bytes[0] = 1 + (given.bytes[0] ?? 0)), 'hardwareError'],
    ['closed wrongly', (given) => void (given.digest &&= new Uint8Array(32)), 'hardwareError'],
  ])('a chunk %s: no signature at all', async (_, bend, code) => {
    const { read } = bench(bend);
    const result = await read('capture', PROMPT);
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(result).not.toHaveProperty('value');
  });

  it('points outside the pad are no signature, also with a right digest', async () => {
    const outside = strokeBytes(
      STROKES.map((stroke) => stroke.map(([, y, pressure, ms]) => [12_001, y, pressure, ms])),
    );
    const { read } = bench(undefined, outside);
    expect(await read('capture', PROMPT)).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
  });

  it('a prompt that cannot be shown does not go out', async () => {
    const { peer, read } = bench();
    const prompt = '𠀀'.repeat(31);
    expect(await read('capture', { prompt })).toMatchObject({ ok: false, error: { code: 'softwareError' } });
    expect(peer.times(0x10)).toBe(0);
  });

  it('once handed over, the driver’s own copy is overwritten', async () => {
    const { read } = bench();
    const fill = vi.spyOn(Uint8Array.prototype, 'fill');
    expect(await read('capture', PROMPT)).toMatchObject({ ok: true });
    const copies = (fill.mock.contexts as Uint8Array[]).filter((bytes) => bytes.length === SIGNATURE.length);
    fill.mockRestore();
    expect(copies).toHaveLength(1);
    expect(copies[0]?.every((byte) => byte === 0)).toBe(true);
  });

  it('with too little time nothing is shown', async () => {
    const { peer, read } = bench();
    expect(await read('capture', PROMPT, 5_900)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(peer.times(0x10)).toBe(0);
  });

  it('a caller that goes away ends the wait', async () => {
    const { peer, begin, abort, clock } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard));
    peer.on.set(0x06, (heard) => peer.answer(heard));
    const capturing = begin('capture', PROMPT);
    await runFor(clock, 2_000);
    abort.abort();
    expect(await runUntil(clock, capturing, 2_000)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(peer.times(0x06)).toBe(1);
  });
});

describe('while it waits', () => {
  it('clear begins the wait anew, and the deadline holds all the same', async () => {
    const { peer, begin, read, clock } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard));
    peer.on.set(0x06, (heard) => peer.answer(heard));
    const before = clock.monoMs();
    const capturing = begin('capture', PROMPT);
    await runFor(clock, 10_000);
    expect(await read('clear')).toEqual({ ok: true, value: {} });
    expect(await runUntil(clock, capturing)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(20_000);
    expect(peer.times(0x06)).toBe(1);
  });

  it('done in the moment of the stop is a signature', async () => {
    const { peer, read, waiting } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard));
    peer.on.set(0x06, (heard) => {
      peer.accept(heard);
      peer.complete(waiting(), writingFields());
      peer.complete(heard);
    });
    expect(await read('capture', PROMPT)).toMatchObject({ ok: true, value: { widthMm: 120 } });
  });

  it('cancel ends it: the capture is told first', async () => {
    const { peer, begin, read, clock, waiting } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard));
    peer.on.set(0x13, (heard) => {
      peer.accept(heard);
      peer.complete(waiting(), [[0x02, u8(5)]]);
      peer.complete(heard);
    });
    const capturing = begin('capture', PROMPT);
    await runFor(clock, 1_000);
    expect(await read('cancel')).toEqual({ ok: true, value: {} });
    expect(await runUntil(clock, capturing, 100)).toMatchObject({
      ok: false,
      error: { code: 'canceled', action: 'suspend' },
    });
  });

  it('clear and cancel of a pad that is broken, or gone', async () => {
    const { peer, read } = bench();
    for (const [verb, command] of [
      ['clear', 0x12],
      ['cancel', 0x13],
    ] as const) {
      peer.on.set(command, (heard) => peer.accept(heard, 6));
      expect(await read(verb)).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    }
    peer.isMute = true;
    expect(await read('cancel')).toMatchObject({ ok: false, error: { code: 'timeOut' } });
  });
});
