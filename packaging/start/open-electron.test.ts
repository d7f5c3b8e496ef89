import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@yimen/terminal/ipc';
import type { ShellReport } from '@yimen/terminal/shell';
import { ElectronWindow } from './electron-window.ts';
import { findElectron, refuseRoot } from './open-electron.ts';
import { readStartOptions } from './options.ts';
import { Problem } from './problem.ts';
import { bundleShell } from './shell-bundle.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-find-'));
  return () => {
    rmSync(dir, { recursive: true, force: true });
  };
});

function program(folder: string, name: string): string {
  mkdirSync(join(dir, folder), { recursive: true });
  const file = join(dir, folder, name);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('no problem was found');
}

describe('where Electron is', () => {
  it('in its package, once it was fetched', () => {
    const file = program('electron/dist', 'electron');
    writeFileSync(join(dir, 'electron/path.txt'), 'electron');
    expect(findElectron({}, join(dir, 'electron'))).toBe(file);
  });

  it('in a copy that the environment names, package or not', () => {
    const file = program('copy', 'electron');
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(dir, 'copy') };
    expect(findElectron(env, undefined)).toBe(file);
    expect(findElectron(env, join(dir, 'electron'))).toBe(file);
  });

  it('nowhere: one sentence with the remedy, status 1', () => {
    mkdirSync(join(dir, 'electron'));
    for (const env of [{}, { ELECTRON_OVERRIDE_DIST_PATH: join(dir, 'nowhere') }]) {
      const problem = problemOf(() => findElectron(env, join(dir, 'electron')));
      expect(problem).toMatchObject({ code: 'NOT_RUNNING', status: 1 });
      expect(problem.message).toContain('npx install-electron');
      expect(problem.message).toContain('ELECTRON_OVERRIDE_DIST_PATH');
      expect(problem.message).not.toContain('\n');
    }
  });

  it('a file that nobody may run is not it', () => {
    chmodSync(program('copy', 'electron'), 0o644);
    expect(() => findElectron({ ELECTRON_OVERRIDE_DIST_PATH: join(dir, 'copy') }, undefined)).toThrow(Problem);
  });
});

describe('who may start it', () => {
  it('anybody but root', () => {
    expect(problemOf(() => refuseRoot(0))).toMatchObject({ code: 'NOT_RUNNING', status: 1 });
    expect(() => refuseRoot(1000)).not.toThrow();
  });

  it('one screen at a time', () => {
    const both = readStartOptions(['--electron', '--kiosk']);
    expect(both.ok ? '' : both.error.message).toContain('expected one of them');
    expect(readStartOptions(['--electron'])).toMatchObject({ ok: true, value: { electron: true, kiosk: false } });
    expect(readStartOptions(['--kiosk'])).toMatchObject({ ok: true, value: { electron: false, kiosk: true } });
    expect(readStartOptions([])).toMatchObject({ ok: true, value: { electron: false, kiosk: false } });
  });
});

describe('the bundled shell', () => {
  let out = '';
  let file = '';
  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'yimen-bundle-'));
    file = await bundleShell(join(out, 'shell'));
  }, 60_000);
  afterAll(() => {
    rmSync(out, { recursive: true, force: true });
  });

  it('is one file that asks for Electron and Node alone', () => {
    const asked = [...readFileSync(file, 'utf8').matchAll(/require\("([^"]+)"\)/gu)].map((found) => found[1] ?? '');
    expect(asked).toContain('electron');
    expect(asked.filter((name) => name !== 'electron' && !name.startsWith('node:'))).toEqual([]);
  });

  it('runs as a CommonJS program', () => {
    mkdirSync(join(out, 'node_modules/electron'), { recursive: true });
    const electron = `exports.app = { commandLine: { hasSwitch: () => false }, exit: (status) => process.exit(status) };
process.getuid = () => 1000;`;
    writeFileSync(join(out, 'node_modules/electron/index.js'), electron);
    const ran = spawnSync(process.execPath, [file], { env: {}, encoding: 'utf8' });
    expect(ran.stderr).toMatch(/^the shell is started by the launcher/u);
    expect(ran.status).toBe(1);
  });

  // Both ends of the lines for once, and both real: launcher and bundle. Electron alone is a stand-in.
  it('replaces its window when its launcher asks for it', async () => {
    const standIn = join(import.meta.dirname, '../../terminal/shell/testing/with-stand-in-electron.ts');
    const reports: ShellReport[] = [];
    let tell: () => void = () => undefined;
    const window = new ElectronWindow({
      program: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', '--import', standIn, file],
      url: 'http://127.0.0.1:7001/',
      place: { zh: '示例大厅', en: 'Example hall', hotline: '000-0000' },
      profilesDir: dir,
      logFile: join(out, 'shell.log'),
      clock: systemClock(),
      log: (report) => {
        reports.push(report);
        tell();
      },
    });
    const twoReports = new Promise<void>((resolve) => {
      tell = () => {
        if (reports.length >= 2) resolve();
      };
    });
    window.open();
    await twoReports;
    expect(reports).toEqual([{ said: 'ready' }, { said: 'page', is: 'shown' }]);
    const { pid } = window;
    await window.replace();
    // The same process: it answered in time and was not killed.
    expect(window.pid).toBe(pid);
    await window.close();
    expect(readFileSync(join(out, 'shell.log'), 'utf8')).toBe('');
  });
});
