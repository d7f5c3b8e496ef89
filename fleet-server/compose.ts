import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError, err, ok, type Clock, type Result } from '@yimen/contracts/base';
import { TOWNS } from '@yimen/contracts/fleet';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createAlarms, type Alarms } from './alarms/index.ts';
import { createApi } from './api/api.ts';
import type { VarianceActions } from './api/api-deps.ts';
import type { AuthOptions } from './api/auth-options.ts';
import { createAedesBroker, createEndpointBroker, type BrokerPort, type PeerIdentity } from './broker/index.ts';
import { RevocationWatch, type RevocationParts } from './enrolment/index.ts';
import {
  createCaseOffice,
  createGateway,
  createPaymentOffice,
  type GatewayLog,
  type GatewayTls,
} from './gateway/index.ts';
import { createIngest, type Ingest } from './ingest/index.ts';
import { limits } from './limits.table.ts';
import { createStaff, type Staff } from './staff/staff.ts';
import { storeStaffRecords } from './staff/store-records.ts';
import { isPostgresUrl, openStore, shownAddress, storeAddressOf, type Store } from './store/index.ts';

const port = z.int('a port is a whole number').min(0, 'a port is 0–65535').max(65_535, 'a port is 0–65535');
const path = z.string().min(1).refine(isAbsolute, 'a path has to be absolute');
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

const TOWN_CODES = TOWNS.map(({ code }) => code);

const placesSchema = z
  .strictObject({
    halls: z.array(
      z.strictObject({
        hallId: z.string(),
        town: z.enum(TOWN_CODES, `a town is one of ${TOWN_CODES.join(', ')}`),
        zh: z.string(),
        en: z.string(),
        addressZh: z.string(),
        addressEn: z.string(),
        hoursZh: z.string(),
        hoursEn: z.string(),
      }),
    ),
    terminals: z.array(z.strictObject({ tid: z.string(), hallId: z.string(), simulated: z.boolean() })),
  })
  .superRefine(({ halls, terminals }, context) => {
    for (const [index, { tid, hallId }] of terminals.entries())
      if (!halls.some((hall) => hall.hallId === hallId))
        context.addIssue({
          code: 'custom',
          path: ['terminals', index, 'hallId'],
          message: `${tid} stands in ${hallId}, which is not among the halls`,
        });
  });

/** What a fleet server is started with. Paths are absolute; port 0 takes any free one. */
export const fleetServerConfigSchema = z
  .strictObject({
    httpPort: port,
    httpHost: z.string().default('localhost'),
    /** The address people use, over https, when a proxy on this machine stands in front. Without it the dashboard is
     *  plain http and may be reached from this machine alone. */
    publicOrigin: z.url({ protocol: /^https$/ }).optional(),
    mqttPort: port,
    gatewayPort: port,
    /** What stands behind the device listener. */
    broker: z.enum(['endpoint', 'aedes']).default('endpoint'),
    /** Where devices reach the broker and the gateway. */
    deviceHost: z.string().default('127.0.0.1'),
    dataDir: path,
    /** Where the database is: `postgres://…` (PostgreSQL 15 or newer), or a SQLite file; without it a file in `dataDir`. */
    store: z
      .string()
      .refine((text) => isAbsolute(text) || (isPostgresUrl(text) && URL.canParse(text)), {
        message: 'a store is the absolute path of a SQLite file, or postgres://USER@HOST/DATABASE',
      })
      .optional(),
    /** PEM files: the roots (and what leads to them) that terminals' certificates come from; this server's chain; its key. */
    trust: z.strictObject({ ca: path, cert: path, key: path }),
    /** The built dashboard; without it only /api answers. */
    dashboardDir: path.optional(),
    /** The back offices; without them there is no gateway. */
    offices: z
      .strictObject({ exitEntryUrl: z.url(), vehicleUrl: z.url(), householdUrl: z.url(), paymentUrl: z.url() })
      .optional(),
    places: placesSchema.optional(),
  })
  .refine((config) => config.publicOrigin !== undefined || LOOPBACK.includes(config.httpHost), {
    path: ['httpHost'],
    message: 'plain http is for this machine alone: use localhost, or name the https address in publicOrigin',
  });
