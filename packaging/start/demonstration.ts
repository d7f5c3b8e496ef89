import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CoreStart } from '@yimen/contracts/terminal';
import { createDevelopmentTrust, type DevelopmentTrust } from '@yimen/certs/testing';
import { checkStore } from '@yimen/fleet-server/check-store';
import { systemClock } from '@yimen/terminal/ipc';
import { BrowserKiosk, WITHOUT_POLICY, type CitizenWindow } from '@yimen/terminal/shell';
import { CABINET } from './cabinet.table.ts';
import type { ReadyLine } from './child.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { DEMO_HALLS, GUEST, HOTLINE } from './halls.table.ts';
import type { StartOptions } from './options.ts';
import { buildPage, pageDir, PAGE_ROOMS } from './pages.ts';
import { checkPorts, freePorts, portsFrom, staffPort, type Ports } from './ports.ts';
import { openElectron } from './open-electron.ts';
import { Problem } from './problem.ts';
import { forgetWhereabouts, tellWhereabouts } from './whereabouts.ts';
import { CORE, DEVICE_HOST, serveSessionLauncher, SESSION_ENTRY } from './session-launcher.ts';
import { makeDemoStaff, type DemoStaff } from './staff-demo.ts';
import { Supervisor } from './supervisor.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const READY_MS = 45_000;

export interface Demonstration {
  readonly ready: ReadyLineJson;
  /** The staff console and who may sign in there: shown to people, no part of the line for programs. */
  readonly staff: DemoStaff & { readonly url: string };
  readonly supervisor: Supervisor;
  stop(): Promise<void>;
}

/** The line of `npm start -- --json` (commands contract). */
export interface ReadyLineJson {
  readonly ready: true;
  readonly pid: number;
  readonly urls: Readonly<Record<'dashboard' | 'citizen' | 'bench' | 'mqtt' | 'gateway' | 'sandbox' | 'api', string>>;
  readonly signIn: string;
  readonly apiToken: string;
  readonly trust: { readonly ca: string; readonly guest: Readonly<Record<string, string | number>> };
}

/** Which programs run as core and as sessions; a crash campaign has ones of its own that die on order. */
export interface Entries {
  readonly core: string;
  readonly session: string;
}
const ENTRIES: Entries = { core: join(ROOT, 'terminal/core/main.ts'), session: SESSION_ENTRY };

/** Starts everything as siblings under this process and resolves when a citizen could walk up.
 *  @throws Problem with one sentence for a person */
export async function startDemonstration(
  options: StartOptions,
  say: (line: string) => void,
  entries: Entries = ENTRIES,
): Promise<Demonstration> {
  const ports = portsFrom(options.portBase);
  await checkPorts(ports);
  const reached = await checkStore(options.store ?? '');
  if (!reached.ok) throw new Problem(reached.error.code, `--store ${reached.error.message}`);
  const folder = await openDataFolder(options.dataDir, options.fresh);
  const supervisor = new Supervisor(systemClock(), say);
  try {
    return await raise({ ...options, entries }, ports, folder, supervisor, say);
  } catch (error) {
    await supervisor.stop();
    forgetWhereabouts(options.portBase);
    folder.release();
    throw error;
  }
}

