import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import type { Ticket } from '../../driver-kit/reply-matcher.ts';
import { within } from '../../driver-kit/within.ts';
import type { PrintLine } from './layout.ts';
import { ESCPOS_LIMITS } from './limits.table.ts';
import type { EscposPrinter } from './printer.ts';
import { COMMANDS, encodeSlip } from './protocol.ts';

/** A verb's time and its end: monotonic moment, and the signal that its caller is gone. */
export interface Until {
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

const VOID_SLIP: readonly PrintLine[] = [{ kind: 'text', text: '作废 VOID', isTitle: true }];
const BLANK_PIECE = concatBytes(COMMANDS.initialise, COMMANDS.feedAndCut);

/** Prints and cuts one slip. */
export async function printSlip(
  printer: EscposPrinter,
  until: Until,
  lines: readonly PrintLine[],
): Promise<EffectResult> {
  const start = await untilClean(printer, until);
  if (!start.ok) return notDone(start.error);
  const free = await separate(printer, until);
  // Whatever happened there happened to an older piece of paper.
  if (!free.ok) return notDone(free.error);
  const over = overFault(printer, until);
  if (over !== undefined) return notDone(over);
  printer.paper = 'dirty';
  let acceptedAt: number | undefined;
  const printed = await printWhole(printer, until, encodeSlip(lines), () => {
    acceptedAt ??= printer.clock.wallMs();
  });
  if (!printed.ok) return unknown(printed.error, acceptedAt);
  printer.paper = 'clean';
  return done(printer, acceptedAt);
}

/** Inspects, ends an error that can be ended, and cuts off what may hang. */
export async function resetPrinter(printer: EscposPrinter, until: Until): Promise<EffectResult> {
  const inspected = await printer.ready(true);
  if (!inspected.ok) {
    // Nobody answers, or somebody else.
    if (['offline', 'timeOut', 'configuration'].includes(inspected.error.code)) return notDone(inspected.error);
    await printer.recover();
  }
  const start = await untilClean(printer, until);
  if (!start.ok) return notDone(start.error);
  const free = await separate(printer, until);
  return free.ok ? done(printer) : unknown(free.error);
}

/** Inspects, then feeds and cuts a blank piece: nothing else proves the cutter. */
export async function selfTest(printer: EscposPrinter, until: Until): Promise<EffectResult> {
  const inspected = await printer.ready(true);
  const start = inspected.ok ? await untilClean(printer, until) : inspected;
  if (!start.ok) return notDone(start.error);
  const free = await separate(printer, until);
  const cut = free.ok ? await printWhole(printer, until, [BLANK_PIECE]) : free;
  return cut.ok ? done(printer) : unknown(cut.error);
}

/** Cuts off what may hang from the head, marked void when it is a slip of ours that did not end well: the next
 *  citizen must not find it above the own slip. */
async function separate(printer: EscposPrinter, until: Until): Promise<Result<void, Fault>> {
  if (printer.paper === 'clean') return ok(undefined);
  const chunks = printer.paper === 'dirty' ? encodeSlip(VOID_SLIP) : [BLANK_PIECE];
  const printed = await printWhole(printer, until, chunks);
  if (printed.ok) printer.paper = 'clean';
  return printed;
}

/** All chunks, and behind the last byte a printer that says that it is well, and was well all the time.
 *  @param onPrinted called when the process id of a chunk came back */
async function printWhole(
  printer: EscposPrinter,
  until: Until,
  chunks: readonly Uint8Array[],
  onPrinted: () => void = () => undefined,
): Promise<Result<void, Fault>> {
  printer.forgetTrouble();
  for (const [n, chunk] of chunks.entries()) {
    const over = n === 0 ? undefined : overFault(printer, until);
    const printed = over === undefined ? await printChunk(printer, until, chunk) : err(over);
    if (!printed.ok) return printed;
    onPrinted();
  }
  const end = await untilClean(printer, until);
  return end.ok && printer.trouble !== undefined ? err(printer.trouble) : end;
}

/** Inspected and clean. What heals by itself is waited for. */
async function untilClean(printer: EscposPrinter, until: Until): Promise<Result<void, Fault>> {
  for (;;) {
    const ready = await printer.ready();
    const seen = ready.ok ? await printer.look() : { seen: 'fault' as const, fault: ready.error };
    if (seen.seen === 'clean') return ok(undefined);
    if (seen.fault.action !== 'suspend' || overFault(printer, until) !== undefined) return err(seen.fault);
    await pause(printer.clock, ESCPOS_LIMITS.pollMs, until.signal);
  }
}

/** Sends one chunk and follows it until its process id came back. When it does not, the buffers are cleared: nothing
 *  of it is printed later. */
async function printChunk(printer: EscposPrinter, until: Until, bytes: Uint8Array): Promise<Result<void, Fault>> {
  const sent = await printer.link.print(bytes);
  if (!sent.ok) return sent;
  const fault = await follow(printer, until, sent.value);
  sent.value.drop();
  if (fault === undefined) return ok(undefined);
  await printer.clearBuffers();
  return err(fault);
}

/** `undefined` when the process id came back; else why it is no longer waited for. */
async function follow(printer: EscposPrinter, until: Until, ticket: Ticket<string>): Promise<Fault | undefined> {
  const coming = ticket.within(Math.max(1, until.deadlineAt - printer.clock.monoMs()));
  let movesSince = printer.clock.monoMs();
  for (;;) {
    const came = await within(printer.clock, coming, ESCPOS_LIMITS.pollMs, undefined);
    if (came?.ok === true) return undefined;
    const seen = await printer.look();
    if (seen.seen === 'silent') return seen.fault;
    if (printer.trouble !== undefined) return printer.trouble;
    const over = overFault(printer, until);
    if (over !== undefined) return seen.seen === 'fault' && over.code === 'timeOut' ? seen.fault : over;
    if (seen.seen === 'fault') movesSince = printer.clock.monoMs();
    else if (printer.clock.monoMs() - movesSince >= ESCPOS_LIMITS.stallMs) return printer.jammed();
  }
}

/** Why the verb may not go on: its caller is gone, or its time is over. */
function overFault(printer: EscposPrinter, until: Until): Fault | undefined {
  if (until.signal.aborted) return canceledFault();
  if (printer.clock.monoMs() < until.deadlineAt) return undefined;
  return deviceFault('timeOut', 'not printed in time', 'reset');
}

function done(printer: EscposPrinter, acceptedAt?: number): EffectResult {
  return { outcome: 'done', evidence: [], acceptedAt, completedAt: printer.clock.wallMs() };
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}

function unknown(fault: Fault, acceptedAt?: number): EffectResult {
  return { outcome: 'unknown', evidence: [], fault, acceptedAt };
}
