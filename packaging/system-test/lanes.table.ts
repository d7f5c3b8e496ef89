/** The lanes of `npm test`, in the order in which they run. A test file's lane follows from its name and place alone;
 *  the first lane from the end of this list whose patterns match owns the file, so that each file runs exactly once. */
export type LaneName =
  | 'unit'
  | 'bytes'
  | 'driver'
  | 'contract'
  | 'story'
  | 'serial'
  | 'cards'
  | 'paper'
  | 'disk'
  | 'keys'
  | 'database'
  | 'browser';

/** One project of the test runner: a set of files with the same way of running. */
export interface LaneProject {
  readonly name: string;
  readonly include: readonly string[];
  /** Threads start fast; forks can be killed and have their own process-wide state. */
  readonly pool: 'threads' | 'forks';
  /** A fresh module graph per file. Off where files touch no globals: 100 files took 1.7 s instead of 19.2 s. */
  readonly isolate: boolean;
  /** Files one after another: for files that start whole programs and would starve each other on two cores. */
  readonly serial: boolean;
  /** Longest time of one test or one hook. */
  readonly testTimeoutMs: number;
}

/** A command that shows that what a lane needs is working, not only installed. */
export interface LaneProof {
  readonly command: readonly [string, ...string[]];
  /** Text that the command's standard output must contain. */
  readonly prints: string;
}

export interface Lane {
  readonly name: LaneName;
  /** What the lane proves, for people. */
  readonly what: string;
  readonly projects: readonly LaneProject[];
  /** Debian packages beyond what npm brings. Empty = portable: the lane runs on every system with Node 24. */
  readonly debianPackages: readonly string[];
  /** Whether the tests themselves (not the installation) need root. */
  readonly needsRoot: boolean;
  readonly proofs: readonly LaneProof[];
  /** The lane is stopped and fails when it takes longer. All lanes together: at most 82 minutes, so that a machine
   *  that is slow today does not fail what takes half of that on a quiet one. */
  readonly budgetSeconds: number;
}

/** Where Debian puts the browser: no download by npm, and the same milestone as the kiosk's. */
export const CHROMIUM_PATH = '/usr/bin/chromium';

const ROOMS = '{contracts,certs,device-adapters,terminal,fleet-server,packaging}';
const PAGE_ROOMS = ['terminal/ui/**/*.test.{ts,tsx}', 'fleet-server/dashboard/**/*.test.{ts,tsx}'];
const SECOND_MS = 1000;

