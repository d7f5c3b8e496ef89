import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../host/system-clock.ts';
import { openerOf, parseWhere } from '../registry/discover.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';

/** Real time: foreign programs run here. */
export { systemClock };

const run = promisify(execFile);
const WAIT_MS = 15_000;
/** Debian's user of print filters. */
const LP = 7;

/** A print server of its own: cupsd with one queue `kiosk`, and ippeveprinter as the printer behind it, on free ports and in
 *  a folder of its own. Everything ends by process id. */
export class RealCups {
  readonly dir: string;
  readonly #port: number;
  readonly #printerPort: number;
  readonly #programs: ChildProcess[] = [];
  #printer: ChildProcess | undefined;
  #server: ChildProcess | undefined;

  private constructor(dir: string, port: number, printerPort: number) {
    this.dir = dir;
    this.#port = port;
    this.#printerPort = printerPort;
  }

  static async start(): Promise<RealCups> {
    const dir = await mkdtemp(join(tmpdir(), 'yimen-cups-'));
    const cups = new RealCups(dir, await freePort(), await freePort());
    try {
      await cups.#prepare();
      cups.#spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', `--address=unix:path=${dir}/bus`]);
      await until(async () => (await readdir(dir)).includes('bus'));
      await cups.plugPrinter();
      await cups.startServer();
      await cups.addQueue('kiosk', `ipp://localhost:${cups.#printerPort}/ipp/print`);
      return cups;
    } catch (error) {
      await cups.end();
      throw error;
    }
  }

  /** The queue, or the printer itself. */
  at(what: 'queue' | 'printer' | 'no queue'): string {
    if (what === 'printer') return `ipp://localhost:${this.#printerPort}/ipp/print`;
    return `ipp://localhost:${this.#port}/printers/${what === 'queue' ? 'kiosk' : 'nobody'}`;
  }

  open(what: 'queue' | 'printer' | 'no queue'): OpenChannel {
    return openAt(this.at(what));
  }

  /** CUPS asks the printer at this place what it can do, and makes a queue for it. */
  addQueue(name: string, at: string): Promise<string> {
    return this.#admin('lpadmin', '-p', name, '-E', '-v', at, '-m', 'everywhere');
  }

