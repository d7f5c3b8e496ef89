import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSaneMessageCutter, encodeSaneMessage, SANE_KIND, type SaneMessage } from '../framing/sane-message.ts';
import { decodeSaneEnd, encodeSaneRun, encodeSaneTake, type SaneEnd, type SaneRun } from '../framing/sane-run.ts';
import type { ByteChannel } from './byte-channel.ts';
import { openSane } from './sane-channel.ts';

let dir: string;
let pages: string;
let clock: ManualClock;
const opened: ByteChannel[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-sane-test-'));
  pages = join(dir, 'pages');
  mkdirSync(pages);
  clock = new ManualClock();
});
afterEach(async () => {
  for (const channel of opened.splice(0)) await channel.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A program in the place of scanimage; its text runs for everything but `--version`. */
function program(text: string): string {
  const path = join(dir, 'scanimage');
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && { echo "scanimage (none) 0"; exit 0; }\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function open(text: string, saneConfigDir?: string): Promise<Peer> {
  const config = saneConfigDir === undefined ? {} : { saneConfigDir };
  const channel = await openSane({ clock, folder: pages, program: program(text), ...config })(1_000);
  if (!channel.ok) throw new Error(channel.error.message);
  opened.push(channel.value);
  return new Peer(channel.value);
}

/** Speaks the carrier. */
class Peer {
  readonly channel: ByteChannel;
  readonly #answers: AsyncGenerator<SaneMessage, void, void>;
  #number = 0;

  constructor(channel: ByteChannel) {
    this.channel = channel;
    this.#answers = answersOf(channel);
  }

  async ask(kind: number, payload = new Uint8Array(0)): Promise<SaneMessage> {
    await this.tell(kind, payload);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('no answer');
    expect(answer.value.number).toBe(this.#number);
    return answer.value;
  }

  async tell(kind: number, payload = new Uint8Array(0)): Promise<unknown> {
    if (kind !== SANE_KIND.cancel) this.#number += 1;
    return this.channel.write(encodeSaneMessage({ kind, number: this.#number, payload }));
  }

  async run(args: readonly string[], more: Partial<SaneRun> = {}): Promise<SaneEnd> {
    const run = { deadlineMs: 5_000, outputBytes: 1_000_000, args, ...more };
    const end = decodeSaneEnd((await this.ask(SANE_KIND.run, encodeSaneRun(run))).payload);
    if (end === undefined) throw new Error('no end');
    return end;
  }

  async take(file: number, offset = 0, most = 32_768): Promise<string> {
    return Buffer.from((await this.ask(SANE_KIND.take, encodeSaneTake({ file, offset, most }))).payload).toString(
      'latin1',
    );
  }
}

async function* answersOf(channel: ByteChannel): AsyncGenerator<SaneMessage, void, void> {
  const cutter = createSaneMessageCutter();
  for await (const chunk of channel.chunks)
    for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') yield cut.frame;
}

/** Waits in real time for what another process does. */
async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('sane channel', () => {
  it('tells exit code, both outputs and whole files; arguments go as they are; the folder is private, and gone', async () => {
    const peer = await open(
      `printf "%s|" "$@"; stat -c %a "$TMPDIR"; echo "$SANE_CONFIG_DIR $LC_ALL"; echo oh >&2
printf one > $TMPDIR/1.png; printf ten > $TMPDIR/10.png; printf two > $TMPDIR/2.png; printf half > $TMPDIR/3.png.part; exit 7`,
      '/some/where',
    );
    const end = await peer.run(['-d', `a b'$HOME;"`, '--batch={folder}/%d.png']);
    expect(end).toMatchObject({
      how: 'exited',
      code: 7,
      isKilledAtDeadline: false,
      isCancelled: false,
      isTooLarge: false,
      stderr: 'oh\n',
      files: [
        { name: '1.png', bytes: 3 },
        { name: '2.png', bytes: 3 },
        { name: '10.png', bytes: 3 },
      ],
    });
    const said = Buffer.from(end.stdout).toString();
    expect(said).toMatch(/^-d\|a b'\$HOME;"\|--batch=.*\/yimen-sane-\d+\.\d+-\w+\/%d\.png\|700\n\/some\/where C\n$/);
    expect(readdirSync(pages)).toEqual([]);
    expect([await peer.take(2), await peer.take(1, 1, 1), await peer.take(1, 2)]).toEqual(['ten', 'w', 'o']);
    // Taken to its end, behind its end, no such file.
    expect([await peer.take(1), await peer.take(0, 3), await peer.take(9)]).toEqual(['', '', '']);
    expect((await peer.ask(SANE_KIND.forget)).kind).toBe(SANE_KIND.forgotten);
    expect(await peer.take(0)).toBe('');
  });

  it('pages are overwritten on the way out: in the folder before it goes, in memory with the next request', async () => {
    // A second name of the page outlives the folder.
    const peer = await open(`printf secret > $TMPDIR/1.png; ln $TMPDIR/1.png ${join(dir, 'kept')}`);
    await peer.run([]);
    expect(readFileSync(join(dir, 'kept'))).toEqual(Buffer.alloc(6));
    const piece = await peer.ask(SANE_KIND.take, encodeSaneTake({ file: 0, offset: 0, most: 3 }));
    expect(Buffer.from(piece.payload).toString()).toBe('sec');
    await peer.run([]);
    expect(await peer.take(0)).toBe('secret');
  });

  it('a run that hangs, and what it started, is killed at its deadline; nothing stays', async () => {
    const peer = await open(
      `trap "" INT TERM; printf half > $TMPDIR/1.png.part; sleep 600 & echo $$ $! > ${dir}/pids; wait`,
    );
    const running = peer.run([], { deadlineMs: 3_000 });
    const pids = await until(
      () =>
        existsSync(join(dir, 'pids')) &&
        readFileSync(join(dir, 'pids'), 'utf8').trim().split(' ').map(Number).slice(0, 2),
    );
    expect(readdirSync(pages)).toHaveLength(1);
    await clock.advance(2_900);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await clock.advance(200);
    expect(await running).toMatchObject({ how: 'signalled', code: 9, isKilledAtDeadline: true, files: [] });
    await until(() => !pids.some(isAlive));
    expect(readdirSync(pages)).toEqual([]);
  });

  it('who has said its last word and does not exit is ended soon after it, with its pages', async () => {
    const peer = await open(
      `printf page > $TMPDIR/1.png; echo "Batch terminated, 1 page scanned" >&2; : > ${dir}/up; sleep 600`,
    );
    const running = peer.run([], { deadlineMs: 60_000 });
    await until(() => existsSync(join(dir, 'up')));
    while (clock.waiting < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    await clock.advance(1_000);
    expect(await running).toMatchObject({
      how: 'signalled',
      isKilledAtExit: true,
      isKilledAtDeadline: false,
      files: [{ name: '1.png', bytes: 4 }],
    });
    const quick = await open(`echo "Batch terminated, 1 page scanned" >&2; exit 6`);
    expect(await quick.run([])).toMatchObject({ how: 'exited', code: 6, isKilledAtExit: false });
  });

  it('cancel asks, and kills who does not listen', async () => {
    const polite = await open(`trap "exit 9" INT; : > ${dir}/up; while :; do sleep 0.01; done`);
    const first = polite.run([]);
    await until(() => existsSync(join(dir, 'up')));
    await polite.tell(SANE_KIND.cancel);
    expect(await first).toMatchObject({ how: 'exited', code: 9, isCancelled: true, isKilledAtDeadline: false });

    const deaf = await open(`trap "" INT; : > ${dir}/up2; while :; do sleep 0.01; done`);
    const second = deaf.run([]);
    await until(() => existsSync(join(dir, 'up2')));
    await deaf.tell(SANE_KIND.cancel);
    await clock.advance(2_000);
    expect(await second).toMatchObject({ how: 'signalled', code: 9, isCancelled: true });
    // None under way: ignored.
    await deaf.tell(SANE_KIND.cancel);
    expect((await deaf.ask(SANE_KIND.forget)).kind).toBe(SANE_KIND.forgotten);
  });

  it('a run without end of bytes is stopped, whenever it begins to, and none of them is kept', async () => {
    const peer = await open(
      `while [ ! -e ${dir}/go ]; do sleep 0.01; done; head -c 300000 /dev/zero > $TMPDIR/1.png; : > ${dir}/up; sleep 600`,
    );
    const running = peer.run([], { outputBytes: 200_000, deadlineMs: 60_000 });
    const count = async (): Promise<void> => {
      // One timer is the deadline's, the other counts.
      await until(() => clock.waiting === 2);
      await clock.advance(100);
    };
    for (let counts = 0; counts < 3; counts += 1) await count();
    writeFileSync(join(dir, 'go'), '');
    await until(() => existsSync(join(dir, 'up')));
    await count();
    expect(await running).toMatchObject({ how: 'signalled', isTooLarge: true, isKilledAtDeadline: false, files: [] });
    const quick = await open(`head -c 300000 /dev/zero > $TMPDIR/1.png`);
    expect(await quick.run([], { outputBytes: 200_000 })).toMatchObject({ how: 'exited', isTooLarge: true, files: [] });
  });

  it('keeps the first of much stdout and the last of much stderr', async () => {
    const peer = await open(
      `head -c 100000 /dev/zero | tr '\\0' a; head -c 100000 /dev/zero | tr '\\0' b >&2; printf end >&2`,
    );
    const { stdout, stderr } = await peer.run([]);
    expect(Buffer.from(stdout).toString()).toBe('a'.repeat(32_768));
    expect(stderr).toBe(`${'b'.repeat(2_045)}end`);
  });

  it('close ends program and folder before it resolves; closed settles once', async () => {
    const peer = await open(`echo $$ > ${dir}/pid; printf page > $TMPDIR/1.png; sleep 600`);
    await peer.tell(SANE_KIND.run, encodeSaneRun({ deadlineMs: 60_000, outputBytes: 10, args: [] }));
    const pid = await until(() => existsSync(join(dir, 'pid')) && Number(readFileSync(join(dir, 'pid'), 'utf8')));
    await Promise.all([peer.channel.close(), peer.channel.close()]);
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(pages)).toEqual([]);
    expect(await peer.channel.closed).toEqual({ why: 'closed' });
    expect(await peer.channel.write(new Uint8Array(1))).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it.each([
    ['what is no message', Uint8Array.of(1, 2, 3)],
    ['a cut-off run', encodeSaneMessage({ kind: SANE_KIND.run, number: 1, payload: new Uint8Array(3) })],
    ['a take of nothing', encodeSaneMessage({ kind: SANE_KIND.take, number: 1, payload: new Uint8Array(9) })],
    ['an unknown kind', encodeSaneMessage({ kind: 9, number: 1, payload: new Uint8Array(0) })],
  ])('%s loses the channel', async (_, bytes) => {
    const { channel } = await open('exit 0');
    expect(await channel.write(bytes)).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(await channel.closed).toMatchObject({ why: 'lost' });
  });

  it('two requests at once lose the channel, and the program ends', async () => {
    const peer = await open(`echo $$ > ${dir}/pid; sleep 600`);
    const run = encodeSaneRun({ deadlineMs: 60_000, outputBytes: 10, args: [] });
    await peer.tell(SANE_KIND.run, run);
    const pid = await until(() => existsSync(join(dir, 'pid')) && Number(readFileSync(join(dir, 'pid'), 'utf8')));
    expect(await peer.tell(SANE_KIND.run, run)).toMatchObject({ ok: false });
    expect(await peer.channel.closed).toEqual({ why: 'lost', detail: 'sane: two requests at once' });
    await until(() => !isAlive(pid));
    await until(() => readdirSync(pages).length === 0);
  });

  it('what a killed host left, folder and program, is gone before the next channel is there', async () => {
    const left = join(pages, 'yimen-sane-4194305.1-abc');
    mkdirSync(left, { mode: 0o700 });
    writeFileSync(join(left, '1.png'), 'secret');
    const orphan = spawn('sleep', ['600'], { env: { PATH: process.env['PATH'], TMPDIR: left }, stdio: 'ignore' });
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    const other = join(pages, 'yimen-other');
    mkdirSync(other);
    try {
      await open('exit 0');
      await until(() => !isAlive(orphan.pid ?? 0));
      expect(readdirSync(pages)).toEqual(['yimen-other']);
      expect(isAlive(bystander.pid ?? 0)).toBe(true);
    } finally {
      orphan.kill('SIGKILL');
      bystander.kill('SIGKILL');
    }
  });

  it('a folder of a host that lives stays', async () => {
    const first = await open(`printf x > $TMPDIR/1.png; : > ${dir}/up; sleep 600`);
    await first.tell(SANE_KIND.run, encodeSaneRun({ deadlineMs: 60_000, outputBytes: 10, args: [] }));
    await until(() => existsSync(join(dir, 'up')));
    await open('exit 0');
    const [folder = ''] = readdirSync(pages);
    expect(statSync(join(pages, folder, '1.png')).size).toBe(1);
  });

  it('no folder for the pages: lost, not a page on another disk', async () => {
    const peer = await open('exit 0');
    rmSync(pages, { recursive: true });
    await peer.tell(SANE_KIND.run, encodeSaneRun({ deadlineMs: 60_000, outputBytes: 10, args: [] }));
    expect(await peer.channel.closed).toEqual({ why: 'lost', detail: 'sane: no folder for its pages: ENOENT' });
  });

  it('opens only a scanimage: missing, not runnable, something else, silent', async () => {
    const faultOf = async (path: string): Promise<unknown> => {
      const result = await openSane({ clock, folder: pages, program: path })(1_000);
      return result.ok ? 'open' : `${result.error.code}: ${result.error.message}`;
    };
    expect(await faultOf(join(dir, 'none'))).toMatch(/^configuration: .*sane-utils/);
    expect(await faultOf(dir)).toMatch(/^configuration: .*may not be run: EACCES/);
    const other = join(dir, 'other');
    writeFileSync(other, '#!/bin/sh\necho hello\n', { mode: 0o755 });
    expect(await faultOf(other)).toMatch(/^configuration: .*not scanimage/);
    const silent = join(dir, 'silent');
    writeFileSync(silent, `#!/bin/sh\n: > ${dir}/asked\nsleep 600\n`, { mode: 0o755 });
    const waiting = faultOf(silent);
    await until(() => existsSync(join(dir, 'asked')));
    await clock.advance(1_000);
    expect(await waiting).toMatch(/^offline: .*does not answer/);
  });
});