export type FleetServerConfig = z.output<typeof fleetServerConfigSchema>;

export interface FleetServerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Recognises bearer tokens; a demonstration has some, a production server none. */
  readonly extraAuth?: NonNullable<AuthOptions['extraAuth']>;
}

/** Why the server does not start: one sentence for a person. */
export interface StartFault {
  readonly code: string;
  readonly message: string;
}

export interface FleetServer {
  readonly ports: { readonly http: number; readonly mqtt: number; readonly gateway: number | null };
  /** Makes one-time sign-in codes. */
  readonly staff: Pick<Staff, 'issueSignInCode'>;
  /** For whoever puts terminals on the allow-list. */
  readonly store: Pick<Store, 'allow' | 'places'>;
  /** Cuts a terminal's live links, after it was taken off the allow-list. */
  kick(tid: string): Promise<void>;
  /** Stops everything in reverse order, within 2 s. */
  stop(): Promise<void>;
}

interface Part {
  readonly name: string;
  stop(): Promise<unknown>;
}

/** Starts store → broker → ingest → alarms → gateway → api. A part that does not start takes down those that did.
 *  @fault PORT_TAKEN · DATA_UNREADABLE · DATA_NEWER · DISK_FULL · STORE_AWAY · STORE_DENIED, each with a sentence */
export async function composeFleetServer(
  config: FleetServerConfig,
  deps: FleetServerDeps,
): Promise<Result<FleetServer, StartFault>> {
  const parts: Part[] = [];
  const started = await startAll(config, deps, parts);
  if (!started.ok) await stopAll(parts, deps);
  return started;
}

async function startAll(
  config: FleetServerConfig,
  deps: FleetServerDeps,
  parts: Part[],
): Promise<Result<FleetServer, StartFault>> {
  const { clock } = deps;
  const ground = await readGround(config);
  if (!ground.ok) return ground;
  const { tls, serverEpoch } = ground.value;
  const place = config.store ?? join(config.dataDir, 'fleet.sqlite');
  const opened = await openStore({ ...storeAddressOf(place), clock });
  if (!opened.ok) return err(sentence(`The database ${shownAddress(place)} cannot be opened`, opened.error));
  const store = opened.value;
  parts.push({ name: 'store', stop: () => store.close() });
  const seeded = config.places === undefined ? ok(undefined) : await store.places.seed(config.places);
  if (!seeded.ok) return err(sentence('The places cannot be stored', seeded.error));
  const terminals = (await store.reads.terminals({})).length;
  const devices = await startDevices({ config, deps, tls, store, terminals, serverEpoch }, parts);
  if (!devices.ok) return devices;
  const { broker, alarms } = devices.value;
  const mqtt = await broker.start();
  if (!mqtt.ok) return err(listenSentence('The broker for terminals cannot start', mqtt.error, config.mqttPort));
  const gateway = await startGateway({ config, deps, tls, store }, parts);
  if (!gateway.ok) return gateway;
  const kick = async (tid: string): Promise<void> => {
    gateway.value?.kick(tid);
    await broker.kick(tid);
  };
  const watch = new RevocationWatch({ stopped: store.allow.stopped, kick, clock, log: revocationLog(deps.log) });
  watch.start();
  parts.push({ name: 'revocation watch', stop: () => watch.stop() });
  const http = await startApi({ config, deps, store, alarms }, parts);
  if (!http.ok) return http;
  return ok({
    ports: { http: http.value.port, mqtt: mqtt.value.port, gateway: gateway.value?.port ?? null },
    staff: http.value.staff,
    store,
    kick,
    stop: () => stopAll(parts, deps),
  });
}

