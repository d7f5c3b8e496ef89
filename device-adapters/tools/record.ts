import { closeSync, openSync, writeSync } from 'node:fs';
import { createHostLog } from '../host/host-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { openerOf, optionsOf, WHERE_FORMS } from '../registry/discover.ts';
import { recordingOpener, type RecordedEvent } from '../transport/recording.ts';
import { openUnlessHeld } from './open-unless-held.ts';
import { parseRecord, type RecordOptions } from './recording-options.ts';
import { callText, eventText, headerText, outcomeText, randomText } from './recording-text.ts';
import { reasonText } from './remedies.table.ts';
import { driverOptionsOf, newOperationOf, openToolSlot, randomOf, runAction, type Report } from './run-action.ts';

/** Room for hours of polling, or a hundred pictures; then the recording ends. */
const FILE_BYTES = 16_777_216;
/** Longer random numbers are keys; a numbering begins with two bytes at most. */
const NUMBERING_BYTES = 2;

async function main(): Promise<number> {
  const parsed = parseRecord(process.argv.slice(2));
  if (!parsed.ok) return fail(2, parsed.error);
  if (parsed.value === 'help') return help();
  if (process.env['NODE_ENV'] === 'production') return fail(1, 'refused: NODE_ENV is production');
  let fd: number;
  try {
    // Never over an existing file: it may be the only recording of a rare fault.
    fd = openSync(parsed.value.file, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fail(1, `cannot make ${parsed.value.file}: ${code === 'EEXIST' ? 'it is there already' : code}`);
  }
  try {
    return await record(parsed.value, fd);
  } finally {
    closeSync(fd);
  }
}

async function record(options: RecordOptions, fd: number): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const counts = { sent: 0, received: 0, file: 0 };
  const write = (text: string): void => {
    if (counts.file + text.length > FILE_BYTES) stop.abort();
    else counts.file += writeSync(fd, text);
  };
  const beganMs = systemClock.monoMs();
  const { driver, at, createMask } = options;
  write(headerText({ driver, at, beganAt: Date.now(), isMasked: createMask !== undefined }));
  const onEvent = (event: RecordedEvent): void => {
    if (event.event === 'sent' || event.event === 'received') counts[event.event] += event.bytes.length;
    write(eventText(event));
  };
  const log = createHostLog('record', process.env['YIMEN_LOG']);
  const slot = openToolSlot({
    driver,
    at,
    open: recordingOpener(openUnlessHeld(at, openerOf(options.where, systemClock)), {
      clock: systemClock,
      beganMs,
      createMask,
      onEvent,
    }),
    clock: systemClock,
    driverRandom: (n) => {
      const bytes = randomOf(n);
      if (n <= NUMBERING_BYTES) write(randomText(bytes));
      return bytes;
    },
    options: { ...optionsOf(options.where), ...driverOptionsOf(options.actions.map(({ action }) => action)) },
    log,
  });
  if (!options.isJson) process.stderr.write(`recording ${driver} at ${at} into ${options.file} …\n`);
  const calls: (Report & { action: string })[] = [];
  for (const { name, action, args } of options.actions) {
    if (stop.signal.aborted) break;
    if (!options.isJson) process.stderr.write(`${action.says} …\n`);
    const op = newOperationOf(action);
    const atMs = Math.round(systemClock.monoMs() - beganMs);
    // What goes with an action may be personal (a chip's access line); a masked recording leaves it out.
    const texts = createMask === undefined ? { texts: options.texts } : {};
    write(callText({ atMs, action: name, operationId: op.operationId, ...texts }));
    const report = await runAction(slot, { action, args, isMasked: true, op }, stop.signal);
    write(outcomeText(report.outcome));
    calls.push({ action: name, ...report });
  }
  await slot.close();
  return report(options, calls, counts, Math.round(systemClock.monoMs() - beganMs));
}

/** A recording of a device that fails is a good recording: only a line that never opened is none. */
function report(
  options: RecordOptions,
  calls: readonly (Report & { action: string })[],
  { sent, received, file }: { readonly sent: number; readonly received: number; readonly file: number },
  ms: number,
): number {
  const isWhole = file < FILE_BYTES && calls.length === options.actions.length;
  const outcome = sent > 0 && isWhole ? 'done' : 'notDone';
  const isMasked = options.createMask !== undefined;
  const fault = calls.find((call) => call.fault !== undefined)?.fault;
  const { driver } = options;
  if (options.isJson)
    process.stdout.write(
      `${JSON.stringify({ driver, outcome, file: options.file, isMasked, sent, received, calls, ...(outcome === 'notDone' && { fault }), ms })}\n`,
    );
  else {
    for (const call of calls) process.stdout.write(`${call.action}: ${call.outcome}\n`);
    process.stdout.write(
      `record: ${outcome}, ${sent} bytes sent, ${received} received, ${isMasked ? 'masked' : 'nothing personal'} (${ms} ms)\n`,
    );
  }
  if (outcome === 'done') return 0;
  const reason = fault === undefined ? 'stopped before its end' : reasonText(fault, options);
  process.stderr.write(`${reason}\n`);
  return 1;
}

function fail(status: 1 | 2, sentence: string): number {
  process.stderr.write(`record: ${sentence}\n`);
  return status;
}

function help(): number {
  process.stdout.write(
    [
      'npm run record -- DRIVER --at WHERE FILE [ACTION …] [--json]',
      '',
      'Records what goes over a device’s line while its driver acts: both directions with their times, as the fixtures',
      'have them. Card and document data are zero in the file. A driver without a mask for them is not recorded.',
      `WHERE    ${WHERE_FORMS}`,
      'FILE     is made; never written over',
      'ACTION   identify, status (these two when none is given), selftest, and what the device can do; with its options',
      '--json   one JSON document on stdout, everything else on stderr',
      'Status   0 recorded, 1 it failed (the reason is the last line), 2 wrong use',
      '',
    ].join('\n'),
  );
  return 0;
}

process.exitCode = await main();
