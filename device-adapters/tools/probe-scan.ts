import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { err, ok, type Result } from '@yimen/contracts/base';
import { documentScannerPort, type Fault } from '@yimen/contracts/device';
import type { ShownRead } from './probe-show.ts';

/** One read of the same device, under the same lease. */
export type ReadMore = (verb: string, args: unknown) => Promise<Result<unknown, Fault>>;

interface ProbeScan {
  readonly wish: { readonly pages: number };
  readonly out: string;
}

interface Scanned {
  readonly scanId: string;
  readonly pages: readonly { readonly bytes: number; readonly width: number; readonly height: number }[];
}

/** What is to be scanned, and where it goes; no file of it exists yet. */
export function scanArgs(texts: Readonly<Record<string, string>>): Result<ProbeScan, string> {
  const { out = '', dpi = '200', pages = '1', source = 'glass', mode = 'grey' } = texts;
  if (!out.endsWith('.png')) return err('--out: expected the name of a PNG file, like page.png');
  const wish = { source, pages: Number(pages), dpi: Number(dpi), mode };
  const checked = documentScannerPort.verbs.scan.args.safeParse(wish);
  if (!checked.success) return err(SCAN_SAYS[String(checked.error.issues[0]?.path[0])] ?? 'scan: wrong options');
  const taken = fileNames(out, wish.pages).find((name) => existsSync(name));
  return taken === undefined ? ok({ wish, out }) : err(`--out: ${taken} exists already`);
}

/** The scan's own arguments. */
export function scanWish(made: unknown): unknown {
  return (made as ProbeScan).wish;
}

/** Fetches every page and writes it, for this user only; all files or none.
 *  @fault as `readPage`; configuration a file cannot be written. */
export async function writePages(made: unknown, value: unknown, read: ReadMore): Promise<Result<ShownRead, Fault>> {
  const { scanId, pages } = value as Scanned;
  const names = fileNames((made as ProbeScan).out, pages.length);
  const written: string[] = [];
  for (const [page, name] of names.entries()) {
    const fetched = await fetchPage(read, scanId, page);
    const failed = fetched.ok ? writeNew(name, fetched.value) : fetched.error;
    if (failed !== undefined) {
      for (const old of written) rmSync(old, { force: true });
      return err(failed);
    }
    written.push(name);
  }
  const shown = pages.map(({ bytes, width, height }, page) => ({ file: names[page], bytes, width, height }));
  return ok({ fields: { pages: shown } });
}

const SCAN_SAYS: Readonly<Record<string, string>> = {
  source: '--source: expected glass or feeder',
  pages: '--pages: expected 1 to 20',
  dpi: '--dpi: expected 150, 200 or 300',
  mode: '--mode: expected grey or colour',
};

/** `FILE.png`, `FILE-2.png`, … */
function fileNames(out: string, pages: number): string[] {
  const stem = out.slice(0, -'.png'.length);
  return Array.from({ length: pages }, (_, page) => (page === 0 ? out : `${stem}-${page + 1}.png`));
}

async function fetchPage(read: ReadMore, scanId: string, page: number): Promise<Result<Uint8Array, Fault>> {
  const pieces: Buffer[] = [];
  for (let offset = 0; ;) {
    const given = await read('readPage', { scanId, page, offset });
    if (!given.ok) return given;
    const { piece, end } = given.value as { piece: string; end: boolean };
    const bytes = Buffer.from(piece, 'base64');
    pieces.push(bytes);
    offset += bytes.length;
    if (end) return ok(new Uint8Array(Buffer.concat(pieces)));
  }
}

function writeNew(name: string, bytes: Uint8Array): Fault | undefined {
  try {
    writeFileSync(name, bytes, { flag: 'wx', mode: 0o600 });
    return undefined;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return { code: 'configuration', message: `${name} cannot be written: ${why}`, action: 'configuration' };
  } finally {
    bytes.fill(0);
  }
}
