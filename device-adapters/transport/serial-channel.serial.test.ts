import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { lineOf, openLine, systemClock, until, withSerialPair } from '../test/with-serial-pair.ts';
import type { ByteChannel } from './byte-channel.ts';
import { openSerial } from './serial-channel.ts';
import { openNativePort } from './serial/serial-port.ts';

/** An unplug is to be known within this. */
const NOTICED_MS = 2_000;

const run = promisify(execFile);

/** Collects what comes, from now on. */
function collect(channel: ByteChannel): number[] {
  const got: number[] = [];
  void (async () => {
    for await (const chunk of channel.chunks) got.push(...chunk);
  })();
  return got;
}

async function lossMs(channel: ByteChannel, pull: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await pull();
  expect(await channel.closed).toMatchObject({ why: 'lost' });
  return performance.now() - began;
}

it('carries every byte value, in order, both ways, 60 KB of them', () =>
  withSerialPair(async (pair) => {
    const [a, b] = [await openLine(pair.host), await openLine(pair.device)];
    const [atA, atB] = [collect(a), collect(b)];
    const bytes = Uint8Array.from({ length: 61_440 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    for (const [from, at] of [
      [a, atB],
      [b, atA],
    ] as const) {
      expect(await from.write(bytes)).toMatchObject({ ok: true });
      await until(() => at.length >= bytes.length);
      expect(Buffer.compare(Buffer.from(at), bytes)).toBe(0);
    }
    await Promise.all([a.close(), b.close()]);
  }));

it('an unplug is noticed on an idle line, with bytes waiting, and by a writer', () =>
  withSerialPair(async (pair) => {
    const idle = await openLine(pair.host);
    const took = await lossMs(idle, () => pair.unplug());
    expect(took).toBeLessThan(NOTICED_MS);
    await idle.close();

    await pair.plug();
    const [reader, sender] = [await openLine(pair.host), await openLine(pair.device)];
    await sender.write(Uint8Array.of(1, 2, 3));
    expect(await lossMs(reader, () => pair.unplug())).toBeLessThan(NOTICED_MS);
    expect(await reader.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: 'offline' } });
    await reader.close();

    await pair.plug();
    const writer = await openLine(pair.host);
    const writing = (async () => {
      while ((await writer.write(new Uint8Array(512))).ok) await new Promise((resolve) => setImmediate(resolve));
    })();
    expect(await lossMs(writer, () => pair.unplug())).toBeLessThan(NOTICED_MS);
    await writing;
    process.stdout.write(`unplug of an idle line noticed after ${took.toFixed(1)} ms\n`);
  }));

it('an unplug is noticed too while the channel does not read: the look every half second', () =>
  withSerialPair(async (pair) => {
    const channel = await openLine(pair.host, { queueBytes: 1 });
    const sender = await openLine(pair.device);
    await sender.write(Uint8Array.of(1, 2));
    // Nobody takes the two bytes, so the port is not read and no read can fail.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const took = await lossMs(channel, () => pair.unplug());
    expect(took).toBeLessThan(NOTICED_MS);
    process.stdout.write(`unplug of a line that is not read noticed after ${took.toFixed(1)} ms\n`);
    await Promise.all([channel.close(), sender.close()]);
  }));

it('a second open is refused by name, here and in another process, and the first owner is unharmed', () =>
  withSerialPair(async (pair) => {
    const first = await openLine(pair.host);
    const device = await openLine(pair.device);
    const got = collect(first);
    const faster = lineOf(pair.host, { baud: 115_200, dataBits: 7, parity: 'even' });
    const busy = { ok: false, error: { code: 'deviceBusy', message: expect.stringContaining(pair.host) as string } };
    expect(await openSerial(faster, { clock: systemClock })(1_000)).toMatchObject(busy);

    const other = join(dirname(pair.host), 'other.ts');
    const from = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
    writeFileSync(
      other,
      `import { openSerial } from ${from('serial-channel.ts')};
       import { systemClock } from ${from('../host/system-clock.ts')};
       console.log(JSON.stringify(await openSerial(${JSON.stringify(faster)}, { clock: systemClock })(1_000)));`,
    );
    const { stdout } = await run(process.execPath, [other]);
    expect(JSON.parse(stdout)).toMatchObject(busy);
    expect((JSON.parse(stdout) as { error: { message: string } }).error.message).toContain(`process ${process.pid}`);

    // Its line settings, its bytes and the news of its unplug are what they were.
    const speed = await run('stty', ['-F', pair.host, 'speed']);
    expect(speed.stdout.trim()).toBe('9600');
    await device.write(Uint8Array.of(4, 5));
    await until(() => got.length === 2);
    expect(await lossMs(first, () => pair.unplug())).toBeLessThan(NOTICED_MS);
  }));

it('two opens at once: one owner', () =>
  withSerialPair(async (pair) => {
    const open = openSerial(lineOf(pair.host), { clock: systemClock });
    const opened = await Promise.all([open(1_000), open(1_000), open(1_000)]);
    expect(opened.map((result) => (result.ok ? 'owner' : result.error.code)).toSorted()).toEqual([
      'deviceBusy',
      'deviceBusy',
      'owner',
    ]);
    for (const result of opened) if (result.ok) await result.value.close();
    await (await openLine(pair.host)).close();
  }));

it('after close the port is free at once, a hundred times, and no descriptor stays', () =>
  withSerialPair(async (pair) => {
    const descriptors = async (): Promise<number> =>
      Number((await run('sh', ['-c', `ls -l /proc/${process.pid}/fd | grep -c /dev/pts || true`])).stdout);
    const before = await descriptors();
    for (let round = 0; round < 100; round += 1) await (await openLine(pair.host)).close();
    expect(await descriptors()).toBe(before);
  }));

it('sets the speed that was asked for, standard or not', () =>
  withSerialPair(async (pair) => {
    // Speeds without a name are read back by the channel itself: it would not have opened.
    await (await openLine(pair.host, {}, { baud: 12_345 })).close();
    for (const baud of [9_600, 57_600, 115_200, 921_600]) {
      const channel = await openLine(pair.host, {}, { baud });
      expect((await run('stty', ['-F', pair.host, 'speed'])).stdout.trim()).toBe(String(baud));
      await channel.close();
    }
  }));

it('a line that nobody drains loses the channel at the write deadline', () =>
  withSerialPair(async (pair) => {
    const channel = await openLine(pair.host, { writeMs: 200 });
    pair.freeze('SIGSTOP');
    const began = performance.now();
    let written = await channel.write(new Uint8Array(1));
    while (written.ok) written = await channel.write(new Uint8Array(256));
    expect(written.error).toMatchObject({ code: 'offline', message: 'serial: write not taken in time' });
    expect(performance.now() - began).toBeLessThan(NOTICED_MS);
    await channel.close();
    pair.freeze('SIGCONT');
  }));

it.each([
  ['/dev/no-such-port', 'offline', 'check the cable'],
  ['/etc/hostname', 'configuration', 'no serial port'],
  ['/dev/null', 'configuration', 'no serial port'],
])('%s does not open: %s, %s', async (path, code, remedy) => {
  expect(await openNativePort(lineOf(path))).toMatchObject({
    ok: false,
    error: { code, message: expect.stringContaining(remedy) as string },
  });
});
