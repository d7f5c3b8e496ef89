import { readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { TOP_FOLDERS } from './source-tree.ts';

const packageSchema = z.object({ name: z.string(), exports: z.record(z.string(), z.string()).default({}) });

/** What each workspace shows to the others: `@yimen/contracts/base` → `contracts/base/index.ts`. */
export type PackageExports = ReadonlyMap<string, string>;

/** Reads the `exports` of every workspace of `root` that has a package.json.
 *  @throws ZodError when an `exports` entry is not a plain path: conditions would make a door that tools see and
 *          programs do not */
export function readPackageExports(root: string): PackageExports {
  const doors = new Map<string, string>();
  for (const folder of TOP_FOLDERS) {
    const path = join(root, folder, 'package.json');
    if (statSync(path, { throwIfNoEntry: false }) === undefined) continue;
    const parsed = packageSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    for (const [door, target] of Object.entries(parsed.exports)) {
      doors.set(posix.join(parsed.name, door), posix.join(folder, target));
    }
  }
  return doors;
}
