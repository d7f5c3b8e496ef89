import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import type { ShellReport } from '@yimen/terminal/shell';
import { ELECTRON_TIMES, ElectronWindow } from './electron-window.ts';
import { shellEnvironment } from './shell-environment.ts';

/** A shell without a window: notes each start in a file, says its lines, does what it is told by its second argument. */
const STAND_IN = `
const { appendFileSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const [, , starts, manner] = process.argv;
const start = JSON.parse(process.env.YIMEN_SHELL);
const helper = manner === 'helper' ? spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' }) : null;
appendFileSync(starts, JSON.stringify({ pid: process.pid, helper: helper?.pid ?? 0, ...start }) + '\\n');
const say = (line) => process.stdout.write(line + '\\n');
if (manner === 'falls') process.exit(1);
if (manner === 'silent') setInterval(() => undefined, 1000);
else {
  writeFileSync(start.profileDir + '/kept', 'what a browser keeps');
  if (manner === 'talks') {
    say('Gtk-WARNING: not of the contract');
    say('{"said":"denied","what":"key","detail":"Ctrl+W","times":1}');
    say('{"said":"denied","what":"key","detail":"<b>a name</b>","times":1}');
    say('{"said":"page","is":"shown"}');
  }
  say('{"said":"ready"}');
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const order = JSON.parse(line);
    if (order.do === 'close') process.exit(0);
    if (order.do === 'replace' && manner !== 'deaf') say(JSON.stringify({ said: 'replaced', n: order.n }));
  }).on('close', () => process.exit(0));
}`;

interface Start {
  readonly pid: number;
  readonly profileDir: string;
  readonly shows: string;
  readonly url: string;
  readonly helper: number;
}

let dir = '';
let clock = new ManualClock();
let window: ElectronWindow | null = null;
let logged: ShellReport[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-electron-'));
  mkdirSync(join(dir, 'profiles'));
  writeFileSync(join(dir, 'stand-in.cjs'), STAND_IN);
  clock = new ManualClock();
  logged = [];
});

afterEach(async () => {
  const closing = window?.close();
  // Whoever does not close when asked is killed when the time is up.
  await soon(async () => {
    await clock.advance(ELECTRON_TIMES.closeMs);
    return window?.pid === undefined;
  });
  await closing;
  rmSync(dir, { recursive: true, force: true });
});

function make(manner: string, program = process.execPath): ElectronWindow {
  window = new ElectronWindow({
    program,
    args: [join(dir, 'stand-in.cjs'), join(dir, 'starts'), manner],
    url: 'http://127.0.0.1:7001/',
    place: { zh: '示例大厅', en: 'Example hall', hotline: '000-0000' },
    profilesDir: join(dir, 'profiles'),
    logFile: join(dir, 'shell.log'),
    clock,
    log: (report) => logged.push(report),
  });
  return window;
}

