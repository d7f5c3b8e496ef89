import { err, fromHex, ok, operationIdSchema, toHex, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RecordedEvent } from '../transport/recording.ts';

const callSchema = z.strictObject({
  atMs: z.number().min(0),
  /** A word of `probe`. */
  action: z.string(),
  /** An effect's id: devices keep it, so the same one must be sent again. */
  operationId: operationIdSchema.optional(),
  /** Its options; never those of a driver whose recordings are masked. */
  texts: z.record(z.string(), z.string()).optional(),
});

/** One action that made the driver talk, as it was begun, and how it ended. */
export type RecordedCall = z.infer<typeof callSchema> & { readonly outcome?: 'done' | 'notDone' | 'unknown' };

const headSchema = z.strictObject({
  driver: z.string(),
  at: z.string(),
  /** Wall milliseconds of the beginning. */
  beganAt: z.int().min(0),
  isMasked: z.boolean(),
});
type RecordingHead = z.infer<typeof headSchema>;

export interface Recording extends Readonly<RecordingHead> {
  readonly calls: readonly RecordedCall[];
  /** Short random numbers that the driver drew (where its numbering begins), in order. */
  readonly randoms: readonly Uint8Array[];
  /** Each with its line in the file, from 1. */
  readonly events: readonly (RecordedEvent & { readonly line: number })[];
}

const MARK = '# yimen recording 1 ';
const BYTES_A_LINE = 32;

/** The first lines: comments to whoever reads the file as a fixture. */
export function headerText(head: RecordingHead): string {
  const personal = head.isMasked
    ? 'Personal ranges are zero by the driver’s mask, check sums mended.'
    : 'This kind of device carries no personal data.';
  return `${MARK}${JSON.stringify(head)}
# \`>\` host to device, \`<\` device to host; before each its monotonic milliseconds. Origin: npm run record, on a device.
# ${personal}
`;
}

/** A call and how it ended, each a comment of its own. */
export function callText(call: Omit<RecordedCall, 'outcome'>): string {
  return `\n# call ${JSON.stringify(call)}\n`;
}

export function outcomeText(outcome: string): string {
  return `# outcome ${outcome}\n`;
}

export function randomText(bytes: Uint8Array): string {
  return `# random ${toHex(bytes)}\n`;
}

/** An event in the fixtures' form: bytes as `> F2 00 …`, at most 32 a line; all else a comment. */
export function eventText(event: RecordedEvent): string {
  const time = `# @ ${event.atMs.toFixed(1)}`;
  switch (event.event) {
    case 'opened':
      return `${time} opened\n`;
    case 'sent':
    case 'received':
      return `${time}\n${hexLines(event.event === 'sent' ? '>' : '<', event.bytes)}`;
    case 'refused':
    case 'closed':
    case 'lost':
      return `${time} ${event.event} ${event.detail.replaceAll(/\s+/g, ' ')}\n`;
  }
}

function hexLines(mark: string, bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const part = toHex(bytes.subarray(at, at + BYTES_A_LINE)).toUpperCase();
    text += `${mark} ${part.replaceAll(/(..)(?=.)/g, '$1 ')}\n`;
  }
  return text;
}

interface Reading {
  calls: RecordedCall[];
  randoms: Uint8Array[];
  events: (RecordedEvent & { readonly line: number })[];
  atMs: number;
}

/** Reads a recording.
 *  @returns the error names the line that is none of a recording's. */
export function parseRecording(text: string): Result<Recording, string> {
  const lines = text.split('\n');
  const head = headOf(lines[0] ?? '');
  if (head === undefined) return err('not a recording: the first line does not say so');
  const reading: Reading = { calls: [], randoms: [], events: [], atMs: 0 };
  for (const [index, line] of lines.entries()) {
    if (index > 0 && !readLine(line.trimEnd(), index + 1, reading))
      return err(`line ${index + 1} is none of a recording: ${line.slice(0, 40)}`);
  }
  const { calls, randoms, events } = reading;
  return ok({ ...head, calls, randoms, events });
}

function headOf(line: string): RecordingHead | undefined {
  return line.startsWith(MARK) ? headSchema.safeParse(jsonOf(line.slice(MARK.length))).data : undefined;
}

function readLine(line: string, number: number, reading: Reading): boolean {
  if (line.startsWith('>') || line.startsWith('<')) return readBytes(line, number, reading);
  const [, word, rest = ''] = /^# (call|outcome|random|@) (.*)$/.exec(line) ?? [];
  switch (word) {
    case 'call':
      return readCall(rest, reading);
    case 'outcome':
      return readOutcome(rest, reading);
    case 'random':
      return /^(?:[0-9a-fA-F]{2}){1,2}$/.test(rest) && reading.randoms.push(fromHex(rest)) > 0;
    case '@':
      return readMoment(rest, number, reading);
    default:
      return line === '' || line.startsWith('#');
  }
}

function readBytes(line: string, number: number, reading: Reading): boolean {
  if (!/^[<>](?: [0-9a-fA-F]{2})+$/.test(line)) return false;
  const event = line.startsWith('>') ? 'sent' : 'received';
  reading.events.push({ atMs: reading.atMs, event, bytes: fromHex(line.slice(1)), line: number });
  return true;
}

function readCall(rest: string, reading: Reading): boolean {
  const call = callSchema.safeParse(jsonOf(rest)).data;
  if (call !== undefined) reading.calls.push(call);
  return call !== undefined;
}

function readOutcome(rest: string, reading: Reading): boolean {
  const last = reading.calls.pop();
  if (last === undefined || (rest !== 'done' && rest !== 'notDone' && rest !== 'unknown')) return false;
  reading.calls.push({ ...last, outcome: rest });
  return true;
}

function readMoment(rest: string, number: number, reading: Reading): boolean {
  const [, ms, word, detail = ''] = /^(\d+\.\d)(?: (opened|refused|closed|lost) ?(.*))?$/.exec(rest) ?? [];
  if (ms === undefined) return false;
  reading.atMs = Number(ms);
  if (word === 'opened') reading.events.push({ atMs: reading.atMs, event: word, line: number });
  else if (word === 'refused' || word === 'closed' || word === 'lost')
    reading.events.push({ atMs: reading.atMs, event: word, detail, line: number });
  return true;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
