import { IPP_STATUS, OPERATIONS, TAG } from './simulator-codes.table.ts';
import type { PrintEngine } from './simulator-engine.ts';
import {
  attribute,
  collection,
  flag,
  keywords,
  letters,
  NO_VALUE,
  range,
  textOf,
  whole,
  type WireAttribute,
  type WireValue,
} from './simulator-ipp.ts';
import { sheetsOf, type Job, type JobQueue } from './simulator-jobs.ts';
import type { PaperWorks } from './simulator-paper.ts';

export const PATHS: readonly string[] = ['/ipp/print', '/printers/kiosk'];
export const SIDES: readonly string[] = ['one-sided', 'two-sided-long-edge', 'two-sided-short-edge'];
export const COLOURS: readonly string[] = ['monochrome', 'color', 'auto'];
export const FORMATS: readonly string[] = ['application/pdf', 'application/octet-stream'];
const MEDIA: readonly string[] = ['iso_a4_210x297mm'];
const MOST_COPIES = 99;
const MODEL = 'Yimen A4-1';

/** What a printer tells of itself. */
export interface Told {
  readonly engine: PrintEngine;
  readonly queue: JobQueue;
  readonly works: PaperWorks;
  readonly serial: string;
  readonly isAccepting: boolean;
  readonly isCups: boolean;
  /** Under which name it was asked. */
  readonly uri: string;
}

const text = (value: string): WireValue => letters(TAG.text, value);
const name = (value: string): WireValue => letters(TAG.name, value);
const integer = (value: number): WireValue => whole(TAG.integer, value);

/** Every attribute of the printer (RFC 8011 §5.4; names of supplies: PWG 5100.9). */
export function printerAttributes(told: Told): WireAttribute[] {
  return [...stateAttributes(told), ...identityAttributes(told), ...abilities(told)];
}

function stateAttributes({ engine, queue, works, isAccepting }: Told): WireAttribute[] {
  const { black, colour } = works.now;
  return [
    attribute('printer-state', whole(TAG.enum, engine.state)),
    attribute('printer-state-reasons', ...keywords(...engine.reasons)),
    attribute('printer-state-message', text(engine.message)),
    attribute('printer-is-accepting-jobs', flag(isAccepting)),
    attribute('printer-up-time', integer(engine.upS)),
    attribute('queued-job-count', integer(queue.waiting.length)),
    attribute('marker-names', name('black toner'), name('colour toner')),
    attribute('marker-types', ...keywords('toner', 'toner')),
    attribute('marker-colors', name('#000000'), name('#00FFFF#FF00FF#FFFF00')),
    attribute('marker-levels', integer(Math.ceil(black)), integer(Math.ceil(colour))),
    attribute('media-ready', ...(works.now.sheets > 0 ? keywords(...MEDIA) : [NO_VALUE])),
  ];
}

function identityAttributes({ serial, isCups, uri }: Told): WireAttribute[] {
  const web = uri.replace(/^ipps?:/, 'http:');
  const cups = [attribute('cups-version', text('2.4.2'))];
  const own = [
    attribute('printer-firmware-string-version', text('1.4.2')),
    attribute('printer-device-id', text(`MFG:Yimen;MDL:A4-1;CMD:PDF;SN:${serial};`)),
  ];
  return [
    attribute('printer-name', name('kiosk')),
    attribute('printer-info', text('Kiosk A4')),
    attribute('printer-location', text('')),
    attribute('printer-make-and-model', text(isCups ? `${MODEL} - IPP Everywhere` : MODEL)),
    attribute('printer-uuid', letters(TAG.uri, `urn:uuid:${uuidOf(serial)}`)),
    ...(isCups ? cups : own),
    attribute('printer-uri-supported', letters(TAG.uri, uri)),
    attribute('printer-more-info', letters(TAG.uri, web)),
    attribute('uri-authentication-supported', ...keywords('none')),
    attribute('uri-security-supported', ...keywords('none')),
  ];
}

/** The same serial number, the same name. */
function uuidOf(serial: string): string {
  const digits = Buffer.from(serial, 'utf8').toString('hex').padEnd(20, '0').slice(0, 20);
  return `59494d45-${digits.slice(0, 4)}-4${digits.slice(5, 8)}-8${digits.slice(9, 12)}-${digits.slice(8, 20)}`;
}