  async startServer(): Promise<void> {
    const { dir } = this;
    this.#server = this.#spawn('cupsd', ['-f', '-c', `${dir}/etc/cupsd.conf`, '-s', `${dir}/etc/cups-files.conf`]);
    await until(() => this.#admin('lpstat', '-r').then((out) => out.includes('is running')));
  }

  /** As the kernel ends it: its spool stays. */
  async killServer(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await end(server);
  }

  /** Somebody else's job, which waits. */
  async addHeldJob(): Promise<void> {
    await this.#admin('lp', '-d', 'kiosk', '-o', 'job-hold-until=indefinite', `${this.dir}/etc/cupsd.conf`);
  }

  disable(): Promise<string> {
    return this.#admin('cupsdisable', 'kiosk');
  }

  /** Jobs that wait or run. */
  async waiting(): Promise<number> {
    return (await this.#admin('lpstat', '-o')).split('\n').filter((line) => line !== '').length;
  }

  /** Paper goes out and comes in again at the printer. */
  async takePaper(): Promise<void> {
    await writeFile(`${this.dir}/empty`, '');
  }

  async putPaper(): Promise<void> {
    await rm(`${this.dir}/empty`, { force: true });
  }

  /** Documents that the printer has printed. */
  async printed(): Promise<Buffer[]> {
    const names = (await readdir(`${this.dir}/out`)).toSorted((a, b) => a.localeCompare(b));
    return Promise.all(names.map((name) => readFile(join(this.dir, 'out', name))));
  }

  async unplugPrinter(): Promise<void> {
    const printer = this.#printer;
    this.#printer = undefined;
    if (printer !== undefined) await end(printer);
  }

  async plugPrinter(): Promise<void> {
    const at = ['-r', 'off', '-p', String(this.#printerPort), '-d', `${this.dir}/ipp`, '-n', 'localhost'];
    const formats = ['-f', 'application/pdf,image/jpeg,image/pwg-raster', '-2'];
    this.#printer = this.#spawn('ippeveprinter', [...at, ...formats, '-c', `${this.dir}/print.sh`, 'Kiosk A4']);
    await until(async () => (await this.open('printer')(1_000)).ok);
  }

  async end(): Promise<void> {
    await this.putPaper();
    for (const program of this.#programs.toReversed()) await end(program);
    await rm(this.dir, { recursive: true, force: true });
  }

  async #prepare(): Promise<void> {
    const { dir } = this;
    for (const name of ['etc', 'spool', 'spool/tmp', 'cache', 'run', 'ipp', 'out']) await mkdir(join(dir, name));
    for (const name of ['spool', 'spool/tmp', 'cache', 'run']) await chown(join(dir, name), 0, LP);
    await Promise.all([chmod(dir, 0o711), chmod(join(dir, 'run'), 0o711), chmod(join(dir, 'spool/tmp'), 0o1770)]);
    const paths = { ServerRoot: 'etc', RequestRoot: 'spool', TempDir: 'spool/tmp', CacheDir: 'cache', StateDir: 'run' };
    const files = Object.entries(paths).map(([name, path]) => `${name} ${join(dir, path)}\n`);
    const logs = ['Access', 'Error', 'Page'].map((name) => `${name}Log ${dir}/${name}.log\n`);
    await writeFile(
      `${dir}/etc/cups-files.conf`,
      [...files, ...logs, 'User lp\nGroup lp\nSystemGroup root\n'].join(''),
    );
    const all = 'Order allow,deny\nAllow localhost\n';
    await writeFile(
      `${dir}/etc/cupsd.conf`,
      `Listen 127.0.0.1:${this.#port}\nBrowsing Off\nDefaultAuthType None\nPreserveJobFiles No\nPreserveJobHistory 3600\n` +
        `DirtyCleanInterval 0\nErrorPolicy retry-current-job\n<Location />\n${all}</Location>\n<Location /admin>\n${all}</Location>\n` +
        `<Policy default>\n<Limit All>\n${all}</Limit>\n</Policy>\n`,
    );
    // Waits for paper, prints for a moment, and lays down what it was given.
    const script = `#!/bin/sh
if [ -f ${dir}/empty ]; then
  echo "STATE: media-empty" >&2
  while [ -f ${dir}/empty ]; do sleep 0.1; done
  echo "STATE: -media-empty" >&2
fi
sleep 0.3
cp "$1" "${dir}/out/$(date +%s%N)"
`;
    await writeFile(`${dir}/print.sh`, script, { mode: 0o755 });
  }

  #spawn(program: string, args: readonly string[]): ChildProcess {
    const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${this.dir}/bus` };
    const child = spawn(program, args, { env, stdio: 'ignore', detached: true });
    this.#programs.push(child);
    return child;
  }

  async #admin(program: string, ...args: readonly string[]): Promise<string> {
    return (await run(program, ['-h', `127.0.0.1:${this.#port}`, ...args])).stdout;
  }
}

/** Opens channels to an IPP endpoint as the host does. */
export function openAt(at: string): OpenChannel {
  const where = parseWhere(at);
  if (!where.ok) throw new Error(where.error.message);
  return openerOf(where.value, systemClock);
}

/** Ends a program and everything below it, as systemd does with a service: cupsd puts each of its back ends into a process
 *  group of its own, and one that outlives it would still print. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // Stopped, it starts nothing more while its children are counted.
  process.kill(child.pid, 'SIGSTOP');
  const below = await descendants(child.pid);
  process.kill(-child.pid, 'SIGKILL');
  await ended;
  for (const pid of below) killed(pid);
}

/** Process ids below this one. */
async function descendants(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  const below = await Promise.all(children.map(descendants));
  return [...children, ...below.flat()];
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** @throws when it is not so in time. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('not in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
