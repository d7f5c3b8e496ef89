import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../host/system-clock.ts';
import type { SimulatedDevice } from '../testing/simulated-device.ts';
import type { ByteChannel } from '../transport/byte-channel.ts';
import { openProcess } from '../transport/process-channel.ts';

/** Real time: these tests watch other programs. */
export { systemClock };

/** The virtual reader's name at pcscd; its second slot ends in 01. */
export const VIRTUAL_READER = 'Virtual PCD 00 00';

const VPCD = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const READER_CONFIG = (driver: string): string => `FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x8C7B
LIBPATH ${driver}
CHANNELID 0x8C7B
`;
/** vpcd cannot be unplugged. This driver is vpcd, but for a question that it does not answer while a file is there; then
 *  pcscd takes the reader for gone when it is told to look again. 612 is IFD_COMMUNICATION_ERROR (ifdhandler.h). */
const PULLABLE = (flag: string): string => `#include <dlfcn.h>
#include <unistd.h>
extern "C" long IFDHICCPresence(unsigned long lun) {
  typedef long (*Ask)(unsigned long);
  static Ask ask = (Ask)dlsym(dlopen("${VPCD}", RTLD_NOW), "IFDHICCPresence");
  return access("${flag}", F_OK) == 0 ? 612 : ask(lun);
}
`;
/** vpcd's port, inside its network alone. */
const PORT = 35_963;
const WAIT_MS = 10_000;

/** The daemon's own world: a network in which only it and the chip are (vpcd listens on every address), a /run of its own
 *  with the socket folder of the test in it. `quickack`: vpcd writes an answer's length and body apart, and without it
 *  every command waits 50 ms for TCP; the route is this network's alone. */
const WORLD = [
  'ip link set lo up',
  '[ -z "$2" ] || ip route change local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1 table local quickack 1',
  'mount -t tmpfs tmpfs /run',
  'mkdir /run/pcscd',
  'mount --bind "$1" /run/pcscd',
  'exec pcscd --foreground --critical -c "$1/readers"',
].join(' && ');

/** Carries bytes between its stdin and stdout and vpcd's port. */
const BRIDGE = `const s = require('node:net').connect(${PORT}, '127.0.0.1');
s.setNoDelay();
process.stdin.pipe(s);
s.pipe(process.stdout);
s.on('close', () => process.exit());
s.on('error', (error) => { console.error(String(error)); process.exit(1); });`;

/** A real pcscd with its virtual reader, in a network and with a socket of its own; several can run on one machine. The
 *  library in this process and in those that it starts finds it by `PCSCLITE_CSOCK_NAME`. Needs root. */
export class VirtualReader {
  readonly #dir: string;
  readonly #isSlow: boolean;
  #driver = VPCD;
  #daemon: ChildProcess | undefined;
  readonly #wires: ByteChannel[] = [];

  private constructor(dir: string, isSlow: boolean) {
    this.#dir = dir;
    this.#isSlow = isSlow;
    process.env['PCSCLITE_CSOCK_NAME'] = this.socket;
  }

  /** A rig without its daemon. `isSlow`: with TCP's 50 ms per command. */
  static async prepare(isSlow = false): Promise<VirtualReader> {
    const dir = await mkdtemp(join(tmpdir(), 'yimen-pcsc-'));
    await mkdir(join(dir, 'readers'));
    return new VirtualReader(dir, isSlow);
  }

