import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DEBIAN_PROGRAMS = '/usr/lib/postgresql';
const USER = 'yimen';
const PASSWORD = 'a-password-of-the-test-alone';
const READY_MS = 30_000;

/** A PostgreSQL server of a test's own: made in a temporary folder, on a socket and a loopback port of its own. */
export interface PostgresCluster {
  /** The URL of a new, empty database. */
  database(name: string): string;
  /** Runs SQL as the owner, past every store; with columns cut by tabs. */
  sql(url: string, text: string): string;
  /** Ends the server: `fast` as an administrator does, `immediate` as a crash (it recovers at its start). */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Makes every process of the server stand still, and go on. */
  pause(): void;
  resume(): void;
  /** Stops it and removes everything. */
  close(): Promise<void>;
}

/** Makes and starts a server. Its database language orders letters as people do, so that a list whose order rests on it
 *  shows. PostgreSQL refuses root: as root it runs as Debian's own user for it. */
export async function startCluster(): Promise<PostgresCluster> {
  const bin = programs();
  const who = runner();
  const dir = mkdtempSync(join(tmpdir(), 'yimen-pg-'));
  const data = join(dir, 'data');
  const password = join(dir, 'password');
  writeFileSync(password, `${PASSWORD}\n`);
  mkdirSync(data, { mode: 0o700 });
  if (who.uid !== undefined) for (const path of [dir, data, password]) chownSync(path, who.uid, who.gid ?? who.uid);
  const making = ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${password}`, '--no-sync'];
  const language = ['-E', 'UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'];
  execFileSync(join(bin, 'initdb'), [...making, ...language], { stdio: ['ignore', 'ignore', 'pipe'], ...who });
  const server = new Server({ bin, dir, data, who, port: await freePort() });
  await server.start();
  return server;
}

interface Place {
  readonly bin: string;
  readonly dir: string;
  readonly data: string;
  readonly who: Runner;
  readonly port: number;
}

class Server implements PostgresCluster {
  readonly #place: Place;
  #child: ChildProcess | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  async start(): Promise<void> {
    const { bin, dir, data, who, port } = this.#place;
    const settings = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', dir, '-c', 'max_connections=40'];
    this.#child = spawn(join(bin, 'postgres'), settings, { stdio: ['ignore', 'ignore', 'pipe'], ...who });
    let said = '';
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4_000);
    });
    const until = Date.now() + READY_MS;
    while (!this.#answers()) {
      if (this.#child.exitCode !== null || Date.now() > until) throw new Error(`PostgreSQL did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  database(name: string): string {
    this.sql(this.#url('postgres'), `create database ${name}`);
    return this.#url(name);
  }

  sql(url: string, text: string): string {
    const args = ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', text, url];
    return execFileSync(join(this.#place.bin, 'psql'), args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  async stop(how: 'fast' | 'immediate'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  async close(): Promise<void> {
    this.resume();
    await this.stop('immediate');
    rmSync(this.#place.dir, { recursive: true, force: true });
  }

  /** To the server and, as each connection has a process of its own, to all of these. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#child?.exitCode !== null) return;
    process.kill(pid, signal);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children === '' ? [] : children.split(' ')) process.kill(Number(child), signal);
  }

  #answers(): boolean {
    const { bin, dir, port } = this.#place;
    try {
      execFileSync(join(bin, 'pg_isready'), ['-q', '-h', dir, '-p', String(port)], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  #url(name: string): string {
    return `postgres://${USER}:${PASSWORD}@127.0.0.1:${this.#place.port}/${name}`;
  }
}

/** The newest of Debian's PostgreSQL programs, which are not on the path. */
function programs(): string {
  const versions = existsSync(DEBIAN_PROGRAMS) ? readdirSync(DEBIAN_PROGRAMS).map(Number) : [];
  const newest = Math.max(...versions.filter((version) => version >= 15));
  const bin = join(DEBIAN_PROGRAMS, String(newest), 'bin');
  if (!existsSync(join(bin, 'initdb'))) throw new Error('no PostgreSQL 15 or newer here: apt-get install postgresql');
  return bin;
}

interface Runner {
  readonly uid?: number;
  readonly gid?: number;
}

function runner(): Runner {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function freePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise<void>((resolve) => holder.close(() => resolve()));
  return address.port;
}
