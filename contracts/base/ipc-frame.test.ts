import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from './bytes.ts';
import { encodeIpcFrame, IpcFrameReader, type IpcMessage } from './ipc-frame.ts';

const codec = {
  encode: (text: string) => new TextEncoder().encode(text),
  decode: (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
};
const message = fc.record({
  body: fc.jsonValue(),
  attachment: fc.option(fc.uint8Array({ minLength: 1, maxLength: 50 }), { nil: undefined }),
});

describe('frames of a local socket', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(400), { maxLength: 6 }), (messages, cuts) => {
        const stream = concatBytes(...messages.map((one) => encodeIpcFrame(one, codec)));
        const reader = new IpcFrameReader(10_000, codec);
        const out: IpcMessage[] = [];
        const points = [0, ...cuts.filter((cut) => cut < stream.length).toSorted((a, b) => a - b), stream.length];
        for (let i = 1; i < points.length; i += 1) {
          const read = reader.push(stream.slice(points[i - 1], points[i]));
          if (read.ok) out.push(...read.value);
        }
        expect(out.map((one) => JSON.stringify(one.body))).toEqual(messages.map((one) => JSON.stringify(one.body)));
        expect(out.map((one) => one.attachment)).toEqual(
          messages.map((one) => (one.attachment === undefined ? undefined : new Uint8Array(one.attachment))),
        );
      }),
    );
  });

  it('above the limit are refused before they are held', () => {
    const reader = new IpcFrameReader(100, codec);
    expect(reader.push(Uint8Array.of(0x7f, 0, 0, 0, 0, 0, 0, 1))).toMatchObject({
      ok: false,
      error: { code: 'IPC_OVERSIZE' },
    });
  });

  it('with lengths that disagree or text that is not JSON are refused', () => {
    expect(new IpcFrameReader(100, codec).push(Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 9, 1))).toMatchObject({
      ok: false,
      error: { code: 'IPC_MALFORMED' },
    });
    expect(new IpcFrameReader(100, codec).push(Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 1, 0xff))).toMatchObject({
      ok: false,
      error: { code: 'IPC_MALFORMED' },
    });
  });
});
