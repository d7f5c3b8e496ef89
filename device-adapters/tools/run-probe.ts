import { once } from 'node:events';
import type { Clock, RandomBytes } from '@yimen/contracts/base';
import type { DeviceStatus } from '@yimen/contracts/device';
import type { DeviceSlot } from '../driver-kit/device-slot.ts';
import { optionsOf } from '../registry/discover.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import type { ProbeOptions } from './probe-options.ts';
import { reasonText, remedyOf, type RemedyPlace } from './remedies.table.ts';
import {
  argsOf,
  driverOptionsOf,
  newOperationOf,
  openToolSlot,
  runAction,
  type Report,
  type ToolSlotOptions,
} from './run-action.ts';

const WATCH_MS = 500;
/** Changes kept for the one JSON document of `watch --json`. */
const CHANGES_KEPT = 1_000;

/** What a run touches of the world. */
export interface ProbeWorld {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly driverRandom: RandomBytes;
  readonly log: ToolSlotOptions['log'];
  /** stdout and stderr. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs one action of one device and prints what came of it.
 *  @returns the exit status: 0 done, 1 it failed (the reason and its remedy are the last line), 2 wrong use */
export async function runProbe(options: ProbeOptions, world: ProbeWorld): Promise<0 | 1 | 2> {
  const { action, texts, driver, at } = options;
  const args = argsOf(action, texts);
  if (!args.ok) {
    world.err(`probe: ${args.error}\n`);
    return 2;
  }
  const { clock, open, driverRandom, log } = world;
  const driverOptions = { ...optionsOf(options.where), ...driverOptionsOf([action]) };
  const slot = openToolSlot({ driver, at, open, clock, driverRandom, options: driverOptions, log });
  const began = clock.monoMs();
  if (!options.isJson) world.err(`${driver} at ${at}: ${action.says} …\n`);
  const isMasked = texts['unmasked'] === undefined || process.env['NODE_ENV'] === 'production';
  const isWatch = 'base' in action.does && action.does.base === 'watch';
  const onStep = (step: string): void => void (options.isJson || world.err(`${step}\n`));
  const call = { action, args: args.value, isMasked, op: newOperationOf(action), line: { open, clock }, onStep };
  const report = isWatch ? await watch(slot, options, world) : await runAction(slot, call, world.signal);
  await slot.close();
  print(options, { driver, ...report, ms: Math.round(clock.monoMs() - began) }, world);
  return report.outcome === 'done' ? 0 : 1;
}

async function watch(slot: DeviceSlot, { isJson }: ProbeOptions, { clock, out, signal }: ProbeWorld): Promise<Report> {
  const changes: object[] = [];
  slot.onStatus((changed) => {
    const line = { at: new Date().toISOString(), ...changed };
    if (changes.length < CHANGES_KEPT) changes.push(line);
    if (!isJson) out(`${line.at}  ${shortly(slot.lastStatus)}\n`);
  });
  const stopped = once(signal, 'abort');
  while (!signal.aborted) {
    await slot.status(WATCH_MS);
    await Promise.race([stopped, new Promise<void>((resolve) => void clock.after(WATCH_MS, resolve))]);
  }
  return { outcome: 'done', changes };
}

function print(options: ProbeOptions, report: Report, { out, err }: ProbeWorld): void {
  const place: RemedyPlace = options;
  const { fault } = report;
  if (options.isJson) {
    const remedy = fault === undefined ? undefined : remedyOf(fault, place);
    out(`${JSON.stringify({ ...report, ...(remedy !== undefined && { remedy }) })}\n`);
    return;
  }
  const { outcome, fault: _fault, driver: _driver, ms, ...rest } = report;
  if (options.name !== 'watch') {
    for (const [name, value] of Object.entries(rest)) out(`${name}: ${JSON.stringify(value, null, 2)}\n`);
  }
  out(`${options.name}: ${outcome} (${String(ms)} ms)\n`);
  // The reason is the last line.
  if (fault !== undefined) err(`${reasonText(fault, place)}\n`);
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
