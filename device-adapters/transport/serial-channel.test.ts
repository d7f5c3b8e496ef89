import { err, ok } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { ByteChannel } from './byte-channel.ts';
import { openSerial } from './serial-channel.ts';
import { serialFault } from './serial/serial-faults.ts';
import type { SerialPort } from './serial/serial-port.ts';

const LINE = { path: '/dev/ttyUSB7', baud: 9_600, dataBits: 8, parity: 'none', stopBits: 1 } as const;

/** A port whose every answer a test gives by hand. */
class FakePort implements SerialPort {
  readonly written: number[][] = [];
  closes = 0;
  reads = 0;
  wrong: string | undefined;
  /** `undefined`: the kernel takes nothing. */
  takes: (() => Promise<void>) | undefined = async () => undefined;
  #reading = Promise.withResolvers<Uint8Array>();

  read(): Promise<Uint8Array> {
    this.reads += 1;
    this.#reading = Promise.withResolvers();
    return this.#reading.promise;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.written.push([...bytes]);
    return this.takes?.() ?? new Promise(() => undefined);
  }

  async check(): Promise<string | undefined> {
    return this.wrong;
  }

  async close(): Promise<void> {
    this.closes += 1;
    this.#reading.promise.catch(() => undefined);
    this.#reading.reject(new Error('Canceled'));
  }

  /** The device says something. */
  async says(...bytes: number[]): Promise<void> {
    this.#reading.resolve(Uint8Array.from(bytes));
    await turns();
  }

  async fails(code: string): Promise<void> {
    this.#reading.reject(Object.assign(new Error('read failed'), { code }));
    await turns();
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

async function openFake(settings: object = {}): Promise<{ channel: ByteChannel; port: FakePort; clock: ManualClock }> {
  const port = new FakePort();
  const clock = new ManualClock();
  const opened = await openSerial(LINE, { clock, openPort: async () => ok(port), ...settings })(1_000);
  if (!opened.ok) throw new Error(opened.error.message);
  return { channel: opened.value, port, clock };
}

async function readAll(channel: ByteChannel): Promise<number[]> {
  const got: number[] = [];
  for await (const chunk of channel.chunks) got.push(...chunk);
  return got;
}

describe('serial channel', () => {
  it('carries bytes both ways and leaves no timer behind', async () => {
    const { channel, port, clock } = await openFake();
    await port.says(1, 2);
    expect(await channel.write(Uint8Array.of(9))).toEqual({ ok: true, value: undefined });
    expect(port.written).toEqual([[9]]);
    const reading = readAll(channel);
    await turns();
    await channel.close();
    expect(await reading).toEqual([1, 2]);
    expect(clock.waiting).toBe(0);
  });

  it('close is idempotent, gives the port back once and settles once', async () => {
    const { channel, port } = await openFake();
    await Promise.all([channel.close(), channel.close()]);
    await channel.close();
    expect(await channel.closed).toEqual({ why: 'closed' });
    expect(port.closes).toBe(1);
    expect(await channel.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(port.written).toEqual([]);
  });

  it('a read that fails is a loss, told once, with what had come before still to be read', async () => {
    const { channel, port, clock } = await openFake();
    await port.says(7);
    await port.fails('EIO');
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'serial: EIO' });
    expect(await readAll(channel)).toEqual([7]);
    await channel.close();
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'serial: EIO' });
    expect(port.closes).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it('a silent line is looked at every half second', async () => {
    const { channel, port, clock } = await openFake();
    let reason: unknown;
    void channel.closed.then((why) => (reason = why));
    await clock.advance(5_000);
    expect(reason).toBeUndefined();
    port.wrong = '/dev/ttyUSB7 is gone';
    await clock.advance(500);
    expect(reason).toEqual({ why: 'lost', detail: 'serial: /dev/ttyUSB7 is gone' });
  });

  it('a write may take what its bytes need on the line, and then a deadline; no longer', async () => {
    const { channel, port, clock } = await openFake({ writeMs: 100 });
    port.takes = undefined;
    let result: unknown;
    // 96 bytes need 100 ms at 9600 baud.
    void channel.write(new Uint8Array(96)).then((written) => (result = written));
    await clock.advance(199);
    expect(result).toBeUndefined();
    await clock.advance(1);
    expect(result).toMatchObject({ ok: false, error: { message: 'serial: write not taken in time' } });
    expect(await channel.closed).toMatchObject({ why: 'lost' });
  });

  it('writes in turns; a failed one loses the line, and those behind it never go out', async () => {
    const { channel, port } = await openFake();
    port.takes = () => Promise.reject(Object.assign(new Error('gone'), { code: 'EIO' }));
    const results = await Promise.all([channel.write(Uint8Array.of(1)), channel.write(Uint8Array.of(2))]);
    expect(results.map((result) => result.ok)).toEqual([false, false]);
    expect(port.written).toEqual([[1]]);
  });

  it('sends what it was given, not what the caller made of its buffer since', async () => {
    const { channel, port } = await openFake();
    const buffer = Uint8Array.of(7, 7);
    const writing = channel.write(buffer);
    buffer.fill(0);
    await writing;
    expect(port.written).toEqual([[7, 7]]);
  });

  it('does not read on while nobody takes what is there, and then goes on', async () => {
    const { channel, port } = await openFake({ queueBytes: 4 });
    await port.says(1, 2);
    await port.says(3, 4);
    expect(port.reads).toBe(2);
    const reading = readAll(channel);
    await turns();
    expect(port.reads).toBe(3);
    await port.says(5);
    await channel.close();
    expect(await reading).toEqual([1, 2, 3, 4, 5]);
  });

  it('a full queue does not keep a channel from closing', async () => {
    const { channel, port } = await openFake({ queueBytes: 1 });
    await port.says(1, 2);
    await channel.close();
    expect(await readAll(channel)).toEqual([]);
  });

  it('gives up a port that the kernel does not let go of', async () => {
    const { channel, port, clock } = await openFake();
    port.close = () => new Promise(() => undefined);
    let isClosed = false;
    void channel.close().then(() => (isClosed = true));
    await clock.advance(999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    expect(isClosed).toBe(true);
  });
});

describe('opening a serial port', () => {
  it('passes on why it does not open', async () => {
    const fault = serialFault('deviceBusy', 'in use', 'configuration');
    const clock = new ManualClock();
    expect(await openSerial(LINE, { clock, openPort: async () => err(fault) })(1_000)).toEqual({
      ok: false,
      error: fault,
    });
    expect(clock.waiting).toBe(0);
  });

  it('too slow is offline, and the port that came late is given back', async () => {
    const clock = new ManualClock();
    const port = new FakePort();
    const late = Promise.withResolvers<{ ok: true; value: FakePort }>();
    const opening = openSerial(LINE, { clock, openPort: () => late.promise })(500);
    await clock.advance(500);
    expect(await opening).toMatchObject({ ok: false, error: { code: 'offline' } });
    late.resolve({ ok: true, value: port });
    await turns();
    expect(port.closes).toBe(1);
  });
});