export const LANES: readonly Lane[] = [
  {
    name: 'unit',
    what: 'one file at its border; page components in happy-dom (named by the file itself)',
    projects: [
      {
        name: 'unit',
        include: [`${ROOMS}/**/*.test.{ts,tsx}`],
        pool: 'threads',
        isolate: false,
        serial: false,
        testTimeoutMs: 20 * SECOND_MS,
      },
      {
        // Isolated, because a simulated document is a global.
        name: 'unit-page',
        include: PAGE_ROOMS,
        pool: 'threads',
        isolate: true,
        serial: false,
        testTimeoutMs: 20 * SECOND_MS,
      },
    ],
    debianPackages: [],
    needsRoot: false,
    proofs: [],
    budgetSeconds: 900,
  },
  {
    name: 'bytes',
    what: 'frames and protocols: fixtures, every split point, garbage, truncation, oversize',
    projects: [
      {
        name: 'bytes',
        include: [`${ROOMS}/**/framing/**/*.test.ts`, `${ROOMS}/**/protocol.test.ts`],
        pool: 'threads',
        isolate: false,
        serial: false,
        testTimeoutMs: 30 * SECOND_MS,
      },
    ],
    debianPackages: [],
    needsRoot: false,
    proofs: [],
    budgetSeconds: 120,
  },
  {
    name: 'driver',
    what: 'each driver against its own simulator, unplugged at each step',
    projects: [
      {
        name: 'driver',
        include: [`${ROOMS}/**/driver.test.ts`],
        pool: 'threads',
        isolate: false,
        serial: false,
        testTimeoutMs: 30 * SECOND_MS,
      },
    ],
    debianPackages: [],
    needsRoot: false,
    proofs: [],
    budgetSeconds: 180,
  },
  {
    name: 'contract',
    what: 'one suite per port on every implementation: drivers, brokers, stores',
    projects: [
      {
        name: 'contract',
        include: [`${ROOMS}/**/*contract*.test.ts`],
        pool: 'threads',
        isolate: true,
        serial: false,
        testTimeoutMs: 30 * SECOND_MS,
      },
    ],
    debianPackages: [],
    needsRoot: false,
    proofs: [],
    budgetSeconds: 240,
  },
  {
    name: 'story',
    what: 'the real programs with simulated devices: one story per file',
    projects: [
      {
        name: 'story',
        include: [`${ROOMS}/**/test/stories/**/*.test.ts`, 'packaging/system-test/stories/**/*.test.ts'],
        pool: 'forks',
        isolate: true,
        serial: true,
        testTimeoutMs: 120 * SECOND_MS,
      },
    ],
    debianPackages: [],
    needsRoot: false,
    proofs: [],
    budgetSeconds: 1700,
  },
  {
    name: 'serial',
    what: 'serial ports and buses over real ptys: transfer, unplug, a second owner, foreign Modbus peers',
    projects: [
      {
        name: 'serial',
        include: [`${ROOMS}/**/*.serial.test.ts`],
        // The native binding works on a process's first event loop only; a thread has none of its own.
        pool: 'forks',
        isolate: true,
        serial: true,
        testTimeoutMs: 60 * SECOND_MS,
      },
    ],
    debianPackages: ['socat', 'mbpoll', 'python3', 'python3-pymodbus', 'python3-serial'],
    needsRoot: false,
    proofs: [
      // Through a pty: it runs, and the kernel gives it one.
      { command: ['socat', '-u', 'EXEC:echo yimen proof,pty,raw,echo=0', 'STDOUT'], prints: 'yimen proof' },
      { command: ['/usr/bin/python3', '-c', 'import pymodbus, serial; print("yimen proof")'], prints: 'yimen proof' },
    ],
    budgetSeconds: 150,
  },
  {
    name: 'cards',
    what: 'chips over real pcscd and its virtual reader, with a daemon that dies; PACE against a foreign library',
    projects: [
      {
        name: 'cards',
        include: [`${ROOMS}/**/*.cards.test.ts`],
        pool: 'forks',
        isolate: true,
        serial: true,
        testTimeoutMs: 60 * SECOND_MS,
      },
    ],
    debianPackages: [
      'pcscd',
      'vsmartcard-vpcd',
      'opensc',
      'libeac3',
      'openssl',
      'python3',
      'iproute2',
      'g++',
      'make',
      'libpcsclite-dev',
    ],
    // The virtual reader listens on every address: each test shuts it into a network of its own.
    needsRoot: true,
    proofs: [
      { command: ['pcscd', '--version'], prints: 'pcsc-lite' },
      {
        command: ['/usr/bin/python3', '-c', 'import ctypes; ctypes.CDLL("libeac.so.3"); print("yimen proof")'],
        prints: 'yimen proof',
      },
    ],
    budgetSeconds: 240,
  },
  {
    name: 'paper',
    what: 'paper over real CUPS, SANE, and what foreign eyes read of it: bar codes and text, Chinese too',
    projects: [
      {
        name: 'paper',
        include: [`${ROOMS}/**/*.paper.test.ts`],
        pool: 'forks',
        isolate: true,
        serial: true,
        testTimeoutMs: 60 * SECOND_MS,
      },
    ],
    debianPackages: [
      'cups',
      'cups-ipp-utils',
      'dbus',
      'sane-utils',
      'zbar-tools',
      'poppler-utils',
      'tesseract-ocr',
      'tesseract-ocr-chi-sim',
      'fonts-noto-cjk',
    ],
    needsRoot: true,
    proofs: [
      { command: ['scanimage', '--version'], prints: 'scanimage' },
      { command: ['tesseract', '--list-langs'], prints: 'chi_sim' },
    ],
    budgetSeconds: 180,
  },
  {
    name: 'disk',
    what: 'disks that lose their power, are full, worn out, or whose calls fail, under the journal and under whole services',
    projects: [
      {
        name: 'disk',
        include: [`${ROOMS}/**/*.disk.test.ts`],
        pool: 'forks',
        isolate: true,
        serial: true,
        testTimeoutMs: 120 * SECOND_MS,
      },
    ],
    debianPackages: ['nbdkit', 'libnbd-bin', 'fuse3', 'e2fsprogs', 'strace'],
    // Mounts and loop devices. Where the kernel has none to give, the tests say so (`packaging/power-cut`).
    needsRoot: true,
    proofs: [
      // The disk with its filters, asked over the protocol by the package that also shows it as a file.
      {
        command: [
          'nbdkit',
          '-U',
          '-',
          '--filter=error',
          '--filter=cache',
          'memory',
          '1M',
          '--run',
          'nbdinfo --size "$uri"',
        ],
        prints: '1048576',
      },
      { command: ['nbdfuse', '--version'], prints: 'nbdfuse' },
      { command: ['fusermount3', '--version'], prints: 'fusermount3' },
      { command: ['strace', '--version'], prints: 'strace' },
    ],
    budgetSeconds: 240,
  },
  {
    name: 'keys',
    what: 'keys in a token (SoftHSM over PKCS#11) and in a TPM (swtpm behind its resource manager), with TLS on them',
    projects: [
      {
        name: 'keys',
        include: [`${ROOMS}/**/*.keys.test.ts`],
        // A token's library keeps its state for the whole process.
        pool: 'forks',
        isolate: true,
        serial: true,
        // The first test of a fresh checkout builds the native module: a minute on a busy machine.
        testTimeoutMs: 100 * SECOND_MS,
      },
    ],
    debianPackages: [
      'softhsm2',
      'swtpm',
      'tpm2-tools',
      'tpm2-openssl',
      'tpm2-abrmd',
      'libtss2-tcti-tabrmd0',
      'libtss2-tcti-swtpm0',
      'dbus',
      'openssl',
      'g++',
      'make',
      'python3',
    ],
    needsRoot: false,
    proofs: [
      { command: ['softhsm2-util', '--version'], prints: '2.' },
      { command: ['swtpm', '--version'], prints: 'TPM emulator' },
      { command: ['tpm2-abrmd', '--version'], prints: 'tpm2-abrmd' },
      { command: ['tpm2_getrandom', '--version'], prints: 'tpm2_getrandom' },
      {
        command: [
          '/usr/bin/python3',
          '-c',
          'import ctypes, glob; [ctypes.CDLL(one) for one in ["libtss2-tcti-tabrmd.so.0", "libtss2-tcti-swtpm.so.0", glob.glob("/usr/lib/*/ossl-modules/tpm2.so")[0]]]; print("yimen proof")',
        ],
        prints: 'yimen proof',
      },
      { command: ['dbus-daemon', '--version'], prints: 'D-Bus' },
      { command: ['g++', '--version'], prints: 'g++' },
    ],
    budgetSeconds: 120,
  },
  {
    name: 'database',
    what: 'the fleet’s store on a real PostgreSQL server, which restarts and stands still under load',
    projects: [
      {
        name: 'database',
        include: [`${ROOMS}/**/*.database.test.ts`],
        pool: 'forks',
        isolate: true,
        serial: true,
        testTimeoutMs: 60 * SECOND_MS,
      },
    ],
    debianPackages: ['postgresql'],
    needsRoot: false,
    proofs: [
      // Debian keeps each version's programs in a folder of its own, off the path.
      {
        command: ['sh', '-c', 'cd /usr/lib/postgresql && ls -d */bin/initdb && */bin/initdb --version'],
        prints: 'PostgreSQL',
      },
    ],
    budgetSeconds: 300,
  },
  {
    name: 'browser',
    what: 'the pages in Debian’s Chromium, with its Chinese fonts',
    projects: [
      {
        name: 'browser',
        include: [`${ROOMS}/**/*.browser.test.ts`],
        pool: 'forks',
        isolate: true,
        serial: true,
        testTimeoutMs: 120 * SECOND_MS,
      },
    ],
    debianPackages: ['chromium', 'fontconfig', 'fonts-noto-cjk'],
    needsRoot: false,
    proofs: [
      {
        // --no-sandbox: Chromium refuses root otherwise. Tests only, never a kiosk.
        command: [
          CHROMIUM_PATH,
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--dump-dom',
          'data:text/html,<title>yimen proof</title>',
        ],
        prints: 'yimen proof',
      },
      { command: ['fc-list', ':lang=zh-cn', 'family'], prints: 'Noto Sans CJK' },
    ],
    budgetSeconds: 480,
  },
];

/** The patterns that a project must leave to lanes further down the list (and to later projects of its own lane). */
export function patternsTakenLater(projectName: string, lanes: readonly Lane[] = LANES): readonly string[] {
  const projects = lanes.flatMap((lane) => lane.projects);
  const position = projects.findIndex((project) => project.name === projectName);
  return projects.slice(position + 1).flatMap((project) => project.include);
}
