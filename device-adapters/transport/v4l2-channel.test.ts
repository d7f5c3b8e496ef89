import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND } from '../framing/v4l2-message.ts';
import { LIMITS } from '../limits.table.ts';
import { runFor, runUntil } from '../testing/run-until.ts';
import type { ByteChannel } from './byte-channel.ts';
import { MadeUpVideo } from './testing/made-up-video.ts';
import { openV4l2 } from './v4l2-channel.ts';

let machine: MadeUpVideo;
let clock: ManualClock;
beforeEach(() => {
  machine = new MadeUpVideo();
  clock = new ManualClock();
});
afterEach(() => {
  machine.close();
});

/** A channel and a way to ask over it. */
async function camera(program?: string) {
  const open = openV4l2({ by: 'port', port: '1-3' }, { clock, root: machine.root, ...(program && { program }) });
  const opened = await open(1_000);
  if (!opened.ok) throw new Error(opened.error.message);
  const channel = opened.value;
  const cutter = createV4l2MessageCutter();
  const chunks = channel.chunks[Symbol.asyncIterator]();
  let number = 0;
  const ask = async (kind: number, payload = new Uint8Array(0)) => {
    number += 1;
    await channel.write(encodeV4l2Message({ kind, number, payload }));
    const { value } = (await chunks.next()) as { value: Uint8Array };
    const [cut] = cutter.push(value);
    if (cut?.kind !== 'frame' || cut.frame.number !== number) throw new Error('no answer');
    return cut.frame;
  };
  const json = async (kind: number): Promise<unknown> => JSON.parse(Buffer.from((await ask(kind)).payload).toString());
  return { channel, ask, json };
}

/** A program in ffmpeg's place: a shell script. */
function program(script: string): string {
  const path = join(machine.root, 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return path;
}

function lossOf(channel: ByteChannel): { detail: string | undefined } {
  const seen: { detail: string | undefined } = { detail: undefined };
  void channel.closed.then((reason) => (seen.detail = reason.why === 'lost' ? reason.detail : reason.why));
  return seen;
}

describe('a camera as a channel', () => {
  it('is there or is not; two at one port are one too many', async () => {
    const open = openV4l2({ by: 'port', port: '1-3' }, { clock, root: machine.root });
    expect(await open(1_000)).toMatchObject({ ok: false, error: { code: 'offline', action: 'reset' } });
    machine.plugIn('video0', { port: '1-3' });
    machine.plugIn('video2', { port: '1-3' });
    expect(await open(1_000)).toMatchObject({ ok: false, error: { code: 'configuration', action: 'configuration' } });
  });

  it('tells who it is and who has it open', async () => {
    machine.plugIn('video3', { port: '1-3', serial: 'A7F3' });
    machine.process(812, 'chromium', '/dev/video3');
    const { json, ask } = await camera();
    expect(await json(V4L2_KIND.look)).toEqual({
      node: '/dev/video3',
      name: 'Webcam C270',
      driver: 'uvcvideo',
      vendorId: '046d',
      productId: '0825',
      serial: 'A7F3',
      firmware: '0.12',
      port: '1-3',
      owners: [{ pid: 812, name: 'chromium' }],
      isPartial: false,
    });
    expect((await ask(V4L2_KIND.look)).kind).toBe(V4L2_KIND.seen);
  });

  it('sees a new owner within three seconds, and at once that one has let go', async () => {
    machine.plugIn('video0', { port: '1-3' });
    const { json } = await camera();
    expect(await json(V4L2_KIND.look)).toMatchObject({ owners: [] });
    machine.process(900, 'cheese', '/dev/video0');
    await clock.advance(LIMITS.v4l2OwnersMs);
    expect(await json(V4L2_KIND.look)).toMatchObject({ owners: [{ name: 'cheese' }] });
    machine.processEnds(900);
    expect(await json(V4L2_KIND.look)).toMatchObject({ owners: [] });
  });

  it('is lost within two seconds when its node goes', async () => {
    machine.plugIn('video0', { port: '1-3' });
    const { channel } = await camera();
    const loss = lossOf(channel);
    await runFor(clock, 3_000);
    expect(loss.detail).toBeUndefined();
    machine.pullOut('video0', '1-3');
    // Files are asked in real time: some turns of the loop for each step of the clock.
    await runUntil(clock, channel.closed, 2_000);
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'v4l2: /dev/video0 is gone' });
    expect((await channel.write(new Uint8Array(1))).ok).toBe(false);
  });

  it('is lost by what is no request, and by two at once; closing twice is once', async () => {
    machine.plugIn('video0', { port: '1-3' });
    const look = encodeV4l2Message({ kind: V4L2_KIND.look, number: 1, payload: new Uint8Array(0) });
    const unknown = encodeV4l2Message({ kind: 0x44, number: 1, payload: new Uint8Array(0) });
    const short = encodeV4l2Message({ kind: V4L2_KIND.take, number: 1, payload: new Uint8Array(3) });
    for (const bytes of [Uint8Array.of(1, 2, 3), Buffer.concat([look, look]), unknown, short]) {
      const { channel } = await camera();
      await channel.write(bytes);
      expect(await channel.closed).toMatchObject({ why: 'lost' });
    }
    const { channel } = await camera();
    await channel.close();
    await channel.close();
    expect(await channel.closed).toEqual({ why: 'closed' });
  });
});

describe('one picture', () => {
  it('comes in pieces, is the program’s output, and is forgotten at the next grab', async () => {
    machine.plugIn('video0', { port: '1-3' });
    const bytes = LIMITS.v4l2PieceBytes + 10;
    const { ask, json } = await camera(
      program(`head -c ${bytes} /dev/zero | tr '\\0' x; echo "$@" > ${machine.root}/args`),
    );
    expect(await json(V4L2_KIND.grab)).toEqual({ bytes });
    const offset = (at: number) => new Uint8Array([0, 0, at >> 8, at & 0xff]);
    expect((await ask(V4L2_KIND.take, offset(0))).payload).toEqual(new Uint8Array(LIMITS.v4l2PieceBytes).fill(0x78));
    expect((await ask(V4L2_KIND.take, offset(LIMITS.v4l2PieceBytes))).payload.length).toBe(10);
    expect((await ask(V4L2_KIND.take, offset(bytes))).payload.length).toBe(0);
    machine.process(900, 'cheese', '/dev/video0');
    expect(await json(V4L2_KIND.grab)).toEqual({ refused: 'busy', says: 'cheese (process 900) has it open' });
    expect((await ask(V4L2_KIND.take, offset(0))).payload.length).toBe(0);
  });

  it.each([
    ['there is no such program', '/nowhere/ffmpeg', 'noProgram', 'install ffmpeg'],
    ['it fails', 'echo "Device or resource busy" >&2; exit 1', 'failed', 'Device or resource busy'],
    ['it says nothing', 'exit 0', 'failed', 'ended with 0'],
    ['it never stops', 'exec head -c 2000000 /dev/zero', 'tooLarge', 'too large'],
  ])('is refused with a reason when %s', async (_, script, refused, says) => {
    machine.plugIn('video0', { port: '1-3' });
    const { json } = await camera(script.startsWith('/') ? script : program(script));
    expect(await json(V4L2_KIND.grab)).toEqual({ refused, says: expect.stringContaining(says) as string });
  });

  it('of a camera that hangs: the deadline ends the program', async () => {
    machine.plugIn('video0', { port: '1-3' });
    const { json } = await camera(program('exec sleep 60'));
    expect(await runUntil(clock, json(V4L2_KIND.grab), 60_000)).toMatchObject({ refused: 'deadline' });
  });
});
