import { readFileSync } from 'node:fs';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { ByteChannel } from './byte-channel.ts';
import { openProcess, type ProcessOptions } from './process-channel.ts';
import { parseProcessCommand } from './process-command.ts';

describe('exec:COMMAND', () => {
  it.each([
    ['exec:cat', 'cat', []],
    ['exec:  nc  10.0.0.7 9100 ', 'nc', ['10.0.0.7', '9100']],
    [`exec:sh -c 'a | b' "c d"e ''`, 'sh', ['-c', 'a | b', 'c de', '']],
    ['exec:a $HOME;b', 'a', ['$HOME;b']],
  ])('%s', (text, program, args) => {
    expect(parseProcessCommand(text)).toEqual({ ok: true, value: { program, args } });
  });

  it.each([
    ['nothing', 'exec:'],
    ['blanks', 'exec:  '],
    ['an open quote', `exec:a 'b`],
    ['an open double quote', 'exec:a "b'],
    ['two lines', 'exec:a\nb'],
    ['a program without a name', `exec:'' a`],
    ['too long a line', `exec:${'a'.repeat(2_000)}`],
    ['another carrier', 'cat'],
  ])('%s is no command', (_, text) => {
    expect(parseProcessCommand(text)).toMatchObject({
      ok: false,
      error: expect.stringContaining('exec:COMMAND') as string,
    });
  });
});

async function open(text: string, options: Partial<ProcessOptions> = {}): Promise<ByteChannel> {
  const command = parseProcessCommand(text);
  if (!command.ok) throw new Error(command.error);
  const opened = await openProcess(command.value, { clock: new ManualClock(), ...options })(1_000);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function take(channel: ByteChannel, count: number): Promise<string> {
  let got = '';
  for await (const chunk of channel.chunks) {
    got += Buffer.from(chunk).toString('latin1');
    if (got.length >= count) break;
  }
  return got;
}

/** Runs Node with this text as its program. */
function node(program: string): string {
  return `exec:"${process.execPath}" -e '${program}'`;
}

describe('process channel', () => {
  it('carries bytes both ways; close ends the program, is idempotent and settles once', async () => {
    const channel = await open('exec:cat');
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(await channel.write(bytes)).toMatchObject({ ok: true });
    expect(await take(channel, 256)).toBe(Buffer.from(bytes).toString('latin1'));
    await Promise.all([channel.close(), channel.close()]);
    expect(await channel.closed).toEqual({ why: 'closed' });
    expect(await channel.write(bytes)).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('a program that ends is a loss, with its status, after its last word', async () => {
    const channel = await open(`exec:sh -c 'printf last; exit 3'`);
    expect(await take(channel, 4)).toBe('last');
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'exec: the program ended with status 3' });
  });

  it('tells a signal by its name', async () => {
    const channel = await open(`exec:sh -c 'kill -SEGV $$'`);
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'exec: the program ended by SIGSEGV' });
  });

  it('ends what the program started, also when neither listens', async () => {
    const clock = new ManualClock();
    // An ignored signal stays ignored in what a shell starts.
    const channel = await open(`exec:sh -c 'trap "" TERM; sleep 600 & echo $$ $!; while :; do wait; done'`, { clock });
    const pids = (await take(channel, 3)).split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    const closing = channel.close();
    await clock.advance(500);
    await closing;
    while (pids.some(isAlive)) await new Promise((resolve) => setImmediate(resolve));
  });

  it('does not wait for a descendant that holds the output open', async () => {
    const clock = new ManualClock();
    const channel = await open(`exec:sh -c 'sleep 600 & echo $!'`, { clock });
    const pid = Number(await take(channel, 2));
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(200);
    expect(await channel.closed).toMatchObject({ why: 'lost' });
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it('logs stderr in whole lines, cut, and not for ever', async () => {
    const lines: string[] = [];
    const shout = 'for (let i = 0; i < 500; i += 1) console.error(i + "x".repeat(300));';
    const channel = await open(node(shout), { log: (line) => lines.push(line) });
    await channel.closed;
    expect(lines[0]).toBe(`0${'x'.repeat(199)}`);
    expect(lines.at(-1)).toBe('the program says more than is kept');
    expect(lines.join('').length).toBeLessThan(17_000);
  });

  it('slows a flooding program down instead of growing', async () => {
    const channel = await open('exec:yes', { queueBytes: 1_000 });
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect((channel.chunks as unknown as { bytes: number }).bytes).toBeLessThan(200_000);
    expect(await take(channel, 1_000_000)).toMatch(/^(?:y\n){1000}/);
    await channel.close();
  });

  it('a program that does not read loses the line at the deadline', async () => {
    const clock = new ManualClock();
    const channel = await open('exec:sleep 600', { clock, writeMs: 100 });
    const writing = channel.write(new Uint8Array(1_000_000));
    await clock.advance(100);
    expect(await writing).toMatchObject({ ok: false, error: { message: 'exec: write not taken in time' } });
    expect(await channel.closed).toMatchObject({ why: 'lost' });
  });

  it.each([
    ['exec:no-such-program-here', 'no such program'],
    ['exec:/dev/null', 'it may not be run'],
  ])('%s: %s', async (text, says) => {
    const command = parseProcessCommand(text);
    if (!command.ok) throw new Error(command.error);
    expect(await openProcess(command.value, { clock: new ManualClock() })(1_000)).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining(says) as string },
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process whose parent died waits as a zombie for whoever inherits it; it runs no more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
