import type { Logger } from 'pino';
import type { CreateRecordingMask } from '../framing/frame-mask.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { optionsOf, parseWhere } from '../registry/discover.ts';
import { actionsOf, type ProbeAction } from './probe-actions.table.ts';
import type { RecordedCall, Recording } from './recording-text.ts';
import { ReplayClock } from './replay-clock.ts';
import { ReplayLine, type Difference } from './replay-line.ts';
import {
  ACTION_MS,
  argsOf,
  deadlineOf,
  driverOptionsOf,
  openToolSlot,
  randomOf,
  runAction,
  type Report,
} from './run-action.ts';

/** How much later than recorded a driver may send what it sent then: timers that were measured, not exact. */
const SLACK_MS = 10_000;
/** After the recording's last event a driver settles within its own deadlines. */
const TAIL_MS = 2 * ACTION_MS;
/** Turns of the event loop in which everything that needs no time has happened. */
const SETTLE_TURNS = 4;

export interface ReplayEnd {
  readonly sameBytes: number;
  readonly difference?: Difference | undefined;
  /** A call that ended otherwise than recorded. */
  readonly outcome?: { readonly action: string; readonly recorded: string; readonly replayed: string } | undefined;
  readonly calls: readonly { readonly action: string; readonly outcome: string }[];
}

export interface ReplayDeps {
  readonly createMask: CreateRecordingMask | undefined;
  /** Options that a masked recording leaves out. */
  readonly texts: Readonly<Record<string, string>>;
  readonly log: Pick<Logger, 'debug' | 'info'>;
}

/** Plays the recording as the device against its driver, in the recording's own time, until the end or the first
 *  difference. Calls of a masked recording may end otherwise (their data are zero); their bytes are still compared. */
export async function replayRecording(recording: Recording, deps: ReplayDeps): Promise<ReplayEnd> {
  const clock = new ReplayClock(recording.beganAt);
  const line = new ReplayLine(recording, recording.isMasked ? deps.createMask : undefined);
  const randoms = [...recording.randoms];
  const where = parseWhere(recording.at);
  const slot = openToolSlot({
    driver: recording.driver,
    at: recording.at,
    open: line.open,
    clock,
    driverRandom: (n) => (randoms[0]?.length === n ? (randoms.shift() ?? randomOf(n)) : randomOf(n)),
    // A recording of a bus was made with one unit of it.
    options: { ...(where.ok && optionsOf(where.value)), ...driverOptionsOf(actionsIn(recording)) },
    log: deps.log,
  });
  const stop = new AbortController();
  const calls: { action: string; outcome: string }[] = [];
  for (const call of recording.calls) {
    await passUntil(clock, call.atMs);
    const report = await playing(begin(slot, call, recording, deps, stop.signal), line, clock);
    if (report === undefined) {
      const difference = line.difference ?? line.missing();
      if (difference !== undefined) return ended({ difference });
      return ended({ outcome: { action: call.action, recorded: call.outcome ?? 'none', replayed: 'not at all' } });
    }
    calls.push({ action: call.action, outcome: report.outcome });
    if (!recording.isMasked && call.outcome !== undefined && report.outcome !== call.outcome)
      return ended({ outcome: { action: call.action, recorded: call.outcome, replayed: report.outcome } });
  }
  if (line.difference === undefined) await playing(slot.close(), line, clock);
  return ended({ difference: line.difference ?? line.missing() });

  function ended(how: Pick<ReplayEnd, 'difference' | 'outcome'>): ReplayEnd {
    stop.abort();
    return { sameBytes: line.sameBytes, calls, ...how };
  }
}

function actionsIn({ driver, calls }: Recording): readonly ProbeAction[] {
  const kind = CATALOGUE[driver]?.kind;
  const known = kind === undefined ? {} : actionsOf(kind);
  return calls.flatMap(({ action }) => known[action] ?? []);
}

function begin(
  slot: ReturnType<typeof openToolSlot>,
  call: RecordedCall,
  recording: Recording,
  deps: ReplayDeps,
  signal: AbortSignal,
): Promise<Report> {
  const kind = CATALOGUE[recording.driver]?.kind;
  const action = kind === undefined ? undefined : actionsOf(kind)[call.action];
  const args = action && argsOf(action, { ...call.texts, ...deps.texts });
  if (action === undefined || args?.ok !== true || call.operationId === undefined)
    throw new Error(`unchecked call: ${call.action}`);
  const op = { operationId: call.operationId, deadlineMs: deadlineOf(action) };
  return runAction(slot, { action, args: args.value, isMasked: true, op }, signal);
}

async function passUntil(clock: ReplayClock, untilMs: number): Promise<void> {
  while (clock.step(untilMs)) await settle();
}

/** Lets recording and driver take turns until the work is done.
 *  @returns `undefined` at the first difference. */
async function playing<T>(work: Promise<T>, line: ReplayLine, clock: ReplayClock): Promise<T | undefined> {
  const done: { value?: T; isSo: boolean } = { isSo: false };
  void work.then((value) => Object.assign(done, { value, isSo: true }));
  for (;;) {
    await settle();
    if (line.difference !== undefined) return undefined;
    if (done.isSo) return done.value;
    const dueMs = line.nextAtMs;
    // First whatever the clock has before the event's moment, then the event.
    if (clock.step(dueMs ?? clock.monoMs() + TAIL_MS)) continue;
    if (dueMs === undefined) return undefined;
    if (await line.pass()) continue;
    // The driver has not yet done what it did then: it may be waiting for a timer of its own.
    if (!clock.step(dueMs + SLACK_MS)) return undefined;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