/** The data folder, the certificates, and how often this server has been restored (fleet contract: `serverEpoch`). */
async function readGround(
  config: FleetServerConfig,
): Promise<Result<{ tls: GatewayTls; serverEpoch: number }, StartFault>> {
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const epochFile = join(config.dataDir, 'server-epoch');
    const kept = await readFile(epochFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (kept === undefined) await writeFile(epochFile, '1\n', { mode: 0o600 });
    const serverEpoch = Number(kept ?? 1);
    if (!Number.isSafeInteger(serverEpoch) || serverEpoch < 1) {
      return err({
        code: 'DATA_UNREADABLE',
        message: `${epochFile} does not hold a number: restore it from the backup`,
      });
    }
    const [ca, cert, key] = await Promise.all(
      [config.trust.ca, config.trust.cert, config.trust.key].map((file) => readFile(file, 'utf8')),
    );
    return ok({ tls: { ca: ca ?? '', cert: cert ?? '', key: key ?? '' }, serverEpoch });
  } catch (error) {
    const { code, path: file = config.dataDir } = error as NodeJS.ErrnoException;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    const what = full ? 'The disk is full' : 'Cannot read or write';
    return err({ code: full ? 'DISK_FULL' : 'DATA_UNREADABLE', message: `${what}: ${file} (${code ?? 'unknown'})` });
  }
}

interface Base {
  readonly config: FleetServerConfig;
  readonly deps: FleetServerDeps;
  readonly store: Store;
}

const BROKERS = { endpoint: createEndpointBroker, aedes: createAedesBroker } as const;

/** Broker, ingest and alarms, joined but not yet listening: ingest must have set its handlers and reset all links
 *  before the first terminal is let in. */
async function startDevices(
  base: Base & { readonly tls: GatewayTls; readonly terminals: number; readonly serverEpoch: number },
  parts: Part[],
): Promise<Result<{ broker: BrokerPort; alarms: Alarms }, StartFault>> {
  const { config, deps, store, tls, terminals, serverEpoch } = base;
  const { clock, log } = deps;
  const broker = await BROKERS[config.broker]({
    host: config.deviceHost,
    port: config.mqttPort,
    ...tls,
    terminals,
    clock,
    isAllowed: (peer) => isAllowed(store, peer),
  });
  broker.onRefusal((refusal) => log.warn(refusal, 'broker refused'));
  const ingest: Ingest = createIngest({ store, broker, clock, serverEpoch, terminals });
  const ready = await ingest.start();
  if (!ready.ok) return err(sentence('The store does not take messages', ready.error));
  parts.push({ name: 'ingest', stop: () => ingest.stop() });
  parts.push({ name: 'broker', stop: () => broker.stop() });
  const alarms = createAlarms({
    store,
    clock,
    reconnectSpreadSec: reconnectSpreadSec(terminals),
    slowdown: () => ingest.slowdown(),
  });
  await alarms.start();
  parts.push({ name: 'alarms', stop: () => alarms.stop() });
  return ok({ broker, alarms });
}

/** Rights come from the allow-list, by key and serial, at each connection (trust design §4). */
async function isAllowed(store: Store, peer: PeerIdentity): Promise<boolean> {
  const found = await store.allow.find({ tid: peer.tid, spkiHash: peer.spkiHash });
  return found.ok && found.value?.state === 'active' && found.value.serial === peer.serial;
}

/** Over how long terminals come back after a start: at most 100 a second (fleet contract §2.5, rule 8). */
function reconnectSpreadSec(terminals: number): number {
  return Math.min(120, Math.max(5, Math.ceil(terminals / 100)));
}

async function startGateway(
  base: Base & { readonly tls: GatewayTls },
  parts: Part[],
): Promise<Result<{ port: number; kick(tid: string): void } | null, StartFault>> {
  const { config, deps, store, tls } = base;
  if (config.offices === undefined) return ok(null);
  const { clock } = deps;
  const gateway = createGateway({
    operations: store.operations,
    tls,
    allowList: store.allow,
    offices: {
      exitEntry: createCaseOffice({ office: 'exitEntry', url: config.offices.exitEntryUrl, clock }),
      vehicle: createCaseOffice({ office: 'vehicle', url: config.offices.vehicleUrl, clock }),
      household: createCaseOffice({ office: 'household', url: config.offices.householdUrl, clock }),
      payment: createPaymentOffice({ url: config.offices.paymentUrl, clock }),
    },
    halls: store.reads,
    acceptances: (tid) => store.variances.acceptancesFor({ tid, limit: limits.acceptances }),
    dataDir: config.dataDir,
    clock,
    random: randomBytes,
    log: gatewayLog(deps.log),
  });
  parts.push({ name: 'gateway', stop: () => gateway.close() });
  const heard = await gateway.listen(config.gatewayPort, config.deviceHost);
  if (!heard.ok) return err(listenSentence('The gateway cannot start', heard.error, config.gatewayPort));
  return ok({ port: heard.value, kick: (tid) => gateway.kick(tid) });
}