  get socket(): string {
    return join(this.#dir, 'pcscd.comm');
  }

  /** Starts the daemon; resolves when it answers. */
  async start(): Promise<void> {
    await writeFile(join(this.#dir, 'readers', 'virtual'), READER_CONFIG(this.#driver));
    const daemon = spawn('unshare', ['-n', '-m', 'sh', '-c', WORLD, 'sh', this.#dir, this.#isSlow ? '' : 'quick'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#daemon = daemon;
    await until(() => {
      if (daemon.exitCode !== null) throw new Error('pcscd does not run in a namespace of its own: root is needed');
      return answers(this.socket);
    });
  }

  /** The daemon dies without a word. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const gone = once(daemon, 'exit');
    daemon.kill('SIGKILL');
    await gone;
  }

  /** The daemon stands still, and goes on. */
  freeze(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#daemon?.kill(signal);
  }

  /** From the next start on the reader can be pulled out. */
  async makePullable(): Promise<void> {
    const [source, driver] = [join(this.#dir, 'pullable.cpp'), join(this.#dir, 'pullable.so')];
    await writeFile(source, PULLABLE(join(this.#dir, 'pulled')));
    // What it does not answer itself, the loader finds in vpcd's, whose own name Debian gives to no file.
    await symlink(VPCD, join(this.#dir, 'libifdvpcd.so.0'));
    const args = ['-shared', '-fPIC', '-o', driver, source, '-Wl,--no-as-needed,-rpath,$ORIGIN', VPCD, '-ldl'];
    const [status] = (await once(spawn('g++', args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')) as [number];
    if (status !== 0) throw new Error('g++ does not build the driver of a reader that can be pulled out');
    this.#driver = driver;
  }

  /** The reader is pulled out; the daemon lives on. */
  async removeReader(): Promise<void> {
    await writeFile(join(this.#dir, 'pulled'), '');
    this.#daemon?.kill('SIGUSR1');
  }

  /** Puts a card into the reader that says what `answer` gives for an order of the reader (one byte) or a command.
   *  Resolves when the reader has seen it; its news of it may take half a second more. */
  async insert(answer: CardAnswer): Promise<VirtualCard> {
    const card = new VirtualCard(await this.#wire(), answer);
    await card.seen;
    return card;
  }

  /** Puts a simulated chip into the reader. @returns its wire; closing it takes the chip out */
  async insertDevice(device: SimulatedDevice): Promise<ByteChannel> {
    const wire = await this.#wire();
    device.attach(wire);
    return wire;
  }

  async close(): Promise<void> {
    for (const wire of this.#wires) await wire.close();
    this.freeze('SIGCONT');
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #wire(): Promise<ByteChannel> {
    const pid = this.#daemon?.pid;
    if (pid === undefined) throw new Error('no daemon');
    const args = ['-t', String(pid), '-n', process.execPath, '-e', BRIDGE];
    const opened = await openProcess({ program: 'nsenter', args }, { clock: systemClock })(WAIT_MS);
    if (!opened.ok) throw new Error(opened.error.message);
    this.#wires.push(opened.value);
    return opened.value;
  }
}

/** What a card says; `undefined` is silence. */
export type CardAnswer = (message: Buffer) => Buffer | undefined;

/** A card in the virtual reader: vpcd's wire from the card's side. Message = length (2, big-endian) | payload. */
export class VirtualCard {
  /** Resolves when the reader has asked it for the first time, or it was taken out before. */
  readonly seen: Promise<void>;
  /** What the reader said, orders and commands. */
  readonly heard: Buffer[] = [];
  readonly #wire: ByteChannel;

  constructor(wire: ByteChannel, answer: CardAnswer) {
    this.#wire = wire;
    const seen = Promise.withResolvers<void>();
    this.seen = seen.promise;
    void (async () => {
      let held = Buffer.alloc(0);
      for await (const chunk of wire.chunks) {
        held = Buffer.concat([held, chunk]);
        while (held.length >= 2 && held.length >= 2 + held.readUInt16BE()) {
          const message = Buffer.from(held.subarray(2, 2 + held.readUInt16BE()));
          held = held.subarray(2 + message.length);
          this.heard.push(message);
          seen.resolve();
          const said = answer(message);
          if (said !== undefined)
            await wire.write(Buffer.concat([Buffer.from([said.length >> 8, said.length & 0xff]), said]));
        }
      }
      seen.resolve();
    })();
  }

  /** Takes the card out. */
  pull(): Promise<void> {
    return this.#wire.close();
  }
}

/** How long a hook may take that builds: seconds on a machine at rest, a minute on a busy one. */
export const BUILD_MS = 240_000;

/** Built modules, kept from run to run; git does not see the folder, and `npm ci` does not empty it. */
const BUILDS = fileURLToPath(new URL('../.cache/pcsclite/', import.meta.url));

/** Builds `pcsclite` for this Node beside the sources, from what npm installed and nothing else, and shows the library
 *  where (its loader looks into NODE_BINDINGS_COMPILED_DIR). node_modules stays as it is. The headers are those beside
 *  this Node's program. */
export async function buildPcsclite(): Promise<void> {
  const require = createRequire(import.meta.url);
  const home = dirname(require.resolve('pcsclite/package.json'));
  const { version } = require('pcsclite/package.json') as { version: string };
  const compiled = join(BUILDS, version);
  // The loader looks for VERSION/PLATFORM/ARCHITECTURE/pcsclite.node.
  const place = join(compiled, process.versions.node, process.platform, process.arch);
  if (!existsSync(join(place, 'pcsclite.node'))) {
    await mkdir(place, { recursive: true });
    const dir = await mkdtemp(join(compiled, 'build-'));
    try {
      // Whole or not at all: another run may look at the same moment.
      await rename(await build(home, dir), join(place, 'pcsclite.node'));
    } finally {
      await rm(dir, { recursive: true });
    }
  }
  process.env['NODE_BINDINGS_COMPILED_DIR'] = relative(home, compiled);
}

/** @returns the built module's file */
async function build(home: string, dir: string): Promise<string> {
  const node = dirname(dirname(process.execPath));
  if (!existsSync(join(node, 'include', 'node', 'node_api.h')))
    throw new Error(
      `no headers beside ${process.execPath}: run npm test, which starts the Node that npm ci brings along`,
    );
  const require = createRequire(join(home, 'package.json'));
  for (const name of ['pcsclite', 'nan', 'bindings', 'file-uri-to-path'])
    await cp(dirname(require.resolve(`${name}/package.json`)), join(dir, 'node_modules', name), { recursive: true });
  await writeFile(join(dir, 'package.json'), '{"name":"build","version":"1.0.0","dependencies":{"pcsclite":"*"}}');
  const args = ['rebuild', 'pcsclite', '--ignore-scripts=false', '--offline', `--nodedir=${node}`];
  await once(spawn('npm', args, { cwd: dir, stdio: 'ignore' }), 'exit');
  const built = join(dir, 'node_modules', 'pcsclite', 'build', 'Release', 'pcsclite.node');
  if (!existsSync(built)) throw new Error('pcsclite does not build: g++, make, python3 and libpcsclite-dev are needed');
  return built;
}

/** Waits, in real time and bounded: these tests watch other programs. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still not so: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
