import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { newOperationId, type Result } from '@yimen/contracts/base';
import type { DeviceStatus, Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import { offlineFault } from '../driver-kit/device-faults.ts';
import { DeviceSlot } from '../driver-kit/device-slot.ts';
import { openOperationFile } from '../driver-kit/operation-file.ts';
import { createHostLog } from '../host/host-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { openerOf } from '../registry/discover.ts';
import { actionsOf } from './probe-actions.table.ts';
import { parseProbe, type ProbeOptions } from './probe-options.ts';

/** How long one action may take: a technician stands there and puts in the card. */
const ACTION_MS = 30_000;
const WATCH_MS = 500;
/** Changes kept for the one JSON document of `watch --json`. */
const CHANGES_KEPT = 1_000;

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

/** What is printed with --json: the driver, the outcome, what came of it, how long it took. */
type Report = { readonly outcome: 'done' | 'notDone' | 'unknown'; readonly fault?: Fault } & Readonly<
  Record<string, unknown>
>;

async function main(): Promise<number> {
  const parsed = parseProbe(process.argv.slice(2));
  if (!parsed.ok) {
    process.stderr.write(`probe: ${parsed.error}\n`);
    return 2;
  }
  const { value } = parsed;
  if (value.call === 'help') return help();
  return value.call === 'list' ? list(value.isJson) : run(value.options);
}

async function run(options: ProbeOptions): Promise<number> {
  const { action, texts, driver } = options;
  const args = 'verb' in action.does ? action.does.args(texts) : undefined;
  if (args?.ok === false) {
    process.stderr.write(`probe: ${args.error}\n`);
    return 2;
  }
  const slot = openSlot(options);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const began = performance.now();
  if (!options.isJson) process.stderr.write(`${driver} at ${options.at}: ${action.says} …\n`);
  const report = await probeDevice(slot, options, args?.value, stop.signal);
  await slot.close();
  print(options, { driver, ...report, ms: Math.round(performance.now() - began) });
  return report.outcome === 'done' ? 0 : 1;
}

/** The device, in a slot of its own: the technician's claims, checks and duplicates are those of the host. */
function openSlot(options: ProbeOptions): DeviceSlot {
  const row = CATALOGUE[options.driver];
  const file = openOperationFile(':memory:');
  if (row === undefined || !file.ok) throw new Error('the probe cannot start');
  const log = createHostLog('probe', process.env['YIMEN_LOG']);
  const driver = row.create({
    open: openerOf(options.where, systemClock),
    clock: systemClock,
    random,
    log: { debug: (line, fields) => log.debug(fields ?? {}, line) },
    at: options.at,
    options: {},
  });
  return new DeviceSlot({
    device: row.kind,
    driver,
    clock: systemClock,
    random,
    hostEpoch: `probe-${process.pid}`,
    file: file.value,
    log: (line, fields) => log.info(fields, line),
  });
}

async function probeDevice(
  slot: DeviceSlot,
  options: ProbeOptions,
  args: unknown,
  signal: AbortSignal,
): Promise<Report> {
  const { does } = options.action;
  if ('base' in does) {
    switch (does.base) {
      case 'identify':
        return ofResult(await slot.describe(), (description) => ({ description }));
      case 'status':
        return ofStatus(await slot.status(0));
      case 'watch':
        return watch(slot, options.isJson, signal);
      case 'selftest':
        return withLease(slot, signal, async (lease) => ofRecord(await slot.selfTest(lease, newOp())));
    }
  }
  return withLease(slot, signal, async (lease) => {
    if (does.nature === 'effect') return ofRecord(await slot.effect(lease, newOp(), does.verb, args));
    const isMasked = options.texts['unmasked'] === undefined || process.env['NODE_ENV'] === 'production';
    return ofResult(await slot.read(lease, ACTION_MS, does.verb, args), (fields) => ({
      fields: isMasked ? masked(fields) : fields,
    }));
  });
}

async function withLease(
  slot: DeviceSlot,
  signal: AbortSignal,
  act: (lease: Lease) => Promise<Report>,
): Promise<Report> {
  const claimed = await slot.claim({ kind: 'technician', id: 'probe' }, 0);
  if (!claimed.ok) return { outcome: 'notDone', fault: claimed.error };
  // Ctrl-C ends the lease, which ends every wait for a person's hand.
  signal.addEventListener('abort', () => slot.release(claimed.value, 'ownerGone'), { once: true });
  return act(claimed.value);
}

async function watch(slot: DeviceSlot, isJson: boolean, signal: AbortSignal): Promise<Report> {
  const changes: object[] = [];
  slot.onStatus((changed) => {
    const line = { at: new Date().toISOString(), ...changed };
    if (changes.length < CHANGES_KEPT) changes.push(line);
    if (!isJson) process.stdout.write(`${line.at}  ${shortly(slot.lastStatus)}\n`);
  });
  const stopped = once(signal, 'abort');
  while (!signal.aborted) {
    await slot.status(WATCH_MS);
    await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, WATCH_MS))]);
  }
  return { outcome: 'done', changes };
}

