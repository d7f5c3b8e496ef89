import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestSchema, PACKAGE_FILES, releaseSchema, type Release } from '@yimen/contracts/service';

/** The `release.json` that fits the files in `dir` as they are: every file by bytes and SHA-256. Files must be canonical
 *  (two spaces, one line feed at the end), so that the same content always has the same digest.
 *  @throws Error naming the file that is missing or not canonical. */
function describeRelease(dir: string): Release {
  const files = PACKAGE_FILES.map((path) => {
    const bytes = readFileSync(join(dir, path));
    if (canonical(JSON.parse(bytes.toString('utf8'))) !== bytes.toString('utf8'))
      throw new Error(`${join(dir, path)} is not canonical JSON: two spaces, one line feed at the end`);
    return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')));
  return releaseSchema.parse({ id: manifest.id, release: manifest.release, files });
}

/** The text of a package's `release.json`: what will be signed when releases are. */
export function renderRelease(dir: string): string {
  return canonical(describeRelease(dir));
}

function canonical(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
