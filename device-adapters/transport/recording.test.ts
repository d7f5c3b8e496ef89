import { err, ok } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { expect, it } from 'vitest';
import { createFrameMask, zeroRanges } from '../framing/frame-mask.ts';
import { createXorCutter, encodeXorFrame } from '../framing/preamble-length-xor.ts';
import type { ByteChannel } from './byte-channel.ts';
import { memoryChannelPair } from './memory-channel.ts';
import { recordingOpener, type RecordedEvent, type RecordingOptions } from './recording.ts';

async function rig(options: Partial<RecordingOptions> = {}) {
  const clock = new ManualClock();
  const events: RecordedEvent[] = [];
  const [host, device] = memoryChannelPair();
  const open = recordingOpener(async () => ok(host), {
    clock,
    beganMs: 0,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const opened = await open(1_000);
  if (!opened.ok) throw new Error('not open');
  return { clock, events, device, channel: opened.value, reading: readAll(opened.value) };
}

async function readAll(channel: ByteChannel): Promise<number[]> {
  const got: number[] = [];
  for await (const chunk of channel.chunks) got.push(...chunk);
  return got;
}

it('tells both directions with their times and the channel’s beginning and end, and hands everything on', async () => {
  const { clock, events, device, channel, reading } = await rig();
  const buffer = Uint8Array.of(1, 2);
  expect(await channel.write(buffer)).toMatchObject({ ok: true });
  buffer.fill(0);
  await clock.advance(40);
  await device.write(Uint8Array.of(3));
  await clock.advance(2);
  await channel.close();
  expect(await channel.closed).toEqual({ why: 'closed' });
  expect(await reading).toEqual([3]);
  await clock.advance(0);
  expect(events).toEqual([
    { atMs: 0, event: 'opened' },
    { atMs: 0, event: 'sent', bytes: Uint8Array.of(1, 2) },
    { atMs: 40, event: 'received', bytes: Uint8Array.of(3) },
    { atMs: 42, event: 'closed', detail: 'by the driver' },
  ]);
});

it('a loss is told after what the line still held', async () => {
  const { clock, events, device, reading } = await rig();
  await device.write(Uint8Array.of(5));
  await device.close();
  expect(await reading).toEqual([5]);
  await clock.advance(0);
  expect(events.map(({ event }) => event)).toEqual(['opened', 'received', 'lost']);
});

it('a port that does not open is told too', async () => {
  const events: RecordedEvent[] = [];
  const fault = { code: 'deviceBusy', message: 'serial: in use', action: 'configuration' } as const;
  const open = recordingOpener(async () => err(fault), {
    clock: new ManualClock(),
    beganMs: 0,
    onEvent: (event) => events.push(event),
  });
  expect(await open(1_000)).toEqual({ ok: false, error: fault });
  expect(events).toEqual([{ atMs: 0, event: 'refused', detail: 'serial: in use' }]);
});

it('with a mask the driver gets every byte and the recording zeros; a frame is told when it is whole', async () => {
  const createMask = () =>
    createFrameMask<Uint8Array>({
      createCutter: createXorCutter,
      encode: (body) => encodeXorFrame(zeroRanges(body, [[0, body.length]])),
    });
  const { clock, events, device, channel, reading } = await rig({ createMask });
  const frame = encodeXorFrame(Uint8Array.of(7, 7, 7));
  await device.write(frame.slice(0, 6));
  await clock.advance(10);
  await device.write(frame.slice(6));
  await device.write(frame.slice(0, 4));
  await clock.advance(0);
  await device.close();
  expect(await reading).toEqual([...frame, ...frame.slice(0, 4)]);
  await channel.closed;
  await clock.advance(0);
  expect(events.slice(1)).toEqual([
    { atMs: 10, event: 'received', bytes: encodeXorFrame(new Uint8Array(3)) },
    { atMs: 10, event: 'received', bytes: new Uint8Array(4) },
    { atMs: 10, event: 'lost', detail: 'closed by the other end' },
  ]);
});
