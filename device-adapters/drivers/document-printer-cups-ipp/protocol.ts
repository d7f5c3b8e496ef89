import {
  decodeIpp,
  encodeIpp,
  IPP_GROUP,
  IPP_TAG,
  type IppAttribute,
  type IppBody,
  type IppGroup,
  type IppValue,
} from '../../framing/ipp-attributes.ts';
import { IPP_LIMITS } from './limits.table.ts';

/** Operations (RFC 8011 §5.4.15). */
export const OPERATION = {
  printJob: 0x0002,
  validateJob: 0x0004,
  cancelJob: 0x0008,
  getJobAttributes: 0x0009,
  getJobs: 0x000a,
  getPrinterAttributes: 0x000b,
  resumePrinter: 0x0011,
  purgeJobs: 0x0012,
} as const;
export type Operation = keyof typeof OPERATION;

/** Status codes with a meaning of their own here (RFC 8011 appendix B); below 0x0100 is success. */
export const STATUS = {
  successMost: 0x00ff,
  notPossible: 0x0404,
  notFound: 0x0406,
  unsupported: [0x040a, 0x040b],
} as const;

const VERSION = 0x0101;

/** What goes before every request. */
export interface Head {
  readonly requestId: number;
  readonly uri: string;
}

/** What is printed, without the document. */
export interface Ticket {
  readonly operationId: string;
  readonly sides: 'one' | 'two';
  readonly colour: 'mono' | 'colour';
}

const PRINTER_ATTRIBUTES = [
  'printer-state',
  'printer-state-reasons',
  'printer-state-message',
  'printer-is-accepting-jobs',
  'printer-make-and-model',
  'printer-firmware-string-version',
  'printer-device-id',
  'printer-uuid',
  'cups-version',
];
const JOB_ATTRIBUTES = [
  'job-id',
  'job-name',
  'job-state',
  'job-state-reasons',
  'job-media-sheets-completed',
  'time-at-processing',
];

const text = (tag: number, value: string): IppValue => ({ kind: 'text', tag, value });
const integer = (value: number): IppValue => ({ kind: 'number', tag: IPP_TAG.integer, value });
const flag = (value: boolean): IppValue => ({ kind: 'boolean', tag: IPP_TAG.boolean, value });
const one = (name: string, value: IppValue): IppAttribute => ({ name, values: [value] });
const keywords = (name: string, values: readonly string[]): IppAttribute => ({
  name,
  values: values.map((value) => text(IPP_TAG.keyword, value)),
});

/** Charset and language first, then the target (RFC 8011 §4.1.4–4.1.5): servers refuse another order. */
function encodeRequest(
  operation: Operation,
  { requestId, uri }: Head,
  more: readonly IppAttribute[],
  job: readonly IppAttribute[] = [],
): Uint8Array<ArrayBuffer> {
  const group: IppGroup = {
    tag: IPP_GROUP.operation,
    attributes: [
      one('attributes-charset', text(IPP_TAG.charset, 'utf-8')),
      one('attributes-natural-language', text(IPP_TAG.naturalLanguage, 'en')),
      one('printer-uri', text(IPP_TAG.uri, uri)),
      ...more,
    ],
  };
  const groups = job.length === 0 ? [group] : [group, { tag: IPP_GROUP.job, attributes: job }];
  return encodeIpp({ version: VERSION, code: OPERATION[operation], requestId, groups, data: new Uint8Array(0) });
}

const user = (): IppAttribute => one('requesting-user-name', text(IPP_TAG.name, 'yimen'));

/** Get-Printer-Attributes (RFC 8011 §4.2.5). */
export function encodeGetPrinter(head: Head): Uint8Array<ArrayBuffer> {
  const wanted = keywords('requested-attributes', PRINTER_ATTRIBUTES);
  return encodeRequest('getPrinterAttributes', head, [user(), wanted]);
}

/** Validate-Job, or Print-Job without its document, which follows the last byte (RFC 8011 §4.2.1, §4.2.3). Fidelity is
 *  asked for: a certificate printed on one side instead of two, or grey instead of coloured, is not what was ordered. */
export function encodeJob(operation: 'validateJob' | 'printJob', head: Head, ticket: Ticket): Uint8Array<ArrayBuffer> {
  return encodeRequest(
    operation,
    head,
    [
      user(),
      one('job-name', text(IPP_TAG.name, ticket.operationId)),
      one('ipp-attribute-fidelity', flag(true)),
      one('document-format', text(IPP_TAG.mimeMediaType, 'application/pdf')),
    ],
    [
      one('copies', integer(1)),
      keywords('sides', [ticket.sides === 'one' ? 'one-sided' : 'two-sided-long-edge']),
      keywords('print-color-mode', [ticket.colour === 'mono' ? 'monochrome' : 'color']),
    ],
  );
}

/** Get-Job-Attributes (RFC 8011 §4.3.4). */
export function encodeGetJob(head: Head, jobId: number): Uint8Array<ArrayBuffer> {
  const wanted = keywords('requested-attributes', JOB_ATTRIBUTES);
  return encodeRequest('getJobAttributes', head, [one('job-id', integer(jobId)), user(), wanted]);
}

/** Get-Jobs of everybody; completed ones come newest first (RFC 8011 §4.2.6). */
export function encodeGetJobs(head: Head, which: 'not-completed' | 'completed'): Uint8Array<ArrayBuffer> {
  return encodeRequest('getJobs', head, [
    user(),
    one('limit', integer(IPP_LIMITS.jobsListed)),
    keywords('requested-attributes', JOB_ATTRIBUTES),
    keywords('which-jobs', [which]),
    one('my-jobs', flag(false)),
  ]);
}

