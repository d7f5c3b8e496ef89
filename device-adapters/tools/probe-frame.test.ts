import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { offlineFault } from '../driver-kit/device-faults.ts';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND } from '../framing/v4l2-message.ts';
import { seededRandom } from '../testing/contract-bench.ts';
import { runUntil } from '../testing/run-until.ts';
import { cableTo } from '../testing/simulated-cable.ts';
import { createSimulatedCamera } from '../drivers/camera-v4l2-any/simulator.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import { memoryChannelPair } from '../transport/memory-channel.ts';
import { frameArgs, writeFrame } from './probe-frame.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-frame-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
  vi.unstubAllEnvs();
});

const PICTURE = Uint8Array.from([0xff, 0xd8, 1, 2, 3]);
/** A camera that shows one picture. */
const showing: OpenChannel = async () => {
  const [host, end] = memoryChannelPair();
  void (async () => {
    const cutter = createV4l2MessageCutter();
    for await (const chunk of end.chunks)
      for (const cut of cutter.push(chunk)) {
        if (cut.kind !== 'frame') continue;
        const { number, kind } = cut.frame;
        const payload = kind === V4L2_KIND.grab ? new TextEncoder().encode(`{"bytes":${PICTURE.length}}`) : PICTURE;
        await end.write(encodeV4l2Message({ kind: kind + 0x80, number, payload }));
      }
  })();
  return ok(host);
};

const clock = new ManualClock();
const frame = (open: OpenChannel, out: string) => runUntil(clock, writeFrame({ open, clock }, out));

describe('a technician’s picture', () => {
  it('is written for this user alone, once', async () => {
    const out = join(dir, 'hall.jpg');
    expect(await frame(showing, out)).toEqual({ ok: true, value: { fields: { file: out, bytes: 5 } } });
    expect(new Uint8Array(readFileSync(out))).toEqual(PICTURE);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await frame(showing, out)).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(new Uint8Array(readFileSync(out))).toEqual(PICTURE);
  });

  it('is not taken while somebody has the camera, nor where there is none', async () => {
    const camera = createSimulatedCamera({ clock, random: seededRandom(3), speed: 'fast' });
    camera.fault('F40');
    expect(await frame(cableTo(camera), join(dir, 'a.jpg'))).toMatchObject({
      ok: false,
      error: { code: 'deviceBusy', message: 'cheese has it open' },
    });
    const absent = () => Promise.resolve(err(offlineFault('no camera')));
    expect(await frame(absent, join(dir, 'a.jpg'))).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('needs a name that says what it is, and is not taken in service', () => {
    expect(frameArgs({ out: '/tmp/a.jpg' })).toEqual({ ok: true, value: '/tmp/a.jpg' });
    for (const out of ['', 'a.png', '.jpg', '/tmp/.jpg'])
      expect(frameArgs({ out }), out).toMatchObject({ ok: false, error: expect.stringContaining('--out') as string });
    vi.stubEnv('NODE_ENV', 'production');
    expect(frameArgs({ out: 'a.jpg' })).toMatchObject({
      ok: false,
      error: expect.stringContaining('service') as string,
    });
  });
});
