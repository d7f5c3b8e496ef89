import {
  COLOURS,
  FORMATS,
  jobAttributes,
  mediaDatabase,
  only,
  PATHS,
  printerAttributes,
  SIDES,
  statusOfTicket,
  unsupportedOf,
  type Told,
} from './simulator-attributes.ts';
import { GROUP, IPP_STATUS, OPERATIONS, TAG } from './simulator-codes.table.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import {
  attribute,
  letters,
  numberOf,
  textOf,
  writeAnswer,
  type WireAttribute,
  type WireGroup,
  type WireRequest,
  type WireValue,
} from './simulator-ipp.ts';
import { hasEnded, type Job, type JobTicket } from './simulator-jobs.ts';
import { pagesOf } from './simulator-paper.ts';

/** What the answers need of the server. */
export interface AnswerParts extends Omit<Told, 'uri'> {
  readonly faults: Set<OwnFault>;
}

interface Reply {
  readonly status: number;
  readonly groups?: readonly WireGroup[];
}

const WELL: Reply = { status: IPP_STATUS.well };

/** Answers one request as RFC 8011 tells a server to. */
export function answerTo(request: WireRequest, parts: AnswerParts): Uint8Array {
  const { status, groups = [] } = replyTo(request, parts);
  const operation = {
    tag: GROUP.operation,
    attributes: [
      attribute('attributes-charset', letters(TAG.charset, 'utf-8')),
      attribute('attributes-natural-language', letters(TAG.language, 'en')),
    ],
  };
  const { minor, requestId } = request;
  const major = isVersionKnown(request) ? request.major : 1;
  return writeAnswer({
    major,
    minor: major === request.major ? minor : 1,
    requestId,
    status,
    groups: [operation, ...groups],
  });
}

function replyTo(request: WireRequest, parts: AnswerParts): Reply {
  const wrong = wrongIn(request);
  if (wrong !== undefined) return { status: wrong };
  const uri = targetOf(request);
  if (uri === undefined) return { status: IPP_STATUS.badRequest };
  if (parts.faults.has('no-queue') || !isOurs(uri)) return { status: IPP_STATUS.notFound };
  if (parts.faults.has('no-right')) return { status: IPP_STATUS.forbidden };
  return perform(request, { ...parts, uri: printerOf(uri) }, parts.faults);
}

/** RFC 8011 §4.1: what every request must be. */
function wrongIn(request: WireRequest): number | undefined {
  if (!isVersionKnown(request)) return IPP_STATUS.versionNotSupported;
  const [charset, language] = request.groups[0]?.attributes ?? [];
  const isOpened =
    request.requestId > 0 &&
    request.groups[0]?.tag === GROUP.operation &&
    charset?.name === 'attributes-charset' &&
    language?.name === 'attributes-natural-language';
  if (!isOpened) return IPP_STATUS.badRequest;
  const [name] = charset.values;
  return name !== undefined && ['utf-8', 'us-ascii'].includes(textOf(name).toLowerCase())
    ? undefined
    : IPP_STATUS.charsetNotSupported;
}

function isVersionKnown({ major, minor }: WireRequest): boolean {
  return (major === 1 && minor <= 1) || major === 2;
}

function perform(request: WireRequest, told: Told, faults: Set<OwnFault>): Reply {
  switch (request.operation) {
    case OPERATIONS.getPrinterAttributes:
      return getPrinter(wordsOf(request, 'requested-attributes'), told);
    case OPERATIONS.validateJob:
      return validated(request, told).reply;
    case OPERATIONS.printJob:
      return printJob(request, told);
    case OPERATIONS.getJobs:
      return getJobs(request, told);
    case OPERATIONS.getJobAttributes:
      return getJob(request, told);
    case OPERATIONS.cancelJob:
      return cancelJob(request, told);
    case OPERATIONS.purgeJobs:
      told.engine.purge();
      return WELL;
    case OPERATIONS.pausePrinter:
      faults.add('paused');
      told.engine.run();
      return WELL;
    case OPERATIONS.resumePrinter:
      faults.delete('paused');
      told.engine.run();
      return WELL;
    default:
      return { status: IPP_STATUS.operationNotSupported };
  }
}

/** Its list of media, which is long elsewhere, a printer tells only to who asks for it by name. */
function getPrinter(asked: readonly string[] | undefined, told: Told): Reply {
  const database = asked?.includes('media-col-database') === true ? [mediaDatabase()] : [];
  return one(GROUP.printer, [...only(asked, printerAttributes(told)), ...database]);
}

/** Is it a ticket that would be printed? What of it is left out is told back. */
function validated(request: WireRequest, { isAccepting }: Told): { reply: Reply; isTaken: boolean } {
  const no = (status: number): { reply: Reply; isTaken: boolean } => ({ reply: { status }, isTaken: false });
  if (!isAccepting) return no(IPP_STATUS.notAccepting);
  const format = wordsOf(request, 'document-format')?.[0] ?? FORMATS[0] ?? '';
  if (!FORMATS.includes(format)) return no(IPP_STATUS.formatNotSupported);
  if ((wordsOf(request, 'compression')?.[0] ?? 'none') !== 'none') return no(IPP_STATUS.compressionNotSupported);
  const ticket = request.groups.filter(({ tag }) => tag === GROUP.job).flatMap(({ attributes }) => attributes);
  const unsupported = unsupportedOf(ticket);
  const isFaithful = find(request, 'ipp-attribute-fidelity')?.bytes[0] === 1;
  const status = statusOfTicket(unsupported, isFaithful);
  const groups = unsupported.length === 0 ? [] : [{ tag: GROUP.unsupported, attributes: unsupported }];
  return { reply: { status, groups }, isTaken: status <= IPP_STATUS.ignoredSome };
}

