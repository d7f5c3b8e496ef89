import { ok } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND } from '../../framing/v4l2-message.ts';
import { runUntil } from '../../testing/run-until.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { CameraLink } from './link.ts';

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const PICTURE = Uint8Array.from({ length: 100_000 }, (_, n) => n % 251);

/** A carrier that says what a test wants: how large the picture is, and what it gives from an offset on. */
function link(grabbed: unknown, piece: (offset: number) => Uint8Array) {
  const clock = new ManualClock();
  let opened = 0;
  const made = new CameraLink({
    clock,
    log: { debug: () => undefined },
    onLost: () => undefined,
    onFresh: () => (opened += 1),
    open: async () => {
      const [host, end] = memoryChannelPair();
      void (async () => {
        const cutter = createV4l2MessageCutter();
        for await (const chunk of end.chunks)
          for (const cut of cutter.push(chunk)) {
            if (cut.kind !== 'frame') continue;
            const { number, kind, payload } = cut.frame;
            const answer = kind === V4L2_KIND.grab ? json(grabbed) : piece(new DataView(payload.buffer).getUint32(0));
            await end.write(encodeV4l2Message({ kind: kind + 0x80, number, payload: answer }));
          }
      })();
      return ok(host);
    },
  });
  return { grab: () => runUntil(clock, made.grab()), close: () => made.close(), opened: () => opened };
}

describe('a grabbed picture', () => {
  it('is put together from its pieces', async () => {
    const one = link({ bytes: PICTURE.length }, (offset) => PICTURE.slice(offset, offset + 32_768));
    expect(await one.grab()).toEqual({ ok: true, value: PICTURE });
    await one.close();
  });

  it.each([
    ['ends too early', { bytes: 200_000 }, (offset: number) => PICTURE.slice(offset, offset + 32_768), 'hardwareError'],
    ['gives too much', { bytes: 10 }, () => PICTURE.slice(0, 32_768), 'hardwareError'],
    ['would be too large', { bytes: 2_000_000 }, () => PICTURE.slice(0, 32_768), 'hardwareError'],
    ['has no size', { bytes: 'many' }, () => PICTURE, 'hardwareError'],
    ['is refused: somebody has it', { refused: 'busy', says: 'cheese has it open' }, () => PICTURE, 'deviceBusy'],
    ['is refused: no ffmpeg', { refused: 'noProgram', says: 'install ffmpeg' }, () => PICTURE, 'unsupportedCommand'],
    ['is refused: it took too long', { refused: 'deadline', says: 'no picture' }, () => PICTURE, 'timeOut'],
  ] as const)('that %s is a fault', async (_, grabbed, piece, code) => {
    const one = link(grabbed, piece);
    expect(await one.grab()).toMatchObject({ ok: false, error: { code } });
    await one.close();
  });

  it('that would be too large is not fetched', async () => {
    let pieces = 0;
    const one = link({ bytes: 1_048_577 }, () => {
      pieces += 1;
      return PICTURE.slice(0, 32_768);
    });
    expect((await one.grab()).ok).toBe(false);
    expect(pieces).toBe(0);
    await one.close();
  });

  it('an answer that is none costs the channel, a refusal does not', async () => {
    const nonsense = link([], () => PICTURE);
    for (let times = 0; times < 2; times += 1) await nonsense.grab();
    expect(nonsense.opened()).toBe(2);
    const refused = link({ refused: 'failed', says: 'x' }, () => PICTURE);
    for (let times = 0; times < 2; times += 1) await refused.grab();
    expect(refused.opened()).toBe(1);
    await Promise.all([nonsense.close(), refused.close()]);
  });
});
