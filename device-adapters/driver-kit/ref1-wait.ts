import { err, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, silentFault } from './device-faults.ts';
import { pause } from './pause.ts';
import type { Ref1Device } from './ref1-device.ts';
import { ref1Value, type Ref1Field } from './ref1-fields.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { REF1_COMMAND, REF1_RESULT, REF1_TAG, type RawEnd } from './ref1-protocol.ts';
import { ref1Fault } from './ref1-status.ts';
import { within } from './within.ts';

/** A read that waits for a person. */
export interface Ref1Wait {
  readonly command: number;
  /** Beside those that say which wait it is and how long it lasts. */
  readonly fields: readonly Ref1Field[];
  /** Of the caller, from now. */
  readonly deadlineMs: number;
  /** Kept back from the deadline for what the caller does with the end, beside the time for a stop. */
  readonly keptMs: number;
  /** The caller has gone away. */
  readonly signal: AbortSignal;
  /** The wait is over and nobody came. */
  readonly tooLate: Fault;
}

/** Asks a ready device for something that a person has to do, and ends the wait when its caller goes away or its time is
 *  over. What the person did at the last moment counts, unless the caller is gone.
 *  @fault timeOut nothing was asked for lack of time, or the device is silent; canceled; `tooLate`; else the device's own.
 *  @source README.md of drivers/endorsement-printer-yimen-ref1, "Larger objects, and reads that wait" */
export async function askRef1Waiting(device: Ref1Device, wait: Ref1Wait): Promise<Result<RawEnd, Fault>> {
  const { signal } = wait;
  if (signal.aborted) return err(canceledFault());
  const leftMs = wait.deadlineMs - wait.keptMs - REF1_LIMITS.waitStopMs;
  const waitS = Math.min(Math.floor(leftMs / 1_000), REF1_LIMITS.waitMostS);
  if (waitS < 1) return err(silentFault('a person, in the time that is left'));
  const name: Ref1Field = [REF1_TAG.wait, ref1Value.u32(device.nextWait())];
  const fields: readonly Ref1Field[] = [name, [REF1_TAG.atMost, ref1Value.u16(waitS)], ...wait.fields];
  const waitMs = waitS * 1_000 + REF1_LIMITS.waitGraceMs;
  const asked = device.ask(wait.command, fields, waitMs + REF1_LIMITS.waitStopMs);
  const ended = await endedInTime(device, asked, waitMs, signal);
  if (ended !== undefined) return isStopped(ended) ? err(canceledFault()) : ended;
  const last = await stopped(device, asked, name);
  if (signal.aborted) return err(canceledFault());
  return last ?? err(wait.tooLate);
}

/** The device's own end of the wait, or `undefined` when the host has to end it. */
async function endedInTime<T>(
  device: Ref1Device,
  asked: Promise<T>,
  ms: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const ended = new AbortController();
  const over = pause(device.clock, ms, AbortSignal.any([signal, ended.signal])).then(() => undefined);
  const first = await Promise.race([asked, over]);
  ended.abort();
  return first;
}

/** Ends the wait. @returns what the person did before that, or why the device could not be asked; else `undefined`. */
async function stopped(
  device: Ref1Device,
  asked: Promise<Result<RawEnd, Fault>>,
  name: Ref1Field,
): Promise<Result<RawEnd, Fault> | undefined> {
  const silent = err(silentFault('the end of the wait'));
  const stop = await within(device.clock, device.ask(REF1_COMMAND.stop, [name]), REF1_LIMITS.stopMs, silent);
  if (!stop.ok) return stop;
  // The end of the wait comes before that of the stop; it is here unless the line ate it.
  const last = await within(device.clock, asked, REF1_LIMITS.askAgainMs, undefined);
  return last === undefined || isStopped(last) ? undefined : last;
}

/** By its code and not by its word: a person's own cancel is `canceled` too. */
function isStopped(end: Result<RawEnd, Fault>): boolean {
  return !end.ok && end.error.vendorCode === ref1Fault(REF1_RESULT.stopped, {}).vendorCode;
}
