import { randomBytes } from 'node:crypto';
import { err, unreachable } from '@yimen/contracts/base';
import { PORTS, type Fault, type Sealed, type Verb } from '@yimen/contracts/device';
import { callerFault, unsupportedFault } from '../driver-kit/device-faults.ts';
import type { Driver, EffectResult } from '../driver-kit/driver.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { childConfigSchema, childRequestSchema, type ChildRequest } from './child-messages.ts';
import { deviceWay } from './device-way.ts';
import type { HostDevice } from './host-config.ts';
import { createHostLog } from './host-log.ts';
import { IpcStream } from './ipc-stream.ts';
import { reopenable, type ReopenableWay } from './reopenable.ts';
import { createOpener, isSealed } from './sealing.ts';
import { systemClock } from './system-clock.ts';

type Call = Exclude<ChildRequest, { call: 'abort' }>;
type Args = Extract<ChildRequest, { verb: string }>;

/** A device's driver in this process, with its way. */
interface Hosted {
  readonly driver: Driver;
  readonly way: ReopenableWay;
  readonly aborts: Map<number, AbortController>;
  readonly log: ReturnType<typeof createHostLog>;
}

const opener = createOpener();
const hosted = new Map<string, Hosted>();

/** Drivers in a process of their own: what crashes in a native part takes only this process along, and what they knew of a
 *  citizen goes with it. Frames on stdin and stdout; ends when its parent does. Leases, duplicates and the operation file
 *  stay with the parent. */
function main(): void {
  const stream = new IpcStream(process.stdin, process.stdout, (body) => {
    if (hosted.size === 0) begin(childConfigSchema.parse(body).devices, stream);
    else take(childRequestSchema.parse(body), stream);
  });
  void stream.closed.then(() => process.exit(0));
  stream.send({ ready: true, sealingKey: opener.publicKey });
}

function begin(devices: readonly HostDevice[], stream: IpcStream): void {
  for (const config of devices) {
    const { device } = config;
    const one = host(config);
    hosted.set(device, one);
    one.driver.onStatus(() => {
      // Never asked of the device from here: any age will do.
      void one.driver.status(Number.POSITIVE_INFINITY).then((status) => stream.send({ device, status }));
    });
  }
}

function host(config: HostDevice): Hosted {
  const log = createHostLog(`device-host/${config.device}`, process.env['YIMEN_LOG']);
  const debug = (line: string, fields?: object): void => log.debug(fields ?? {}, line);
  const place = deviceWay(config);
  const row = CATALOGUE[config.driver];
  if (!place.ok || row === undefined) throw new Error(`cannot run ${config.driver} at ${config.at}`);
  const way = reopenable(place.value.open(systemClock, (line) => debug('the program says', { stderr: line })));
  const driver = row.create({
    open: way.open,
    clock: systemClock,
    random: (n) => new Uint8Array(randomBytes(n)),
    log: { debug },
    at: config.at,
    expectSerial: config.expectSerial,
    options: { ...config.options, ...place.value.options },
  });
  return { driver, way, aborts: new Map(), log };
}

function take(request: ChildRequest, stream: IpcStream): void {
  const { device, n } = request;
  const one = hosted.get(device);
  if (one === undefined) throw new Error(`no device ${device} here`);
  if (request.call === 'abort') {
    one.aborts.get(n)?.abort();
    return;
  }
  const abort = new AbortController();
  one.aborts.set(n, abort);
  if ('op' in request) one.log.info({ operationId: request.op.operationId, call: request.call }, 'driver begins');
  // A driver never rejects; if it does, the process ends and its parent calls the effect unknown.
  void answer(one, request, abort.signal).then((value) => {
    one.aborts.delete(n);
    stream.send({ device, n, value: value ?? null });
  });
}

async function answer({ driver, way }: Hosted, request: Call, signal: AbortSignal): Promise<unknown> {
  switch (request.call) {
    case 'describe':
      return driver.describe();
    case 'status':
      return driver.status(request.maxAgeMs ?? Number.POSITIVE_INFINITY);
    case 'reset':
      return driver.reset(request.op, request.to);
    case 'selfTest':
      return driver.selfTest(request.op);
    case 'perform': {
      const opened = openArgs(driver, request);
      if ('fault' in opened) return notDone(opened.fault);
      return driver.perform(request.verb, request.op, opened.args, signal);
    }
    case 'read':
      return read(driver, request, signal);
    case 'recall':
      return driver.recall?.(request.operationId);
    case 'giveUp': {
      const given = await way.giveUp();
      // What is absent does not travel.
      return given.ok ? { ok: true, value: null } : given;
    }
    default:
      return unreachable(request);
  }
}

async function read(
  driver: Driver,
  request: Extract<ChildRequest, { call: 'read' }>,
  signal: AbortSignal,
): Promise<unknown> {
  const { verb } = request;
  const opened = openArgs(driver, request);
  if ('fault' in opened) return err(opened.fault);
  const result = await driver.read(verb, request.deadlineMs, opened.args, signal);
  if (!result.ok || opened.seal === undefined) return result;
  // The host checks what it sees; what is sealed is checked here, as what a driver makes up does not leave it.
  const row = verbOf(driver, verb);
  const value = row?.nature === 'read' ? row.result.safeParse(result.value) : undefined;
  if (value?.success !== true) return err(callerFault(`${verb} gave what its port does not have`));
  return { ok: true, value: opened.seal(value.data) };
}

type Opened = { readonly args: unknown; readonly seal?: (answer: unknown) => Sealed } | { readonly fault: Fault };

/** Arguments as the driver takes them: plain ones were checked by the host, sealed ones are checked here. */
function openArgs(driver: Driver, { verb, args }: Args): Opened {
  if (!isSealed(args)) return { args };
  const opened = opener.open(args);
  if (opened === undefined) return { fault: callerFault(`${verb}: sealed for another process`) };
  const row = verbOf(driver, verb);
  if (row === undefined) return { fault: unsupportedFault(verb) };
  const checked = row.args.safeParse(opened.value);
  if (!checked.success) return { fault: callerFault(`${verb}: arguments do not fit the port`) };
  return { args: checked.data, seal: opened.seal };
}

function verbOf(driver: Driver, verb: string): Verb | undefined {
  const verbs: Readonly<Record<string, Verb>> = PORTS[driver.kind].verbs;
  return Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}

main();