function newOp(): Op {
  return { operationId: newOperationId(Date.now(), random), deadlineMs: ACTION_MS };
}

function ofResult<T>(result: Result<T, Fault>, show: (value: T) => Readonly<Record<string, unknown>>): Report {
  return result.ok ? { outcome: 'done', ...show(result.value) } : { outcome: 'notDone', fault: result.error };
}

function ofStatus(status: DeviceStatus): Report {
  if (status.source !== 'stale') return { outcome: 'done', status };
  return { outcome: 'notDone', fault: status.fault ?? offlineFault('the device does not answer'), status };
}

function ofRecord(result: Result<OperationRecord, Fault>): Report {
  if (!result.ok) return { outcome: 'notDone', fault: result.error };
  const { outcome, fault, evidence, value, operationId } = result.value;
  return { outcome: outcome ?? 'unknown', ...(fault && { fault }), evidence, ...(value && { value }), operationId };
}

/** Personal values become their length: enough to see that a read works. */
function masked(fields: unknown): unknown {
  const entries = Object.entries((fields ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, OPEN_FIELDS.has(name) ? value : maskedValue(value)]));
}

function maskedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskedValue);
  return typeof value === 'string' ? `*** (${value.length})` : value;
}
const OPEN_FIELDS: ReadonlySet<string> = new Set([
  'access',
  'authenticity',
  'documentCode',
  'issuer',
  'state',
  'channel',
  'trace',
]);

function print(options: ProbeOptions, report: Report): void {
  if (options.isJson) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const { outcome, fault, driver: _driver, ms, ...rest } = report;
  if (options.name !== 'watch') {
    for (const [name, value] of Object.entries(rest))
      process.stdout.write(`${name}: ${JSON.stringify(value, null, 2)}\n`);
  }
  process.stdout.write(`${options.name}: ${outcome} (${String(ms)} ms)\n`);
  // The reason is the last line.
  if (fault !== undefined) process.stderr.write(`${fault.code}: ${fault.message} (${fault.action})\n`);
}

function shortly(status: DeviceStatus): string {
  const supplies = Object.entries(status.supplies).map(([name, state]) => `${name}=${state}`);
  const units = Object.entries(status.units).map(
    ([name, unit]) => `${name}=${unit.count}/${unit.capacity} ${unit.replenishment}`,
  );
  const fault = status.fault === undefined ? [] : [`${status.fault.code} (${status.fault.action})`];
  return [
    status.device,
    status.source,
    `media=${status.media ?? 'cannotReport'}`,
    ...supplies,
    ...units,
    ...fault,
  ].join('  ');
}

function list(isJson: boolean): number {
  const drivers = Object.entries(CATALOGUE).map(([driver, { says, kind }]) => ({
    driver,
    says,
    actions: Object.keys(actionsOf(kind)),
  }));
  if (isJson) process.stdout.write(`${JSON.stringify({ drivers })}\n`);
  else
    for (const { driver, says, actions } of drivers)
      process.stdout.write(`${driver}\n    ${says}\n    ${actions.join(', ')}\n`);
  return 0;
}

function help(): number {
  process.stdout.write(
    [
      'npm run probe -- DRIVER --at WHERE ACTION [--json]',
      '',
      'A technician’s look at one device. Without arguments: the drivers and their actions.',
      'WHERE    tcp:HOST:PORT',
      'ACTION   identify, status, selftest, watch, and what the device can do',
      '--json   one JSON document on stdout, everything else on stderr',
      'Status   0 done, 1 it failed (the reason is the last line), 2 wrong use',
      '',
    ].join('\n'),
  );
  return 0;
}

process.exitCode = await main();
