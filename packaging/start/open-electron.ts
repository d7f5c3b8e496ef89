import { accessSync, appendFileSync, constants, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { systemClock } from '@yimen/terminal/ipc';
import type { ShellStart } from '@yimen/terminal/shell';
import { ElectronWindow } from './electron-window.ts';
import { Problem } from './problem.ts';
import { bundleShell } from './shell-bundle.ts';

export interface OpenElectronOptions {
  readonly url: string;
  readonly place: ShellStart['place'];
  /** Short-lived files of this start, readable by this user alone. */
  readonly runDir: string;
  readonly logDir: string;
}

/** Bundles the shell and makes the window that will run it; nothing is shown before `open()`.
 *  @throws Problem NOT_RUNNING when there is no Electron, or it would have to run as root */
export async function openElectron(options: OpenElectronOptions): Promise<ElectronWindow> {
  const program = findElectron(process.env, electronPackage());
  refuseRoot(process.getuid?.() ?? -1);
  const clock = systemClock();
  const journal = join(options.logDir, 'shell-reports.log');
  return new ElectronWindow({
    program,
    args: [await bundleShell(join(options.runDir, 'shell'))],
    url: options.url,
    place: options.place,
    profilesDir: options.runDir,
    logFile: join(options.logDir, 'shell.log'),
    clock,
    log: (report) => {
      const line = JSON.stringify({ at: new Date(clock.wallMs()).toISOString(), ...report });
      appendFileSync(journal, `${line}\n`, { mode: 0o600 });
    },
  });
}

/** Electron's executable, as its own package finds it: `path.txt` names it below `dist`, or below the folder that
 *  ELECTRON_OVERRIDE_DIST_PATH names. Asking the package itself would begin a download.
 *  @throws Problem NOT_RUNNING with the remedy */
export function findElectron(
  env: Readonly<Record<string, string | undefined>>,
  packageDir: string | undefined,
): string {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const name = packageDir === undefined ? undefined : readName(join(packageDir, 'path.txt'));
  const dist =
    override !== '' ? override : packageDir === undefined || name === undefined ? '' : join(packageDir, 'dist');
  const program = join(dist, name ?? 'electron');
  if (dist !== '' && isExecutable(program)) return program;
  const where = override !== '' ? `in ${override} (ELECTRON_OVERRIDE_DIST_PATH)` : 'on this machine';
  throw new Problem(
    'NOT_RUNNING',
    `--electron: Electron’s program was not found ${where}; run npx install-electron once with a network, or name the folder of a copy with ELECTRON_OVERRIDE_DIST_PATH`,
  );
}

/** @throws Problem NOT_RUNNING for root: Chromium’s sandbox does not work there, and the shell does not run without */
export function refuseRoot(uid: number): void {
  if (uid === 0)
    throw new Problem(
      'NOT_RUNNING',
      '--electron: Electron does not run as root with its sandbox on; start as another user',
    );
}

function electronPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

function readName(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
