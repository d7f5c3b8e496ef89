import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, callerFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { SaneEnd } from '../../framing/sane-run.ts';
import { SANE_LIMITS } from './limits.table.ts';
import { checkPage, type Bounds, type WantedPage } from './page-check.ts';
import {
  hasResolution,
  pageName,
  reachMm,
  scanArgs,
  wordOf,
  type Mode,
  type RawLook,
  type ScanOrder,
  type Source,
} from './protocol.ts';
import type { FoundScanner, Scanner } from './scanner.ts';
import { badPageTrouble, tooFewTrouble, troubleOf, withSensors, type Trouble } from './status.ts';

/** What the port asks for. */
export interface ScanWish {
  readonly source: Source;
  readonly pages: number;
  readonly dpi: number;
  readonly mode: Mode;
}

/** The configuration's own words, where the scanner's are not known. */
export type OwnWords = Readonly<Partial<Record<Source | Mode, string>>>;

export interface Until {
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/** A page that was judged. */
export interface ScannedPage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
}

const MM_PER_INCH = 25.4;

/** Scans a whole set, or nothing: everything that came is overwritten when one page is missing or bad (F48).
 *  @fault see README.md, "In which order". */
export async function scanPages(
  scanner: Scanner,
  wish: ScanWish,
  words: OwnWords,
  until: Until,
): Promise<Result<ScannedPage[], Fault>> {
  const found = await scanner.ready(until.deadlineAt);
  if (!found.ok) return found;
  const order = orderOf(found.value, wish, words);
  if (!order.ok) return order;
  if (until.signal.aborted) return err(canceledFault());
  const leftMs = until.deadlineAt - scanner.clock.monoMs();
  const ended = await scanner.link.run({
    what: 'scan',
    args: scanArgs(order.value),
    deadlineMs: Math.max(1, Math.floor(Math.max(leftMs - SANE_LIMITS.settleMs, leftMs / 2))),
    graceMs: SANE_LIMITS.scanGraceMs,
    outputBytes: Math.min(wish.pages * SANE_LIMITS.pageBytes, SANE_LIMITS.scanBytes),
    isBound: true,
    signal: until.signal,
  });
  if (!ended.ok) return ended;
  const trouble = countTrouble(ended.value, wish.pages);
  if (trouble !== undefined) return failed(scanner, ended.value, trouble, until);
  const pages = await fetchPages(scanner, ended.value, wantedOf(order.value, wish), until);
  await scanner.link.forget();
  if (pages.ok) scanner.scanned(found.value.look);
  return pages;
}

/** In the scanner's words.
 *  @fault unsupportedCommand it does not have that; softwareError nobody turns pages on a glass. */
function orderOf({ name, look }: FoundScanner, wish: ScanWish, words: OwnWords): Result<ScanOrder, Fault> {
  const { source: from, mode, dpi, pages } = wish;
  if (from === 'glass' && pages > 1) return err(callerFault('scan: the glass takes one page at a time'));
  const source = wordOf(look, 'source', from, words[from]);
  if (source === undefined && (from === 'feeder' || look.has('source'))) return err(lacks(from));
  const modeWord = wordOf(look, 'mode', mode, words[mode]);
  if (modeWord === undefined) return err(lacks(`mode for ${mode}`));
  if (!hasResolution(look, dpi)) return err(lacks(`${dpi} dpi`));
  const area = { widthMm: reachMm(look, 'x'), lengthMm: reachMm(look, 'y') };
  return ok({ device: name, source, mode: modeWord, dpi, ...area, pages });
}

/** Whether it has everything that the port can ask for of one source.
 *  @fault unsupportedCommand what it lacks. */
export function capabilityFault(look: RawLook, words: OwnWords): Fault | undefined {
  for (const mode of ['grey', 'colour'] as const)
    if (wordOf(look, 'mode', mode, words[mode]) === undefined) return lacks(`mode for ${mode}`);
  const missing = [150, 200, 300].find((dpi) => !hasResolution(look, dpi));
  return missing === undefined ? undefined : lacks(`${missing} dpi`);
}

