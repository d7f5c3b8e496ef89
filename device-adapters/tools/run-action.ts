import { randomBytes } from 'node:crypto';
import { err, newOperationId, ok, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { DeviceStatus, Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import type { Logger } from 'pino';
import { offlineFault, unsupportedFault } from '../driver-kit/device-faults.ts';
import { DeviceSlot } from '../driver-kit/device-slot.ts';
import { openOperationFile } from '../driver-kit/operation-file.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import type { ProbeAction } from './probe-actions.table.ts';
import type { ProbeLine } from './probe-frame.ts';
import { maskedRead, type ShownRead } from './probe-show.ts';
import { runSequence } from './run-sequence.ts';

/** How long one action may take, unless it says otherwise: a technician stands there and puts in the card. */
export const ACTION_MS = 30_000;

/** How long a look without a deadline of its own (`identify`, `status`) may take. A driver needs less: its own bounds are
 *  at most 11 s, where scanimage asks every backend. */
export const LOOK_MS = 15_000;

/** What a tool prints with --json: the outcome and what came of it. */
export type Report = { readonly outcome: 'done' | 'notDone' | 'unknown'; readonly fault?: Fault } & Readonly<
  Record<string, unknown>
>;

export const randomOf: RandomBytes = (n) => new Uint8Array(randomBytes(n));

/** How long this action may take. */
export function deadlineOf(action: ProbeAction): number {
  return action.takesMs ?? ACTION_MS;
}

/** A fresh operation of a technician. */
export function newOperationOf(action: ProbeAction): Op {
  return { operationId: newOperationId(Date.now(), randomOf), deadlineMs: deadlineOf(action) };
}

/** Options of the driver that these actions need. */
export function driverOptionsOf(actions: readonly ProbeAction[]): Readonly<Record<string, string | number | boolean>> {
  return Object.assign({}, ...actions.map(({ options }) => options)) as Record<string, string | number | boolean>;
}

export interface ToolSlotOptions {
  /** A driver of the catalogue. */
  readonly driver: string;
  readonly at: string;
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly driverRandom: RandomBytes;
  /** What the WHERE says besides. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly log: Pick<Logger, 'debug' | 'info'>;
}

/** One device in a slot of its own: a technician's claims, checks and duplicates are those of the host. */
export function openToolSlot(options: ToolSlotOptions): DeviceSlot {
  const row = CATALOGUE[options.driver];
  const file = openOperationFile(':memory:');
  if (row === undefined || !file.ok) throw new Error('the tool cannot start');
  const { log, clock, open, at } = options;
  const driver = row.create({
    open,
    clock,
    random: options.driverRandom,
    log: { debug: (line, fields) => log.debug(fields ?? {}, line) },
    at,
    // A technician's look must not cancel what the host prints at this moment.
    options: { purgeAtStart: false, ...options.options },
  });
  return new DeviceSlot({
    device: row.kind,
    driver,
    clock,
    random: randomOf,
    hostEpoch: `tool-${process.pid}`,
    file: file.value,
    log: (line, fields) => log.info(fields, line),
  });
}

/** Arguments of an action's verb from what was typed; the error is a sentence for whoever typed it. */
export function argsOf(action: ProbeAction, texts: Readonly<Record<string, string>>): Result<unknown, string> {
  return 'args' in action.does ? action.does.args(texts) : ok(undefined);
}

export interface ActionRun {
  readonly action: ProbeAction;
  readonly args: unknown;
  /** Personal values become their length. */
  readonly isMasked: boolean;
  readonly op: Op;
  /** For actions that speak over a line of their own; absent: there is none to be had. */
  readonly line?: ProbeLine;
  /** Told before each step of a sequence. */
  readonly onStep?: (line: string) => void;
}

/** Runs one action once; `watch` is one look. Ends early when `signal` aborts. */
export async function runAction(slot: DeviceSlot, run: ActionRun, signal: AbortSignal): Promise<Report> {
  const { does } = run.action;
  if ('base' in does) {
    switch (does.base) {
      case 'identify':
        return ofResult(await slot.describe(), (description) => ({ description }));
      case 'status':
      case 'watch':
        return ofStatus(await slot.status(0));
      case 'selftest':
        return withLease(slot, signal, async (lease) => ofRecord(await slot.selfTest(lease, run.op)));
    }
  }
  if ('line' in does) {
    if (run.line === undefined) return { outcome: 'notDone', fault: unsupportedFault('a line of its own') };
    return ofResult(await does.line(run.line, run.args), (shown) => shown);
  }
  if ('sequence' in does) return withLease(slot, signal, (lease) => sequence(slot, lease, does, run));
  return withLease(slot, signal, async (lease) => {
    if (does.nature === 'effect') return effectAfterSteps(slot, lease, does, run);
    if (does.fetch !== undefined) return ofResult(await readAndFetch(slot, lease, does, run), (shown) => shown);
    return ofResult(await readBetween(slot, lease, does, run.args), (value) => {
      const shown = does.show?.(value) ?? { fields: value };
      return run.isMasked ? maskedRead(shown, does.open ?? []) : shown;
    });
  });
}

/** The first effect is the operation that was given, each further one is new. */
function sequence(
  slot: DeviceSlot,
  lease: Lease,
  { sequence: steps, last }: Extract<ProbeAction['does'], { sequence: unknown }>,
  run: ActionRun,
): Promise<Report> {
  const given = [run.op];
  const newOperation = (): Op => given.shift() ?? newOperationOf(run.action);
  return runSequence({
    slot,
    lease,
    steps,
    last,
    newOperation,
    readMs: ACTION_MS,
    onStep: run.onStep ?? (() => undefined),
  });
}

/** One effect, with the reads that it needs before it. The first that fails is why it was not done. */
async function effectAfterSteps(
  slot: DeviceSlot,
  lease: Lease,
  { verb, steps }: Extract<ProbeAction['does'], { verb: string }>,
  run: ActionRun,
): Promise<Report> {
  const { before, args } = steps?.(run.args) ?? { before: [], args: run.args };
  for (const step of before) {
    const read = await slot.read(lease, ACTION_MS, step.verb, step.args);
    if (!read.ok) return { outcome: 'notDone', fault: read.error };
  }
  return ofRecord(await slot.effect(lease, run.op, verb, args));
}

/** One read, with the one that must come before it and the one that must come after it, whatever it gave. */
async function readBetween(
  slot: DeviceSlot,
  lease: Lease,
  { verb, between }: Extract<ProbeAction['does'], { verb: string }>,
  args: unknown,
): Promise<Result<unknown, Fault>> {
  if (between === undefined) return slot.read(lease, ACTION_MS, verb, args);
  const begun = await slot.read(lease, ACTION_MS, between.begin, between.args);
  if (!begun.ok) return begun;
  const value = await slot.read(lease, ACTION_MS, verb, args);
  const ended = await slot.read(lease, ACTION_MS, between.end, {});
  return value.ok && !ended.ok ? ended : value;
}

/** One read, and with more of them what it told of. */
async function readAndFetch(
  slot: DeviceSlot,
  lease: Lease,
  { verb, fetch }: Extract<ProbeAction['does'], { verb: string }>,
  run: ActionRun,
): Promise<Result<ShownRead, Fault>> {
  if (fetch === undefined) return err(unsupportedFault(verb));
  const value = await slot.read(lease, deadlineOf(run.action), verb, fetch.args(run.args));
  if (!value.ok) return value;
  return fetch.finish(run.args, value.value, (more, args) => slot.read(lease, ACTION_MS, more, args));
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
  const report = await act(claimed.value);
  slot.release(claimed.value);
  return report;
}

function ofResult<T>(result: Result<T, Fault>, show: (value: T) => Readonly<Record<string, unknown>>): Report {
  return result.ok ? { outcome: 'done', ...show(result.value) } : { outcome: 'notDone', fault: result.error };
}

function ofStatus(status: DeviceStatus): Report {
  const { fault, source } = status;
  // Another device answers, or this one is set up wrongly: what it says of itself is no answer to the question.
  const isWrong = fault?.action === 'configuration' || fault?.action === 'softwareError';
  if (source !== 'stale' && !isWrong) return { outcome: 'done', status };
  return { outcome: 'notDone', fault: fault ?? offlineFault('the device does not answer'), status };
}

function ofRecord(result: Result<OperationRecord, Fault>): Report {
  if (!result.ok) return { outcome: 'notDone', fault: result.error };
  const { outcome, fault, evidence, value, operationId } = result.value;
  return { outcome: outcome ?? 'unknown', ...(fault && { fault }), evidence, ...(value && { value }), operationId };
}
