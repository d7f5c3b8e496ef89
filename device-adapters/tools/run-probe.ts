import { once } from 'node:events';
import type { Clock, RandomBytes } from '@yimen/contracts/base';
import type { DeviceStatus } from '@yimen/contracts/device';
import type { DeviceSlot } from '../driver-kit/device-slot.ts';
import { silentFault } from '../driver-kit/device-faults.ts';
import { within } from '../driver-kit/within.ts';
import { optionsOf } from '../registry/discover.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import type { ProbeOptions } from './probe-options.ts';
import type { ProbeAction } from './probe-actions.table.ts';
import { reasonText, remedyOf } from './remedies.table.ts';
import {
  argsOf,
  deadlineOf,
  driverOptionsOf,
  LOOK_MS,
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
  if (!options.isJson) world.err(`${driver} at ${at}: ${action.says} (${timeText(action)}) …\n`);
  const isMasked = texts['unmasked'] === undefined || process.env['NODE_ENV'] === 'production';
  const onStep = (step: string): void => void (options.isJson || world.err(`${step}\n`));
  const call = { action, args: args.value, isMasked, op: newOperationOf(action), line: { open, clock }, onStep };
  const run = isBase(action, 'watch') ? watch(slot, options, world) : runAction(slot, call, world.signal);
  const late: Report = { outcome: 'notDone', fault: silentFault(`${options.name} in ${LOOK_MS / 1_000} s`) };
  const report = await (isLook(action) ? within(clock, run, LOOK_MS, late) : run);
  await slot.close();
  print(options, { driver, ...report, ms: Math.round(clock.monoMs() - began) }, world);
  return report.outcome === 'done' ? 0 : 1;
}

function isBase(action: ProbeAction, base: 'watch' | 'identify' | 'status'): boolean {
  return 'base' in action.does && action.does.base === base;
}

/** Looks have no deadline that could be sent along; all else keeps its own. */
function isLook(action: ProbeAction): boolean {
  return isBase(action, 'identify') || isBase(action, 'status');
}

/** How long it may take, for whoever waits for it. */
function timeText(action: ProbeAction): string {
  if (isBase(action, 'watch')) return 'until Ctrl-C';
  const seconds = (isLook(action) ? LOOK_MS : deadlineOf(action)) / 1_000;
  return `${'sequence' in action.does ? 'each step ' : ''}at most ${seconds} s`;
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
  const { outcome, fault, driver, ms, ...rest } = report;
  if (options.isJson) {
    const remedy = fault === undefined ? undefined : remedyOf(fault, options);
    const why = fault === undefined ? {} : { fault, ...(remedy !== undefined && { remedy }) };
    out(`${JSON.stringify({ driver, outcome, ...why, ...rest, ms })}\n`);
    return;
  }
  if (options.name !== 'watch') {
    for (const [name, value] of Object.entries(rest)) out(`${name}: ${JSON.stringify(value, null, 2)}\n`);
  }
  out(`${options.name}: ${outcome} (${String(ms)} ms)\n`);
  // The reason is the last line, with what to look at.
  if (fault !== undefined) err(`${reasonText(fault, options)}\n`);
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
