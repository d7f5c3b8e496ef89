import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WAIT_MS = 15_000;

/** A TPM of software (swtpm) behind a resource manager (tpm2-abrmd) on a bus of its own. */
export interface TpmBench {
  /** What a process needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts the three daemons in the foreground, in a private folder, and waits until the TPM answers.
 *  @throws Error when it does not within fifteen seconds */
export async function startTpmBench(): Promise<TpmBench> {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-tpm-'));
  const env = { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${join(dir, 'bus')}`, TPM2OPENSSL_TCTI: 'tabrmd:bus_type=system' };
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: string[]): void => {
    children.push(spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } }));
  };
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    mkdirSync(join(dir, 'state'));
    writeFileSync(join(dir, 'bus.conf'), busConfig(dir));
    const socket = join(dir, 'tpm');
    const state = ['--tpmstate', `dir=${join(dir, 'state')}`, '--flags', 'not-need-init,startup-clear'];
    start(
      'swtpm',
      'socket',
      '--tpm2',
      '--server',
      `type=unixio,path=${socket}`,
      '--ctrl',
      `type=unixio,path=${socket}.ctrl`,
      ...state,
    );
    start('dbus-daemon', `--config-file=${join(dir, 'bus.conf')}`, '--nofork', '--nopidfile');
    await until(() => existsSync(socket) && existsSync(join(dir, 'bus')));
    start('tpm2-abrmd', '--allow-root', `--tcti=swtpm:path=${socket}`, '--flush-all');
    await until(async () => (await answer(env)) === 0);
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function busConfig(dir: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=${join(dir, 'bus')}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>
`;
}

function answer(env: Readonly<Record<string, string>>): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn('tpm2_getrandom', ['4', '--hex', '--tcti', 'tabrmd:bus_type=system'], {
      stdio: 'ignore',
      env: { ...process.env, ...env },
    });
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(force);
}

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await check())) {
    if (Date.now() > deadline)
      throw new Error('the TPM of software does not come up: swtpm, dbus, tpm2-abrmd, tpm2-tools');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
