import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Canary } from './canary.ts';
import type { Unread } from './process-memory.ts';
import type { Hit } from './scanner.ts';

/** Reads what is drawn on pictures and pages (tesseract, poppler) and looks for texts of seven characters and more in it:
 *  shorter ones are read out of shadows. A machine without these programs says so. */
export function lookAtPictures(
  pictures: readonly string[],
  canaries: readonly Canary[],
): { readonly hits: readonly Hit[]; readonly unread: readonly Unread[] } {
  const hits: Hit[] = [];
  const unread: Unread[] = [];
  const sought = canaries.flatMap(({ name, value }) =>
    typeof value === 'string' && value.length >= 7 ? [{ name, value: bare(value) }] : [],
  );
  for (const path of pictures) {
    const text = textOn(path);
    if (text === null) unread.push({ place: `pixels of ${path}`, why: 'tesseract or pdftoppm is missing' });
    else
      for (const { name, value } of sought)
        if (bare(text).includes(value))
          hits.push({ place: `pixels of ${path}`, at: 'drawn', labels: [`${name} / pixels`], around: '' });
  }
  return { hits, unread };
}

function bare(text: string): string {
  return text.replaceAll(/[\s-]/gu, '');
}

function textOn(path: string): string | null {
  if (!/\.pdf$/iu.test(path)) return readPicture(path);
  const dir = mkdtempSync(join(tmpdir(), 'yimen-pixels-'));
  try {
    if (spawnSync('pdftoppm', ['-r', '200', '-gray', path, join(dir, 'page')]).status !== 0) return null;
    const pages = readdirSync(dir).map((page) => readPicture(join(dir, page)));
    return pages.includes(null) ? null : pages.join('\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readPicture(path: string): string | null {
  const read = spawnSync('tesseract', [path, '-', '-l', 'chi_sim+eng'], { encoding: 'utf8' });
  return read.status === 0 ? read.stdout : null;
}
