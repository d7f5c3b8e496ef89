import { randomBytes } from 'node:crypto';
import { unreachable } from '@yimen/contracts/base';
import type { Driver } from '../driver-kit/driver.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { childConfigSchema, childRequestSchema, type ChildRequest } from './child-messages.ts';
import { deviceWay } from './device-way.ts';
import type { HostDevice } from './host-config.ts';
import { createHostLog } from './host-log.ts';
import { IpcStream } from './ipc-stream.ts';
import { systemClock } from './system-clock.ts';

/** One driver in a process of its own: what crashes in its native part takes only this process along. Frames on
 *  stdin and stdout; ends when its parent does. Leases, duplicates and the operation file stay with the parent. */
function main(): void {
  const config = childConfigSchema.parse(JSON.parse(process.argv[2] ?? 'null'));
  const log = createHostLog(`device-host/${config.device}`, process.env['YIMEN_LOG']);
  const driver = makeDriver(config, (line, fields) => log.debug(fields ?? {}, line));
  const aborts = new Map<number, AbortController>();
  const stream = new IpcStream(process.stdin, process.stdout, (body) => {
    const request = childRequestSchema.parse(body);
    if (request.call === 'abort') {
      aborts.get(request.n)?.abort();
      return;
    }
    const abort = new AbortController();
    aborts.set(request.n, abort);
    if ('op' in request) log.info({ operationId: request.op.operationId, call: request.call }, 'driver begins');
    // A driver never rejects; if it does, the process ends and its parent calls the effect unknown.
    void answer(driver, request, abort.signal).then((value) => {
      aborts.delete(request.n);
      stream.send({ n: request.n, value: value ?? null });
    });
  });
  driver.onStatus(() => {
    // Never asked of the device from here: any age will do.
    void driver.status(Number.POSITIVE_INFINITY).then((status) => stream.send({ status }));
  });
  void stream.closed.then(() => process.exit(0));
  stream.send({ ready: true });
}

function makeDriver(config: HostDevice, debug: (line: string, fields?: object) => void): Driver {
  const way = deviceWay(config);
  const row = CATALOGUE[config.driver];
  if (!way.ok || row === undefined) throw new Error(`cannot run ${config.driver} at ${config.at}`);
  return row.create({
    open: way.value.open(systemClock, (line) => debug('the program says', { stderr: line })),
    clock: systemClock,
    random: (n) => new Uint8Array(randomBytes(n)),
    log: { debug },
    at: config.at,
    expectSerial: config.expectSerial,
    options: { ...config.options, ...way.value.options },
  });
}

async function answer(
  driver: Driver,
  request: Exclude<ChildRequest, { call: 'abort' }>,
  signal: AbortSignal,
): Promise<unknown> {
  switch (request.call) {
    case 'describe':
      return driver.describe();
    case 'status':
      return driver.status(request.maxAgeMs ?? Number.POSITIVE_INFINITY);
    case 'reset':
      return driver.reset(request.op, request.to);
    case 'selfTest':
      return driver.selfTest(request.op);
    case 'perform':
      return driver.perform(request.verb, request.op, request.args, signal);
    case 'read':
      return driver.read(request.verb, request.deadlineMs, request.args, signal);
    case 'recall':
      return driver.recall?.(request.operationId);
    default:
      return unreachable(request);
  }
}

main();