async function raise(
  options: StartOptions & { readonly entries: Entries },
  ports: Ports,
  folder: DataFolder,
  supervisor: Supervisor,
  say: (line: string) => void,
): Promise<Demonstration> {
  const halls = DEMO_HALLS.slice(0, 1 + options.light);
  const trust = await makeTrust(folder.dataDir);
  say('certificates are ready');
  const staff = { ...(await makeDemoStaff(folder.dataDir)), port: await staffPort(options.portBase) };
  const pages = {
    ui: await pageDir(PAGE_ROOMS.ui),
    staff: await pageDir(PAGE_ROOMS.staff),
    dashboard: await pageDir(PAGE_ROOMS.dashboard),
  };
  // Bundling and starting go on side by side; the servers know where the pages will lie.
  const built = Promise.all([
    buildPage(PAGE_ROOMS.ui, pages.ui),
    buildPage(PAGE_ROOMS.staff, pages.staff),
    buildPage(PAGE_ROOMS.dashboard, pages.dashboard),
  ]).then(() => {
    say('pages are bundled');
  });
  const apiToken = secret();
  supervisor.onChange = () => {
    tellWhereabouts(options.portBase, { pid: process.pid, dataDir: folder.dataDir, apiToken, pids: supervisor.pids() });
  };
  const kiosk = await citizenWindow(options, ports, folder);
  const started = startProcesses({
    kiosk,
    apiToken,
    options,
    ports,
    folder,
    supervisor,
    trust,
    pages,
    staff,
    halls,
    say,
  });
  const [said] = await Promise.all([started, built]);
  await waitForTerminal(`http://127.0.0.1:${ports.citizen}/health`);
  kiosk?.open();
  return {
    ready: readyLine(ports, trust, said, apiToken),
    staff: { ...staff, url: `http://127.0.0.1:${staff.port}` },
    supervisor,
    async stop() {
      await Promise.all([supervisor.stop(), kiosk?.close()]);
      await said.launcher.close();
      forgetWhereabouts(options.portBase);
      folder.release();
    },
  };
}

/** The citizen's screen as a window of ours, where one was asked for. Found or refused before anything is started. */
async function citizenWindow(
  options: StartOptions,
  ports: Ports,
  { runDir, logDir }: DataFolder,
): Promise<CitizenWindow | null> {
  if (!options.electron) return options.kiosk ? openKiosk(ports, runDir) : null;
  const hall = DEMO_HALLS[0];
  const place = { zh: hall?.zh ?? '', en: hall?.en ?? '', hotline: HOTLINE };
  return openElectron({ url: `http://127.0.0.1:${ports.citizen}/`, place, runDir, logDir });
}

/** @throws Problem when there is no Chromium, or it would have to run as root */
function openKiosk(ports: Ports, profilesDir: string): BrowserKiosk {
  const browser = (process.env['PATH'] ?? '')
    .split(':')
    .flatMap((dir) => ['chromium', 'chromium-browser'].map((name) => join(dir, name)))
    .find((path) => existsSync(path));
  if (browser === undefined)
    throw new Problem(
      'NOT_RUNNING',
      '--kiosk: no Chromium was found on this machine (Debian: apt-get install chromium)',
    );
  if (process.getuid?.() === 0)
    throw new Problem(
      'NOT_RUNNING',
      '--kiosk: Chromium does not run as root with its sandbox on; start as another user',
    );
  const url = `http://127.0.0.1:${ports.citizen}/`;
  return new BrowserKiosk({ browser, url, profilesDir, extra: WITHOUT_POLICY });
}

async function makeTrust(dataDir: string): Promise<DevelopmentTrust> {
  const dir = join(dataDir, 'trust');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const trust = await createDevelopmentTrust(dir, {
    terminals: [...DEMO_HALLS.map((hall) => hall.tid), GUEST],
    serverNames: ['localhost', '127.0.0.1'],
  });
  if (!trust.ok) throw new Problem(trust.error.code, trust.error.message);
  return trust.value;
}

interface Plan {
  readonly kiosk: CitizenWindow | null;
  readonly apiToken: string;
  readonly options: StartOptions & { readonly entries: Entries };
  readonly ports: Ports;
  readonly folder: DataFolder;
  readonly supervisor: Supervisor;
  readonly trust: DevelopmentTrust;
  readonly pages: Readonly<Record<'ui' | 'staff' | 'dashboard', string>>;
  readonly staff: DemoStaff & { readonly port: number };
  readonly halls: typeof DEMO_HALLS;
  readonly say: (line: string) => void;
}

interface Said {
  readonly fleet: ReadyLine;
  readonly launcher: { close(): Promise<void> };
}