function revocationLog(log: Logger): RevocationParts['log'] {
  const own = log.child({ room: 'enrolment' });
  return {
    cut: (line) => own.warn(line, 'links cut: taken off the allow-list'),
    unreadable: (line) => own.error(line, 'the allow-list cannot be read'),
  };
}

function gatewayLog(log: Logger): GatewayLog {
  const own = log.child({ room: 'gateway' });
  return {
    answered: (line) => own.info(line, 'answered'),
    settled: (line) => own.info(line, 'settled'),
    stillUnknown: (line) => own.warn(line, 'still unknown'),
    refused: (line) => own.warn(line, 'refused'),
    handshakeRefused: (line) => own.warn(line, 'handshake refused'),
    broken: (line) => own.error(line, 'broken'),
  };
}

async function startApi(
  base: Base & { readonly alarms: Alarms },
  parts: Part[],
): Promise<Result<{ port: number; staff: Staff }, StartFault>> {
  const { config, deps, store, alarms } = base;
  const { clock, log } = deps;
  const staff = createStaff({ records: storeStaffRecords(store.staff, clock), clock });
  const auth = authOptions(config, deps);
  const { dashboardDir } = config;
  const api = await createApi({
    reads: store.reads,
    changes: store.changes,
    alarms,
    variances: varianceActions(store),
    staff,
    clock,
    dashboardDir,
    auth,
    log: log.child({ room: 'api' }),
  });
  parts.push({ name: 'api', stop: () => api.close() });
  const heard = await api.listen({ host: config.httpHost, port: config.httpPort });
  return heard.ok
    ? ok({ port: heard.value.port, staff })
    : err(listenSentence('The dashboard cannot start', heard.error, config.httpPort));
}

/** @throws AppError with the store's code: the api answers 503, and nothing is said to be accepted */
function varianceActions(store: Store): VarianceActions {
  return {
    accept: async (acceptance) => {
      const done = await store.variances.accept(acceptance);
      if (!done.ok) throw new AppError(done.error.code, done.error.message);
      return done.value.result;
    },
  };
}

function authOptions(config: FleetServerConfig, deps: FleetServerDeps): AuthOptions {
  const own = ['localhost', '127.0.0.1', '[::1]'];
  const extra = deps.extraAuth === undefined ? {} : { extraAuth: deps.extraAuth };
  if (config.publicOrigin === undefined) return { scheme: 'http', hosts: own, ...extra };
  return { scheme: 'https', hosts: [new URL(config.publicOrigin).hostname, ...own], ...extra };
}

/** Each part has its time; one that does not end in it is left behind, so that the others still stop in order. */
async function stopAll(parts: Part[], deps: FleetServerDeps): Promise<void> {
  const until = deps.clock.monoMs() + limits.stopMs;
  for (const part of parts.splice(0).toReversed()) {
    const leftMs = Math.max(0, Math.min(limits.stopPartMs, until - deps.clock.monoMs()));
    let cancel = (): void => undefined;
    const late = new Promise<'late'>((resolve) => {
      cancel = deps.clock.after(leftMs, () => resolve('late'));
    });
    const ended = await Promise.race([
      part.stop().then(
        () => 'ended' as const,
        (error: unknown) => error,
      ),
      late,
    ]);
    cancel();
    if (ended !== 'ended') deps.log.error({ part: part.name, err: ended }, 'did not stop cleanly');
  }
}

function sentence(what: string, fault: StartFault): StartFault {
  return { code: fault.code, message: `${what}: ${fault.message}` };
}

/** Rooms report a taken port in the system's words; people need the number and the way out. */
function listenSentence(what: string, fault: StartFault, wanted: number): StartFault {
  if (fault.code !== 'PORT_TAKEN') return sentence(what, fault);
  return {
    code: fault.code,
    message: `${what}: port ${wanted} is taken; choose another, or stop the program that holds it`,
  };
}
