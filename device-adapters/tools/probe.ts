import { once } from 'node:events';
import type { DeviceStatus } from '@yimen/contracts/device';
import type { DeviceSlot } from '../driver-kit/device-slot.ts';
import { createHostLog } from '../host/host-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { openerOf, optionsOf, WHERE_FORMS } from '../registry/discover.ts';
import { actionsOf } from './probe-actions.table.ts';
import { listPluggedIn, type PluggedIn } from './plugged-in.ts';
import { parseProbe, type ProbeOptions } from './probe-options.ts';
import { argsOf, newOperationOf, openToolSlot, randomOf, runAction, type Report } from './run-action.ts';

const WATCH_MS = 500;
/** How long the list of what is plugged in may take. */
const LIST_MS = 3_000;
/** Changes kept for the one JSON document of `watch --json`. */
const CHANGES_KEPT = 1_000;

async function main(): Promise<number> {
  const parsed = parseProbe(process.argv.slice(2));
  if (!parsed.ok) {
    process.stderr.write(`probe: ${parsed.error}\n`);
    return 2;
  }
  const { value } = parsed;
  if (value.call === 'help') return help();
  return value.call === 'list' ? await list(value.isJson) : run(value.options);
}

async function run(options: ProbeOptions): Promise<number> {
  const { action, texts, driver } = options;
  const args = argsOf(action, texts);
  if (!args.ok) {
    process.stderr.write(`probe: ${args.error}\n`);
    return 2;
  }
  const log = createHostLog('probe', process.env['YIMEN_LOG']);
  const slot = openToolSlot({
    driver,
    at: options.at,
    open: openerOf(options.where, systemClock, (line) => log.debug({ stderr: line }, 'the program says')),
    clock: systemClock,
    driverRandom: randomOf,
    options: optionsOf(options.where),
    log,
  });
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const began = performance.now();
  if (!options.isJson) process.stderr.write(`${driver} at ${options.at}: ${action.says} …\n`);
  const isMasked = texts['unmasked'] === undefined || process.env['NODE_ENV'] === 'production';
  const isWatch = 'base' in action.does && action.does.base === 'watch';
  const report = isWatch
    ? await watch(slot, options.isJson, stop.signal)
    : await runAction(slot, { action, args: args.value, isMasked, op: newOperationOf(action) }, stop.signal);
  await slot.close();
  print(options, { driver, ...report, ms: Math.round(performance.now() - began) });
  return report.outcome === 'done' ? 0 : 1;
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

async function list(isJson: boolean): Promise<number> {
  const drivers = Object.entries(CATALOGUE).map(([driver, { says, kind }]) => ({
    driver,
    says,
    actions: Object.keys(actionsOf(kind)),
  }));
  const pluggedIn = await listPluggedIn(LIST_MS, systemClock);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ drivers, pluggedIn })}\n`);
    return 0;
  }
  for (const { driver, says, actions } of drivers)
    process.stdout.write(`${driver}\n    ${says}\n    ${actions.join(', ')}\n`);
  process.stdout.write(pluggedInText(pluggedIn));
  return 0;
}

function pluggedInText(pluggedIn: readonly PluggedIn[]): string {
  const lines = pluggedIn.map(({ where, says }) => `    ${where}\n        ${says}\n`);
  return `\nPlugged in\n${lines.join('') || '    nothing that can be listed\n'}`;
}

function help(): number {
  process.stdout.write(
    [
      'npm run probe -- DRIVER --at WHERE ACTION [--json]',
      '',
      'A technician’s look at one device. Without arguments: the drivers, their actions, and what is plugged in.',
      `WHERE    ${WHERE_FORMS}`,
      'ACTION   identify, status, selftest, watch, and what the device can do',
      '--json   one JSON document on stdout, everything else on stderr',
      'Status   0 done, 1 it failed (the reason is the last line), 2 wrong use',
      '',
    ].join('\n'),
  );
  return 0;
}

process.exitCode = await main();
