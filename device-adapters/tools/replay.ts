import { readFileSync, statSync } from 'node:fs';
import { createHostLog } from '../host/host-log.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { actionsOf } from './probe-actions.table.ts';
import { parseReplay, type ReplayOptions } from './recording-options.ts';
import { parseRecording, type Recording } from './recording-text.ts';
import { replayRecording, type ReplayEnd } from './replay-recording.ts';
import { argsOf } from './run-action.ts';

/** Above what `record` writes. */
const FILE_BYTES = 33_554_432;

async function main(): Promise<number> {
  const parsed = parseReplay(process.argv.slice(2));
  if (!parsed.ok) return fail(2, parsed.error);
  if (parsed.value === 'help') return help();
  const options = parsed.value;
  const recording = readRecording(options.file);
  if (typeof recording === 'string') return fail(2, recording);
  const misfit = misfitOf(recording, options);
  if (misfit !== undefined) return fail(2, misfit);
  const log = createHostLog('replay', process.env['YIMEN_LOG']);
  const end = await replayRecording(recording, { createMask: options.createMask, texts: options.texts, log });
  print(options, end);
  return end.difference === undefined && end.outcome === undefined ? 0 : 1;
}

/** @returns the recording, or a sentence */
function readRecording(file: string): Recording | string {
  let text: string;
  try {
    if (statSync(file).size > FILE_BYTES) return `${file} is larger than any recording`;
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return `cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`;
  }
  const recording = parseRecording(text);
  return recording.ok ? recording.value : `${file}: ${recording.error}`;
}

/** Why this recording cannot be played so; `undefined` when it can. */
function misfitOf(recording: Recording, options: ReplayOptions): string | undefined {
  if (recording.driver !== options.driver) return `${options.file} is a recording of ${recording.driver}`;
  if (recording.isMasked && options.createMask === undefined)
    return `${options.file} is masked, and ${options.driver} has no mask to compare with`;
  const actions = actionsOf(CATALOGUE[recording.driver]?.kind ?? 'card-unit');
  for (const call of recording.calls) {
    const action = Object.hasOwn(actions, call.action) ? actions[call.action] : undefined;
    if (action === undefined || call.operationId === undefined)
      return `${options.file}: no action "${call.action}" that ${recording.driver} could repeat`;
    const texts = { ...call.texts, ...options.texts };
    const missing = action.needs.find((key) => texts[key] === undefined);
    if (missing !== undefined) return `${call.action} needs --${missing}, which a masked recording does not hold`;
    const args = argsOf(action, texts);
    if (!args.ok) return args.error;
  }
  return undefined;
}

function print(options: ReplayOptions, end: ReplayEnd): void {
  const { difference, outcome, sameBytes, calls } = end;
  const isSame = difference === undefined && outcome === undefined;
  if (options.isJson) {
    const { driver, file } = options;
    process.stdout.write(
      `${JSON.stringify({ driver, file, outcome: isSame ? 'done' : 'notDone', sameBytes, calls, ...(difference && { difference }), ...(outcome && { otherOutcome: outcome }) })}\n`,
    );
  } else {
    for (const call of calls) process.stdout.write(`${call.action}: ${call.outcome}\n`);
    process.stdout.write(
      `replay: ${isSame ? 'the same' : 'another'} conversation, ${sameBytes} bytes sent as recorded\n`,
    );
  }
  // The reason is the last line.
  if (difference !== undefined) {
    const { line, byte, offset, recorded, sent } = difference;
    const what =
      sent === null
        ? `the driver says nothing where ${recorded} was sent`
        : recorded === null
          ? `the driver goes on with ${sent} where the recording ends`
          : `${recorded} was sent, the driver sends ${sent}`;
    process.stderr.write(`${options.file}:${line}: byte ${byte} (${offset} of all sent): ${what}\n`);
  } else if (outcome !== undefined) {
    process.stderr.write(`${outcome.action} ended ${outcome.replayed}, recorded was ${outcome.recorded}\n`);
  }
}

function fail(status: 1 | 2, sentence: string): number {
  process.stderr.write(`replay: ${sentence}\n`);
  return status;
}

function help(): number {
  process.stdout.write(
    [
      'npm run replay -- DRIVER FILE [--json]',
      '',
      'Plays a recording as the device against its driver, without waiting, and reports the first byte that the driver',
      'sends otherwise than then: line of the file, byte in that line.',
      'FILE     what record has written; --mrz LINE and the like repeat what a masked recording leaves out',
      '--json   one JSON document on stdout, everything else on stderr',
      'Status   0 the same, 1 another byte or outcome (the reason is the last line), 2 wrong use',
      '',
    ].join('\n'),
  );
  return 0;
}

process.exitCode = await main();