function printJob(request: WireRequest, told: Told): Reply {
  const { reply, isTaken } = validated(request, told);
  if (!isTaken) return reply;
  if (request.document.length === 0) return { status: IPP_STATUS.badRequest };
  const { engine, queue } = told;
  queue.wake();
  const job = queue.add(ticketOf(request), engine.upS);
  const attributes = only(['job-id', 'job-uri', 'job-state', 'job-state-reasons'], jobAttributes(job, told));
  engine.run();
  return { status: reply.status, groups: [...(reply.groups ?? []), { tag: GROUP.job, attributes }] };
}

function ticketOf(request: WireRequest): JobTicket {
  const ticket = request.groups.find(({ tag }) => tag === GROUP.job)?.attributes ?? [];
  const value = (name: string): WireValue | undefined => ticket.find((attr) => attr.name === name)?.values[0];
  const said = (name: string, known: readonly string[]): string => {
    const asked = value(name);
    return asked !== undefined && known.includes(textOf(asked)) ? textOf(asked) : '';
  };
  const copies = value('copies');
  const asked = copies === undefined ? 1 : (numberOf(copies) ?? 1);
  return {
    name: nameOf(request, 'job-name') ?? 'untitled',
    user: nameOf(request, 'requesting-user-name') ?? 'anonymous',
    pages: pagesOf(request.document),
    copies: unsupportedOf(ticket).some(({ name }) => name === 'copies') ? 1 : asked,
    isTwoSided: said('sides', SIDES).startsWith('two-sided'),
    isColour: said('print-color-mode', COLOURS) === 'color',
  };
}

function getJobs(request: WireRequest, told: Told): Reply {
  const which = wordsOf(request, 'which-jobs')?.[0] ?? 'not-completed';
  if (which !== 'completed' && which !== 'not-completed') return { status: IPP_STATUS.valuesNotSupported };
  const limit = find(request, 'limit');
  const isMine = find(request, 'my-jobs')?.bytes[0] === 1;
  const user = nameOf(request, 'requesting-user-name') ?? 'anonymous';
  const asked = wordsOf(request, 'requested-attributes') ?? ['job-id', 'job-uri'];
  const jobs = told.queue.all
    .filter((job) => hasEnded(job) === (which === 'completed') && (!isMine || job.user === user))
    // The latest that ended comes first, the next that will be printed too (RFC 8011 §4.2.6.2).
    .toSorted((a, b) => (which === 'completed' ? b.id - a.id : a.id - b.id))
    .slice(0, limit === undefined ? undefined : numberOf(limit));
  return {
    status: IPP_STATUS.well,
    groups: jobs.map((job) => ({ tag: GROUP.job, attributes: only(asked, jobAttributes(job, told)) })),
  };
}

function getJob(request: WireRequest, told: Told): Reply {
  const job = jobOf(request, told);
  if (job === undefined) return { status: IPP_STATUS.notFound };
  return one(GROUP.job, only(wordsOf(request, 'requested-attributes'), jobAttributes(job, told)));
}

function cancelJob(request: WireRequest, told: Told): Reply {
  const job = jobOf(request, told);
  if (job === undefined) return { status: IPP_STATUS.notFound };
  if (hasEnded(job) || job.isCancelling) return { status: IPP_STATUS.notPossible };
  told.engine.cancel(job);
  return WELL;
}

/** By `job-id` beside the printer's name, or by the end of `job-uri`. */
function jobOf(request: WireRequest, { queue }: Told): Job | undefined {
  const value = find(request, 'job-id');
  const uri = find(request, 'job-uri');
  const id = value === undefined ? Number(/\/(\d{1,9})$/.exec(uri ? textOf(uri) : '')?.[1]) : numberOf(value);
  return id === undefined ? undefined : queue.get(id);
}

function one(tag: number, attributes: readonly WireAttribute[]): Reply {
  return { status: IPP_STATUS.well, groups: [{ tag, attributes }] };
}

function find(request: WireRequest, name: string): WireValue | undefined {
  return request.groups[0]?.attributes.find((attr) => attr.name === name)?.values[0];
}

function wordsOf(request: WireRequest, name: string): string[] | undefined {
  return request.groups[0]?.attributes.find((attr) => attr.name === name)?.values.map(textOf);
}

/** Names are cut where a printer's memory ends. */
function nameOf(request: WireRequest, name: string): string | undefined {
  return wordsOf(request, name)?.[0]?.slice(0, 255);
}

function targetOf(request: WireRequest): string | undefined {
  const printer = find(request, 'printer-uri') ?? find(request, 'job-uri');
  return printer === undefined ? undefined : textOf(printer);
}

function printerOf(uri: string): string {
  return uri.replace(/\/\d{1,9}$/, '');
}

function isOurs(uri: string): boolean {
  const path = /^ipp:\/\/[^/]+(\/.*)$/.exec(uri)?.[1];
  return path !== undefined && PATHS.includes(printerOf(path));
}
