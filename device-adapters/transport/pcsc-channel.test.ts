import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ByteChannel } from './byte-channel.ts';
import { openPcsc, type PcscOptions } from './pcsc-channel.ts';

const ADDRESS = { reader: 'Reader 00 00', binding: 'pcsc-mini' } as const;

/** Programs in the place of the bridge: real processes, without a daemon. */
const BRIDGES = {
  echo: `process.stdin.pipe(process.stdout); process.send({ opened: true });
    process.on('message', () => process.send({ free: true }));`,
  stubborn: `process.send({ opened: true }); process.on('message', () => undefined);`,
  // Both at once: they may come in one piece.
  loses: `process.send({ opened: true }); process.send({ lost: 'the reader is gone' });
    process.on('message', () => process.send({ free: true }));`,
  crashes: `process.send({ opened: true }); process.stdin.once('data', () => process.kill(process.pid, 'SIGSEGV'));`,
  refuses: `process.send({ fault: { code: 'offline', message: 'pcsc: no reader', action: 'reset' } });
    process.on('message', () => process.send({ free: true }));`,
  babbles: `process.send({ opened: 'perhaps' }); process.on('message', () => undefined);`,
  dies: `process.exit(3);`,
  // Bounded, should a test forget it.
  hangs: `const end = Date.now() + 60_000; while (Date.now() < end);`,
  deaf: `process.send({ opened: true }); process.on('message', () => undefined); process.stdin.pause();`,
  tells: `process.send({ opened: true }); process.stdout.write(process.argv[2]);
    process.on('message', () => process.send({ free: true }));`,
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-bridge-'));
  for (const [name, program] of Object.entries(BRIDGES)) writeFileSync(join(dir, `${name}.mjs`), program);
});
afterAll(() => rmSync(dir, { recursive: true }));

type Opening = Promise<Result<ByteChannel, Fault>>;

function opening(
  bridge: keyof typeof BRIDGES,
  more: Partial<PcscOptions> = {},
): { clock: ManualClock; opened: Opening } {
  const clock = new ManualClock();
  const options = { clock, entry: join(dir, `${bridge}.mjs`), findDaemon: async () => true, ...more };
  return { clock, opened: openPcsc(ADDRESS, options)(1_000) };
}

async function open(bridge: keyof typeof BRIDGES): Promise<{ channel: ByteChannel; clock: ManualClock }> {
  const { clock, opened } = opening(bridge);
  const result = await opened;
  if (!result.ok) throw new Error(result.error.message);
  return { channel: result.value, clock };
}

async function take(channel: ByteChannel, count: number): Promise<Uint8Array> {
  const got: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of channel.chunks) {
    got.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return Uint8Array.from(Buffer.concat(got));
}

describe('pcsc channel', () => {
  it('carries bytes both ways; close is idempotent, settles once, ends the bridge and leaves no timer', async () => {
    const { channel, clock } = await open('echo');
    const bytes = Uint8Array.from({ length: 4_096 }, (_, i) => i & 255);
    const buffer = Uint8Array.from(bytes);
    // Behind more than a pipe holds, so that it waits in this process.
    const before = channel.write(new Uint8Array(1_048_576));
    const written = channel.write(buffer);
    // What was handed over stays what it was.
    buffer.fill(0);
    const got = await take(channel, 1_048_576 + bytes.length);
    expect([await before, await written].map(({ ok }) => ok)).toEqual([true, true]);
    expect(got.subarray(1_048_576)).toEqual(bytes);
    await Promise.all([channel.close(), channel.close()]);
    expect(await channel.closed).toEqual({ why: 'closed' });
    expect(await channel.write(bytes)).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(await take(channel, 1)).toHaveLength(0);
    expect(clock.waiting).toBe(0);
  });

  it('asks its bridge for the one reader, by the one binding', async () => {
    const { channel } = await open('tells');
    const asked = JSON.stringify({ binding: 'pcsc-mini', reader: 'Reader 00 00' });
    expect(JSON.parse(Buffer.from(await take(channel, asked.length)).toString())).toEqual(JSON.parse(asked));
    await channel.close();
  });

  it('is lost with the bridge’s words, and is gone all the same', async () => {
    const { channel } = await open('loses');
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'pcsc: the reader is gone' });
    expect(await take(channel, 1)).toHaveLength(0);
    await channel.close();
    expect(await channel.closed).toMatchObject({ why: 'lost' });
  });

  it('a bridge that crashes is a lost line and nothing else', async () => {
    const { channel, clock } = await open('crashes');
    void (await channel.write(Uint8Array.of(1)));
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'pcsc: the bridge to pcscd ended by SIGSEGV' });
    await channel.close();
    expect(clock.waiting).toBe(0);
  });

  it('a bridge that does not let go is ended after its time', async () => {
    const { channel, clock } = await open('stubborn');
    let isClosed = false;
    const closing = channel.close().then(() => (isClosed = true));
    await clock.advance(999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    await closing;
  });

  it('a write that is not taken in time loses the channel', async () => {
    const { channel, clock } = await open('deaf');
    // More than a pipe and its stream hold.
    const written = channel.write(new Uint8Array(4_194_304));
    await clock.advance(5_000);
    expect(await written).toMatchObject({ ok: false, error: { message: 'pcsc: write not taken in time' } });
    expect(await channel.closed).toMatchObject({ why: 'lost' });
    const closing = channel.close();
    await clock.advance(1_000);
    await closing;
  });
});

describe('opening a reader', () => {
  it('without a daemon no process is started', async () => {
    const { opened, clock } = opening('hangs', { findDaemon: async () => false });
    expect(await opened).toEqual({
      ok: false,
      error: { code: 'offline', message: 'pcsc: pcscd is not running: systemctl start pcscd', action: 'reset' },
    });
    expect(clock.waiting).toBe(0);
  });

  it.each([
    ['refuses', 'pcsc: no reader'],
    ['babbles', 'pcsc: the bridge to pcscd ended by SIGKILL'],
    ['dies', 'pcsc: the bridge to pcscd ended by status 3'],
  ] as const)('a bridge that %s is why', async (bridge, message) => {
    expect(await opening(bridge).opened).toMatchObject({ ok: false, error: { code: 'offline', message } });
  });

  it('a daemon that holds the bridge at its start costs the deadline and no more', async () => {
    const { opened, clock } = opening('hangs');
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1_000);
    expect(await opened).toMatchObject({
      ok: false,
      error: { code: 'offline', message: 'pcsc: pcscd does not answer: systemctl restart pcscd' },
    });
    // Its process too is ended.
    expect(clock.waiting).toBe(1);
    await clock.advance(1_000);
    expect(clock.waiting).toBe(0);
  });
});