function abilities({ works }: Told): WireAttribute[] {
  return [
    attribute('charset-configured', letters(TAG.charset, 'utf-8')),
    attribute('charset-supported', letters(TAG.charset, 'utf-8')),
    attribute('natural-language-configured', letters(TAG.language, 'en')),
    attribute('generated-natural-language-supported', letters(TAG.language, 'en')),
    attribute('ipp-versions-supported', ...keywords('1.1', '2.0')),
    attribute('operations-supported', ...Object.values(OPERATIONS).map((code) => whole(TAG.enum, code))),
    attribute('compression-supported', ...keywords('none')),
    attribute('document-format-default', letters(TAG.mime, FORMATS[0] ?? '')),
    attribute('document-format-supported', ...FORMATS.map((format) => letters(TAG.mime, format))),
    attribute('pdl-override-supported', ...keywords('attempted')),
    attribute('multiple-document-jobs-supported', flag(false)),
    attribute('color-supported', flag(works.now.colour > 0)),
    attribute('pages-per-minute', integer(30)),
    attribute('copies-default', integer(1)),
    attribute('copies-supported', range(1, MOST_COPIES)),
    attribute('sides-default', ...keywords('one-sided')),
    attribute('sides-supported', ...keywords(...SIDES)),
    attribute('print-color-mode-default', ...keywords('monochrome')),
    attribute('print-color-mode-supported', ...keywords(...COLOURS)),
    attribute('media-default', ...keywords(...MEDIA)),
    attribute('media-supported', ...keywords(...MEDIA)),
    attribute('media-col-default', ...mediaCollection()),
  ];
}

/** A4 in hundredths of a millimetre. */
function mediaCollection(): WireValue[] {
  const size = collection({ 'x-dimension': [integer(21_000)], 'y-dimension': [integer(29_700)] });
  return collection({ 'media-size': size });
}

export function mediaDatabase(): WireAttribute {
  return attribute('media-col-database', ...mediaCollection());
}

/** Every attribute of a job (RFC 8011 §5.3). */
export function jobAttributes(job: Job, { engine, uri }: Pick<Told, 'engine' | 'uri'>): WireAttribute[] {
  const at = (seconds: number | null): WireValue => (seconds === null ? NO_VALUE : integer(seconds));
  return [
    attribute('job-id', integer(job.id)),
    attribute('job-uri', letters(TAG.uri, `${uri}/${job.id}`)),
    attribute('job-printer-uri', letters(TAG.uri, uri)),
    attribute('job-name', name(job.name)),
    attribute('job-originating-user-name', name(job.user)),
    attribute('job-state', whole(TAG.enum, job.state)),
    attribute('job-state-reasons', ...keywords(job.reason)),
    attribute('job-state-message', text('')),
    attribute('job-media-sheets', integer(sheetsOf(job))),
    attribute('job-media-sheets-completed', integer(engine.told(job))),
    attribute('job-impressions', integer(job.pages * job.copies)),
    attribute('time-at-creation', integer(job.createdAt)),
    attribute('time-at-processing', at(job.processingAt)),
    attribute('time-at-completed', at(job.endedAt)),
    attribute('job-printer-up-time', integer(engine.upS)),
    attribute('copies', integer(job.copies)),
    attribute('sides', ...keywords(job.isTwoSided ? 'two-sided-long-edge' : 'one-sided')),
    attribute('print-color-mode', ...keywords(job.isColour ? 'color' : 'monochrome')),
  ];
}

const GROUPS = new Set(['all', 'printer-description', 'job-description', 'job-template']);

/** What was asked for of what there is. A name of a whole group stands for everything.
 *  @param asked `requested-attributes`, or what an operation gives by itself */
export function only(asked: readonly string[] | undefined, attributes: readonly WireAttribute[]): WireAttribute[] {
  if (asked === undefined || asked.some((one) => GROUPS.has(one))) return [...attributes];
  return attributes.filter((one) => asked.includes(one.name));
}

/** A ticket's attributes that this printer does not have, or not with that value. */
export function unsupportedOf(attributes: readonly WireAttribute[]): WireAttribute[] {
  return attributes.filter((one) => {
    const { name: asked, values } = one;
    const [value] = values;
    if (value === undefined) return false;
    if (asked === 'copies') return !isCopies(value);
    const has = { sides: SIDES, 'print-color-mode': COLOURS, media: MEDIA }[asked];
    return has === undefined || !has.includes(textOf(value));
  });
}

function isCopies({ tag, bytes }: WireValue): boolean {
  return tag === TAG.integer && bytes.length === 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0
    ? (bytes[3] ?? 0) >= 1 && (bytes[3] ?? 0) <= MOST_COPIES
    : false;
}

/** The status that fits a ticket of which something is left out. */
export function statusOfTicket(unsupported: readonly WireAttribute[], isFaithful: boolean): number {
  if (unsupported.length === 0) return IPP_STATUS.well;
  return isFaithful ? IPP_STATUS.valuesNotSupported : IPP_STATUS.ignoredSome;
}