/** Cancel-Job (RFC 8011 §4.3.3). */
export function encodeCancelJob(head: Head, jobId: number): Uint8Array<ArrayBuffer> {
  return encodeRequest('cancelJob', head, [one('job-id', integer(jobId)), user()]);
}

/** Purge-Jobs and Resume-Printer (RFC 8011 §4.2.9, §4.2.8). */
export function encodePlain(operation: 'purgeJobs' | 'resumePrinter', head: Head): Uint8Array<ArrayBuffer> {
  return encodeRequest(operation, head, [user()]);
}

/** An answer: its status, and what was in it. */
export interface RawAnswer {
  readonly status: number;
  readonly requestId: number;
  readonly groups: readonly IppGroup[];
}

/** Reads an answer; `undefined` when it is not well-formed. */
export function decodeAnswer(bytes: Uint8Array): RawAnswer | undefined {
  const body: IppBody | undefined = decodeIpp(bytes);
  // The first major versions; a request's version is a small number too, so this only sorts out what is no IPP at all.
  if (body === undefined || body.version < 0x0100 || body.version > 0x02ff) return undefined;
  return { status: body.code, requestId: body.requestId, groups: body.groups };
}

/** What a printer says of itself, in IPP's words; absent: not said. */
export interface RawPrinter {
  /** 3 idle, 4 processing, 5 stopped (RFC 8011 §5.4.11). */
  readonly state: number | undefined;
  readonly reasons: readonly string[] | undefined;
  readonly message: string;
  readonly isAccepting: boolean | undefined;
  readonly model: string;
  readonly firmware: string | undefined;
  readonly deviceId: string;
  readonly uuid: string;
  /** CUPS: what an idle queue says may be old. */
  readonly isCups: boolean;
}

/** The printer of Get-Printer-Attributes; `undefined` without a printer group. */
export function printerOf({ groups }: RawAnswer): RawPrinter | undefined {
  const group = groups.find(({ tag }) => tag === IPP_GROUP.printer);
  if (group === undefined) return undefined;
  return {
    state: numberOf(group, 'printer-state'),
    reasons: textsOf(group, 'printer-state-reasons'),
    message: textsOf(group, 'printer-state-message')?.[0] ?? '',
    isAccepting: booleanOf(group, 'printer-is-accepting-jobs'),
    model: textsOf(group, 'printer-make-and-model')?.[0] ?? '',
    firmware: textsOf(group, 'printer-firmware-string-version')?.[0],
    deviceId: textsOf(group, 'printer-device-id')?.[0] ?? '',
    uuid: textsOf(group, 'printer-uuid')?.[0] ?? '',
    isCups: valuesOf(group, 'cups-version') !== undefined,
  };
}

/** What a server says of one job. */
export interface RawJob {
  readonly id: number;
  readonly name: string;
  /** 3…9 (RFC 8011 §5.3.7); absent: not said. */
  readonly state: number | undefined;
  readonly reasons: readonly string[];
  /** job-media-sheets-completed. */
  readonly sheets: number | null;
  /** Whether it ever came to the printer, by `time-at-processing`; `undefined`: not said. */
  readonly hasBegun: boolean | undefined;
}

/** The jobs of an answer, one per job group with a job id. */
export function jobsOf({ groups }: RawAnswer): RawJob[] {
  return groups.flatMap((group) => {
    const id = group.tag === IPP_GROUP.job ? numberOf(group, 'job-id') : undefined;
    return id === undefined ? [] : [jobOf(group, id)];
  });
}

/** Names of what the server could not do, for a sentence. */
export function unsupportedOf({ groups }: RawAnswer): readonly string[] {
  const refused = groups.filter(({ tag }) => tag === IPP_GROUP.unsupported);
  return refused.flatMap(({ attributes }) => attributes.map(({ name }) => name));
}

function jobOf(group: IppGroup, id: number): RawJob {
  const sheets = numberOf(group, 'job-media-sheets-completed');
  const processing = valuesOf(group, 'time-at-processing')?.[0];
  return {
    id,
    name: textsOf(group, 'job-name')?.[0] ?? '',
    state: numberOf(group, 'job-state'),
    reasons: textsOf(group, 'job-state-reasons') ?? [],
    sheets: sheets === undefined || sheets < 0 ? null : sheets,
    hasBegun: processing === undefined ? undefined : isTime(processing),
  };
}

/** No-value: it has not happened (RFC 8011 §5.3.14). */
function isTime(value: IppValue): boolean | undefined {
  if (value.kind === 'number') return value.value > 0;
  return value.tag === IPP_TAG.noValue ? false : undefined;
}

function valuesOf(group: IppGroup, name: string): readonly IppValue[] | undefined {
  return group.attributes.find((attribute) => attribute.name === name)?.values;
}

function numberOf(group: IppGroup, name: string): number | undefined {
  const value = valuesOf(group, name)?.[0];
  return value?.kind === 'number' ? value.value : undefined;
}

function booleanOf(group: IppGroup, name: string): boolean | undefined {
  const value = valuesOf(group, name)?.[0];
  return value?.kind === 'boolean' ? value.value : undefined;
}

/** One value or many: a list either way. */
function textsOf(group: IppGroup, name: string): readonly string[] | undefined {
  const texts = valuesOf(group, name)?.flatMap((value) => (value.kind === 'text' ? [value.value] : []));
  return texts?.length === 0 ? undefined : texts;
}