async function startProcesses(plan: Plan): Promise<Said> {
  const { ports, folder, supervisor, options } = plan;
  const secrets = { coreKey: secret(), launcherKey: secret() };
  const logLevel = process.env['YIMEN_LOG'] ?? 'info';
  const dir = (name: string): string => {
    const path = join(folder.dataDir, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const keep = async (
    name: string,
    entry: string,
    argument: unknown,
    env: Record<string, string> = {},
  ): Promise<ReadyLine> => {
    const args = argument === undefined ? [] : [JSON.stringify(argument)];
    const isWatched = name === CORE || name === DEVICE_HOST;
    const spec = { name, entry: resolve(ROOT, entry), args, env, logDir: folder.logDir, isWatched };
    const said = await supervisor.keep(spec);
    if (said === null)
      throw new Problem(
        'NOT_RUNNING',
        `${name} could not be started: its last words are in ${join(folder.logDir, `${name}.log`)}`,
      );
    plan.say(`${name} is ready`);
    return said;
  };
  const launcher = await serveSessionLauncher({
    socketPath: join(folder.runDir, 'launcher.sock'),
    key: secrets.launcherKey,
    coreSocket: join(folder.runDir, 'core.sock'),
    logDir: folder.logDir,
    supervisor,
    entry: options.entries.session,
    logLevel,
    // Without the kiosk the page lives in somebody's own browser, which is not ours to replace.
    replacePage: async () => plan.kiosk?.replace(),
  });
  if (!launcher.ok) throw new Problem(launcher.error.code, launcher.error.message);
  const devicePorts = await freePorts(CABINET.map(({ kind }) => kind));
  const sandbox = keep('sandbox', 'fleet-server/sandbox/main.ts', { port: ports.sandbox, dataDir: dir('sandbox') });
  const bench = keep('bench', 'device-adapters/testing/bench-main.ts', {
    httpPort: ports.bench,
    dataDir: dir('bench'),
    speed: options.speed,
    // Fixed for this start: a bench that falls and comes back is still where the device host looks for it.
    ports: devicePorts,
  });
  const channel = { benchUrl: `http://127.0.0.1:${ports.bench}`, sandboxUrl: `http://127.0.0.1:${ports.sandbox}` };
  const fleet = keep(
    'fleet',
    'packaging/start/fleet-demo.ts',
    fleetConfig(plan, dir('fleet')),
    storeEnvironment(options),
  );
  const host = bench.then(() =>
    keep(DEVICE_HOST, 'device-adapters/host/main.ts', undefined, {
      YIMEN_LOG: logLevel,
      // The C library overwrites what is freed: pictures and templates do not stay where they were.
      GLIBC_TUNABLES: 'glibc.malloc.perturb=165:glibc.malloc.tcache_count=0',
      YIMEN_DEVICE_HOST: JSON.stringify(hostConfig(folder, dir('devices'), secrets.coreKey, devicePorts)),
    }),
  );
  await Promise.all([sandbox, bench, fleet, host]);
  await keep('payment-channel', 'packaging/start/payment-channel.ts', channel);
  await keep(CORE, options.entries.core, undefined, {
    YIMEN_CORE: JSON.stringify(coreStart(plan, dir('core'), secrets, logLevel)),
  });
  if (plan.halls.length > 1)
    await keep('light-terminals', 'fleet-server/simulator/main.ts', lightConfig(plan, dir('light')));
  return { fleet: await fleet, launcher: launcher.value };
}

/** Where the database is goes by the environment: arguments are shown to every user of the machine. */
function storeEnvironment({ store }: StartOptions): Record<string, string> {
  if (store === null) return {};
  const { PGPASSWORD } = process.env;
  return { YIMEN_STORE: store, ...(PGPASSWORD === undefined ? {} : { PGPASSWORD }) };
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

function hostConfig(
  folder: DataFolder,
  dataDir: string,
  coreKey: string,
  ports: Readonly<Record<string, number>>,
): unknown {
  // Signed by an authority that the bench makes at each of its starts; the driver reads the file at each document.
  const chips = { trustAnchorsFile: join(folder.dataDir, 'bench/trust-anchors.pem') };
  const devices = CABINET.map(({ kind, driver, at, options }) => ({
    device: kind,
    driver,
    at: at(ports[kind] ?? 0),
    options: kind === 'travel-document' ? chips : options,
  }));
  return { socketPath: join(folder.runDir, 'devices.sock'), dataDir, coreKey, devices };
}

function coreStart(
  plan: Plan,
  dataDir: string,
  secrets: { coreKey: string; launcherKey: string },
  logLevel: string,
): CoreStart {
  const { folder, ports, trust, pages } = plan;
  const hall = DEMO_HALLS[0];
  const key = hall === undefined ? undefined : trust.terminals.get(hall.tid);
  if (hall === undefined || key === undefined)
    throw new Problem('DATA_UNREADABLE', 'the demonstration has no terminal certificate');
  return {
    tid: hall.tid,
    hallId: hall.hallId,
    town: hall.town,
    hallZh: hall.zh,
    hallEn: hall.en,
    hotline: HOTLINE,
    demo: true,
    dataDir,
    runDir: folder.runDir,
    servicesDir: join(ROOT, 'terminal/services'),
    uiDir: pages.ui,
    uiPort: ports.citizen,
    mqttUrl: `mqtts://127.0.0.1:${ports.mqtt}`,
    gatewayUrl: `https://127.0.0.1:${ports.gateway}`,
    key: { certFile: key.cert, keyFile: key.key, caFile: trust.ca },
    epoch: 1,
    deviceHost: { socketPath: join(folder.runDir, 'devices.sock'), coreKey: secrets.coreKey },
    launcher: { socketPath: join(folder.runDir, 'launcher.sock'), key: secrets.launcherKey },
    staff: { listFile: plan.staff.listFile, uiDir: pages.staff, port: plan.staff.port },
    logLevel,
  };
}

function fleetConfig(plan: Plan, dataDir: string): unknown {
  const { ports, trust, pages, halls, apiToken } = plan;
  return {
    httpPort: ports.dashboard,
    mqttPort: ports.mqtt,
    gatewayPort: ports.gateway,
    dataDir,
    trust: { ca: trust.ca, cert: trust.server.cert, key: trust.server.key },
    dashboardDir: pages.dashboard,
    sandboxUrl: `http://127.0.0.1:${ports.sandbox}`,
    apiToken,
    terminals: [
      ...halls.map((hall, i) => ({
        tid: hall.tid,
        hallId: hall.hallId,
        simulated: i > 0,
        cert: trust.terminals.get(hall.tid)?.cert ?? '',
      })),
      {
        tid: GUEST,
        hallId: DEMO_HALLS[0]?.hallId ?? '',
        simulated: true,
        cert: trust.terminals.get(GUEST)?.cert ?? '',
      },
    ],
  };
}

function lightConfig(plan: Plan, dataDir: string): unknown {
  const { ports, trust, halls } = plan;
  return {
    mqttUrl: `mqtts://127.0.0.1:${ports.mqtt}`,
    ca: trust.ca,
    terminals: halls.slice(1).map((hall) => ({
      tid: hall.tid,
      cert: trust.terminals.get(hall.tid)?.cert,
      key: trust.terminals.get(hall.tid)?.key,
    })),
    pace: 'demo',
    dataDir,
    seed: 20_170_701,
  };
}

/** The terminal looks at its devices before it offers anything; only then the demonstration is ready. */
async function waitForTerminal(url: string): Promise<void> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    const answer = await fetch(url).then(
      (response) => response.json() as Promise<{ ready?: boolean }>,
      () => ({ ready: false }),
    );
    if (answer.ready === true) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Problem(
    'NOT_RUNNING',
    'The terminal did not become ready in time: look into the log folder beside the data',
  );
}

function readyLine(ports: Ports, trust: DevelopmentTrust, said: Said, apiToken: string): ReadyLineJson {
  const guest = trust.terminals.get(GUEST);
  return {
    ready: true,
    pid: process.pid,
    urls: {
      dashboard: `http://localhost:${ports.dashboard}`,
      citizen: `http://127.0.0.1:${ports.citizen}`,
      bench: `http://127.0.0.1:${ports.bench}`,
      mqtt: `mqtts://127.0.0.1:${ports.mqtt}`,
      gateway: `https://127.0.0.1:${ports.gateway}`,
      sandbox: `http://127.0.0.1:${ports.sandbox}`,
      api: `http://localhost:${ports.dashboard}/api`,
    },
    signIn: `http://localhost:${ports.dashboard}/sign-in#code=${textOf(said.fleet['signInCode'])}`,
    apiToken,
    trust: {
      ca: trust.ca,
      guest: {
        terminalId: GUEST,
        partition: 'p33',
        epoch: 1,
        linkSession: 1,
        cert: guest?.cert ?? '',
        key: guest?.key ?? '',
      },
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