function lacks(what: string): Fault {
  return deviceFault('unsupportedCommand', `the scanner has no ${what}`, 'configuration');
}

/** All and only the pages that were asked for. An empty feeder is told by 7 or by 0, so pages are counted. */
function countTrouble(end: SaneEnd, asked: number): Trouble | undefined {
  const trouble = troubleOf(end);
  const { length } = end.files;
  if (trouble !== undefined && (trouble.fault.code !== 'noMedia' || length === 0)) return trouble;
  if (length < asked) return tooFewTrouble(length, asked);
  const isNamed = end.files.every(({ name }, page) => name === pageName(page));
  if (length > asked || !isNamed) return badPageTrouble('sane-files');
  return trouble;
}

/** Drops what came, then looks what the scanner itself says. */
async function failed(scanner: Scanner, end: SaneEnd, seen: Trouble, until: Until): Promise<Result<never, Fault>> {
  await scanner.link.forget();
  if (until.signal.aborted || seen.fault.code === 'canceled') return err(canceledFault());
  const now = scanner.clock.monoMs();
  const looked = await scanner.ready(Math.max(until.deadlineAt, now + SANE_LIMITS.lateLookMs));
  const look = looked.ok ? looked.value.look : undefined;
  const trouble = withSensors(seen, end.stderr, look);
  scanner.met(trouble, look);
  return err(trouble.fault);
}

async function fetchPages(
  scanner: Scanner,
  end: SaneEnd,
  wanted: WantedPage,
  until: Until,
): Promise<Result<ScannedPage[], Fault>> {
  const pages: ScannedPage[] = [];
  const drop = (fault: Fault): Result<never, Fault> => {
    for (const { png } of pages) png.fill(0);
    return err(fault);
  };
  for (const [file, { bytes }] of end.files.entries()) {
    if (bytes > SANE_LIMITS.pageBytes) return drop(badPageTrouble('page-too-large').fault);
    const png = await scanner.link.fetch(file, bytes, until.deadlineAt);
    if (!png.ok) return drop(png.error);
    const judged = until.signal.aborted ? err(canceledFault()) : judge(png.value, wanted);
    if (!judged.ok) {
      png.value.fill(0);
      return drop(judged.error);
    }
    pages.push(judged.value);
    // A large page takes a tenth of a second: neighbours go between.
    await setImmediate();
  }
  return until.signal.aborted ? drop(canceledFault()) : ok(pages);
}

function judge(png: Uint8Array, wanted: WantedPage): Result<ScannedPage, Fault> {
  const size = checkPage(png, wanted);
  if (!size.ok) return err(badPageTrouble(size.error).fault);
  return ok({ png, ...size.value, sha256: createHash('sha256').update(png).digest('hex') });
}

function wantedOf({ widthMm, lengthMm }: ScanOrder, { dpi, mode, source }: ScanWish): WantedPage {
  const height = pixelsOf(lengthMm, dpi);
  const least = source === 'feeder' ? pixels(SANE_LIMITS.pageLeastMm, dpi) : height[0];
  return { dpi, mode, width: pixelsOf(widthMm, dpi), height: [Math.min(least, height[0]), height[1]] };
}

function pixelsOf(mm: number | undefined, dpi: number): Bounds {
  if (mm === undefined) return [pixels(SANE_LIMITS.pageLeastMm, dpi), pixels(SANE_LIMITS.pageMostMm, dpi)];
  const asked = pixels(mm, dpi);
  const off = Math.max(asked * SANE_LIMITS.sizeTolerance, SANE_LIMITS.sizePixels);
  return [asked - off, asked + off];
}

function pixels(mm: number, dpi: number): number {
  return (mm / MM_PER_INCH) * dpi;
}
