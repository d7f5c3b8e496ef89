import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { ByteChannel } from './byte-channel.ts';
import { memoryChannelPair } from './memory-channel.ts';
import { openTcp } from './tcp-channel.ts';
import { listenTcp } from './tcp-listener.ts';

interface Wire {
  readonly a: ByteChannel;
  readonly b: ByteChannel;
  readonly done: () => Promise<void>;
}

async function memoryWire(): Promise<Wire> {
  const [a, b] = memoryChannelPair();
  return { a, b, done: async () => undefined };
}

async function tcpWire(): Promise<Wire> {
  const clock = new ManualClock();
  const accepted = Promise.withResolvers<ByteChannel>();
  const listener = await listenTcp(0, clock, accepted.resolve);
  if (!listener.ok) throw new Error(listener.error.message);
  const opened = await openTcp({ host: '127.0.0.1', port: listener.value.port }, { clock })(1_000);
  if (!opened.ok) throw new Error(opened.error.message);
  return { a: opened.value, b: await accepted.promise, done: () => listener.value.close() };
}

async function take(channel: ByteChannel, count: number): Promise<number[]> {
  const got: number[] = [];
  for await (const chunk of channel.chunks) {
    got.push(...chunk);
    if (got.length >= count) break;
  }
  return got;
}

describe.each([
  ['memory', memoryWire],
  ['tcp', tcpWire],
] as const)('byte channel over %s', (_, make) => {
  it('carries bytes both ways, also when the reader comes later', async () => {
    const wire = await make();
    await wire.a.write(Uint8Array.of(1, 2));
    await wire.a.write(Uint8Array.of(3));
    expect(await take(wire.b, 3)).toEqual([1, 2, 3]);
    await wire.b.write(Uint8Array.of(9));
    expect(await take(wire.a, 1)).toEqual([9]);
    await wire.a.close();
    await wire.done();
  });

  it('does not send what the caller wrote into its buffer after the write', async () => {
    const wire = await make();
    const buffer = Uint8Array.of(7, 7);
    await wire.a.write(buffer);
    buffer.fill(0);
    expect(await take(wire.b, 2)).toEqual([7, 7]);
    await wire.a.close();
    await wire.done();
  });

  it('close is idempotent, closed settles once, the other end sees lost', async () => {
    const wire = await make();
    await wire.a.close();
    await wire.a.close();
    expect(await wire.a.closed).toEqual({ why: 'closed' });
    expect((await wire.b.closed).why).toBe('lost');
    await wire.b.close();
    expect((await wire.b.closed).why).toBe('lost');
    await wire.done();
  });

  it('chunks end without throwing, and a write afterwards is a fault', async () => {
    const wire = await make();
    await wire.b.write(Uint8Array.of(5));
    await wire.b.close();
    const got: number[] = [];
    for await (const chunk of wire.a.chunks) got.push(...chunk);
    expect(got).toEqual([5]);
    expect(await wire.a.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: 'offline' } });
    await wire.done();
  });
});

describe('memory channel', () => {
  it('cuts the line when the other end never reads', async () => {
    const [a, b] = memoryChannelPair(4);
    expect((await a.write(Uint8Array.of(1, 2, 3, 4))).ok).toBe(true);
    expect((await a.write(Uint8Array.of(5))).ok).toBe(false);
    expect(await b.closed).toMatchObject({ why: 'lost' });
  });
});

describe('tcp channel', () => {
  it('a refused port is offline', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const opened = await openTcp({ host: '127.0.0.1', port }, { clock: new ManualClock() })(1_000);
    expect(opened).toMatchObject({ ok: false, error: { code: 'offline', message: 'tcp: ECONNREFUSED' } });
  });

  it('an open that takes too long is offline', async () => {
    const clock = new ManualClock();
    // TEST-NET-1 (RFC 5737): packets go nowhere, so that only the deadline can end the attempt.
    const opening = openTcp({ host: '192.0.2.1', port: 9 }, { clock })(500);
    await clock.advance(500);
    expect(await opening).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('slows a flooding sender down instead of growing', async () => {
    const clock = new ManualClock();
    const accepted = Promise.withResolvers<ByteChannel>();
    const listener = await listenTcp(0, clock, accepted.resolve);
    if (!listener.ok) throw new Error('no listener');
    const flooder = connect(listener.value.port, '127.0.0.1');
    const channel = await accepted.promise;
    // More than the kernel's own buffers hold: what nobody reads must stay with the sender.
    const total = 40 * 1_048_576;
    flooder.write(new Uint8Array(total));
    for (let turn = 0; turn < 2_000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(flooder.writableLength).toBe(total);
    let read = 0;
    for await (const chunk of channel.chunks) {
      read += chunk.length;
      if (read >= total) break;
    }
    expect(read).toBe(total);
    flooder.destroy();
    await listener.value.close();
  });

  it('a second listener on the same port is told that it is taken', async () => {
    const clock = new ManualClock();
    const first = await listenTcp(0, clock, () => undefined);
    if (!first.ok) throw new Error('no listener');
    const second = await listenTcp(first.value.port, clock, () => undefined);
    expect(second).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    await first.value.close();
    await first.value.close();
  });
});