function starts(): readonly Start[] {
  if (!existsSync(join(dir, 'starts'))) return [];
  const lines = readFileSync(join(dir, 'starts'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Start);
}

/** Waits for something that a real process does, however busy the machine is. */
async function soon(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1_000; i += 1) {
    if (await isSo()) return;
    await wait(10);
  }
  throw new Error('it did not happen');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Opens it and waits until it has said its last line of the start. */
async function opened(manner: string): Promise<Start> {
  const made = make(manner);
  made.open();
  await soon(() => logged.some(({ said }) => said === 'ready'));
  logged = logged.filter(({ said }) => said !== 'ready');
  const [first] = starts();
  if (first === undefined) throw new Error('nothing was started');
  return first;
}

describe('the Electron window', () => {
  it('starts a shell on the page', async () => {
    expect(await opened('plain')).toMatchObject({ url: 'http://127.0.0.1:7001/', shows: 'page' });
  });

  it('replaces the page in the same process', async () => {
    const first = await opened('plain');
    await window?.replace();
    await window?.replace();
    expect(starts()).toHaveLength(1);
    expect(window?.pid).toBe(first.pid);
  });

  it('replaces the whole process, profile and all, when the shell does not answer', async () => {
    const first = await opened('deaf');
    const replaced = window?.replace();
    await clock.advance(ELECTRON_TIMES.replaceMs);
    await replaced;
    await soon(() => starts().length === 2);
    expect(isAlive(first.pid)).toBe(false);
    expect(existsSync(first.profileDir)).toBe(false);
    expect(starts()[1]?.profileDir).not.toBe(first.profileDir);
  });

  it('replaces it as well after many citizens, because Electron keeps every partition', async () => {
    const first = await opened('plain');
    for (let citizen = 1; citizen < ELECTRON_TIMES.citizensAProcess; citizen += 1) await window?.replace();
    expect(starts()).toHaveLength(1);
    await window?.replace();
    await soon(() => starts().length === 2);
    expect(isAlive(first.pid)).toBe(false);
  });

  it('logs what the shell reports, and nothing that is not of the contract', async () => {
    await opened('talks');
    await soon(() => logged.length >= 2);
    expect(logged).toEqual([
      { said: 'denied', what: 'key', detail: 'Ctrl+W', times: 1 },
      { said: 'page', is: 'shown' },
    ]);
  });

  it('starts it again when it is killed', async () => {
    const first = await opened('plain');
    process.kill(first.pid, 'SIGKILL');
    await soon(() => logged.length === 1);
    expect(logged).toEqual([{ said: 'fell', why: 'shell' }]);
    expect(existsSync(first.profileDir)).toBe(false);
    await clock.advance(ELECTRON_TIMES.backOffMs[0]);
    await soon(() => starts().length === 2);
  });

  it('starts it again when it never says that it is there', async () => {
    make('silent').open();
    await soon(() => starts().length === 1);
    await clock.advance(ELECTRON_TIMES.readyMs);
    await soon(() => logged.length === 1);
    await clock.advance(ELECTRON_TIMES.backOffMs[0]);
    await soon(() => starts().length === 2);
  });

  it('waits longer each time, then draws the out-of-service page only, then tries the whole again (K20)', async () => {
    make('falls').open();
    for (const [falls, ms] of ELECTRON_TIMES.backOffMs.entries()) {
      await soon(() => logged.length === falls + 1);
      await clock.advance(ms - 1);
      expect(starts()).toHaveLength(falls + 1);
      await clock.advance(1);
      await soon(() => starts().length === falls + 2);
    }
    expect(starts().map(({ shows }) => shows)).toEqual(['page', 'page', 'page', 'page', 'page', 'outOfService']);
  });

  it('leaves the smallest shell standing for a minute', async () => {
    make('falls').open();
    for (const [falls, ms] of ELECTRON_TIMES.backOffMs.entries()) {
      await soon(() => logged.length === falls + 1);
      // From the last fall on the shell stands.
      if (falls === ELECTRON_TIMES.backOffMs.length - 1)
        writeFileSync(join(dir, 'stand-in.cjs'), STAND_IN.replace("=== 'falls'", "=== 'never'"));
      await clock.advance(ms);
    }
    await soon(() => existsSync(join(starts().at(-1)?.profileDir ?? '', 'kept')));
    expect(starts().at(-1)?.shows).toBe('outOfService');
    await clock.advance(ELECTRON_TIMES.minimalMs);
    await soon(() => starts().at(-1)?.shows === 'page');
  });

  it('leaves no helper of a fallen shell behind', async () => {
    const { pid, helper } = await opened('helper');
    expect(isAlive(helper)).toBe(true);
    process.kill(pid, 'SIGKILL');
    await soon(() => !isAlive(helper));
  });

  it('survives a program that is not there', async () => {
    make('plain', join(dir, 'missing')).open();
    await soon(() => logged.length === 1);
    expect(readdirSync(join(dir, 'profiles'))).toEqual([]);
  });

  it('closes with everything that it kept', async () => {
    const first = await opened('plain');
    await window?.close();
    expect(isAlive(first.pid)).toBe(false);
    expect(readdirSync(join(dir, 'profiles'))).toEqual([]);
  });
});

describe('the shell’s environment', () => {
  it('has a display and a home of its own, and nothing that could bend the shell', () => {
    const caller = {
      DISPLAY: ':0',
      LANG: 'zh_CN.UTF-8',
      HOME: '/home/somebody',
      NODE_OPTIONS: '--inspect',
      ELECTRON_RUN_AS_NODE: '1',
      http_proxy: 'http://192.0.2.1',
      GTK_IM_MODULE: 'fcitx',
      XMODIFIERS: '@im=fcitx',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
      LD_PRELOAD: '/tmp/x.so',
    };
    expect(shellEnvironment(caller, '/run/p')).toEqual({
      DISPLAY: ':0',
      LANG: 'zh_CN.UTF-8',
      HOME: '/run/p',
      XDG_CONFIG_HOME: '/run/p',
      XDG_CACHE_HOME: '/run/p',
    });
  });
});
