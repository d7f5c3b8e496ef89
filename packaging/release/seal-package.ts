import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestSchema, PACKAGE_FILES, releaseSchema, type Release } from '@yimen/contracts/service';

/** The `release.json` that fits the files in `dir` as they are: every file by bytes and SHA-256. Files must be canonical
 *  (two spaces, one line feed at the end), so that the same content always has the same digest.
 *  @throws Error naming the file that is missing or not canonical. */
export async function describeRelease(dir: string): Promise<Release> {
  const files: Release['files'] = [];
  for (const path of PACKAGE_FILES) {
    const bytes = await readFile(join(dir, path));
    const canonical = `${JSON.stringify(JSON.parse(bytes.toString('utf8')), null, 2)}\n`;
    if (canonical !== bytes.toString('utf8'))
      throw new Error(`${join(dir, path)} is not canonical JSON: two spaces, one line feed at the end`);
    files.push({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')));
  return releaseSchema.parse({ id: manifest.id, release: manifest.release, files });
}

/** Writes `release.json` beside the files it describes. */
export async function sealPackage(dir: string): Promise<void> {
  await writeFile(join(dir, 'release.json'), `${JSON.stringify(await describeRelease(dir), null, 2)}\n`);
}
